"""What the operator's marks say now: which hold for a creator, which accounts they join and keep apart.

Marks are never overwritten. Of several about one subject the newest that was not undone holds, so that undoing one
brings the one before it back. They name accounts by their strongest names, not by our ids, and hold for whatever
account has such a name: after a re-crawl, a join or a split. Writing them is in ``marking.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import Connection, Row, and_, select, union

from catalog import schema
from catalog.records import Mark, MarkRow
from catalog.unit import Unit, fetch, values_in

_NEVER: Final = datetime.min.replace(tzinfo=UTC)
Pair = tuple[str, str]
Moment = tuple[datetime, int]
"""When something was said, and the number of the mark."""

_SUBJECT: Final = {"relevant": "relevance", "not-relevant": "relevance", "not-in": "place", "not-same-as": "same-as"}
_mark, _name, _alias = schema.mark, schema.mark_name, schema.account_alias
_theirs = _name.alias()
_their_alias = _alias.alias()
_MEMBERS: Final = (
    select(_mark, _alias.c.account_id)
    .join(_name, _name.c.mark_id == _mark.c.id)
    .join(_alias, and_(_alias.c.value == _name.c.value, _alias.c.kind == _name.c.kind, _alias.c.until.is_(None)))
    .where(~_name.c.other)
)
_OF_ACCOUNTS: Final = _MEMBERS.where(values_in(_alias.c.account_id), _mark.c.undone_at.is_(None))
_pairs = (
    select(_mark.c.id, _mark.c.kind, _mark.c.at, _alias.c.account_id.label("a"), _their_alias.c.account_id.label("b"))
    .join(_name, and_(_name.c.mark_id == _mark.c.id, ~_name.c.other))
    .join(_alias, and_(_alias.c.value == _name.c.value, _alias.c.kind == _name.c.kind, _alias.c.until.is_(None)))
    .join(_theirs, and_(_theirs.c.mark_id == _mark.c.id, _theirs.c.other))
    .join(
        _their_alias,
        and_(
            _their_alias.c.value == _theirs.c.value,
            _their_alias.c.kind == _theirs.c.kind,
            _their_alias.c.until.is_(None),
        ),
    )
    .where(_mark.c.undone_at.is_(None), _alias.c.account_id != _their_alias.c.account_id)
)
_PAIRS: Final = union(*(_pairs.where(values_in(side.c.account_id)) for side in (_alias, _their_alias)))


class Said(NamedTuple):
    """Pairs of accounts, the smaller id first."""

    same: Mapping[Pair, Moment]  # one person, and when it was said
    apart: frozenset[Pair]

    def with_more(self, other: Self) -> Self:
        """Both."""
        return type(self)({**self.same, **other.same}, self.apart | other.apart)

    def newest_first(self) -> list[Pair]:
        """Pairs that are one person."""
        return sorted(self.same, key=lambda pair: self.same[pair], reverse=True)


def said_of(unit: Unit, accounts: Iterable[str]) -> Said:
    """Pairs with one of these accounts that the operator calls one person, or two."""
    newest: dict[Pair, tuple[Moment, str]] = {}
    for row in unit.fetch(_PAIRS, sorted(accounts)):
        pair = min(row.a, row.b), max(row.a, row.b)
        word = (row.at, row.id), row.kind
        newest[pair] = max(word, newest.get(pair, word))
    same = {pair: when for pair, (when, kind) in newest.items() if kind == "same-as"}
    return Said(same, frozenset(newest.keys() - same.keys()))


def marks_of(connection: Connection, creator_of: Mapping[str, str]) -> Mapping[str, tuple[Mark, ...]]:
    """By creator, the marks that hold, newest first (``creator_of``: account → creator)."""
    rows: defaultdict[str, dict[int, Row[Any]]] = defaultdict(dict)
    for row in fetch(connection, _OF_ACCOUNTS, creator_of):
        rows[creator_of[row.account_id]][row.id] = row
    return {
        creator_id: tuple(row.mark for row in still_hold(_row(creator_id, each) for each in mine.values()))
        for creator_id, mine in rows.items()
    }


def mark_rows(connection: Connection, creator_id: str | None) -> list[MarkRow]:
    """Every mark, undone or not, oldest first; of one creator or of all."""
    member = schema.membership
    creators: defaultdict[int, set[str]] = defaultdict(set)
    statement = _MEMBERS.join(member, member.c.account_id == _alias.c.account_id).add_columns(member.c.creator_id)
    for row in connection.execute(statement):
        creators[row.id].add(row.creator_id)
    found = []
    for row in connection.execute(select(_mark).order_by(_mark.c.id)):
        mine = creators[row.id]
        if creator_id is None or creator_id in mine:
            found.append(_row(creator_id or min(mine, default=None), row))
    return found


def still_hold(rows: Iterable[MarkRow]) -> list[MarkRow]:
    """Those marks of one creator that no newer one overrules, newest first. A creator has one home."""
    held = []
    spoken_of: set[tuple[str, str]] = set()
    for row in sorted(rows, key=lambda row: (row.mark.at or _NEVER, row.id), reverse=True):
        about = {subject(row.mark), ("home", "")} if row.mark.kind == "place" else {subject(row.mark)}
        if row.undone_at is None and not about & spoken_of:
            held.append(row)
            spoken_of |= about
    return held


def subject(mark: Mark) -> tuple[str, str]:
    """What a mark is about: two marks about the same do not hold at once."""
    about = _SUBJECT.get(mark.kind, mark.kind)
    detail = mark.query or "" if about == "relevance" else mark.value if about in ("place", "same-as") else ""
    return about, " ".join(detail.casefold().split())


def _row(creator_id: str | None, row: Row[Any]) -> MarkRow:
    mark = Mark(kind=row.kind, value=row.value, query=row.query, reason=row.reason, at=row.at)
    return MarkRow(id=row.id, creator_id=creator_id, mark=mark, undone_at=row.undone_at)
