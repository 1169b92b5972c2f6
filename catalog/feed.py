"""The change feed: revisions raised at the end of a transaction, and what readers ask of it.

Only the newest row of a creator is kept, under a sequence number that is never reused.
"""

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection, Exists, delete, exists, func, select, union, update

from catalog import schema
from catalog.consent import VISIBLE
from catalog.engine import listed
from catalog.errors import FeedEpochChanged
from catalog.records import Change, FeedPosition
from catalog.unit import Unit, values_in

_CHANGED: Final = "changed"
_GONE: Final = "gone"


def is_shown() -> Exists:
    """Condition on ``creator``: it is no redirect and has an account that may be shown."""
    member, consent = schema.membership, schema.consent
    return exists(
        select(member.c.account_id)
        .join(consent, consent.c.account_id == member.c.account_id)
        .where(
            member.c.creator_id == schema.creator.c.id,
            consent.c.state.in_(VISIBLE),
            schema.creator.c.redirect_to.is_(None),
        )
    )


_TOUCHED: Final = union(
    select(schema.membership.c.creator_id).where(values_in(schema.membership.c.account_id, "accounts")),
    listed("creators"),
)
_RAISE: Final = (
    update(schema.creator)
    .where(schema.creator.c.id.in_(_TOUCHED))
    .values(revision=schema.creator.c.revision + 1)
    .returning(schema.creator.c.id, schema.creator.c.revision)
)
_SHOWN: Final = select(schema.creator.c.id).where(values_in(schema.creator.c.id), is_shown())
_DROP: Final = delete(schema.feed).where(values_in(schema.feed.c.creator_id))


def publish(unit: Unit) -> None:
    """Raise the revision of every creator that this transaction touched, and tell readers."""
    if not unit.dirty_accounts and not unit.dirty_creators:
        return
    touched = {"accounts": list(unit.dirty_accounts), "creators": list(unit.dirty_creators)}
    raised = {row.id: row.revision for row in unit.connection.execute(_RAISE, touched)}
    shown = {row.id for row in unit.fetch(_SHOWN, raised)}
    unit.connection.execute(_DROP, {"values": list(raised)})
    unit.insert(
        schema.feed,
        [
            {"creator_id": id_, "revision": revision, "kind": _CHANGED if id_ in shown else _GONE}
            for id_, revision in sorted(raised.items())
        ],
    )
    unit.dirty_accounts.clear()
    unit.dirty_creators.clear()


def head(connection: Connection, epoch: str) -> FeedPosition:
    """The position after the newest change."""
    return FeedPosition(epoch, connection.scalar(select(func.max(schema.feed.c.seq))) or 0)


def changes(connection: Connection, epoch: str, after: FeedPosition | None, limit: int) -> list[Change]:
    """The newest change of each creator after a position, oldest first.

    Raises FeedEpochChanged when the position belongs to another copy of the catalog.
    """
    if after is not None and after.epoch != epoch:
        raise FeedEpochChanged("the index follows another copy of this catalog: run `nichescout index rebuild`")
    feed = schema.feed
    statement = select(feed).where(feed.c.seq > (after.seq if after else 0)).order_by(feed.c.seq).limit(limit)
    return [
        Change(row.creator_id, row.revision, row.seq, gone=row.kind == _GONE) for row in connection.execute(statement)
    ]


def creator_ids(connection: Connection) -> Iterator[str]:
    """Every creator that may be shown, in order of id."""
    last = ""
    creator = schema.creator
    while ids := connection.scalars(
        select(creator.c.id).where(creator.c.id > last, is_shown()).order_by(creator.c.id).limit(1000)
    ).all():
        yield from ids
        last = ids[-1]
