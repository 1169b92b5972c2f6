"""Lists that people make themselves or that servers hand out as text: CSV with or without a header, one name a line,
TikTok's text form.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from catalog.networks import NETWORKS
from crawler.followers.model import FileKind, Follower, FollowerFileError, LeftOut, Row
from crawler.followers.names import is_mail, read_name

_DELIMITERS: Final = (",", ";", "\t", "|")
_NAMES: Final = (
    "account address", "acct", "handle", "username", "user name", "user_name", "screen name", "screen_name", "account",
    "profile", "profile url", "profile_url", "url", "link", "address", "website", "name", "user", "follower", "did",
    "benutzername", "usuario", "nom d'utilisateur",
)  # fmt: skip
"""Headers of a column that names people, the surest first."""
_NETWORKS: Final = ("network", "platform", "source")
_DATES: Final = ("date", "since", "followed at", "followed_at", "timestamp", "followed")
_MAILS: Final = ("email", "e-mail", "mail", "e-mail address", "email address")
_OTHERS: Final = (
    "show boosts", "notify on new posts", "languages", "hide notifications", "followers", "following", "bio", "notes",
    "full name", "full_name", "id", "location", "city", "first name", "last name", "status", "tags", "phone",
)  # fmt: skip
_MUTES: Final = "hide notifications"
_SHUNNED: Final = re.compile(r"block|mute")
_ENOUGH: Final = 0.6  # of the lines name somebody, or it is no list
_TIKTOK: Final = FileKind("TikTok followers", "follower")
_TIKTOK_LINE: Final = re.compile(r"\s*(Date|User ?name)\s*:\s*(.*?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a list is to be read: columns are numbers from 0; -1: there is none."""

    kind: FileKind
    delimiter: str
    has_header: bool
    column: int
    network_column: int = -1
    date_column: int = -1
    mails: bool = False


def layout_of(sample: Sequence[str], *, cut: bool, network: str, strict: bool) -> Layout | None:
    """The layout of a list from its first lines; None when it is none. ``cut``: the last line may be half a line.

    ``strict``: only a header that names people will do.
    """
    whole = [
        line for line in (sample[:-1] if cut and len(sample) > 1 else sample) if line.strip() and not _is_note(line)
    ]
    if not whole:
        return None
    delimiter = _delimiter(whole)
    rows = list(csv.reader(whole, delimiter=delimiter))
    header = [cell.strip().strip("\ufeff").lower() for cell in rows[0]]
    if _is_header(header):
        return _with_header(header, delimiter)
    return None if strict else _without_header(rows, delimiter, network)


def read_list(rows: Iterator[str], layout: Layout, *, network: str) -> Iterator[Row]:
    """The names of a list; lines that begin with "#" are notes."""
    lines = (line.replace("\0", "") for line in rows if line.strip() and not _is_note(line))
    cells = csv.reader(lines, delimiter=layout.delimiter)
    try:
        for number, row in enumerate(cells):
            if (number or not layout.has_header) and any(cell.strip() for cell in row):
                yield _named(row, layout, network)
    except csv.Error as error:
        raise FollowerFileError(f"a row near line {cells.line_num} cannot be read ({error})") from error


def is_shunned(name: str, sample: Sequence[str]) -> bool:
    """Whether a list is of people to stay away from: mutes have a header of their own, blocks only a name."""
    return any(_MUTES in line.lower() for line in sample[:1]) or bool(_SHUNNED.search(name.rpartition("/")[2].lower()))


def is_tiktok_text(sample: Sequence[str]) -> bool:
    """Whether these lines are TikTok's "Date: ..." and "Username: ..."."""
    said = [match[1].lower() for line in sample if (match := _TIKTOK_LINE.fullmatch(line))]
    return "date" in said and any(word.startswith("user") for word in said)


