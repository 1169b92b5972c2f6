"""Title, times, language and tags of the article on a page, each from the best of the places that tell it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from catalog.items import Moment, TimeOrigin
from crawler.sources._byline import entry_of
from crawler.sources._dates import parse_moment
from crawler.sources._html import inside, one_line
from crawler.sources._jsonld import LdArticle, LinkedData
from crawler.sources._meta import Head
from crawler.sources._microformats import EntryCard, Microformats
from crawler.sources._site import same_host, site_home

_DATE_TAGS = (
    "article:published_time", "datepublished", "og:published_time", "date", "dc.date", "dcterms.created",
    "dc.date.issued", "pubdate", "publish-date", "parsely-pub-date", "sailthru.date",
)  # fmt: skip
_EDIT_TAGS = ("article:modified_time", "og:updated_time", "datemodified", "last-modified")
_PATH_DATE = re.compile(r"/((?:19|20)\d\d)/(\d{1,2})(?:/(\d{1,2}))?(?=/|$)")
_DATED = re.compile(
    r"(?:^|[\s_-])(?:published|entry-date|post-date|postdate|date-?header|pubdate|posted-on)(?:$|[\s_-])", re.I
)
_NOT_THE_STORY = re.compile(r"comment|related|sidebar|widget|footer", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[|–—·»«:-]\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a page says of its article besides the text. ``url`` is the permalink."""

    url: str
    title: str
    published: Moment | None
    edited: Moment | None
    language: str | None
    tags: tuple[str, ...]


def read_article(tree: HtmlElement, head: Head, data: LinkedData, formats: Microformats, url: str) -> Article:
    """The article at ``url``; all but the permalink may be missing."""
    entry, linked = entry_of(formats, url), next(iter(data.articles), None)
    published = _first(_published(tree, head, linked, entry)) or _from_path(url)
    edited = _first(_edited(head, linked, entry))
    return Article(
        url=_permalink(head, url),
        title=_title(tree, head, linked, entry),
        published=published,
        edited=edited if edited and published and edited.at > published.at else None,
        language=head.language or (linked.language.partition("-")[0].lower()[:3] if linked else None) or None,
        tags=_tags(tree, head, linked, entry),
    )


def _permalink(head: Head, url: str) -> str:
    """The canonical address that the page names, unless it lies elsewhere or is the front page by mistake."""
    canonical = head.canonical
    if canonical and same_host(canonical, url) and canonical not in (site_home(url), head.home):
        return canonical
    return url


def _title(tree: HtmlElement, head: Head, linked: LdArticle | None, entry: EntryCard | None) -> str:
    headings = [one_line(" ".join(element.itertext())) for element in tree.iter("h1")]
    return (
        (entry.title if entry and len(entry.title) < 200 else "")
        or (linked.title if linked else "")
        or one_line(head.first("og:title", "twitter:title"))
        or (headings[0] if len(headings) == 1 else "")
        or _without_site(head)
    )


def _without_site(head: Head) -> str:
    """The page title without the name of the site before or after it."""
    site = head.first("og:site_name", "application-name").casefold()
    parts = _SEPARATOR.split(head.title)
    return next((part for part in parts if part.casefold() != site), head.title) if site else head.title


def _published(tree: HtmlElement, head: Head, linked: LdArticle | None, entry: EntryCard | None) -> Iterator[str]:
    yield entry.published if entry else ""
    yield linked.published if linked else ""
    yield from (head.first(tag) for tag in _DATE_TAGS)
    yield from _visible(tree)


def _edited(head: Head, linked: LdArticle | None, entry: EntryCard | None) -> Iterator[str]:
    yield entry.updated if entry else ""
    yield linked.modified if linked else ""
    yield from (head.first(tag) for tag in _EDIT_TAGS)


def _visible(tree: HtmlElement) -> Iterator[str]:
    """``time`` elements and texts that a class calls the date, outside comments and side columns."""
    for element in tree.iter("time", "abbr", "span", "p", "div", "h2", "a"):
        dated = "datePublished" in (element.get("itemprop") or "") or _DATED.search(element.get("class") or "")
        if element.tag != "time" and not dated:
            continue
        if not inside(element, _NOT_THE_STORY):
            yield element.get("datetime") or element.get("content") or element.get("title") or ""
            yield one_line(" ".join(element.itertext()), 64)


def _first(written: Iterator[str]) -> Moment | None:
    moments = (parse_moment(text, TimeOrigin.AUTHOR) for text in written)
    return next((moment for moment in moments if moment), None)


def _from_path(url: str) -> Moment | None:
    match = _PATH_DATE.search(urlsplit(url).path)
    if match is None:
        return None
    return parse_moment("-".join(part.zfill(2) for part in match.groups() if part), TimeOrigin.AUTHOR)


def _tags(tree: HtmlElement, head: Head, linked: LdArticle | None, entry: EntryCard | None) -> tuple[str, ...]:
    linked_tags = [
        one_line(" ".join(one.itertext()), 80) for one in tree.iter("a") if "tag" in (one.get("rel") or "").split()
    ]
    own = (*(entry.tags if entry else ()), *linked_tags, *head.every("article:tag"), *(linked.tags if linked else ()))
    keywords = tuple(word.strip() for word in head.first("keywords", "news_keywords").split(","))
    found = (tag.removeprefix("#").strip() for tag in own or keywords)
    return tuple({tag.casefold(): tag for tag in found if tag and len(tag) <= 80}.values())[:40]
