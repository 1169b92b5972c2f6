"""What a file is, told by its content: the rows of every follower file in a file, folder or zip."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Final

from crawler.followers.container import Member, members
from crawler.followers.decoding import as_utf8, decoded, encoding_of, is_binary, lines
from crawler.followers.json_forms import MARKERS, read_json
from crawler.followers.lists import is_shunned, is_tiktok_text, layout_of, read_list, read_tiktok_text
from crawler.followers.markup import instagram_kind, is_instagram_html, read_instagram_html, read_opml
from crawler.followers.model import FileKind, FollowerFileError, Row

READ: Final = (
    "Instagram (JSON or HTML), TikTok (JSON or TXT), X (follower.js), Mastodon (CSV of addresses), Bluesky "
    "(getFollowers as saved), OPML, lists of handles or addresses (CSV, or one a line), and collections "
    "(creators.jsonl)"
)
_HEAD: Final = 256 * 1024
_SAMPLE: Final = 500  # lines by which a list is told
_CHUNK: Final = 1024 * 1024
_LONGEST_PREFIX: Final = 200  # of "window.YTD.follower.part0 = "


@dataclass(frozen=True, slots=True)
class FollowerFile:
    """One file that names followers; its rows are read when they are asked for, before the next file."""

    name: str
    rows: Iterator[Row]


def follower_files(path: Path, *, network: str = "") -> Iterator[FollowerFile]:
    """The follower files at ``path``. ``network`` is where bare handles are at home.

    In a folder or zip, lists without a header are passed over: any text there could be taken for one. Raises
    FollowerFileError when there is none, and for what is broken or hostile.
    """
    found = False
    for member in members(path):
        for rows in _rows(member, network):
            found = True
            yield FollowerFile(member.name, rows)
    if not found:
        raise FollowerFileError(f"{path.name} holds nothing that can be imported; what can is: {READ}")


def _rows(member: Member, network: str) -> Iterator[Iterator[Row]]:
    """The rows of a member, or nothing when it is no follower file."""
    head = member.head(_HEAD)
    if not head or is_binary(head):
        return
    start = _text_of(head).lstrip("\ufeff \t\r\n")
    if start.startswith("window.YTD."):
        if start.startswith(("window.YTD.follower.", "window.YTD.following.")):
            yield _x_rows(member, head)
    elif start[:1] in ("[", "{"):
        if _has_marker(member, head):
            yield from _unless_empty(_json_rows(member, head), member)
    elif start.startswith("<"):
        yield from _markup_rows(member, head, start)
    else:
        yield from _list_rows(member, head, network)


def _text_of(head: bytes) -> str:
    encoding = encoding_of(head)
    return head.decode(encoding, "replace") if encoding != "utf-8" else decoded(head)


@contextmanager
def _utf8(member: Member, head: bytes) -> Iterator[IO[bytes]]:
    with member.open() as stream:
        yield as_utf8(stream, head)


def _has_marker(member: Member, head: bytes) -> bool:
    """A quick look through the whole file, so that large files of something else are not parsed."""
    longest = max(map(len, MARKERS))
    before = b""
    with _utf8(member, head) as stream:
        while chunk := stream.read(_CHUNK):
            window = before + chunk
            if any(marker in window for marker in MARKERS):
                return True
            before = window[-longest:]
    return False


def _unless_empty(rows: Iterator[Row], member: Member) -> Iterator[Iterator[Row]]:
    """The rows, if there is any: a marker alone may stand in a file of something else, broken or not."""
    try:
        first = next(rows, None)
    except FollowerFileError:
        if member.given:
            raise
        return
    if first is not None:
        yield chain([first], rows)


def _json_rows(member: Member, head: bytes) -> Iterator[Row]:
    with _utf8(member, head) as stream:
        yield from read_json(stream, member.name)


def _x_rows(member: Member, head: bytes) -> Iterator[Row]:
    """The JSON behind "window.YTD.follower.part0 = "."""
    with _utf8(member, head) as stream:
        for _ in range(_LONGEST_PREFIX):
            if (sign := stream.read(1)) in (b"=", b""):
                break
        if sign != b"=":
            raise FollowerFileError(f"{member.name} is cut off; download it again")
        yield from read_json(stream, member.name)


def _markup_rows(member: Member, head: bytes, start: str) -> Iterator[Iterator[Row]]:
    if "<opml" in start[:4096].lower():
        yield _opml_rows(member)
        return
    page = _text_of(head).encode()
    if is_instagram_html(page):
        kind = instagram_kind(member.name, page)
        if kind is not None:
            yield _instagram_html_rows(member, head, kind)


def _opml_rows(member: Member) -> Iterator[Row]:
    with member.open() as stream:  # XML says its encoding itself
        yield from read_opml(stream, member.name)


def _instagram_html_rows(member: Member, head: bytes, kind: FileKind) -> Iterator[Row]:
    with _utf8(member, head) as stream:
        yield from read_instagram_html(stream, kind)


def _list_rows(member: Member, head: bytes, network: str) -> Iterator[Iterator[Row]]:
    sample = _text_of(head).removeprefix("\ufeff").splitlines()[:_SAMPLE]
    if is_tiktok_text(sample):
        following = "following" in member.name.rpartition("/")[2].lower()
        yield _line_rows(member, head, lambda rows: read_tiktok_text(rows, following=following))
        return
    if is_shunned(member.name, sample):
        if member.given:
            raise FollowerFileError(f"{member.name} lists people that an account blocked or muted; they are no leads")
        return
    cut = len(head) == _HEAD
    layout = layout_of(sample, cut=cut, network=network, strict=not member.given)
    if layout is not None:
        yield _line_rows(member, head, lambda rows: read_list(rows, layout, network=network))


def _line_rows(member: Member, head: bytes, read: Callable[[Iterator[str]], Iterator[Row]]) -> Iterator[Row]:
    with _utf8(member, head) as stream:
        yield from read(lines(stream))
