"""What the head of a page says in tags: titles, Open Graph, robots meta, feeds, rel links. No judgement."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml.html import HtmlElement

from catalog.items import PageDirectives
from crawler.sources._html import one_line, tidy
from crawler.sources._site import absolute, is_comments_feed, is_part_of_site

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_OUR_NAME = "nichescout"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLink:
    """A link of the page: canonical address, visible text, the words of its ``rel``."""

    url: str
    text: str
    rel: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The page's tags about itself. ``meta`` holds names and properties in lower case, first value first."""

    title: str
    meta: tuple[tuple[str, str], ...]
    language: str | None
    directives: PageDirectives
    canonical: str | None
    feeds: tuple[str, ...]
    home: str | None
    rels: tuple[FoundLink, ...]

    def first(self, *names: str) -> str:
        """The first non-empty content of the named tags, in the order of the names."""
        found = (content for name in names for key, content in self.meta if key == name and content)
        return next(found, "")

    def every(self, name: str) -> tuple[str, ...]:
        """All contents of a tag that may stand several times."""
        return tuple(dict.fromkeys(content for key, content in self.meta if key == name and content))

    def related(self, rel: str) -> tuple[FoundLink, ...]:
        """The links that carry a ``rel`` word ("me", "author")."""
        return tuple(link for link in self.rels if rel in link.rel)


def read_head(tree: HtmlElement, url: str) -> Head:
    """The tags of a page at ``url``, wherever in the document they stand."""
    base = absolute(url, next(iter(tree.xpath("//base/@href")), None)) or url
    links = tuple(_links(tree, base))
    meta = tuple(_meta(tree))
    titles = (one_line(" ".join(element.itertext())) for element in tree.iter("title"))
    return Head(
        title=next((title for title in titles if title), ""),
        meta=meta,
        language=_language(tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or _locale(meta)),
        directives=_directives(meta),
        canonical=next((link.url for link in links if "canonical" in link.rel), None),
        feeds=tuple(dict.fromkeys(_feeds(tree, base))),
        home=next((link.url for link in links if "home" in link.rel), None),
        rels=links,
    )


def _meta(tree: HtmlElement) -> Iterable[tuple[str, str]]:
    for element in tree.iter("meta"):
        content = tidy(element.get("content") or "")[:5000]
        for attribute in ("property", "name", "itemprop"):
            for name in (element.get(attribute) or "").lower().split():
                yield name, content


def _links(tree: HtmlElement, base: str) -> Iterable[FoundLink]:
    for element in tree.iter("a", "link", "area"):
        rel = frozenset((element.get("rel") or "").lower().split())
        if not rel or "stylesheet" in rel:
            continue
        url = absolute(base, element.get("href"))
        if url:
            yield FoundLink(url=url, text=one_line(" ".join(element.itertext()), 120), rel=rel)


def _feeds(tree: HtmlElement, base: str) -> Iterable[str]:
    """Feeds of the site's own posts, the main one first; not those of comments, tags or single authors."""
    for element in tree.iter("link", "a"):
        rel = (element.get("rel") or "").lower().split()
        kind = (element.get("type") or "").lower().partition(";")[0].strip()
        is_feed = kind in _FEED_TYPES or ("feed" in rel and element.tag == "link")
        url = absolute(base, element.get("href")) if is_feed and {"alternate", "feed"} & set(rel) else None
        if url and not is_part_of_site(url) and not is_comments_feed(url, element.get("title") or ""):
            yield url


def _directives(meta: Iterable[tuple[str, str]]) -> PageDirectives:
    """Robots meta for everybody, for us by name, or for any search engine: who hides from one hides from us."""
    words = set()
    for name, content in meta:
        if name in ("robots", "robot", _OUR_NAME) or (name.endswith("bot") and name.isalpha()):
            words.update(re.split(r"[\s,;]+", content.lower()))
    nothing = "none" in words
    return PageDirectives(noindex=nothing or "noindex" in words, nofollow=nothing or "nofollow" in words)


def _locale(meta: Iterable[tuple[str, str]]) -> str:
    return next((content for name, content in meta if name in ("og:locale", "content-language") and content), "")


def _language(value: str) -> str | None:
    match = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", value)
    return match[1].lower() if match else None
