"""Posts with their names, history and counts."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from catalog.schema.base import cascading, metadata, ulid
from catalog.types import Json, UtcTime

post: Final = Table(
    "post",
    metadata,
    ulid(),
    Column("account_id", String(26), cascading("account.id"), nullable=False),
    Column("native_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String),
    Column("tags", Json, nullable=False),
    Column("published_at", UtcTime),
    Column("published_precision", String),
    Column("published_origin", String),
    Column("edited_at", UtcTime),
    Column("edited_precision", String),
    Column("edited_origin", String),
    Column("place", Text, nullable=False),
    Column("provenance", String, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("first_seen", UtcTime, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
    Column("page_url", Text, nullable=False),  # the page that showed it first
    UniqueConstraint("account_id", "native_id"),
)

post_alias: Final = Table(
    "post_alias",
    metadata,
    Column("value", Text, primary_key=True),  # permalink, or the native id of a copy ("account id native id")
    Column("post_id", String(26), cascading("post.id"), primary_key=True),
    Index(None, "post_id"),
)

post_history: Final = Table(
    "post_history",
    metadata,
    Column("post_id", String(26), cascading("post.id"), primary_key=True),
    Column("replaced_at", UtcTime, primary_key=True),
    Column("hash", String, nullable=False),  # of the text that was replaced
)

interaction: Final = Table(
    "interaction",
    metadata,
    Column("post_id", String(26), cascading("post.id"), primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("likes", Integer),
    Column("shares", Integer),
    Column("comments", Integer),
    Column("distinct_repliers", Integer),
    Column("author_reply_share", Float),
)
