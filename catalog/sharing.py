"""Index workers share the change feed: each leases parts of it, which are creators by a hash of their id.

All changes of a creator are in one part, one worker at a time has a part, and how far it has come is kept with the
lease. So no change is lost when a worker dies (the next one begins behind what was acknowledged) and none of a creator
overtakes another. Whoever lost the lease is refused when it acknowledges; what it had sent is older than what the next
one sends, which the revision tells.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, or_, select, update

from catalog import schema
from catalog.engine import insert_new, is_settled
from catalog.feed import PARTS
from catalog.records import FeedPosition
from catalog.unit import Unit

_part, _feed = schema.feed_part, schema.feed


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPart:
    """A part of the feed, held by one worker. ``position``: what the index holds of it."""

    reader: str
    number: int
    token: str
    position: FeedPosition


def take(unit: Unit, reader: str, worker: str, *, epoch: str, ttl: timedelta) -> FeedPart | None:
    """The free part with changes that was left alone for longest; None: no part has any, or others have them."""
    _begin(unit, reader)
    waits = exists().where(_feed.c.part == _part.c.part, _feed.c.seq > _part.c.seq, is_settled(_feed.c.seq))
    free = or_(_part.c.lease_until.is_(None), _part.c.lease_until <= unit.now)
    row = unit.connection.execute(
        select(_part)
        .where(_part.c.reader == reader, free, waits)
        .order_by(_part.c.taken_at, _part.c.part)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if row is None:
        return None
    part = FeedPart(reader=reader, number=row.part, token=secrets.token_hex(16), position=FeedPosition(epoch, row.seq))
    unit.connection.execute(
        update(_part)
        .where(_part.c.reader == reader, _part.c.part == row.part)
        .values(worker=worker, token=part.token, lease_until=unit.now + ttl, taken_at=unit.now)
    )
    return part


def go_on(unit: Unit, part: FeedPart, seq: int, *, ttl: timedelta) -> FeedPart | None:
    """Remember that the index holds what is up to ``seq``, and prolong the lease; None: it was taken over."""
    done = unit.connection.execute(
        update(_part).where(_mine(part), _part.c.seq <= seq).values(seq=seq, lease_until=unit.now + ttl)
    )
    return replace(part, position=FeedPosition(part.position.epoch, seq)) if done.rowcount else None


def give_back(unit: Unit, part: FeedPart) -> None:
    """End a lease, unless it was taken over."""
    unit.connection.execute(update(_part).where(_mine(part)).values(worker=None, token=None, lease_until=None))


def _mine(part: FeedPart) -> ColumnElement[bool]:
    return and_(_part.c.reader == part.reader, _part.c.part == part.number, _part.c.token == part.token)


_AT_THE_START: Final = {"seq": 0, "worker": None, "token": None, "lease_until": None}


def _begin(unit: Unit, reader: str) -> None:
    """The rows of an index that nobody has read for yet."""
    if unit.connection.scalar(select(_part.c.part).where(_part.c.reader == reader).limit(1)) is None:
        rows = [{"reader": reader, "part": n, "taken_at": unit.now, **_AT_THE_START} for n in range(PARTS)]
        unit.connection.execute(insert_new(unit.connection, _part), rows)
