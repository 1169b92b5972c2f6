"""JSON-LD of a page: its articles, people and site, out of whatever nesting they come in.

Real pages write an author as a string, a list, an ``@id`` that another block explains, or an organisation; each
block is read by itself, so that a broken one loses only itself (the usual extractor gives up on the page).
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.sources._html import html_to_text, one_line
from crawler.sources._json import JsonObject
from crawler.sources._site import absolute, clean_name

_ARTICLES = frozenset(
    {
        "article",
        "blogposting",
        "newsarticle",
        "socialmediaposting",
        "recipe",
        "review",
        "howto",
        "podcastepisode",
        "techarticle",
        "reportagenewsarticle",
        "liveblogposting",
        "report",
    }
)
_GROUPS = frozenset({"organization", "newsmediaorganization", "corporation", "localbusiness", "restaurant", "brand"})
_SITES = frozenset({"website", "blog", "podcastseries"})
_MOST_NODES = 2000
_WRAPPED = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LdPerson:
    """A Person or Organization. ``same_as`` are the profiles that it lists."""

    name: str
    url: str
    bio: str
    location: str
    same_as: tuple[str, ...]
    group: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LdArticle:
    """An Article, BlogPosting, Recipe or the like; times as written."""

    title: str
    authors: tuple[LdPerson, ...]
    publisher: LdPerson | None
    published: str
    modified: str
    language: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedData:
    """All that a page's JSON-LD says about who and what. ``owner`` is the person that the page is about or by."""

    articles: tuple[LdArticle, ...] = ()
    owner: LdPerson | None = None
    site_name: str = ""
    site_url: str = ""
    profile: bool = False


def read_linked_data(tree: HtmlElement, url: str) -> LinkedData:
    """The JSON-LD of a page at ``url``; what cannot be read is left out."""
    return _Graph(tuple(_blocks(tree)), url).linked_data()


def _blocks(tree: HtmlElement) -> Iterator[JsonObject]:
    """Every node of every block, ``@graph`` and lists unfolded, without recursion."""
    waiting = [_load(script.text or "") for script in tree.iter("script") if _is_linked_data(script)]
    seen = 0
    while waiting and seen < _MOST_NODES:
        seen += 1
        node = waiting.pop(0)
        if isinstance(node, list):
            waiting[:0] = node[:_MOST_NODES]
        elif isinstance(node, dict):
            yield JsonObject(node)
            waiting[:0] = [node[key] for key in ("@graph", "mainEntity", "isPartOf") if key in node]


def _is_linked_data(script: HtmlElement) -> bool:
    return (script.get("type") or "").partition(";")[0].strip().lower() == "application/ld+json"


def _load(text: str) -> object:
    try:
        loaded: object = json.loads(_WRAPPED.sub("", text), strict=False)
    except (ValueError, RecursionError):
        return None
    return loaded


class _Graph:
    """The nodes of one page, with references among them."""

    def __init__(self, nodes: tuple[JsonObject, ...], url: str) -> None:
        self._nodes = nodes
        self._url = url
        self._by_id: Mapping[str, JsonObject] = {
            node.text("@id"): node for node in reversed(nodes) if node.text("@id") and len(node.values) > 1
        }

    def linked_data(self) -> LinkedData:
        articles = [node for node in self._nodes if _types(node) & _ARTICLES]
        site = next((node for node in self._nodes if _types(node) & _SITES), JsonObject())
        profiles = [node for node in self._nodes if "profilepage" in _types(node)]
        return LinkedData(
            articles=tuple(self._article(node) for node in articles),
            owner=self._owner(site, profiles),
            site_name=_line(site, "name"),
            site_url=absolute(self._url, site.text("url")) or "",
            profile=bool(profiles),
        )

    def _owner(self, site: JsonObject, profiles: Iterable[JsonObject]) -> LdPerson | None:
        claims = [person for profile in profiles for person in self._people(profile.values.get("mainEntity"))]
        claims += self._people(site.values.get("author")) + self._people(site.values.get("publisher"))
        claims += [self._person(node) for node in self._nodes if "person" in _types(node)][:1]
        return next((person for person in claims if person.name), None)

    def _article(self, node: JsonObject) -> LdArticle:
        publishers = self._people(node.values.get("publisher"))
        return LdArticle(
            title=_line(node, "headline") or _line(node, "name"),
            authors=tuple(self._people(node.values.get("author")) or self._people(node.values.get("creator"))),
            publisher=publishers[0] if publishers else None,
            published=node.text("datePublished") or node.text("dateCreated"),
            modified=node.text("dateModified"),
            language=node.text("inLanguage"),
            tags=_keywords(node),
        )

    def _people(self, value: object) -> list[LdPerson]:
        people = []
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                node = self._by_id.get(one) or JsonObject({"name": one})
            elif isinstance(one, dict):
                node = self._by_id.get(str(one.get("@id"))) or JsonObject(one)
            else:
                continue
            people.append(self._person(node))
        return [person for person in people if person.name][:10]

    def _person(self, node: JsonObject) -> LdPerson:
        links = (node.text("sameAs"), *node.texts("sameAs"))
        return LdPerson(
            name=clean_name(html_to_text(node.text("name"))),
            url=absolute(self._url, node.text("url") or next(iter(node.texts("url")), "")) or "",
            bio=html_to_text(node.text("description"))[:2000],
            location=_address(node),
            same_as=tuple(dict.fromkeys(url for link in links if (url := absolute(self._url, link))))[:30],
            group=bool(_types(node) & _GROUPS) and "person" not in _types(node),
        )


def _types(node: JsonObject) -> frozenset[str]:
    return frozenset(kind.rpartition("/")[2].lower() for kind in (node.text("@type"), *node.texts("@type")) if kind)


def _line(node: JsonObject, key: str) -> str:
    return one_line(html_to_text(node.text(key)))


def _keywords(node: JsonObject) -> tuple[str, ...]:
    words = node.texts("keywords") or tuple(node.text("keywords").split(","))
    sections = (*node.texts("articleSection"), node.text("articleSection"))
    return tuple(dict.fromkeys(line for word in (*words, *sections) if (line := one_line(html_to_text(word), 80))))[:40]


def _address(node: JsonObject) -> str:
    place = node.object("homeLocation") or node
    address = place.object("address")
    parts = (_line(address, key) for key in ("addressLocality", "addressRegion", "addressCountry"))
    return ", ".join(part for part in parts if part) or _line(place, "address")
