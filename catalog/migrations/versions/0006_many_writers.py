"""Many writers and many index workers: parts of the feed, leases on them; on PostgreSQL larger numbers and its feed."""

import zlib

import sqlalchemy as sa
from alembic import op

from catalog.on_postgres import NEW_POSITION
from catalog.types import UtcTime

revision = "0006"
down_revision = "0005"

_LARGE = (  # columns that hold ids of addresses and tasks, of which there may be more than two thousand million
    ("address", "id"), ("revisit", "address_id"), ("task", "id"), ("task", "address_id"), ("task_parent", "task_id"),
    ("task_parent", "parent_id"), ("account_seen", "task_id"), ("post_seen", "task_id"), ("finding", "task_id"),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("feed", sa.Column("part", sa.SmallInteger(), nullable=False, server_default="0"))
    feed = sa.table("feed", sa.column("seq"), sa.column("creator_id"), sa.column("part"))
    connection = op.get_bind()
    for seq, creator_id in connection.execute(sa.select(feed.c.seq, feed.c.creator_id)).all():
        part = zlib.crc32(creator_id.encode()) % 64
        connection.execute(feed.update().where(feed.c.seq == seq).values(part=part))
    op.create_index(op.f("ix_feed_part_seq"), "feed", ["part", "seq"], unique=False)
    op.create_table(
        "feed_part",
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("part", sa.SmallInteger(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("token", sa.String(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("taken_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "part", name=op.f("pk_feed_part")),
    )
    if connection.dialect.name == "postgresql":
        _for_postgres()


def _for_postgres() -> None:
    for table, column in _LARGE:
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE bigint")
    for table in ("address", "task"):
        op.execute(f"ALTER SEQUENCE {table}_id_seq AS bigint")
    op.execute("ALTER TABLE feed ALTER COLUMN seq TYPE bigint")
    op.execute("ALTER SEQUENCE feed_seq_seq AS bigint")
    op.execute(f"ALTER TABLE feed ALTER COLUMN seq SET DEFAULT ({NEW_POSITION})")
    op.execute(  # the best waiting tasks of a seed, without looking at the others
        "CREATE INDEX ix_task_waiting ON task (job_id, seed_id, score DESC, id) INCLUDE (key, not_before) "
        "WHERE state = 'waiting'"
    )
