"""Discoveries that somebody asked a worker to do: put down, taken, followed, ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, and_, func, or_, select, update

from catalog import schema
from catalog.errors import TooManyWaiting, UnknownDiscovery
from catalog.types import new_id
from catalog.unit import Unit

State = Literal["waiting", "running", "done", "failed", "cancelled"]
ENDED: Final = ("done", "failed", "cancelled")
MOST_WAITING: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """One discovery asked for. ``progress`` is what its worker said last."""

    id: str
    query: str
    options: Mapping[str, Any]
    state: State
    created: datetime
    started: datetime | None
    ended: datetime | None
    progress: Mapping[str, Any]
    message: str
    cancelled: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens."""
        return self.state in ENDED


def ask(unit: Unit, query: str, options: Mapping[str, Any]) -> Discovery:
    """Put a discovery down; one that waits or runs with the same words is that one. Raises TooManyWaiting."""
    table = schema.discovery
    open_ones = unit.connection.execute(select(table).where(table.c.state.not_in(ENDED))).all()
    for row in open_ones:
        if row.query == query and row.options == dict(options) and not row.cancelled:
            return _discovery(row)
    if len(open_ones) >= MOST_WAITING:
        raise TooManyWaiting(f"{MOST_WAITING} discoveries wait already; is a worker running? See: nichescout worker")
    key = new_id()
    fresh = {"state": "waiting", "created": unit.now, "progress": {}, "message": ""}
    unit.insert(table, [{"id": key, "query": query, "options": dict(options), **fresh}])
    return one(unit.connection, key)


def one(connection: Connection, key: str) -> Discovery:
    """Raises UnknownDiscovery."""
    row = connection.execute(select(schema.discovery).where(schema.discovery.c.id == key)).one_or_none()
    if row is None:
        raise UnknownDiscovery(f"there is no job {key!r}")
    return _discovery(row)


def newest(connection: Connection, *, limit: int) -> list[Discovery]:
    """The newest first."""
    table = schema.discovery
    return [_discovery(row) for row in connection.execute(select(table).order_by(table.c.id.desc()).limit(limit))]


def waiting(connection: Connection, now: datetime) -> bool:
    """Whether a worker could take one now."""
    return bool(connection.scalar(select(func.count()).select_from(schema.discovery).where(_takeable(now))))


def take(unit: Unit, worker: str, *, ttl: timedelta) -> Discovery | None:
    """The one that has waited longest, or whose worker is gone, leased; None: there is none."""
    table = schema.discovery
    row = unit.connection.execute(select(table).where(_takeable(unit.now)).order_by(table.c.id).limit(1)).one_or_none()
    if row is None:
        return None
    values = {
        "state": "running",
        "started": row.started or unit.now,
        "lease_worker": worker,
        "lease_until": unit.now + ttl,
    }
    unit.connection.execute(update(table).where(table.c.id == row.id).values(values))
    return one(unit.connection, row.id)


def tell(unit: Unit, key: str, worker: str, progress: Mapping[str, Any], *, ttl: timedelta) -> bool:
    """Write down how it goes, which prolongs the lease; False when it was taken over or is to end."""
    table = schema.discovery
    mine = and_(table.c.id == key, table.c.lease_worker == worker, table.c.state == "running")
    values = {"progress": dict(progress), "lease_until": unit.now + ttl}
    held = unit.connection.execute(update(table).where(mine).values(values)).rowcount
    return bool(held) and not one(unit.connection, key).cancelled


def end(unit: Unit, key: str, worker: str, state: State, message: str) -> None:
    """Say how it ended; ``waiting`` gives it back. A lease that was taken over changes nothing."""
    table = schema.discovery
    mine = and_(table.c.id == key, table.c.lease_worker == worker)
    values = {"state": state, "message": message[:1_000], "lease_worker": None, "lease_until": None}
    ended = {"ended": unit.now} if state in ENDED else {}
    unit.connection.execute(update(table).where(mine).values(**values, **ended))


def cancel(unit: Unit, key: str) -> Discovery:
    """End one that waits; one that runs is stopped by its worker at the next page. Raises UnknownDiscovery."""
    found = one(unit.connection, key)
    table = schema.discovery
    if not found.is_over:
        values: dict[str, Any] = {"cancelled": True}
        if found.state == "waiting":
            values |= {"state": "cancelled", "ended": unit.now}
        unit.connection.execute(update(table).where(table.c.id == key).values(values))
    return one(unit.connection, key)


def reclaim(unit: Unit, worker: str) -> None:
    """What a dead worker had waits again."""
    table = schema.discovery
    values = {"state": "waiting", "lease_worker": None, "lease_until": None}
    unit.connection.execute(
        update(table).where(table.c.lease_worker == worker, table.c.state == "running").values(values)
    )


def _takeable(now: datetime) -> Any:
    table = schema.discovery
    left = and_(table.c.state == "running", table.c.lease_until <= now)
    return and_(or_(table.c.state == "waiting", left), ~table.c.cancelled)


def _discovery(row: Row[Any]) -> Discovery:
    return Discovery(
        id=row.id,
        query=row.query,
        options=row.options,
        state=row.state,
        created=row.created,
        started=row.started,
        ended=row.ended,
        progress=row.progress,
        message=row.message,
        cancelled=row.cancelled,
    )
