"""h-card, h-entry and their forerunners vcard and hentry, by mf2py on a thinned copy of the page.

mf2py costs more than all other reading together, so it runs only where the bytes name a class of it, and on a copy
without scripts, without the texts of entries (``page.py`` takes those from the tree) and without comments: the
commenters' cards are then not mistaken for the author's.
"""

import copy
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree, html
from lxml.html import HtmlElement

from crawler.sources._html import one_line, tidy
from crawler.sources._json import JsonObject
from crawler.sources._site import absolute, clean_name

_NAMED = re.compile(rb"h-card|h-entry|h-feed|vcard|hentry")
_USELESS = ("script", "style", "noscript", "svg", "iframe", "form", "template")
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|respond|disqus\w*|replies|widget_recent_comments)(?:$|[\s_-])"
)
_BODIES = frozenset({"e-content", "entry-content", "p-summary", "entry-summary"})
_CONTAINERS = frozenset({"h-entry", "h-feed", "hentry", "hfeed"})
_PROPERTY = re.compile(
    r"(?:h|p|u|dt|e)-[a-z][a-z-]*|hentry|hfeed|vcard|entry-title|updated|published|author|fn|url|nickname|note|org|adr"
    r"|locality|region|country-name|category"
)
_DEEPEST = 100  # mf2py recurses some three frames for each level
_LONGEST = 400_000  # characters of the thinned copy


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A person as an h-card tells it. ``urls`` are canonical; e-mail and telephone are not read."""

    name: str
    urls: tuple[str, ...] = ()
    note: str = ""
    location: str = ""
    group: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCard:
    """An h-entry without its text; times as written."""

    title: str
    urls: tuple[str, ...]
    author: Card | None
    published: str
    updated: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Microformats:
    """All cards and entries, outermost first; ``feed_author`` is the author of an h-feed."""

    cards: tuple[Card, ...] = ()
    entries: tuple[EntryCard, ...] = ()
    feed_author: Card | None = None


def read_microformats(body: bytes, tree: HtmlElement, url: str) -> Microformats:
    """The microformats of a page; none where the page is too deep or too large to be read safely."""
    if _NAMED.search(body) is None:
        return Microformats()
    thin = _thinned(tree)
    if _depth(thin) > _DEEPEST:
        return Microformats()
    markup = html.tostring(thin, encoding="unicode")
    if len(markup) > _LONGEST:
        return Microformats()
    import mf2py  # takes 0.3 s and few pages need it

    parsed = mf2py.parse(doc=markup, url=url, html_parser="lxml")
    return _read(JsonObject(parsed).objects("items"), url)


def _thinned(tree: HtmlElement) -> HtmlElement:
    """A copy with only the elements that carry a microformat, stand inside a property, or hold such an element.

    Without this mf2py's treatment of old markup, which copies an entry for each of its elements, is quadratic.
    """
    thin = copy.deepcopy(tree)
    for element in list(thin.iter()):
        if not isinstance(element.tag, str) or element.getparent() is None:
            continue
        classes = element.get("class") or ""
        if element.tag in _USELESS or _is_comments(element, classes):
            element.drop_tree()
        elif not _BODIES.isdisjoint(classes.split()):
            _empty(element)
    needed = _needed(thin)
    for element in list(thin.iter()):
        if element not in needed and element.getparent() is not None:
            element.drop_tree()
    return thin


def _empty(element: HtmlElement) -> None:
    tail, attributes = element.tail, dict(element.attrib)
    element.clear()
    element.tail = tail
    element.attrib.update(attributes)


def _needed(tree: HtmlElement) -> set[HtmlElement]:
    needed = {tree}
    for element in tree.iter():
        classes = set((element.get("class") or "").split()) if isinstance(element.tag, str) else set()
        if not any(_PROPERTY.fullmatch(name) for name in classes) and element.get("rel") not in ("tag", "bookmark"):
            continue
        needed.add(element)
        needed.update(element.iterancestors())
        if classes.isdisjoint(_CONTAINERS):
            needed.update(element.iterdescendants())
    return needed


def _is_comments(element: HtmlElement, classes: str) -> bool:
    if element.tag in ("html", "body", "main", "article") or _NAMED.search(classes.encode("utf-8", "replace")):
        return False
    return _COMMENTS.search(f"{classes} {element.get('id') or ''}") is not None


def _depth(tree: HtmlElement) -> int:
    depth = deepest = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _read(items: tuple[JsonObject, ...], url: str) -> Microformats:
    cards: list[Card] = []
    entries: list[EntryCard] = []
    feed_author = None
    for item in _flattened(items):
        kinds = item.texts("type")
        if "h-card" in kinds:
            cards.append(_card(item, url))
        elif "h-entry" in kinds:
            entries.append(_entry(item, url))
        elif "h-feed" in kinds and feed_author is None:
            feed_author = _author(item, url)
    return Microformats(
        cards=tuple(card for card in cards if card.name), entries=tuple(entries), feed_author=feed_author
    )


def _flattened(items: Iterable[JsonObject]) -> Iterator[JsonObject]:
    """Outermost items and what stands as a child in feeds; not what is a property of an entry."""
    waiting = list(items)
    while waiting:
        item = waiting.pop(0)
        yield item
        waiting.extend(item.objects("children"))


def _entry(item: JsonObject, url: str) -> EntryCard:
    properties = item.object("properties")
    return EntryCard(
        title=one_line(_first(properties, "name")),
        urls=_urls(properties, url),
        author=_author(item, url),
        published=_first(properties, "published"),
        updated=_first(properties, "updated"),
        tags=tuple(dict.fromkeys(one_line(tag, 80) for tag in properties.texts("category")))[:40],
    )


def _author(item: JsonObject, url: str) -> Card | None:
    properties = item.object("properties")
    for author in properties.objects("author"):
        card = _card(author, url)
        if card.name or card.urls:
            return card
    plain = _first(properties, "author")
    link = absolute(url, plain) if plain.startswith(("http://", "https://", "/")) else None
    if link:
        return Card(name="", urls=(link,))
    return Card(name=clean_name(plain)) if clean_name(plain) else None


def _card(item: JsonObject, url: str) -> Card:
    properties = item.object("properties")
    addresses = (properties, *(adr.object("properties") for adr in properties.objects("adr")))
    places = (_place(address) for address in addresses)
    plain_address = one_line(_first(properties, "adr"), 120)
    organisation = _first(properties, "org")
    name = clean_name(_first(properties, "name"))
    return Card(
        name=name,
        urls=_urls(properties, url),
        note=tidy(_first(properties, "note"))[:2000],
        location=next((place for place in places if place), plain_address),
        group=bool(name) and clean_name(organisation) == name,
    )


def _place(properties: JsonObject) -> str:
    parts = (one_line(_first(properties, key), 80) for key in ("locality", "region", "country-name"))
    return ", ".join(part for part in parts if part)


def _urls(properties: JsonObject, url: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for link in properties.texts("url") if (found := absolute(url, link))))[:20]


def _first(properties: JsonObject, key: str) -> str:
    """The first plain value; of a nested item or an HTML value, its text."""
    plain = properties.texts(key)
    return plain[0] if plain else next((value.text("value") for value in properties.objects(key)), "")
