"""The tables. Portable SQLAlchemy Core; what one database does differently is in ``engine.py``.

Ids of creators, accounts and posts are ULIDs that we assign and never reuse. ``migrations/`` makes these tables;
a test holds the two together.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from catalog.types import Json, UtcTime

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id() -> Column[str]:
    return Column("id", String(26), primary_key=True)


def _serial() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _to(target: str, *, cascade: bool = True) -> ForeignKey:
    return ForeignKey(target, ondelete="CASCADE" if cascade else "SET NULL")


meta: Final = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))

# --- people -----------------------------------------------------------------------------------------------------

account: Final = Table(
    "account",
    metadata,
    _id(),
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
    _serial(),
    Column("account_id", String(26), _to("account.id"), nullable=False),
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
    Column("account_id", String(26), _to("account.id"), primary_key=True),
    Column("state", String, nullable=False),  # what holds: the two words below, weighed (consent.py)
    Column("reason", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("decisive", Boolean, nullable=False),  # whether the account's own word decided
    Column("own_state", String),  # the newest word of the account's own page
    Column("own_at", UtcTime),
    Column("other_state", String),  # the newest word of a copy elsewhere: may lower, never raise
    Column("other_at", UtcTime),
    Index(None, "url"),
)

profile: Final = Table(
    "profile",
    metadata,
    Column("account_id", String(26), _to("account.id"), primary_key=True),
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
    Column("account_id", String(26), _to("account.id"), primary_key=True),
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
    Column("account_id", String(26), _to("account.id"), primary_key=True),
    Column("day", Integer, primary_key=True),  # days since 1970: one observation a day at most
    Column("at", UtcTime, nullable=False),
    Column("followers", Integer),
    Column("following", Integer),
    Column("posts", Integer),
)

creator: Final = Table(
    "creator",
    metadata,
    _id(),
    Column("account_id", String(26), _to("account.id", cascade=False)),  # the account it was made for
    Column("revision", Integer, nullable=False),
    Column("redirect_to", String(26), ForeignKey("creator.id")),
    Column("first_seen", UtcTime, nullable=False),
    Index(None, "account_id"),
    Index(None, "redirect_to"),
)

membership: Final = Table(
    "membership",
    metadata,
    Column("account_id", String(26), _to("account.id"), primary_key=True),
    Column("creator_id", String(26), ForeignKey("creator.id"), nullable=False),
    Index(None, "creator_id"),
)

join_edge: Final = Table(
    "join_edge",
    metadata,
    Column("a", String(26), _to("account.id"), primary_key=True),  # a < b
    Column("b", String(26), _to("account.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("evidence_url", Text, nullable=False),
    Column("seen", UtcTime, nullable=False),
    Column("revoked", UtcTime),
    Column("revoked_by", String),  # "evidence": the link is gone; "operator": for good
    Column("applied", Boolean, nullable=False, server_default=false()),  # False: revoked, or waits for review
    Index(None, "b"),
)

# --- posts ------------------------------------------------------------------------------------------------------

post: Final = Table(
    "post",
    metadata,
    _id(),
    Column("account_id", String(26), _to("account.id"), nullable=False),
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
    Column("seed_id", Integer, _to("seed.id", cascade=False)),  # lineage: which seed led here ...
    Column("page_url", Text, nullable=False),  # ... and the page that showed it first
    UniqueConstraint("account_id", "native_id"),
)

post_alias: Final = Table(
    "post_alias",
    metadata,
    Column("value", Text, primary_key=True),  # permalink, or the native id of a copy ("account id native id")
    Column("post_id", String(26), _to("post.id"), primary_key=True),
    Index(None, "post_id"),
)

post_history: Final = Table(
    "post_history",
    metadata,
    Column("post_id", String(26), _to("post.id"), primary_key=True),
    Column("replaced_at", UtcTime, primary_key=True),
    Column("hash", String, nullable=False),  # of the text that was replaced
)

interaction: Final = Table(
    "interaction",
    metadata,
    Column("post_id", String(26), _to("post.id"), primary_key=True),
    Column("day", Integer, primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("likes", Integer),
    Column("shares", Integer),
    Column("comments", Integer),
    Column("distinct_repliers", Integer),
    Column("author_reply_share", Float),
)

# --- readers ----------------------------------------------------------------------------------------------------

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
    _serial(),
    Column("account_id", String(26), _to("account.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("query", Text),
    Column("value", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("undone", UtcTime),
    Index(None, "account_id"),
)

# --- crawling ---------------------------------------------------------------------------------------------------

plan: Final = Table(
    "plan",
    metadata,
    _id(),
    Column("query", Text, nullable=False, unique=True),  # as typed, or "import FILE"
    Column("created", UtcTime, nullable=False),
)

job: Final = Table(
    "job",
    metadata,
    _id(),
    Column("plan_id", String(26), _to("plan.id"), nullable=False),
    Column("kind", String, nullable=False),
    Column("max_pages", Integer),
    Column("fresh_for", Integer, nullable=False),  # seconds
    Column("started", UtcTime, nullable=False),
    Column("finished", UtcTime),
    Column("outcome", String),
    Column("pages", Integer, nullable=False),
    Column("accounts", Integer, nullable=False),
    Column("posts", Integer, nullable=False),
    Column("kept_back", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Index(None, "plan_id"),
)

seed: Final = Table(
    "seed",
    metadata,
    _serial(),
    Column("job_id", String(26), _to("job.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("fruitful", Integer, nullable=False),  # pages that added an account or a post
    Column("multiplier", Float, nullable=False),
    Index(None, "job_id"),
    sqlite_autoincrement=True,
)

address: Final = Table(
    "address",
    metadata,
    _serial(),
    Column("url", Text, nullable=False, unique=True),
    Column("state", String, nullable=False),  # "new", or the last outcome
    Column("fetched_at", UtcTime),  # last answer that said something (ok, not_modified)
    Column("gone_since", UtcTime),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("content_hash", String),
    sqlite_autoincrement=True,
)

host: Final = Table(
    "host",
    metadata,
    Column("key", String, primary_key=True),
    Column("lease_token", String),
    Column("lease_worker", String),
    Column("lease_until", UtcTime),
    Column("next_allowed_at", UtcTime, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("paused", Text),  # the operator's reason
    Index(None, "lease_until"),
)

task: Final = Table(
    "task",
    metadata,
    _serial(),
    Column("job_id", String(26), _to("job.id"), nullable=False),
    Column("address_id", Integer, _to("address.id"), nullable=False),
    Column("seed_id", Integer, _to("seed.id"), nullable=False),
    Column("parent_id", Integer, _to("task.id", cascade=False)),
    Column("key", String, ForeignKey("host.key"), nullable=False),
    Column("source", String, nullable=False),
    Column("page", String, nullable=False),
    Column("context", Json, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("hops", Integer, nullable=False),  # redirects on the way here
    Column("score", Float, nullable=False),  # fixed at insert
    Column("state", String, nullable=False),  # waiting, leased, done, failed, answered
    Column("outcome", String),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("token", String),
    UniqueConstraint("job_id", "address_id"),
    Index(None, "job_id", "state", "key", "seed_id", "not_before", "score"),
    Index(None, "token"),
    Index(None, "address_id"),
    Index(None, "parent_id"),
    Index(None, "seed_id"),
    sqlite_autoincrement=True,
)

job_host: Final = Table(
    "job_host",
    metadata,
    Column("job_id", String(26), _to("job.id"), primary_key=True),
    Column("key", String, ForeignKey("host.key"), primary_key=True),
    Column("pages", Integer, nullable=False),
)

robots: Final = Table(
    "robots",
    metadata,
    Column("origin", String, primary_key=True),
    Column("status", Integer),
    Column("body", LargeBinary, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
)

lineage: Final = Table(
    "lineage",
    metadata,
    Column("account_id", String(26), _to("account.id"), primary_key=True),
    Column("seed_id", Integer, _to("seed.id"), primary_key=True),
    Column("url", Text, nullable=False),  # the first page of that seed which showed the account
    Index(None, "url"),
    Index(None, "seed_id"),
)

archive_record: Final = Table(
    "archive_record",
    metadata,
    _serial(),
    Column("address_id", Integer, _to("address.id"), nullable=False),
    Column("file", Text, nullable=False),
    Column("offset", Integer, nullable=False),
    Column("length", Integer, nullable=False),
    Column("written", UtcTime, nullable=False),
    Index(None, "address_id"),
)
