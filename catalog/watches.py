"""Watches: saved searches, whom each has shown so far, and what is to be sent to its webhook."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, select, update

from catalog import schema
from catalog.errors import BadList, UnknownList
from catalog.unit import Unit

PAUSES: Final = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
"""Before the next attempt to deliver; after the last nothing more is tried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A saved search. ``checked``: when whoever keeps it last saw whom it shows."""

    id: int
    name: str
    query: str
    options: Mapping[str, Any]
    webhook: str
    created: datetime
    checked: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Somebody whom a watch has found, by the id that it has now, and since when."""

    creator_id: str
    first_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """News for a webhook. ``due`` None: it arrived, or nothing more is tried."""

    id: int
    watch_id: int
    creator_ids: tuple[str, ...]
    at: datetime
    due: datetime | None
    attempts: int
    outcome: str


def add_watch(unit: Unit, name: str, query: str, options: Mapping[str, Any], webhook: str = "") -> Watch:
    """Save a search. Raises BadList for a name that is taken, empty or too long."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= 100:
        raise BadList("a watch needs a name of 1 to 100 letters")
    table = schema.watch
    if unit.connection.scalar(select(table.c.id).where(func.lower(table.c.name) == name.lower())):
        raise BadList(f"there is a watch {name!r} already; give another name")
    values = {"name": name, "query": query, "options": dict(options), "webhook": webhook, "created": unit.now}
    return _watch(unit.connection.execute(table.insert().values(values).returning(table)).one())


def remove_watch(unit: Unit, watch_id: int) -> None:
    """Delete a watch with what it has shown. Raises UnknownList."""
    one_watch(unit.connection, watch_id)
    unit.connection.execute(delete(schema.watch).where(schema.watch.c.id == watch_id))


def watches(connection: Connection) -> list[Watch]:
    """All, by name."""
    return [_watch(row) for row in connection.execute(select(schema.watch).order_by(schema.watch.c.name))]


def one_watch(connection: Connection, watch_id: int) -> Watch:
    """Raises UnknownList."""
    row = connection.execute(select(schema.watch).where(schema.watch.c.id == watch_id)).one_or_none()
    if row is None:
        raise UnknownList(f"there is no watch {watch_id}")
    return _watch(row)


def watch_called(connection: Connection, name: str) -> Watch:
    """The watch of this name or number. Raises UnknownList."""
    table = schema.watch
    row = connection.execute(select(table).where(func.lower(table.c.name) == name.lower())).one_or_none()
    if row is not None:
        return _watch(row)
    if name.isdecimal() and len(name) < 10:
        return one_watch(connection, int(name))
    raise UnknownList(f"there is no watch {name!r}")


def keep_matches(unit: Unit, watch_id: int, creator_ids: Sequence[str], *, seen: bool = False) -> list[str]:
    """Remember whom the search shows now; returns those whom it did not show before (all, the first time).

    ``seen``: whoever keeps the watch saw them; else they are new to them until they do. The first time counts as seen:
    it is where the watch begins. News for a webhook are put down to be delivered, but not the first ones.
    """
    watch = one_watch(unit.connection, watch_id)
    known = {one.creator_id for one in shown(unit.connection, watch_id)}
    new = [key for key in dict.fromkeys(creator_ids) if key not in known]
    unit.insert(schema.watch_match, [{"watch_id": watch_id, "creator_id": key, "first_at": unit.now} for key in new])
    if watch.webhook and new and watch.checked is not None:
        row = {"watch_id": watch_id, "creator_ids": new, "at": unit.now, "due": unit.now, "attempts": 0, "outcome": ""}
        unit.insert(schema.delivery, [row])
    if seen or watch.checked is None:
        unit.connection.execute(update(schema.watch).where(schema.watch.c.id == watch_id).values(checked=unit.now))
    return new


def shown(connection: Connection, watch_id: int) -> list[Shown]:
    """Whom a watch has shown so far and who is still known, the newest first."""
    match, creator, member = schema.watch_match, schema.creator, schema.membership
    rows = connection.execute(
        select(member.c.creator_id, match.c.first_at)
        .join(creator, creator.c.id == match.c.creator_id)
        .join(member, member.c.account_id == creator.c.account_id)
        .where(match.c.watch_id == watch_id)
        .order_by(match.c.first_at.desc(), match.c.creator_id)
    )
    found: dict[str, datetime] = {}
    for row in rows:
        found[row.creator_id] = min(row.first_at, found.get(row.creator_id, row.first_at))
    return [Shown(creator_id=key, first_at=at) for key, at in found.items()]


def due_deliveries(connection: Connection, now: datetime) -> list[Delivery]:
    """What is to be sent now, oldest first."""
    table = schema.delivery
    rows = connection.execute(select(table).where(table.c.due <= now).order_by(table.c.id).limit(100))
    return [_delivery(row) for row in rows]


def deliveries(connection: Connection, watch_id: int) -> list[Delivery]:
    """The last fifty of a watch, the newest first."""
    table = schema.delivery
    rows = connection.execute(select(table).where(table.c.watch_id == watch_id).order_by(table.c.id.desc()).limit(50))
    return [_delivery(row) for row in rows]


def delivered(unit: Unit, delivery: Delivery, outcome: str, *, arrived: bool) -> None:
    """Write down how an attempt went; what did not arrive is tried again later, five times in all."""
    later = None if arrived or delivery.attempts >= len(PAUSES) else unit.now + PAUSES[delivery.attempts]
    table = schema.delivery
    values = {"attempts": delivery.attempts + 1, "due": later, "outcome": outcome[:500]}
    unit.connection.execute(update(table).where(table.c.id == delivery.id).values(values))


def drop_gone(unit: Unit, creator_ids: Iterable[str]) -> None:
    """Whoever is forgotten is on no list, in no watch and in no news."""
    gone = set(creator_ids)
    for table in (schema.shortlist_entry, schema.watch_match):
        unit.connection.execute(delete(table).where(table.c.creator_id.in_(gone)))
    table = schema.delivery
    for row in unit.connection.execute(select(table.c.id, table.c.creator_ids)).all():
        if gone & set(row.creator_ids):
            left = [key for key in row.creator_ids if key not in gone]
            unit.connection.execute(update(table).where(table.c.id == row.id).values(creator_ids=left))


def _watch(row: Row[Any]) -> Watch:
    return Watch(
        id=row.id,
        name=row.name,
        query=row.query,
        options=row.options,
        webhook=row.webhook,
        created=row.created,
        checked=row.checked,
    )


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        watch_id=row.watch_id,
        creator_ids=tuple(row.creator_ids),
        at=row.at,
        due=row.due,
        attempts=row.attempts,
        outcome=row.outcome,
    )
