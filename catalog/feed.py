"""The change feed: revisions raised at the end of a transaction, and what readers ask of it.

Only the newest row of a creator is kept, under a sequence number that is never reused. Where many write at once the
number tells the transaction, and readers stop before the oldest one that still runs: what commits late is not skipped.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final
from uuid import uuid4

from sqlalchemy import (
    ColumnElement,
    Connection,
    Exists,
    Integer,
    String,
    bindparam,
    cast,
    delete,
    exists,
    func,
    select,
    union,
    update,
)

from catalog import schema
from catalog.consent import VISIBLE
from catalog.engine import insert_new, is_settled
from catalog.errors import FeedEpochChanged
from catalog.items import Alias, AliasKind
from catalog.records import PARTS, Change, Deletions, FeedPosition
from catalog.suppression import Suppression
from catalog.unit import Unit, fetch, values_in

_CHANGED: Final = "changed"
_GONE: Final = "gone"
_DATABASE: Final = "database"  # key in ``meta``
_DELETIONS: Final = "deletions"  # key in ``meta``


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
    select(schema.creator.c.id).where(values_in(schema.creator.c.id, "creators")),
)
_of_touched = schema.creator.alias()
_IN_ORDER: Final = (  # locked in order of id, so that no two writers wait for each other
    select(_of_touched.c.id)
    .where(_of_touched.c.id.in_(_TOUCHED))
    .order_by(_of_touched.c.id)
    .with_for_update(key_share=True)
)
_RAISE: Final = (
    update(schema.creator)
    .where(schema.creator.c.id.in_(_IN_ORDER))
    .values(revision=schema.creator.c.revision + 1)
    .returning(schema.creator.c.id, schema.creator.c.revision)
)
_SHOWN: Final = select(schema.creator.c.id).where(values_in(schema.creator.c.id), is_shown())
_DROP: Final = delete(schema.feed).where(values_in(schema.feed.c.creator_id))

_NAMES_OF: Final = (
    select(
        schema.membership.c.creator_id,
        schema.account_alias.c.kind,
        schema.account_alias.c.value,
        schema.account.c.url,
    )
    .join(schema.account, schema.account.c.id == schema.membership.c.account_id)
    .join(schema.account_alias, schema.account_alias.c.account_id == schema.account.c.id)
    .where(values_in(schema.membership.c.creator_id), schema.account_alias.c.until.is_(None))
)


def publish(unit: Unit) -> None:
    """Raise the revision of every creator that this transaction touched, and tell readers."""
    if not unit.dirty_accounts and not unit.dirty_creators:
        return
    touched = {"accounts": list(unit.dirty_accounts), "creators": list(unit.dirty_creators)}
    raised = {row.id: row.revision for row in unit.rows(_RAISE, touched)}
    shown = {row.id for row in unit.fetch(_SHOWN, raised)}
    if told := [id_ for id_, revision in raised.items() if revision > 1]:
        unit.run(_DROP, {"values": told})
    unit.insert(
        schema.feed,
        [
            {
                "creator_id": id_,
                "revision": revision,
                "kind": _CHANGED if id_ in shown else _GONE,
                "part": part_of(id_),
            }
            for id_, revision in sorted(raised.items())
        ],
    )
    unit.dirty_accounts.clear()
    unit.dirty_creators.clear()


def part_of(creator_id: str) -> int:
    """The part of the feed that a creator's changes are in."""
    return zlib.crc32(creator_id.encode()) % PARTS


def head(connection: Connection, epoch: str) -> FeedPosition:
    """The position after the newest change that is settled."""
    newest = select(func.max(schema.feed.c.seq)).where(is_settled(schema.feed.c.seq))
    return FeedPosition(epoch, connection.scalar(newest) or 0)


def changes(
    connection: Connection,
    epoch: str,
    after: FeedPosition | None,
    limit: int,
    suppression: Suppression,
    *,
    part: int | None = None,
) -> list[Change]:
    """The newest change of each creator (of one part) after a position, oldest first; forgotten people are gone.

    Raises FeedEpochChanged when the position belongs to another copy of the catalog.
    """
    feed = schema.feed
    statement = select(feed).where(*_after(epoch, after)).order_by(feed.c.seq).limit(limit)
    if part is not None:
        statement = statement.where(feed.c.part == part)
    rows = connection.execute(statement).all()
    forgotten = forgotten_creators(connection, [row.creator_id for row in rows], suppression)
    return [
        Change(row.creator_id, row.revision, row.seq, gone=row.kind == _GONE or row.creator_id in forgotten)
        for row in rows
    ]


