"""The catalog itself, its change feed, who was forgotten, and what the operator said."""

from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from catalog.schema.base import cascading, metadata, serial
from catalog.types import UtcTime

meta: Final = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

feed: Final = Table(
    "feed",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("creator_id", String(26), ForeignKey("creator.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String, nullable=False),  # "changed" or "gone"
    UniqueConstraint("creator_id"),  # only the newest row of a creator is kept
    sqlite_autoincrement=True,
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
    Column("account_id", String(26), cascading("account.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("query", Text),
    Column("value", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("undone", UtcTime),
    Index(None, "account_id"),
)
