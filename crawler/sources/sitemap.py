"""Sitemaps: the addresses that a site itself offers to crawlers, newest first, a bounded number.

For sites without a feed, and for articles that a feed no longer holds. Named in robots.txt, in the head of a page, or
by habit (``/sitemap.xml``). Index files, news sitemaps, gzipped and plain text ones are read. Nothing is kept of them.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Final
from urllib.parse import unquote, urlsplit

from lxml import etree
from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import Link, Moment, TimeOrigin
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._dates import parse_moment
from crawler.sources._document import Document
from crawler.sources._html import decode, one_line
from crawler.sources._leads import base_of, base_url, is_closed, lead, without_repeats
from crawler.sources._site import same_host
from crawler.sources._xml import name_of, read_xml, text_in
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_MOST_MAPS: Final = 4  # of an index
_MOST_PAGES: Final = 25  # of one map
_MOST_READ: Final = 50_000  # what the protocol allows in one file
_MOST_BYTES: Final = 12_000_000  # unpacked
_DEEPEST: Final = 2  # an index that names indexes
_GZIP: Final = b"\x1f\x8b"
_STORIES: Final = re.compile(r"post|news|article|blog|story|stories|beitr|artikel|entries|recipe|rezept|author", re.I)
_NOT_STORIES: Final = re.compile(
    r"image|video|product|shop|categor|tag|taxonom|attachment|media|location|faq|landing|static|page", re.I
)
_NOT_A_STORY: Final = re.compile(
    r"/(?:tags?|categor(?:y|ies)|kategorien?|products?|shop|cart|checkout|account|login|privacy|datenschutz|terms|agb"
    r"|impressum|imprint|page/\d+|search|feed|wp-content|author/[^/]+/page)(?:/|$)",
    re.IGNORECASE,
)
_PATH: Final = re.compile(r"/(?:[^?]*[/_-])?(?:wp-|news-?|post-?|article-?)?sitemap[^/]*\.(?:xml|txt)(?:\.gz)?", re.I)


@dataclass(frozen=True, slots=True)
class Entry:
    """An address of a map, when it changed, and its headline where a news map tells it."""

    url: str
    changed: Moment | None
    title: str = ""


class SitemapPage(SourcePage):
    """A sitemap or an index of sitemaps."""

    robots = "api"

    @cached_method
    def _body(self) -> bytes:
        body = bytes(self.response.body)
        return _unpacked(body) if body.startswith(_GZIP) else body

    @field
    def links(self) -> tuple[Link, ...]:
        """Of an index the maps of stories, of a map the newest pages; only addresses on the same site."""
        body, url = self._body(), str(self.response.url)
        if not body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            return without_repeats(_page_links(_plain_list(body, url)))
        root = read_xml(body, "a sitemap", "urlset", "sitemapindex")
        entries = [entry for entry in _entries(root) if same_host(entry.url, url)]
        if name_of(root) == "sitemapindex":
            return without_repeats(_map_links(entries, self.page_params.get("depth", "1")))
        return without_repeats(_page_links(entries))


class RobotsPage(SourcePage):
    """``/robots.txt``, read for the sitemaps that it names."""

    robots = "api"

    @field
    def links(self) -> tuple[Link, ...]:
        """The sitemaps on the same site; the usual place when none is named."""
        url = str(self.response.url)
        body = bytes(self.response.body)
        if body.lstrip()[:1] == b"<":
            raise UnreadablePage("robots.txt expected, but the body is an HTML page")
        named = re.findall(r"(?im)^[ \t]*sitemap[ \t]*:[ \t]*(\S+)", decode(body[:512_000], None))
        maps = [found for name in named if (found := try_canonical(name)) and same_host(found, url)]
        chosen = sorted(maps, key=lambda one: -_promise(one))[:_MOST_MAPS] or [f"{base_of(url)}/sitemap.xml"]
        return without_repeats(map_link(one, 0.5) for one in chosen)


class Sitemap(Source):
    """Addresses that sites offer to crawlers."""

    name = "sitemap"
    kind: ClassVar[SourceKind] = "blog"
    needs = "nothing"
    rules = "https://www.sitemaps.org/protocol.html"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"sitemap": SitemapPage, "robots": RobotsPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:  # noqa: ARG002 - maps cannot search
        """The robots.txt of each site that is named, which says where its maps are."""
        for host in hosts:
            base = base_url(host)
            link = Link(url=f"{base_of(base)}/robots.txt", source=self.name, page="robots", score=0.6)
            yield Seed(label=f"sitemaps of {host_of(base)}", link=link)

    def recognise(self, url: str) -> Link | None:
        """Addresses that are spelled like a map, and robots.txt."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        path = urlsplit(canonical).path
        if path == "/robots.txt":
            return Link(url=canonical, source=self.name, page="robots", score=0.4)
        return map_link(canonical, 0.4) if _PATH.fullmatch(path) else None

    def recognise_body(self, document: Document) -> Link | None:
        """By the name of the root element."""
        if re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]", document.head):
            return map_link(document.url, 0.4)
        return None