def read_tiktok_text(rows: Iterator[str], *, following: bool) -> Iterator[Row]:
    """Every "Username:", with the "Date:" above it."""
    kind = FileKind("TikTok following", "following") if following else _TIKTOK
    since: datetime | None = None
    for line in rows:
        match = _TIKTOK_LINE.fullmatch(line)
        if match is None:
            continue
        if match[1].lower() == "date":
            since = _moment(match[2])
            continue
        row = read_name(match[2], kind, network="tiktok")
        yield replace(row, since=since) if isinstance(row, Follower) else row or LeftOut.NO_NAME
        since = None


def _is_note(line: str) -> bool:
    return line.lstrip().startswith("#")


def _delimiter(lines: Sequence[str]) -> str:
    """The sign that parts most lines into the same number of cells, of equals the one with most cells."""
    return max(_DELIMITERS, key=lambda sign: _evenness(lines, sign))


def _evenness(lines: Sequence[str], sign: str) -> tuple[int, int]:
    width, rows = Counter(map(len, csv.reader(lines, delimiter=sign))).most_common(1)[0]
    return (rows, width) if width > 1 else (0, 0)


def _is_header(cells: Sequence[str]) -> bool:
    known = {*_NAMES, *_NETWORKS, *_DATES, *_MAILS, *_OTHERS}
    named = [cell for cell in cells if cell in known]
    return bool(named) and any(cell in _NAMES or cell in _MAILS for cell in cells) and len(named) * 2 >= len(cells)


def _with_header(header: Sequence[str], delimiter: str) -> Layout | None:
    columns = [header.index(name) for name in _NAMES if name in header]
    mails = not columns
    if mails:
        columns = [header.index(name) for name in _MAILS if name in header]
    following = "account address" in header
    return Layout(
        FileKind("Mastodon following", "following") if following else FileKind("list of handles", "listed"),
        delimiter, True, columns[0], _first(header, _NETWORKS), _first(header, _DATES), mails=mails,
    )  # fmt: skip


def _first(header: Sequence[str], names: Sequence[str]) -> int:
    return next((header.index(name) for name in names if name in header), -1)


def _without_header(rows: Sequence[Sequence[str]], delimiter: str, network: str) -> Layout | None:
    """The column that names most people; none when too few lines do."""
    kind = FileKind("list of handles", "listed")
    mails = any(is_mail(cell) for row in rows for cell in row)
    width = max(map(len, rows))
    scores = [(_share(rows, column, kind, network), -column) for column in range(min(width, 50))]
    share, column = max(scores)
    return Layout(kind, delimiter, False, -column, mails=mails) if share >= _ENOUGH else None


def _share(rows: Sequence[Sequence[str]], column: int, kind: FileKind, network: str) -> float:
    """How many rows name somebody there; a name with its host or an "@" weighs more than a bare word."""
    weight = 0.0
    for row in rows:
        cell = row[column].strip() if column < len(row) else ""
        found = read_name(cell, kind, network=network)
        if found is LeftOut.MAIL or isinstance(found, Follower):
            sure = found is LeftOut.MAIL or cell.startswith("@") or (found.network not in ("", network))
            weight += 1.0 if sure else 0.7 if any(letter.isalpha() for letter in cell) else 0.0
    return weight / len(rows)


def _named(row: Sequence[str], layout: Layout, network: str) -> Row:
    cell = row[layout.column] if layout.column < len(row) else ""
    home = _cell(row, layout.network_column).lower()
    home = home if home in NETWORKS else network
    found = read_name(cell, layout.kind, network=home, mails=layout.mails)
    if not isinstance(found, Follower):
        return found or LeftOut.NO_NAME
    return replace(found, since=_moment(_cell(row, layout.date_column)))


def _cell(row: Sequence[str], column: int) -> str:
    return row[column].strip() if 0 <= column < len(row) else ""


def _moment(written: str) -> datetime | None:
    try:
        if written.isdecimal() and len(written) in (10, 13):
            return datetime.fromtimestamp(int(written[:10]), UTC)
        found = datetime.fromisoformat(written.removesuffix(" UTC").strip())
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
