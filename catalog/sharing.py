"""Index workers share the change feed: each leases parts of it, which are creators by a hash of their id.

All changes of a creator are in one part, one worker at a time has a part, and how far it has come is kept with the
lease. So no change is lost when a worker dies (the next one begins behind what was acknowledged) and none of a creator
overtakes another. Whoever lost the lease is refused when it acknowledges; what it had sent is older than what the next
one sends, which the revision tells.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, Exists, and_, delete, exists, func, or_, select, update

from catalog import schema
from catalog.engine import insert_new, is_settled
from catalog.records import PARTS, FeedPosition
from catalog.unit import Unit

_part, _feed = schema.feed_part, schema.feed
_KEPT: Final = timedelta(days=60)  # for which positions of an index are kept that nobody reads for


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPart:
    """A part of the feed, held by one worker. ``position``: what the index holds of it."""

    reader: str
    number: int
    token: str
    position: FeedPosition


def follow(unit: Unit, reader: str, held: Mapping[int, int]) -> None:
    """Set each part to where an index says that it is (0 where it says nothing), whoever has it.

    An index keeps its positions itself: after a restored snapshot they lie before those of here, and all comes again.
    Whoever has a part says soon how far it is now.
    """
    _begin(unit, reader)
    rows = unit.connection.execute(select(_part.c.part, _part.c.seq).where(_part.c.reader == reader)).all()
    for number, seq in rows:
        if seq != held.get(number, 0):
            unit.connection.execute(
                update(_part)
                .where(_part.c.reader == reader, _part.c.part == number, _part.c.seq == seq)
                .values(seq=held.get(number, 0))
            )


def take(
    unit: Unit, reader: str, worker: str, *, epoch: str, upto: int, most: int, ttl: timedelta
) -> tuple[FeedPart, ...]:
    """At most so many parts with changes up to a position, left alone for longest first.

    Those that nobody has, or that this worker left when it died. Empty: no part has any, or others have them.
    """
    _begin(unit, reader)
    rows = unit.connection.execute(
        select(_part)
        .where(_part.c.reader == reader, or_(_is_free(unit), _part.c.worker == worker), _waits(upto))
        .order_by(_part.c.taken_at, _part.c.part)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    parts = tuple(
        FeedPart(reader=reader, number=row.part, token=secrets.token_hex(16), position=FeedPosition(epoch, row.seq))
        for row in rows
    )
    for part in parts:
        unit.connection.execute(
            update(_part)
            .where(_part.c.reader == reader, _part.c.part == part.number)
            .values(worker=worker, token=part.token, lease_until=unit.now + ttl, taken_at=unit.now)
        )
    return parts


def go_on(unit: Unit, part: FeedPart, seq: int, *, ttl: timedelta) -> FeedPart | None:
    """Remember that the index holds what is up to ``seq``, and prolong the lease; None: it was taken over."""
    done = unit.connection.execute(
        update(_part).where(_mine(part), _part.c.seq <= seq).values(seq=seq, lease_until=unit.now + ttl)
    )
    return replace(part, position=FeedPosition(part.position.epoch, seq)) if done.rowcount else None


def give_back(unit: Unit, part: FeedPart) -> None:
    """End a lease, unless it was taken over."""
    unit.connection.execute(update(_part).where(_mine(part)).values(worker=None, token=None, lease_until=None))


def reached(connection: Connection, reader: str, upto: int) -> bool:
    """Whether an index holds all changes up to a position, whoever sent them."""
    behind = select(_part.c.part).where(_part.c.reader == reader, _waits(upto)).limit(1)
    return connection.scalar(behind) is None


def is_followed(connection: Connection, reader: str, since: datetime) -> bool:
    """Whether somebody took a part for this index since then."""
    taken = select(_part.c.part).where(_part.c.reader == reader, _part.c.token.is_not(None) | (_part.c.seq > 0))
    return connection.scalar(taken.where(_part.c.taken_at >= since).limit(1)) is not None


def _waits(upto: int) -> Exists:
    return exists().where(
        _feed.c.part == _part.c.part, _feed.c.seq > _part.c.seq, _feed.c.seq <= upto, is_settled(_feed.c.seq)
    )


def _is_free(unit: Unit) -> ColumnElement[bool]:
    return or_(_part.c.lease_until.is_(None), _part.c.lease_until <= unit.now)


def _mine(part: FeedPart) -> ColumnElement[bool]:
    return and_(_part.c.reader == part.reader, _part.c.part == part.number, _part.c.token == part.token)


_AT_THE_START: Final = {"seq": 0, "worker": None, "token": None, "lease_until": None}


def _begin(unit: Unit, reader: str) -> None:
    """The rows of an index that nobody has read for yet; those of indices that are long gone go."""
    if unit.connection.scalar(select(_part.c.part).where(_part.c.reader == reader).limit(1)) is None:
        oldest = select(_part.c.reader).group_by(_part.c.reader).having(func.max(_part.c.taken_at) < unit.now - _KEPT)
        unit.connection.execute(delete(_part).where(_part.c.reader.in_(oldest)))
        rows = [{"reader": reader, "part": n, "taken_at": unit.now, **_AT_THE_START} for n in range(PARTS)]
        unit.connection.execute(insert_new(unit.connection, _part), rows)
