"""The links of a page: which are the owner's other presences, and which are worth reading next."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from catalog.items import Link, ProfileLink
from crawler.sources._html import one_line
from crawler.sources._meta import Head
from crawler.sources._site import absolute, same_host, site_host

# Platforms whose one- or two-segment paths are people's pages, and that owners link from their header or footer.
_PLATFORMS = re.compile(
    r"(?:^|\.)(?:instagram|facebook|tiktok|youtube|pinterest|twitter|x|threads|substack|patreon|ko-fi|buymeacoffee|linkedin"
    r"|flickr|tumblr|vimeo|medium|soundcloud|twitch|bsky|linktr|beacons|goodreads|github|strava|yelp|letterboxd|untappd)"
    r"\.(?:com|app|tv|ee|ai|net)$"
)
_CLOSED = re.compile(r"(?:^|\.)(?:instagram|facebook|tiktok|twitter|x|threads|linkedin|pinterest)\.(?:com|net)$")
_SHARE = re.compile(
    r"/(?:share|sharer|intent|home|hashtag|search|login|signup|explore|policies|about|legal|p|reel|watch|status|posts|pin/create"
    r"|submit|dialog|plugins|embed)(?:[/?.]|$)|[?&](?:url|u|text|status)=",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"contact|kontakt|contatti|contacto|work[\s_-]?with|collaborat|kooperation|partner|press|media[\s_-]?kit|advertis|werben"
    r"|sponsor|hire[\s_-]me|link[\s_-]?in[\s_-]?bio",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^\W*(?:about|über (?:mich|uns)|bio|à propos|sobre m[ií]|chi sono)\b", re.IGNORECASE)
_ARCHIVE = re.compile(r"^\W*(?:archives?|archiv|all posts|blog)\W*$", re.IGNORECASE)
_NOT_OURS = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|respond|share|sharing|sharedaddy|related)(?:$|[\s_-])", re.I
)
_BLOGROLL = re.compile(r"blogroll|linkcat|blog-?list|friends-?links", re.IGNORECASE)
_XFN = frozenset(["friend", "contact", "acquaintance", "met", "muse", "colleague", "co-worker", "sweetheart"])
_NO_FOLLOW = frozenset({"nofollow", "ugc", "sponsored"})
_MOST_PROFILES = 30
_MOST_LINKS = 40


def profile_links(tree: HtmlElement, head: Head, url: str, listed: Iterable[str]) -> tuple[ProfileLink, ...]:
    """The owner's other addresses: rel=me, those ``listed`` in cards and JSON-LD, platform and contact pages."""
    found: dict[str, ProfileLink] = {}
    for link in head.related("me"):
        found.setdefault(link.url, ProfileLink(link.url, rel_me=True, text=link.text))
    for address in listed:
        if not same_host(address, url):
            found.setdefault(address, ProfileLink(address))
    for element, address in _anchors(tree, url):
        text = one_line(" ".join(element.itertext()), 80)
        if _is_profile(address) or (same_host(address, url) and _is_contact(address, text)):
            found.setdefault(address, ProfileLink(address, text=text))
    return tuple(link for link in found.values() if link.url != url)[:_MOST_PROFILES]


def next_links(tree: HtmlElement, head: Head, url: str) -> Iterator[Link]:
    """Pages of the same site that tell about its author, and the blogs that it recommends."""
    if head.directives.nofollow:
        return
    found = 0
    for element, address in _anchors(tree, url):
        rel = set((element.get("rel") or "").lower().split())
        if address == url or found >= _MOST_LINKS or not rel.isdisjoint(_NO_FOLLOW):
            continue
        words = one_line(" ".join(element.itertext()), 120)
        score = _score(element, address, url, rel, words)
        if score:
            found += 1
            yield Link(url=address, source="page", page="page", score=score, words=words)


def is_closed(address: str) -> bool:
    """Whether a platform shows strangers a login page only: worth telling, not worth fetching."""
    return _CLOSED.search(site_host(address)) is not None


def _score(element: HtmlElement, address: str, url: str, rel: set[str], text: str) -> float:
    if same_host(address, url):
        if _ABOUT.match(text):
            return 0.4
        return 0.2 if _is_contact(address, text) or _ARCHIVE.match(text) else 0.0
    if _is_profile(address) or _SHARE.search(address):
        return 0.0
    in_roll = any(
        _BLOGROLL.search(f"{one.get('class') or ''} {one.get('id') or ''}") for one in element.iterancestors()
    )
    return 0.4 if in_roll or not rel.isdisjoint(_XFN) else 0.0


def _anchors(tree: HtmlElement, url: str) -> Iterator[tuple[HtmlElement, str]]:
    """The page's own links, without those in comments, sharing buttons and the story itself."""
    base = absolute(url, next(iter(tree.xpath("//base/@href")), None)) or url
    stack: list[HtmlElement] = [tree]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or _is_not_ours(element):
            continue
        if element.tag == "a" and (address := absolute(base, element.get("href"))):
            yield element, address
        stack.extend(reversed(element))


def _is_not_ours(element: HtmlElement) -> bool:
    if element.tag in ("html", "body", "a"):
        return False
    classes = element.get("class") or ""
    if {"entry-content", "e-content", "post-content", "hentry-content"} & set(classes.split()):
        return True
    return _NOT_OURS.search(f"{classes} {element.get('id') or ''}") is not None


def _is_profile(address: str) -> bool:
    parts = urlsplit(address)
    segments = [segment for segment in parts.path.split("/") if segment]
    return (
        _PLATFORMS.search(site_host(address)) is not None
        and (1 <= len(segments) <= 2 or (not segments and site_host(address).count(".") > 1))
        and _SHARE.search(address.partition(parts.netloc)[2]) is None
    )


def _is_contact(address: str, text: str) -> bool:
    last = urlsplit(address).path.rstrip("/").rpartition("/")[2]
    return (bool(_CONTACT.search(last)) and len(last) < 40) or (bool(_CONTACT.match(text)) and len(text) < 40)