def pending(connection: Connection, epoch: str, after: FeedPosition | None) -> int:
    """How many changes ``changes`` would give. Raises FeedEpochChanged."""
    return connection.scalar(select(func.count()).select_from(schema.feed).where(*_after(epoch, after))) or 0


def _after(epoch: str, after: FeedPosition | None) -> tuple[ColumnElement[bool], ...]:
    if after is not None and after.epoch != epoch:
        raise FeedEpochChanged("the index follows another copy of this catalog: run `nichescout index rebuild`")
    return schema.feed.c.seq > (after.seq if after else 0), is_settled(schema.feed.c.seq)


def creator_ids(connection: Connection, suppression: Suppression) -> Iterator[str]:
    """Every creator that may be shown, in order of id."""
    last = ""
    creator = schema.creator
    while ids := connection.scalars(
        select(creator.c.id).where(creator.c.id > last, is_shown()).order_by(creator.c.id).limit(1000)
    ).all():
        forgotten = forgotten_creators(connection, ids, suppression)
        yield from (creator_id for creator_id in ids if creator_id not in forgotten)
        last = ids[-1]


def deletions(connection: Connection, suppression: Suppression) -> Deletions:
    """What was promised to be deleted so far."""
    count = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == _DELETIONS))
    return Deletions(int(count or 0), suppression.fingerprint(connection))


def count_deletion(unit: Unit) -> None:
    """This transaction deleted what somebody asked us not to keep: an index must leave nothing of it in its files."""
    unit.connection.execute(insert_new(unit.connection, schema.meta), [{"key": _DELETIONS, "value": "0"}])
    count = cast(schema.meta.c.value, Integer) + 1
    unit.connection.execute(
        update(schema.meta).where(schema.meta.c.key == _DELETIONS).values(value=cast(count, String))
    )


def renew_epoch(unit: Unit) -> str:
    """Name this copy anew: it was restored, and what follows the old name must look at everything again."""
    unit.connection.execute(delete(schema.meta).where(schema.meta.c.key == "epoch"))
    return name_epoch(unit)


def is_of(connection: Connection, database: str) -> bool:
    """Whether the feed was written in this very database, so that its positions mean something here."""
    known = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == _DATABASE))
    return (known or "") == database


def claim(unit: Unit, database: str) -> str:
    """The feed begins anew in this database, other positions, another epoch; unless somebody else was quicker."""
    unit.lock([_DATABASE])
    named = epoch(unit.connection)
    if named is not None and is_of(unit.connection, database):
        return named
    if not is_of(unit.connection, database):
        renumber(unit)
        unit.connection.execute(delete(schema.meta).where(schema.meta.c.key == _DATABASE))
        unit.insert(schema.meta, [{"key": _DATABASE, "value": database}])
    return renew_epoch(unit)


def renumber(unit: Unit) -> None:
    """Positions from one on, in the feed's own order: those it has are of another server's transactions."""
    seqs = unit.connection.scalars(select(schema.feed.c.seq).order_by(schema.feed.c.seq)).all()
    moved = update(schema.feed).where(schema.feed.c.seq == bindparam("old")).values(seq=bindparam("new"))
    if seqs:
        rows = [{"old": seq, "new": -number} for number, seq in enumerate(seqs, start=1)]
        unit.connection.execute(moved, rows)
        unit.connection.execute(update(schema.feed).values(seq=-schema.feed.c.seq))
    unit.connection.execute(delete(schema.feed_part))


def epoch(connection: Connection) -> str | None:
    """The name of this copy of the catalog, if it has one yet."""
    return connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == "epoch"))


def name_epoch(unit: Unit) -> str:
    """Give this copy a name, unless another process was quicker."""
    row = {"key": "epoch", "value": str(uuid4())}
    unit.connection.execute(insert_new(unit.connection, schema.meta), [row])
    return epoch(unit.connection) or row["value"]


def forgotten_creators(connection: Connection, ids: Iterable[str], suppression: Suppression) -> set[str]:
    """Those of these creators that have a name which was forgotten, as after a backup was restored."""
    if not suppression.in_use(connection):
        return set()
    creators: defaultdict[Alias, set[str]] = defaultdict(set)
    for row in fetch(connection, _NAMES_OF, ids):
        creators[Alias(AliasKind(row.kind), row.value)].add(row.creator_id)
        creators[Alias(AliasKind.URL, row.url)].add(row.creator_id)
    return set().union(*(creators[alias] for alias in suppression.held(connection, creators)))
