"""Lists of creators with status, fee, next step and notes: kept, changed, read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, exists, func, select, update

from catalog import schema
from catalog.errors import BadList, UnknownCreator, UnknownList
from catalog.readers import resolve
from catalog.unit import Unit, chunks

Status = Literal["to contact", "contacted", "answered", "agreed", "declined"]
STATUSES: Final[tuple[Status, ...]] = ("to contact", "contacted", "answered", "agreed", "declined")
FIELDS: Final = ("status", "on_day", "fee", "next_step", "note")
LONGEST: Final = 2_000  # characters of a note


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """A list; ``creators`` counts those on it."""

    id: int
    name: str
    brands: tuple[str, ...]
    created: datetime
    creators: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A creator on a list, by the id that it has now."""

    creator_id: str
    status: Status
    on_day: str | None
    fee: str
    next_step: str
    note: str
    query: str
    added: datetime


def add_list(unit: Unit, name: str, brands: Iterable[str] = ()) -> Shortlist:
    """A new list. Raises BadList for a name that is taken, empty or too long."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise BadList("a list needs a name of 1 to 100 letters")
    table = schema.shortlist
    if unit.connection.scalar(select(table.c.id).where(func.lower(table.c.name) == name.lower())):
        raise BadList(f"there is a list {name!r} already; give another name")
    values = {"name": name, "brands": [], "created": unit.now}
    number = unit.connection.scalar(table.insert().values(values).returning(table.c.id))
    assert number is not None
    return set_brands(unit, number, brands)


def set_brands(unit: Unit, list_id: int, brands: Iterable[str]) -> Shortlist:
    """Whose mention by those listed is watched. Raises UnknownList, BadList."""
    kept = list(dict.fromkeys(" ".join(brand.split()) for brand in brands if brand.strip()))
    if len(kept) > 20 or any(len(brand) > 100 for brand in kept):
        raise BadList("a list watches at most 20 brands or codes of 100 letters each")
    if any(not any(letter.isalnum() for letter in brand) for brand in kept):
        raise BadList("a brand is a name, a @handle, a domain or a code")
    table = schema.shortlist
    unit.connection.execute(update(table).where(table.c.id == list_id).values(brands=kept))
    return one_list(unit.connection, list_id)


def remove_list(unit: Unit, list_id: int) -> None:
    """Delete a list with its notes. Raises UnknownList."""
    one_list(unit.connection, list_id)
    unit.connection.execute(delete(schema.shortlist).where(schema.shortlist.c.id == list_id))


def lists(connection: Connection) -> list[Shortlist]:
    """All, by name."""
    return [_list(row) for row in connection.execute(_LISTS.order_by(schema.shortlist.c.name))]


def one_list(connection: Connection, list_id: int) -> Shortlist:
    """Raises UnknownList."""
    row = connection.execute(_LISTS.where(schema.shortlist.c.id == list_id)).one_or_none()
    if row is None:
        raise UnknownList(f"there is no list {list_id}")
    return _list(row)


def list_called(connection: Connection, name: str) -> Shortlist:
    """The list of this name or number. Raises UnknownList."""
    table = schema.shortlist
    row = connection.execute(_LISTS.where(func.lower(table.c.name) == " ".join(name.split()).lower())).one_or_none()
    if row is None:
        if name.isdecimal() and len(name) < 10:
            return one_list(connection, int(name))
        raise UnknownList(f"there is no list {name!r}")
    return _list(row)


def put_entry(unit: Unit, list_id: int, creator: str, fields: Mapping[str, Any], *, query: str = "") -> Entry:
    """Put a creator on a list, or change what is noted there; what ``fields`` leaves out stays.

    Raises UnknownList, UnknownCreator, BadList.
    """
    one_list(unit.connection, list_id)
    creator_id = resolve(unit.connection, creator)
    if creator_id is None or not unit.connection.scalar(
        select(_member.c.creator_id).where(_member.c.creator_id == creator_id).limit(1)
    ):
        raise UnknownCreator(f"nobody is called {creator!r}; give an id, handle@host or an address")
    values = _checked(fields)
    rows = _rows(unit.connection, list_id, creator_id)
    table = schema.shortlist_entry
    if not rows:
        fresh: dict[str, Any] = {"status": STATUSES[0], "on_day": None, "fee": "", "next_step": "", "note": ""}
        known = {"list_id": list_id, "creator_id": creator_id, "query": query[:4_000], "added": unit.now}
        unit.insert(table, [{**fresh, **values, **known}])
    elif values:
        ids = [row.row_id for row in rows]
        unit.connection.execute(
            update(table).where(table.c.list_id == list_id, table.c.creator_id.in_(ids)).values(values)
        )
    return _entry(_rows(unit.connection, list_id, creator_id)[0])


def remove_entry(unit: Unit, list_id: int, creator: str) -> bool:
    """Take a creator off a list; False where it is not on it. Raises UnknownList."""
    one_list(unit.connection, list_id)
    ids = [row.row_id for row in _rows(unit.connection, list_id, resolve(unit.connection, creator) or creator)]
    table = schema.shortlist_entry
    unit.connection.execute(delete(table).where(table.c.list_id == list_id, table.c.creator_id.in_(ids)))
    return bool(ids)


def entries(connection: Connection, list_id: int) -> list[Entry]:
    """Those on a list, in the order added; joined ones once. Raises UnknownList."""
    one_list(connection, list_id)
    found: dict[str, Entry] = {}
    for row in _rows(connection, list_id):
        found.setdefault(row.now_id, _entry(row))
    return list(found.values())


def lists_of(connection: Connection, creator_ids: Sequence[str]) -> dict[str, list[Shortlist]]:
    """The lists that each of these creators is on, by name; those who are on none are left out."""
    on: dict[str, set[int]] = {}
    for part in chunks(creator_ids):
        for row in connection.execute(_ENTRIES.where(_member.c.creator_id.in_(part))):
            on.setdefault(row.now_id, set()).add(row.list_id)
    known = lists(connection) if on else []
    return {creator_id: [one for one in known if one.id in ids] for creator_id, ids in on.items()}


def is_listed(account_id: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that the creator of an account is on a list."""
    mine = select(_entry_table.c.creator_id).join(_creator, _creator.c.id == _entry_table.c.creator_id)
    theirs = _member.alias()
    return exists(
        mine.join(_member, _member.c.account_id == _creator.c.account_id)
        .join(theirs, theirs.c.creator_id == _member.c.creator_id)
        .where(theirs.c.account_id == account_id)
    )


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: value for name, value in fields.items() if name in FIELDS and value is not None}
    if "status" in values and values["status"] not in STATUSES:
        raise BadList(f"no status {values['status']!r}: one of {', '.join(STATUSES)}")
    if values.get("on_day"):
        try:
            values["on_day"] = date.fromisoformat(str(values["on_day"])).isoformat()
        except ValueError:
            raise BadList(f"{values['on_day']!r} is no day like 2026-11-23") from None
    elif "on_day" in values:
        values["on_day"] = None
    for name in ("fee", "next_step", "note"):
        if len(values.get(name, "")) > LONGEST:
            raise BadList(f"{name} has more than {LONGEST} letters")
    return values


