"""A page read once: tree, head, markup, kind and, only when asked for, text and author. ``page.py`` weighs them."""

import re
from functools import cached_property

from catalog.identity import try_canonical
from crawler.errors import UnreadablePage
from crawler.sources._article import Article, read_article
from crawler.sources._byline import Writer, article_writer, site_writer
from crawler.sources._html import decode, parse_html
from crawler.sources._jsonld import read_linked_data
from crawler.sources._maintext import main_text
from crawler.sources._meta import read_head
from crawler.sources._microformats import read_microformats
from crawler.sources._pagekind import PageKind, kind_of_page

_SHORTEST_STORY = 600  # characters of text that make a page without article markup an article
_HEAD_ENDS = 300_000  # bytes; a head longer than that is not worth the time
_LONGEST = 2_000_000  # characters; what comes after that is data, not a story
_NOT_A_PAGE = re.compile(r"\s*(?:[\[{]|<\?xml|<rss\b|<feed\b|<rdf:RDF\b|%PDF|GIF8|\x89PNG)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)


class PageFacts:
    """What one HTML body says.

    Raises UnreadablePage when the body is no HTML. ``declared`` is the encoding that the header named.
    """

    def __init__(self, body: bytes, declared: str | None, url: str) -> None:
        self.url = url
        self.tree = parse_html(_page_text(body, declared))
        self.head = read_head(self.tree, url)
        self.data = read_linked_data(self.tree, url)
        self.formats = read_microformats(body, self.tree, url)

    @cached_property
    def kind(self) -> PageKind:
        """The kind of the page; a page of unclear kind with a signed or dated story is an article."""
        kind = kind_of_page(self.url, self.tree, self.head, self.data, self.formats)
        if kind is not PageKind.OTHER:
            return kind
        told = len(self.text) >= _SHORTEST_STORY and (self.article_writer or self.article.published)
        return PageKind.ARTICLE if told else PageKind.OTHER

    @cached_property
    def text(self) -> str:
        """The main text."""
        return main_text(self.tree)

    @cached_property
    def article(self) -> Article:
        """Title, times and tags of the page's article."""
        return read_article(self.tree, self.head, self.data, self.formats, self.url)

    @cached_property
    def article_writer(self) -> Writer | None:
        """The author of the article, if somebody is named."""
        return article_writer(self.tree, self.head, self.data, self.formats, self.url)

    @cached_property
    def site_writer(self) -> Writer | None:
        """Whose site or profile page this is, if the page says so."""
        return site_writer(self.head, self.data, self.formats, self.url)


def _page_text(body: bytes, declared: str | None) -> str:
    in_meta = _META_CHARSET.search(body[:4096])
    text = decode(body, declared or (in_meta[1].decode("ascii") if in_meta else None))
    start = text[:10_000]
    if _NOT_A_PAGE.match(start) and "<html" not in start.lower():
        raise UnreadablePage("not a web page: the body is data, a feed or a file")
    if "<" not in start:
        raise UnreadablePage("not a web page: no markup in the body")
    return text[:_LONGEST]


def named_address(body: bytes, url: str) -> str | None:
    """The address that a page gives for itself (rel=canonical, og:url), for a body that came without one."""
    try:
        head = read_head(parse_html(_page_text(body[:_HEAD_ENDS], None)), url)
    except UnreadablePage:
        return None
    return head.canonical or try_canonical(head.first("og:url"))