def map_link(url: str, score: float, depth: int = 1) -> Link:
    """A link to a map; ``depth`` tells how many indexes may still follow."""
    return Link(url=canonical_url(url), source="sitemap", page="sitemap", score=score, context={"depth": str(depth)})


def _unpacked(body: bytes) -> bytes:
    """At most ``_MOST_BYTES`` of a gzipped body; what was cut off is read as far as it goes."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        return unpacker.decompress(body, _MOST_BYTES)
    except zlib.error as error:
        raise UnreadablePage("a sitemap expected, but the gzip file is damaged") from error


def _entries(root: etree._Element) -> Iterator[Entry]:
    for number, element in enumerate(root):
        if number >= _MOST_READ:
            return
        url = try_canonical(text_in(element, "loc")) if name_of(element) in ("url", "sitemap") else None
        if url:
            written = text_in(element, "publication_date") or text_in(element, "lastmod")
            yield Entry(url, parse_moment(written, TimeOrigin.AUTHOR), one_line(text_in(element, "title")))


def _plain_list(body: bytes, url: str) -> list[Entry]:
    """One address a line."""
    lines = decode(body, None).splitlines()[:_MOST_READ]
    found = [address for line in lines if (address := try_canonical(line)) and same_host(address, url)]
    if not found:
        raise UnreadablePage("a sitemap expected, but there is no address of the same site in the body")
    return [Entry(address, None) for address in found]


def _map_links(entries: list[Entry], depth: str) -> Iterator[Link]:
    """The maps of stories first, the newest of them first; maps of pictures and shops not at all."""
    left = int(depth) if depth.isdecimal() and len(depth) == 1 else 0
    stories = [entry for entry in entries if _promise(entry.url) >= 0]
    stories.sort(key=lambda entry: (_promise(entry.url), _day(entry), entry.url), reverse=True)
    if 0 < left <= _DEEPEST:
        for rank, entry in enumerate(stories[:_MOST_MAPS]):
            yield map_link(entry.url, round(0.5 - 0.03 * rank, 3), left - 1)


def _promise(url: str) -> int:
    name = urlsplit(url).path.rpartition("/")[2]
    if _STORIES.search(name):
        return 1
    return -1 if _NOT_STORIES.search(name) else 0


def _page_links(entries: list[Entry]) -> Iterator[Link | None]:
    """The newest pages that may be stories. Times that are all the same were made by a program and say nothing."""
    open_pages = (entry for entry in entries if not is_closed(entry.url))
    stories = [entry for entry in open_pages if not _NOT_A_STORY.search(urlsplit(entry.url).path)]
    told = {entry.changed.at for entry in stories if entry.changed}
    if len(told) > 1:
        stories.sort(key=lambda entry: (_day(entry), entry.url), reverse=True)
    for rank, entry in enumerate(stories[:_MOST_PAGES]):
        words = entry.title or _words_in(entry.url)
        yield lead(entry.url, round(0.35 - 0.005 * rank, 3), {"anchor": words} if words else None)


def _day(entry: Entry) -> datetime:
    return entry.changed.at if entry.changed else datetime.min.replace(tzinfo=UTC)


def _words_in(url: str) -> str:
    """The words of an address's last part: what a map has in place of the text of a link."""
    last = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return one_line(re.sub(r"[-_+.]+", " ", re.sub(r"\.(?:html?|php)$", "", last)), 120)
