"""The tables. Portable SQLAlchemy Core; what one database does differently is in ``engine.py``.

Ids of creators, accounts and posts are ULIDs that we assign and never reuse. ``migrations/`` makes these tables;
a test holds the two together.
"""

from catalog.schema.base import metadata
from catalog.schema.crawl import (
    account_seen,
    address,
    finding,
    host,
    job,
    job_host,
    plan,
    post_seen,
    robots,
    seed,
    task,
    task_parent,
    trap,
    trouble,
)
from catalog.schema.desk import api_key, delivery, discovery, shortlist, shortlist_entry, watch, watch_match
from catalog.schema.leads import lead
from catalog.schema.operating import archive_cut, archive_file, forgetting, host_rule, revisit, schedule
from catalog.schema.people import (
    account,
    account_alias,
    account_count,
    account_link,
    consent,
    creator,
    join_edge,
    membership,
    profile,
)
from catalog.schema.posts import interaction, post, post_alias, post_history
from catalog.schema.readers import feed, feed_part, mark, mark_name, meta, suppression

__all__ = [
    "account",
    "account_alias",
    "account_count",
    "account_link",
    "account_seen",
    "address",
    "api_key",
    "archive_cut",
    "archive_file",
    "consent",
    "creator",
    "delivery",
    "discovery",
    "feed",
    "feed_part",
    "finding",
    "forgetting",
    "host",
    "host_rule",
    "interaction",
    "job",
    "job_host",
    "join_edge",
    "lead",
    "mark",
    "mark_name",
    "membership",
    "meta",
    "metadata",
    "plan",
    "post",
    "post_alias",
    "post_history",
    "post_seen",
    "profile",
    "revisit",
    "robots",
    "schedule",
    "seed",
    "shortlist",
    "shortlist_entry",
    "suppression",
    "task",
    "task_parent",
    "trap",
    "trouble",
    "watch",
    "watch_match",
]
