"""JSON in all its forms, as a stream: Instagram (old and new), TikTok, X, Bluesky and Mastodon answers as saved.

Only lists that are known to hold followers or followed accounts are built in memory, one entry after the other; what
else an export holds (messages, blocks, searches) is passed over.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import IO, Any, Final
from urllib.parse import unquote, urlsplit

import ijson
from ijson.common import ObjectBuilder

from catalog.identity import host_of
from crawler.followers.decoding import mended
from crawler.followers.model import FileKind, Follower, FollowerFileError, LeftOut, Row
from crawler.followers.names import read_name

MARKERS: Final = (b'"string_list_data"', b'"FansList"', b'"accountId"', b'"did"', b'"acct"', b'"UserName"')
"""One of these is in every file that is read here."""
_DEEPEST: Final = 200
_LARGEST_ENTRY: Final = 20_000  # values
_CLOSED_LABELS: Final = frozenset(("!no-unauthenticated", "!hide", "!takedown"))

_INSTAGRAM: Final = FileKind("Instagram followers", "follower")
_INSTAGRAM_FOLLOWING: Final = FileKind("Instagram following", "following")
_TIKTOK: Final = FileKind("TikTok followers", "follower")
_TIKTOK_FOLLOWING: Final = FileKind("TikTok following", "following")
_X: Final = FileKind("X followers", "follower")
_X_FOLLOWING: Final = FileKind("X following", "following")
_BLUESKY: Final = FileKind("Bluesky followers", "follower")
_BLUESKY_FOLLOWING: Final = FileKind("Bluesky following", "following")
_MASTODON: Final = FileKind("Mastodon accounts", "listed")

_Reader = Callable[[Mapping[str, Any]], Row | None]


def read_json(stream: IO[bytes], name: str) -> Iterator[Row]:
    """The rows of all lists that are known. Raises FollowerFileError where the JSON is cut off or too deep."""
    try:
        for key, entry in _entries(stream):
            row = _READERS[key](entry)
            if row is not None:
                yield row
    except ijson.JSONError as error:
        said = str(error).strip().partition("\n")[0][:80]
        raise FollowerFileError(f"{name} is cut off or no JSON ({said}); download it again") from error


def _entries(stream: IO[bytes]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Objects in lists with a known key ("" for a list that is the whole file), each with that key."""
    open_lists: list[str | None] = []  # the key of each open list, None for an object
    key = ""
    builder: ObjectBuilder | None = None
    inside = size = 0
    for event, value in ijson.basic_parse(stream, multiple_values=True, use_float=True):
        if builder is not None:
            builder.event(event, value)
            size += 1
            inside += (event.startswith("start_")) - (event.startswith("end_"))
            if size > _LARGEST_ENTRY:
                raise ijson.JSONError("one entry is far larger than a follower")
            if not inside:
                yield open_lists[-1] or "", builder.value
                builder = None
        elif event == "map_key":
            key = value
        elif event == "start_map" and open_lists and open_lists[-1] in _READERS:
            builder = ObjectBuilder()
            builder.event(event, value)
            inside, size = 1, 0
        elif event in ("start_map", "start_array"):
            open_lists.append(None if event == "start_map" else key if open_lists else "")
            if len(open_lists) > _DEEPEST:
                raise ijson.JSONError("nested too deeply")
        elif event in ("end_map", "end_array"):
            open_lists.pop()


def _in_a_bare_list(entry: Mapping[str, Any]) -> Row | None:
    """An entry of a file that is one list: Instagram's followers, X's, or an answer of a Mastodon server."""
    if "string_list_data" in entry:
        return _instagram(entry, _INSTAGRAM)
    for name, kind in (("follower", _X), ("following", _X_FOLLOWING)):
        if isinstance(entry.get(name), dict):
            return _x(entry[name], kind)
    if isinstance(entry.get("acct"), str):
        return _mastodon(entry)
    return None


