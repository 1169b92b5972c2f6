"""Who wrote a page: the sources of an author's name in their order of authority (see ``page.py``)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.sources._html import inside, one_line
from crawler.sources._jsonld import LdPerson, LinkedData
from crawler.sources._meta import Head
from crawler.sources._microformats import Card, EntryCard, Microformats
from crawler.sources._site import Author, absolute, clean_name, name_from_path, same_host, site_home

_META_AUTHORS = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "sailthru.author",
    "byl",
)
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:byline|author-?name|post-?author|entry-?author|article-?author|author)(?:$|[\s_-])", re.I
)
_IN_COMMENTS = re.compile(r"comment|respond|related|sidebar|widget|footer", re.IGNORECASE)
_GENERIC_LINK = re.compile(
    r"^(?:(?:about |more (?:by|from) )?(?:the )?author|view all posts|more|profile|posts)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """An author with what the page says about them; ``listed`` are addresses of theirs elsewhere."""

    name: str = ""
    url: str = ""
    bio: str = ""
    location: str = ""
    listed: tuple[str, ...] = ()
    group: bool = False

    @property
    def author(self) -> Author:
        """Name and page only."""
        return Author(self.name, self.url)


def entry_of(formats: Microformats, url: str) -> EntryCard | None:
    """The h-entry that the page is about: the one that names this address, else the only one."""
    named = [entry for entry in formats.entries if url in entry.urls]
    if named:
        return named[0]
    return formats.entries[0] if len(formats.entries) == 1 else None


def article_writer(tree: HtmlElement, head: Head, data: LinkedData, formats: Microformats, url: str) -> Writer | None:
    """The author of the article at ``url``, or None when nobody is named."""
    claims = _article_claims(tree, head, data, formats, url)
    first = next((writer for writer in claims if writer.name), None)
    return _with_details(first, data, formats, url) if first else None


def site_writer(head: Head, data: LinkedData, formats: Microformats, url: str) -> Writer | None:
    """The person or group whose site or profile page this is, or None when it does not say."""
    home = site_home(url)
    own_links = {link.url for link in head.related("me")}
    for card in formats.cards:
        if own_links & set(card.urls) or {url, home} & set(card.urls):
            return _from_card(card, url)
    if data.owner is not None:
        return _from_person(data.owner)
    if formats.feed_author is not None and formats.feed_author.name:
        return _from_card(formats.feed_author, url)
    bylines = {entry.author.name: entry.author for entry in formats.entries if entry.author and entry.author.name}
    if len(formats.entries) > 1 and len(bylines) == 1:
        return _from_card(next(iter(bylines.values())), url)
    return next((Writer(name=name) for name in (clean_name(head.first("author")),) if name), None)


def _article_claims(
    tree: HtmlElement, head: Head, data: LinkedData, formats: Microformats, url: str
) -> Iterator[Writer]:
    entry = entry_of(formats, url)
    if entry is not None and entry.author is not None:
        yield _from_card(_card_with_name(entry.author, formats), url)
    for article in data.articles[:1]:
        yield from (_from_person(person) for person in article.authors[:1])
    links = [link for link in head.related("author") if not link.url.startswith("https://plus.google.com/")]
    for link in links:
        name = "" if _GENERIC_LINK.match(link.text) else clean_name(link.text)
        yield Writer(name=name, url=link.url)
    own_page = next((link.url for link in links if same_host(link.url, url)), "")
    for tag in _META_AUTHORS:
        name = clean_name(head.first(tag))
        yield Writer(name=name, url=own_page if name_from_path(own_page).casefold() == name.casefold() else "")
    yield from _visible(tree, url)
    yield Writer(name=name_from_path(own_page), url=own_page)


def _visible(tree: HtmlElement, url: str) -> Iterator[Writer]:
    """Short texts that the page's classes or microdata call the author, outside comments and side columns."""
    for element in tree.iter("a", "span", "p", "div", "address", "cite", "h4", "li"):
        marked = "author" in (element.get("itemprop") or "").split() or _BYLINE.search(element.get("class") or "")
        if not marked:
            continue
        if inside(element, _IN_COMMENTS):
            continue
        link = element if element.tag == "a" else next(element.iter("a"), None)
        text = one_line(" ".join((link if link is not None else element).itertext()), 200)
        if len(text) <= 60:
            href = link.get("href") if link is not None else None
            yield Writer(name=clean_name(text), url=absolute(url, href) or "")


def _card_with_name(author: Card, formats: Microformats) -> Card:
    """An author given by address only is explained by another card of the page (authorship algorithm)."""
    if author.name:
        return author
    return next((card for card in formats.cards if set(card.urls) & set(author.urls)), author)


def _with_details(writer: Writer, data: LinkedData, formats: Microformats, url: str) -> Writer:
    """What the page's other markup says about the person of the same name."""
    cards = [_from_card(card, url) for card in formats.cards]
    people = [_from_person(person) for article in data.articles for person in article.authors]
    people += [_from_person(data.owner)] if data.owner else []
    same = [one for one in (*people, *cards) if one.name.casefold() == writer.name.casefold()]
    return Writer(
        name=writer.name,
        url=writer.url or next((one.url for one in same if one.url), ""),
        bio=writer.bio or next((one.bio for one in same if one.bio), ""),
        location=writer.location or next((one.location for one in same if one.location), ""),
        listed=tuple(dict.fromkeys((*writer.listed, *(link for one in same for link in one.listed)))),
        group=writer.group,
    )


def _from_card(card: Card, url: str) -> Writer:
    here = next((link for link in card.urls if same_host(link, url)), "")
    return Writer(
        name=card.name,
        url=here or next(iter(card.urls), ""),
        bio=card.note,
        location=card.location,
        listed=tuple(link for link in card.urls if not same_host(link, url)),
        group=card.group,
    )


def _from_person(person: LdPerson) -> Writer:
    return Writer(
        name=person.name,
        url=person.url,
        bio=person.bio,
        location=person.location,
        listed=person.same_as,
        group=person.group,
    )
