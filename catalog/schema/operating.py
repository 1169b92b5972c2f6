"""What runs by itself and what the operator decided: schedules, revisits, rules on hosts, archives, forgettings."""

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text

from catalog.schema.base import LARGE, cascading, metadata, serial
from catalog.types import Json, UtcTime

schedule: Final = Table(
    "schedule",
    metadata,
    serial(),
    Column("query", Text, nullable=False, unique=True),
    Column("every", Integer, nullable=False),  # seconds
    Column("options", Json, nullable=False),  # of each run: pages, minutes, sources
    Column("created", UtcTime, nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Column("last_at", UtcTime),
    Column("last_outcome", String),
    Column("lease_worker", String),
    Column("lease_until", UtcTime),
    sqlite_autoincrement=True,
)

revisit: Final = Table(  # at which of its pages an account is looked at again, and when
    "revisit",
    metadata,
    Column("account_id", String(26), cascading("account.id"), primary_key=True),
    Column("address_id", LARGE, cascading("address.id"), nullable=False),
    Column("next_at", UtcTime, nullable=False),
    Index(None, "address_id"),
    Index(None, "next_at"),
)

host_rule: Final = Table(
    "host_rule",
    metadata,
    Column("host", String, primary_key=True),  # and all hosts under it
    Column("rule", String, nullable=False),  # "paused" or "blocked"
    Column("reason", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
)

archive_file: Final = Table(  # every archive that a crawl of this catalog wrote into
    "archive_file",
    metadata,
    Column("path", Text, primary_key=True),
    Column("added", UtcTime, nullable=False),
)

archive_cut: Final = Table(  # addresses whose members must still leave the archives
    "archive_cut",
    metadata,
    Column("url", Text, primary_key=True),
)

forgetting: Final = Table(  # that somebody was forgotten, not who
    "forgetting",
    metadata,
    serial(),
    Column("reference", Text, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("platforms", Text, nullable=False),
    Column("aliases", Integer, nullable=False),
    sqlite_autoincrement=True,
)
