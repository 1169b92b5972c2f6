"""Addresses that strangers wrote, as links worth following; and the starting hosts of the operator.

What a source finds in its own format stays in that source; here is only what all of them need.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlsplit

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import Link
from crawler.errors import CrawlError, UnreadablePage
from crawler.sources._html import element_text, parse_html

_CLOSED_NAMES: Final = """amazon.com apple.com bsky.app discord.com discord.gg facebook.com google.com instagram.com
    linkedin.com messenger.com paypal.com paypal.me pinterest.com quora.com reddit.com signal.me snapchat.com
    spotify.com t.me telegram.me telegram.org threads.com threads.net tiktok.com twitch.tv twitter.com whatsapp.com
    wikidata.org wikipedia.org x.com yelp.com youtu.be youtube.com"""
CLOSED_HOSTS: Final = frozenset(_CLOSED_NAMES.split())
"""Registered names whose pages need a login, forbid crawlers, or are no creator's own (research/sources: do not
build). Links to them are kept as links of a profile, never followed. Sub-domains count, but for ``_OPEN_HOSTS``."""
_OPEN_HOSTS: Final = frozenset({"podcasts.apple.com", "itunes.apple.com"})
_MEDIA_NAMES: Final = "jpg jpeg png gif webp svg avif mp3 m4a mp4 mov webm ogg pdf zip gz css js woff2 epub"
_MEDIA: Final = tuple(f".{name}" for name in _MEDIA_NAMES.split())
_LOOPBACK: Final = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Anchor:
    """An ``a`` element of a fragment: its canonical address, its words, its ``rel`` and ``class`` tokens."""

    url: str
    text: str
    rel: frozenset[str]
    classes: frozenset[str]


def anchors(fragment: str) -> Iterator[Anchor]:
    """The links of an HTML fragment in order; those without an http(s) address are left out."""
    if "<a" not in fragment.lower():
        return
    try:
        tree = parse_html(f"<div>{fragment}</div>")
    except UnreadablePage:
        return
    for element in tree.iter("a"):
        url = try_canonical(element.get("href") or "")
        if url is not None:
            classes = frozenset((element.get("class") or "").split())
            rel = frozenset((element.get("rel") or "").lower().split())
            yield Anchor(url, element_text(element), rel, classes)


def is_closed(url: str) -> bool:
    """Whether an address is not worth a request: a closed platform, a picture or a sound."""
    try:
        host = host_of(url)
    except ValueError:
        return True
    if host in _OPEN_HOSTS:
        return False
    labels = host.split(".")
    closed = any(".".join(labels[start:]) in CLOSED_HOSTS for start in range(len(labels)))
    return closed or urlsplit(url).path.lower().endswith(_MEDIA)


def lead(url: str, score: float, context: Mapping[str, str] | None = None) -> Link | None:
    """The link with which any source would follow an address that somebody wrote, or None if none should."""
    from crawler.sources import ANY_SITE, recognise  # late: the registry imports the sources that import this

    canonical = try_canonical(url)
    found = recognise(canonical) if canonical else None
    if canonical is None or found is None or (found.source in ANY_SITE and is_closed(canonical)):
        return None  # a platform that is closed to us may have one open door, which its own source knows
    return Link(
        url=found.url, source=found.source, page=found.page, score=score, context={**found.context, **(context or {})}
    )


def without_repeats(links: Iterable[Link | None]) -> tuple[Link, ...]:
    """Each address once, with its best score, in order of first sight."""
    kept: dict[tuple[str, str, str], Link] = {}
    for link in links:
        if link is None:
            continue
        key = (link.url, link.source, link.page)
        if key not in kept or kept[key].score < link.score:
            kept[key] = link
    return tuple(kept.values())


def base_url(host: str) -> str:
    """The address under which a host of ``hosts.toml`` is asked, without a slash at its end.

    ``pixel.example`` is asked over https. A whole address is taken as it is, plain http only on the loopback
    interface (an own search engine, a test). Raises CrawlError for anything else.
    """
    address = host if "://" in host else f"https://{host}"
    try:
        canonical = canonical_url(address).rstrip("/")
    except ValueError as error:
        raise CrawlError(f"{host!r} in the hosts file is neither a host name nor an https address") from error
    parts = urlsplit(canonical)
    if parts.scheme == "http" and parts.hostname not in {name.strip("[]") for name in _LOOPBACK}:
        raise CrawlError(f"{host!r} in the hosts file must begin with https:// (plain http is for this machine only)")
    if parts.query:
        raise CrawlError(f"{host!r} in the hosts file must not hold a query")
    return canonical


def segment(text: str) -> str:
    """A text as one segment of a path."""
    return quote(text, safe="@")


def base_of(url: str) -> str:
    """Scheme, host and port of a fetched address."""
    parts = urlsplit(canonical_url(url))
    return f"{parts.scheme}://{parts.netloc}"


def next_page(context: Mapping[str, str]) -> dict[str, str] | None:
    """The context for one page further, or None when the link allowed no more (``pages``: how many may follow)."""
    left = context.get("pages", "0")
    return {**context, "pages": str(int(left) - 1)} if left.isdecimal() and 0 < int(left) < 100 else None
