"""Queries that are crawled again and again: when each is due, and which worker has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, or_, select, update

from catalog import schema
from catalog.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """One query with its rhythm. ``options`` are those of ``discover`` that each run gets."""

    id: int
    query: str
    every: timedelta
    options: Mapping[str, Any]
    created: datetime
    next_at: datetime
    last_at: datetime | None
    last_outcome: str | None
    running: bool  # a worker has it now


def add(unit: Unit, query: str, *, every: timedelta, options: Mapping[str, Any]) -> Schedule:
    """Schedule a query, first for now; one that is scheduled already gets the new rhythm and options."""
    table = schema.schedule
    values = {"every": int(every.total_seconds()), "options": dict(options)}
    if (known := _row(unit.connection, query)) is None:
        unit.insert(table, [{"query": query, "created": unit.now, "next_at": unit.now, **values}])
    else:
        next_at = unit.now if known.last_at is None else max(unit.now, known.last_at + every)
        unit.connection.execute(update(table).where(table.c.id == known.id).values(next_at=next_at, **values))
    row = _row(unit.connection, query)
    assert row is not None
    return _schedule(row, unit.now)


def remove(unit: Unit, query: str) -> bool:
    """Schedule a query (or the number that ``list`` shows) no more; False where there is none."""
    table = schema.schedule
    named = or_(table.c.query == query, table.c.id == (int(query) if query.isdecimal() else -1))
    return bool(unit.connection.execute(delete(table).where(named)).rowcount)


def schedules(connection: Connection, now: datetime) -> list[Schedule]:
    """All, the next one first."""
    table = schema.schedule
    return [_schedule(row, now) for row in connection.execute(select(table).order_by(table.c.next_at, table.c.id))]


def take_due(unit: Unit, worker: str, *, ttl: timedelta) -> Schedule | None:
    """The schedule that has been due for longest, leased to a worker; None where nothing is due or free."""
    table = schema.schedule
    free = or_(table.c.lease_until.is_(None), table.c.lease_until <= unit.now)
    due = select(table).where(table.c.next_at <= unit.now, free).order_by(table.c.next_at, table.c.id).limit(1)
    due = due.with_for_update(skip_locked=True)
    row = unit.connection.execute(due).one_or_none()
    if row is None:
        return None
    lease = {"lease_worker": worker, "lease_until": unit.now + ttl}
    unit.connection.execute(update(table).where(table.c.id == row.id).values(lease))
    return _schedule(row, unit.now)


def keep(unit: Unit, schedule_id: int, worker: str, *, ttl: timedelta) -> bool:
    """Prolong a lease; False when it was taken over."""
    table = schema.schedule
    mine = and_(table.c.id == schedule_id, table.c.lease_worker == worker)
    return bool(unit.connection.execute(update(table).where(mine).values(lease_until=unit.now + ttl)).rowcount)


def give_back(unit: Unit, schedule_id: int, worker: str, *, outcome: str, next_at: datetime) -> None:
    """End a run and say when the next one is due; a lease that was taken over changes nothing."""
    table = schema.schedule
    mine = and_(table.c.id == schedule_id, table.c.lease_worker == worker)
    values = {"lease_worker": None, "lease_until": None, "last_at": unit.now, "last_outcome": outcome}
    unit.connection.execute(update(table).where(mine).values(next_at=next_at, **values))


def reclaim(unit: Unit, worker: str) -> None:
    """What a dead worker had is free again."""
    table = schema.schedule
    theirs = update(table).where(table.c.lease_worker == worker)
    unit.connection.execute(theirs.values(lease_worker=None, lease_until=None))


def next_due(connection: Connection) -> datetime | None:
    """When the next schedule is due; None where there is none."""
    moment: datetime | None = connection.scalar(select(func.min(schema.schedule.c.next_at)))
    return moment


def _row(connection: Connection, query: str) -> Row[Any] | None:
    return connection.execute(select(schema.schedule).where(schema.schedule.c.query == query)).one_or_none()


def _schedule(row: Row[Any], now: datetime) -> Schedule:
    return Schedule(
        id=row.id,
        query=row.query,
        every=timedelta(seconds=row.every),
        options=row.options,
        created=row.created,
        next_at=row.next_at,
        last_at=row.last_at,
        last_outcome=row.last_outcome,
        running=row.lease_until is not None and row.lease_until > now,
    )