_entry_table, _creator, _member = schema.shortlist_entry, schema.creator, schema.membership
_ENTRIES: Final[Select[Any]] = (
    select(_entry_table, _entry_table.c.creator_id.label("row_id"), _member.c.creator_id.label("now_id"))
    .join(_creator, _creator.c.id == _entry_table.c.creator_id)
    .join(_member, _member.c.account_id == _creator.c.account_id)
)
_LISTS: Final[Select[Any]] = (
    select(schema.shortlist, func.count(func.distinct(_member.c.creator_id)).label("creators"))
    .outerjoin(_entry_table, _entry_table.c.list_id == schema.shortlist.c.id)
    .outerjoin(_creator, _creator.c.id == _entry_table.c.creator_id)
    .outerjoin(_member, _member.c.account_id == _creator.c.account_id)
    .group_by(schema.shortlist.c.id)
)


def _rows(connection: Connection, list_id: int, creator_id: str | None = None) -> list[Row[Any]]:
    statement = _ENTRIES.where(_entry_table.c.list_id == list_id)
    if creator_id is not None:
        statement = statement.where(_member.c.creator_id == creator_id)
    return list(connection.execute(statement.order_by(_entry_table.c.added, _entry_table.c.creator_id)))


def _list(row: Row[Any]) -> Shortlist:
    return Shortlist(id=row.id, name=row.name, brands=tuple(row.brands), created=row.created, creators=row.creators)


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        creator_id=row.now_id,
        status=row.status,
        on_day=row.on_day,
        fee=row.fee,
        next_step=row.next_step,
        note=row.note,
        query=row.query,
        added=row.added,
    )
