"""Blogrolls: the blogs that somebody reads and recommends, as OPML, as a page of h-cards or as a list of links.

Whoever writes about a niche knows the others who do. Each entry is a lead with the words of its link; nothing is kept
of the list itself, and nobody is joined by it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import urlsplit

from lxml.html import HtmlElement
from web_poet import cached_method, field

from catalog.identity import canonical_url, try_canonical
from catalog.items import Link, PageDirectives
from catalog.tasks import Seed
from crawler.sources._document import Document
from crawler.sources._html import charset_of, decode, element_text, one_line, parse_html
from crawler.sources._leads import base_url, is_closed, lead, without_repeats
from crawler.sources._meta import Head, read_head
from crawler.sources._opml import Opml, Outline, read_opml
from crawler.sources._site import absolute, same_host
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_MOST: Final = 150
_MOST_INCLUDED: Final = 3
_NO_FOLLOW: Final = frozenset({"nofollow", "ugc", "sponsored"})
_OPML_PATH: Final = re.compile(
    r".*(?:\.opml|/(?:blogroll|subscriptions|following|recommendations)\.xml)", re.IGNORECASE
)
_LIST_PATH: Final = re.compile(
    r"(?:/[^/]+)?/(?:blog-?roll|blogs-(?:i|we)-(?:read|like|love|follow)|(?:my-)?favou?rite-blogs|friends?-blogs"
    r"|links-und-freunde|lieblingsblogs|blogs-que-leo|mes-blogs)(?:\.html?)?/?",
    re.IGNORECASE,
)
_AROUND: Final = ".//header | .//nav | .//footer | .//script | .//style | .//*[@id='comments' or @class='comments']"


class OpmlPage(SourcePage):
    """An OPML file."""

    robots = "page"

    @cached_method
    def _list(self) -> Opml:
        return read_opml(bytes(self.response.body))

    @field
    def links(self) -> tuple[Link, ...]:
        """The feed of each entry, its page where no feed is named, lists that are included."""
        outlines = self._list().outlines
        found = [_opml_link(outline) for outline in outlines[:_MOST]]
        lists = [outline for outline in outlines if outline.list_url][:_MOST_INCLUDED]
        if self.page_params.get("included") != "yes":
            found += [_list_link(outline.list_url, "opml", 0.4, {"included": "yes"}) for outline in lists]
        return without_repeats(found)


class ListPage(SourcePage):
    """A page of links to other blogs: cards of people, or a plain list."""

    robots = "page"

    @cached_method
    def _head(self) -> Head:
        return read_head(self._tree(), str(self.response.url))

    @cached_method
    def _tree(self) -> HtmlElement:
        declared = charset_of(self.response.headers.get("Content-Type"))
        return parse_html(decode(bytes(self.response.body), declared)[:2_000_000])

    @field
    def links(self) -> tuple[Link, ...]:
        """The other sites that the page lists, each with the words of its link; none of a page that says nofollow."""
        if self.directives.nofollow:
            return ()
        return without_repeats(list(self._found())[:_MOST])

    @field
    def directives(self) -> PageDirectives:
        """The page's own robots meta."""
        return self._head().directives

    def _found(self) -> Iterator[Link | None]:
        url, tree = str(self.response.url), self._tree()
        base = absolute(url, next(iter(tree.xpath("//base/@href")), None)) or url
        for element in tree.xpath(_AROUND):
            if element.getparent() is not None:
                element.drop_tree()
        for element in tree.iter("a"):
            address = absolute(base, element.get("href"))
            rel = set((element.get("rel") or "").lower().split())
            if address and not same_host(address, url) and rel.isdisjoint(_NO_FOLLOW):
                yield lead(address, 0.4, _words(one_line(element_text(element), 120)))


class Blogroll(Source):
    """Lists of blogs that somebody recommends."""

    name = "blogroll"
    kind: ClassVar[SourceKind] = "blog"
    needs = "nothing"
    rules = "https://opml.org/spec2.opml"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"opml": OpmlPage, "list": ListPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:  # noqa: ARG002 - lists cannot search
        """The lists that the operator names by address; of a bare host its page ``/blogroll``."""
        for host in hosts:
            base = base_url(host)
            url = base if urlsplit(base).path.strip("/") else f"{base}/blogroll"
            page = "opml" if _OPML_PATH.fullmatch(urlsplit(url).path) else "list"
            yield Seed(label=f"blogroll {url}", link=_list_link(url, page, 0.6))

    def recognise(self, url: str) -> Link | None:
        """OPML files, and pages whose address says that they are a list of blogs."""
        canonical = try_canonical(url)
        if canonical is None or is_closed(canonical):
            return None
        path = urlsplit(canonical).path
        if _OPML_PATH.fullmatch(path):
            return _list_link(canonical, "opml", 0.5)
        return _list_link(canonical, "list", 0.45) if _LIST_PATH.fullmatch(path) else None

    def recognise_body(self, document: Document) -> Link | None:
        """By the name of the root element."""
        if re.search(rb"<opml[\s>]", document.head):
            return Link(url=document.url, source=self.name, page="opml")
        return None


def blogroll_link(url: str) -> Link:
    """A link to a list that a page names as its blogroll; such files have any name."""
    page = "list" if _LIST_PATH.fullmatch(urlsplit(url).path) else "opml"
    return _list_link(url, page, 0.5)


def _list_link(url: str, page: str, score: float, context: Mapping[str, str] | None = None) -> Link:
    return Link(url=canonical_url(url), source="blogroll", page=page, score=score, context=context or {})


def _opml_link(outline: Outline) -> Link | None:
    words = _words(" ".join(part for part in (outline.title, outline.group) if part))
    if outline.feed and not is_closed(outline.feed):
        return Link(url=outline.feed, source="feed", page="feed", score=0.45, context=words)
    return lead(outline.site, 0.4, words) if outline.site else None


def _words(text: str) -> dict[str, str]:
    """The words of a link, by which the crawl judges how promising it is."""
    return {"anchor": text} if text else {}
