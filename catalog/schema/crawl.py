"""Plans, jobs, addresses, tasks, hosts, and the ways from seeds to accounts and posts."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from catalog.schema.base import LARGE, cascading, large_serial, metadata, serial, ulid
from catalog.types import Json, UtcTime

plan: Final = Table(
    "plan",
    metadata,
    ulid(),
    Column("query", Text, nullable=False, unique=True),  # as typed, or "import FILE"
    Column("created", UtcTime, nullable=False),
)

job: Final = Table(
    "job",
    metadata,
    ulid(),
    Column("plan_id", String(26), cascading("plan.id"), nullable=False),
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
    Column("judged", Boolean, nullable=False, server_default=false()),  # a page of it was judged for relevance
    Index(None, "plan_id"),
)

seed: Final = Table(
    "seed",
    metadata,
    serial(),
    Column("job_id", String(26), cascading("job.id"), nullable=False),
    Column("label", Text, nullable=False),
    Column("pages", Integer, nullable=False),
    Column("fruitful", Integer, nullable=False),  # pages that brought somebody relevant (not judged: anything new)
    Column("multiplier", Float, nullable=False),
    Index(None, "job_id"),
    sqlite_autoincrement=True,
)

address: Final = Table(
    "address",
    metadata,
    large_serial(),
    Column("url", Text, nullable=False, unique=True),
    Column("state", String, nullable=False),  # "new", or the last outcome
    Column("fetched_at", UtcTime),  # last answer that said something (ok, not_modified)
    Column("gone_since", UtcTime),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("content_hash", String),
    Column("ended_at", UtcTime),  # the last time that 401, 403 or 410 ended it
    Index(None, "content_hash"),
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
    Column("delay", Float),  # seconds between two requests, as whoever leased it last kept them
    Index(None, "lease_until"),
    Index(None, "lease_worker"),
)

task: Final = Table(
    "task",
    metadata,
    large_serial(),
    Column("job_id", String(26), cascading("job.id"), nullable=False),
    Column("address_id", LARGE, cascading("address.id"), nullable=False),
    Column("seed_id", Integer, cascading("seed.id"), nullable=False),  # the first that led here: its yield counts
    Column("ways", Json, nullable=False),  # [[steps, seed id], ...]: the nearest seeds (lineage.py)
    Column("key", String, ForeignKey("host.key"), nullable=False),
    Column("source", String, nullable=False),
    Column("page", String, nullable=False),
    Column("context", Json, nullable=False),
    Column("score", Float, nullable=False),  # of the best link; rises when further hosts link here
    Column("inherited", Float),  # how far the page that led here was about the niche
    Column("state", String, nullable=False),  # waiting, leased, done, failed, answered, ended, deep, trap
    Column("outcome", String),
    Column("message", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("not_before", UtcTime, nullable=False),
    Column("token", String),
    Column("shape", Text),  # the kind of address on its host (traps.py)
    Column("site_worth", Float),  # the page showed whose site it is: at most that are further ones worth (sites.py)
    UniqueConstraint("job_id", "address_id"),
    Index(None, "job_id", "state", "key", "seed_id", "not_before", "score"),
    Index(None, "token"),
    Index(None, "address_id"),
    Index(None, "seed_id"),
    sqlite_autoincrement=True,
)

Index(
    "ix_task_site",
    task.c.job_id,
    task.c.key,
    sqlite_where=task.c.site_worth.is_not(None),
    postgresql_where=task.c.site_worth.is_not(None),
)

job_host: Final = Table(
    "job_host",
    metadata,
    Column("job_id", String(26), cascading("job.id"), primary_key=True),
    Column("key", String, ForeignKey("host.key"), primary_key=True),
    Column("pages", Integer, nullable=False),
    Column("relevant", Integer, nullable=False, server_default="0"),  # accounts that the job found relevant here first
    Column("barren", Integer, nullable=False, server_default="0"),  # pages since the last that did so
)

finding: Final = Table(  # whom a job found relevant, and the page that showed it first
    "finding",
    metadata,
    Column("job_id", String(26), cascading("job.id"), primary_key=True),
    Column("account_id", String(26), cascading("account.id"), primary_key=True),
    Column("task_id", LARGE, cascading("task.id"), nullable=False),
    Index(None, "account_id"),
    Index(None, "task_id"),
)

robots: Final = Table(
    "robots",
    metadata,
    Column("origin", String, primary_key=True),
    Column("status", Integer),
    Column("body", LargeBinary, nullable=False),
    Column("fetched_at", UtcTime, nullable=False),
)

trouble: Final = Table(  # what went wrong on a host since it was first met, by outcome
    "trouble",
    metadata,
    Column("key", String, primary_key=True),
    Column("outcome", String, primary_key=True),
    Column("times", Integer, nullable=False),
    Column("message", Text, nullable=False),  # the last one, without addresses
    Column("at", UtcTime, nullable=False),
)

trap: Final = Table(  # kinds of addresses of a host, and what a job got from them; shape "": the whole host
    "trap",
    metadata,
    Column("job_id", String(26), cascading("job.id"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("shape", Text, primary_key=True),
    Column("pages", Integer, nullable=False),  # that were counted here
    Column("barren", Integer, nullable=False),  # pages in a row that brought nothing new
    Column("left_out", Integer, nullable=False),  # addresses that are not fetched for it
    Column("reason", Text),  # why it was closed; null: open
)

task_parent: Final = Table(  # every page of a job that links to a page of it
    "task_parent",
    metadata,
    Column("task_id", LARGE, cascading("task.id"), primary_key=True),
    Column("parent_id", LARGE, cascading("task.id"), primary_key=True),
    Index(None, "parent_id"),
)

account_seen: Final = Table(  # which page showed an account
    "account_seen",
    metadata,
    Column("account_id", String(26), cascading("account.id"), primary_key=True),
    Column("task_id", LARGE, cascading("task.id"), primary_key=True),
    Index(None, "task_id"),
)

post_seen: Final = Table(  # which page showed a post
    "post_seen",
    metadata,
    Column("post_id", String(26), cascading("post.id"), primary_key=True),
    Column("task_id", LARGE, cascading("task.id"), primary_key=True),
    Index(None, "task_id"),
)
