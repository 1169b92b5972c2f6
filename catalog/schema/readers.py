"""The catalog itself, its change feed, who was forgotten, and what the operator said."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from catalog.schema.base import LARGE, cascading, large_serial, metadata, serial
from catalog.types import UtcTime

meta: Final = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

feed: Final = Table(
    "feed",
    metadata,
    large_serial("seq"),
    Column("creator_id", String(26), ForeignKey("creator.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String, nullable=False),  # "changed" or "gone"
    Column("part", SmallInteger, nullable=False, server_default="0"),  # of the creators, for index workers that share
    Index(None, "part", "seq"),
    UniqueConstraint("creator_id"),  # only the newest row of a creator is kept
    sqlite_autoincrement=True,
)

feed_part: Final = Table(  # how far the workers of one index have come in a part of the feed, and who has it now
    "feed_part",
    metadata,
    Column("reader", String, primary_key=True),
    Column("part", SmallInteger, primary_key=True),
    Column("seq", LARGE, nullable=False),
    Column("worker", String),
    Column("token", String),
    Column("lease_until", UtcTime),
    Column("taken_at", UtcTime, nullable=False),  # the one left alone for longest is taken first
)

suppression: Final = Table(
    "suppression",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("reference", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

mark: Final = Table(
    "mark",
    metadata,
    serial(),
    Column("kind", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("query", Text),
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("undone_at", UtcTime),
    sqlite_autoincrement=True,
)

mark_name: Final = Table(  # of whom a mark speaks: names, not ids, so that it outlives an account that comes back
    "mark_name",
    metadata,
    Column("mark_id", Integer, cascading("mark.id"), primary_key=True),
    Column("other", Boolean, primary_key=True),  # of the second creator: "same as", "not same as"
    Column("kind", String, primary_key=True),
    Column("value", Text, primary_key=True),
    Index(None, "value"),
)
