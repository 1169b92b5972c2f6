"""Accounts, what is known of them, and the creators that they are joined to."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from catalog.schema.base import cascading, metadata, serial, ulid
from catalog.types import Json, UtcTime

account: Final = Table(
    "account",
    metadata,
    ulid(),
    Column("platform", String, nullable=False),
    Column("host", String, nullable=False),
    Column("handle", String),
    Column("native_id", String),
    Column("url", Text, nullable=False),
    Column("identity_rank", Integer, nullable=False),  # provenance of the six columns above
    Column("read", Boolean, nullable=False),  # its own page (or a whole copy) was read; else known by name only
    Column("moved_kind", String),
    Column("moved_value", Text),
    Column("collection_id", String),
    Column("first_seen", UtcTime, nullable=False),
    Column("last_fetched", UtcTime, nullable=False),
    Index(None, "moved_value"),
    Index(None, "collection_id"),
)

account_alias: Final = Table(
    "account_alias",
    metadata,
    serial(),
    Column("account_id", String(26), cascading("account.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("value", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("until", UtcTime),  # handles and their addresses change hands; an ended row is history
    Index(None, "account_id"),
)
Index(
    "uq_account_alias_current",
    account_alias.c.value,
    account_alias.c.kind,
    unique=True,
    sqlite_where=account_alias.c.until.is_(None),
    postgresql_where=account_alias.c.until.is_(None),
)

consent: Final = Table(
    "consent",
    metadata,
    Column("account_id", String(26), cascading("account.id"), primary_key=True),
    Column("state", String, nullable=False),  # what holds: the words below, weighed (consent.py)
    Column("reason", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("strength", String),  # of the word that holds; NULL where none does
    Column("setting_state", String),  # the account's newest own setting
    Column("setting_at", UtcTime),
    Column("default_state", String),  # what its pages allow where no setting was seen
    Column("default_at", UtcTime),
    Column("copy_state", String),  # a copy elsewhere: may lower, never raise
    Column("copy_at", UtcTime),
    Index(None, "url"),
)

profile: Final = Table(
    "profile",
    metadata,
    Column("account_id", String(26), cascading("account.id"), primary_key=True),
    Column("provenance", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", Text, nullable=False),
    Column("bio", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("languages", Json, nullable=False),
    Column("tags", Json, nullable=False),
    Column("created_at", UtcTime),
    Column("created_precision", String),
    Column("created_origin", String),
    Column("complete", Boolean, nullable=False),
    Column("page_url", Text, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
)

account_link: Final = Table(
    "account_link",
    metadata,
    Column("account_id", String(26), cascading("account.id"), primary_key=True),
    Column("provenance", String, primary_key=True),
    Column("url", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("rel_me", Boolean, nullable=False),
    Column("verified_at", UtcTime),
    Column("text", Text, nullable=False),
    Index(None, "url"),
)

account_count: Final = Table(
    "account_count",
    metadata,
    Column("account_id", String(26), cascading("account.id"), primary_key=True),
    Column("day", Integer, primary_key=True),  # days since 1970: one observation a day at most
    Column("at", UtcTime, nullable=False),
    Column("followers", Integer),
    Column("followers_step", Integer),  # to which the platform rounds them; null: exact
    Column("following", Integer),
    Column("posts", Integer),
)

creator: Final = Table(
    "creator",
    metadata,
    ulid(),
    Column("account_id", String(26), cascading("account.id", cascade=False)),  # the account it was made for
    Column("revision", Integer, nullable=False),
    Column("redirect_to", String(26), ForeignKey("creator.id")),
    Column("first_seen", UtcTime, nullable=False),
    Index(None, "account_id"),
    Index(None, "redirect_to"),
)

membership: Final = Table(
    "membership",
    metadata,
    Column("account_id", String(26), cascading("account.id"), primary_key=True),
    Column("creator_id", String(26), ForeignKey("creator.id"), nullable=False),
    Index(None, "creator_id"),
)

join_edge: Final = Table(
    "join_edge",
    metadata,
    Column("a", String(26), cascading("account.id"), primary_key=True),  # a < b
    Column("b", String(26), cascading("account.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("evidence_url", Text, nullable=False),
    Column("seen", UtcTime, nullable=False),
    Column("revoked", UtcTime),
    Column("revoked_by", String),  # "evidence": the link is gone; "operator": a mark says so
    Column("applied", Boolean, nullable=False, server_default=false()),  # False: revoked, or waits for review
    Index(None, "b"),
)
