"""What lies on the desk of whoever uses this catalog: lists, watches, discoveries asked for, keys of the endpoint.

Entries name a creator by the id of its row, which outlives joins and merges (``creator.account_id`` follows them).
"""

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false

from catalog.schema.base import cascading, metadata, serial, ulid
from catalog.types import Json, UtcTime

api_key: Final = Table(
    "api_key",
    metadata,
    serial(),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False, unique=True),  # the key itself is shown once and kept nowhere
    Column("scope", String, nullable=False),  # "read", "write" or "admin"
    Column("per_minute", Integer, nullable=False),
    Column("created", UtcTime, nullable=False),
    Column("revoked", UtcTime),
    sqlite_autoincrement=True,
)

shortlist: Final = Table(
    "shortlist",
    metadata,
    serial(),
    Column("name", Text, nullable=False, unique=True),
    Column("brands", Json, nullable=False),  # whose mention by those listed is watched
    Column("created", UtcTime, nullable=False),
    sqlite_autoincrement=True,
)

shortlist_entry: Final = Table(
    "shortlist_entry",
    metadata,
    Column("list_id", Integer, cascading("shortlist.id"), primary_key=True),
    Column("creator_id", String(26), ForeignKey("creator.id"), primary_key=True),
    Column("status", String, nullable=False),
    Column("on_day", String),  # ISO date of the status
    Column("fee", Text, nullable=False),
    Column("next_step", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("query", Text, nullable=False),  # the search that it was found by, for its best quotation
    Column("added", UtcTime, nullable=False),
    Index(None, "creator_id"),
)

watch: Final = Table(
    "watch",
    metadata,
    serial(),
    Column("name", Text, nullable=False, unique=True),
    Column("query", Text, nullable=False),
    Column("options", Json, nullable=False),  # filters, by the names of the endpoint's parameters
    Column("webhook", Text, nullable=False),  # "" for none
    Column("created", UtcTime, nullable=False),
    Column("checked", UtcTime),
    sqlite_autoincrement=True,
)

watch_match: Final = Table(  # whom a watch has shown, and since when
    "watch_match",
    metadata,
    Column("watch_id", Integer, cascading("watch.id"), primary_key=True),
    Column("creator_id", String(26), ForeignKey("creator.id"), primary_key=True),
    Column("first_at", UtcTime, nullable=False),
    Index(None, "creator_id"),
)

delivery: Final = Table(  # what is to be sent to a webhook, or was
    "delivery",
    metadata,
    serial(),
    Column("watch_id", Integer, cascading("watch.id"), nullable=False),
    Column("creator_ids", Json, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("due", UtcTime),  # None: nothing more is tried
    Column("attempts", Integer, nullable=False),
    Column("outcome", Text, nullable=False),
    Index(None, "watch_id"),
    sqlite_autoincrement=True,
)

discovery: Final = Table(  # a discovery that a worker is asked to do
    "discovery",
    metadata,
    ulid(),
    Column("query", Text, nullable=False),
    Column("options", Json, nullable=False),
    Column("state", String, nullable=False),  # "waiting", "running", "done", "failed" or "cancelled"
    Column("created", UtcTime, nullable=False),
    Column("started", UtcTime),
    Column("ended", UtcTime),
    Column("progress", Json, nullable=False),
    Column("message", Text, nullable=False),
    Column("cancelled", Boolean, nullable=False, server_default=false()),  # somebody asked for its end
    Column("lease_worker", String),
    Column("lease_until", UtcTime),
    Index(None, "state"),
)