def _instagram(entry: Mapping[str, Any], kind: FileKind) -> Row:
    """The name is in ``value``, else in the title, else at the end of the address."""
    listed = entry.get("string_list_data")
    data = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
    for name in (data.get("value"), entry.get("title"), _last_segment(data.get("href"))):
        if isinstance(name, str):
            row = read_name(mended(name), kind, network="instagram")
            if isinstance(row, Follower) and row.network == "instagram":
                return _since(row, data.get("timestamp"))
    return LeftOut.NO_NAME


def _last_segment(href: object) -> str:
    if not isinstance(href, str):
        return ""
    try:
        return unquote(urlsplit(href).path.rstrip("/").rpartition("/")[2])
    except ValueError:
        return ""


def _tiktok(entry: Mapping[str, Any], kind: FileKind) -> Row | None:
    name = entry.get("UserName", entry.get("userName"))
    if not isinstance(name, str):
        return None
    row = read_name(name, kind, network="tiktok")
    return _since(row, entry.get("Date")) if isinstance(row, Follower) else row or LeftOut.NO_NAME


def _x(entry: Mapping[str, Any], kind: FileKind) -> Row:
    number = entry.get("accountId")
    if not isinstance(number, str) or not number.isdecimal() or not number.isascii() or len(number) > 30:
        return LeftOut.NO_NAME
    return Follower(kind=kind, network="x", native_id=number)


def _bluesky(entry: Mapping[str, Any], kind: FileKind) -> Row | None:
    did, handle = entry.get("did"), entry.get("handle")
    if not isinstance(did, str) or not did.startswith("did:"):
        return None
    labels = entry.get("labels")
    if isinstance(labels, list) and any(
        isinstance(label, dict) and label.get("val") in _CLOSED_LABELS and not label.get("neg") for label in labels
    ):
        return LeftOut.ASKED
    named = read_name(handle, kind, network="bluesky") if isinstance(handle, str) else None
    known = named.handle if isinstance(named, Follower) and named.handle != "handle.invalid" else ""
    return Follower(kind=kind, network="bluesky", handle=known, native_id=did)


def _mastodon(entry: Mapping[str, Any]) -> Row:
    """A local account has no host in ``acct``, but its address has one."""
    if entry.get("noindex") is True or entry.get("discoverable") is False or entry.get("suspended") is True:
        return LeftOut.ASKED
    acct, url = entry["acct"], entry.get("url")
    if "@" not in acct and isinstance(url, str):
        try:
            acct = f"{acct}@{host_of(url)}"
        except ValueError:
            return LeftOut.NO_NAME
    row = read_name(f"@{acct.lstrip('@')}", _MASTODON)
    return row if isinstance(row, Follower) and row.network == "fediverse" else LeftOut.NO_NAME


def _since(row: Follower, said: object) -> Follower:
    """With the time of following: a unix time, or a date without a zone, which TikTok means in UTC."""
    moment: datetime | None = None
    try:
        if isinstance(said, int | float) and not isinstance(said, bool) and said > 0:
            moment = datetime.fromtimestamp(said, UTC)
        elif isinstance(said, str):
            moment = datetime.fromisoformat(said.removesuffix(" UTC").strip()).replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        moment = None
    return replace(row, since=moment)


def _kind(read: Callable[[Mapping[str, Any], FileKind], Row | None], kind: FileKind) -> _Reader:
    return lambda entry: read(entry, kind)


_READERS: Final[Mapping[str, _Reader]] = {
    "": _in_a_bare_list,
    "relationships_followers": _kind(_instagram, _INSTAGRAM),
    "relationships_following": _kind(_instagram, _INSTAGRAM_FOLLOWING),
    "FansList": _kind(_tiktok, _TIKTOK),
    "Following": _kind(_tiktok, _TIKTOK_FOLLOWING),
    "followers": _kind(_bluesky, _BLUESKY),
    "follows": _kind(_bluesky, _BLUESKY_FOLLOWING),
}
"""By the key under which the list stands; "" is a list that is the whole file."""
