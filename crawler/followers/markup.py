"""Instagram's HTML variant and OPML, as streams: only links matter of the one, and of the other entities expand to
nothing.
"""

import re
from collections.abc import Iterator
from html import unescape
from typing import IO, Any, Final

from lxml import etree

from catalog.identity import try_canonical
from catalog.networks import profile_at
from crawler.followers.model import FileKind, Follower, FollowerFileError, LeftOut, Relation, Row

_HREF: Final = re.compile(rb"""href\s*=\s*["']([^"']+)["']""", re.IGNORECASE)
_TITLE: Final = re.compile(rb"<title>\s*([^<]{1,60}?)\s*</title>", re.IGNORECASE)
_CHUNK: Final = 1024 * 1024
_MOSTLY: Final = 0.8  # of the links of an export lead to profiles
_NOT_LEADS: Final = re.compile(
    r"block|restrict|mute|unfollow|removed|pending|request|hide|hidden|close_friends|dismiss|search|favorit|mention"
)
"""Files of an Instagram export in the same form that are no followers."""


def is_instagram_html(head: bytes) -> bool:
    """Whether most links in a piece of HTML lead to Instagram profiles."""
    links = [match.decode("utf-8", "replace") for match in _HREF.findall(head)]
    links = [link for link in links if link.startswith("http")]
    profiles = [link for link in links if _profile(link)]
    return bool(profiles) and len(profiles) >= _MOSTLY * len(links)


def instagram_kind(name: str, head: bytes) -> FileKind | None:
    """What list an Instagram page is, by its file's name or its title; None for blocks, requests and the like."""
    titled = _TITLE.search(head)
    said = f"{name.rpartition('/')[2]} {titled[1].decode('utf-8', 'replace') if titled else ''}".lower()
    if _NOT_LEADS.search(said):
        return None
    relation: Relation = "following" if "following" in said else "follower" if "follower" in said else "listed"
    title = {"following": "Instagram following", "follower": "Instagram followers"}.get(relation, "Instagram accounts")
    return FileKind(title, relation)


def read_instagram_html(stream: IO[bytes], kind: FileKind) -> Iterator[Row]:
    """Everybody whose profile is linked. The dates beside them are in the words and the zone of a reader: unknown."""
    rest = b""
    while chunk := stream.read(_CHUNK):
        whole, _, rest = (rest + chunk).rpartition(b">")
        yield from _linked(whole, kind)
        rest = rest[-_CHUNK:]  # a tag is never that long
    yield from _linked(rest, kind)


def _linked(markup: bytes, kind: FileKind) -> Iterator[Row]:
    for href in _HREF.findall(markup):
        found = _profile(unescape(href.decode("utf-8", "replace")))
        if found:
            yield Follower(kind=kind, network="instagram", handle=found)


def read_opml(stream: IO[bytes], name: str) -> Iterator[Row]:
    """The feeds of a reader's list."""
    kind = FileKind("OPML feeds", "listed")
    try:
        for element in _outlines(stream):
            written = next((value for key, value in element.attrib.items() if str(key).lower() == "xmlurl"), None)
            if written is not None:
                url = try_canonical(str(written))
                yield Follower(kind=kind, network="feed", url=url) if url else LeftOut.NO_NAME
    except etree.XMLSyntaxError as error:
        raise FollowerFileError(f"{name} is cut off or no OPML ({str(error)[:80]})") from error


def _outlines(stream: IO[bytes]) -> Iterator[Any]:
    """Elements as they end, each dropped with all before it."""
    for _, element in etree.iterparse(stream, events=("end",), tag="outline", resolve_entities=False, no_network=True):
        yield element
        element.clear(keep_tail=False)
        while element.getprevious() is not None and element.getparent() is not None:
            del element.getparent()[0]


def _profile(url: str) -> str:
    """The name of whose Instagram profile an address is."""
    canonical = try_canonical(url)
    found = profile_at(canonical) if canonical else None
    return found[1] if found and found[0].name == "instagram" else ""
