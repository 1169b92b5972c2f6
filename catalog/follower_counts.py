"""How many followed the accounts of a creator over time, for the page and ``/v1/creators/{id}/followers``."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from catalog import schema
from catalog.consent import VISIBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerCount:
    """What a platform said at one moment; ``step``: it rounds to that, None where it tells exactly."""

    at: datetime
    followers: int
    step: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowerHistory:
    """An account and its counts, the oldest first: the first one, then each that differs from the one before."""

    platform: str
    url: str
    counts: tuple[FollowerCount, ...]


def read_follower_counts(connection: Connection, creator_id: str) -> tuple[FollowerHistory, ...]:
    """Of each account that may be shown and has told a number, the largest first; none for somebody unknown."""
    account, member, count = schema.account, schema.membership, schema.account_count
    rows = connection.execute(
        select(account.c.id, account.c.platform, account.c.url, count.c.at, count.c.followers, count.c.followers_step)
        .join(member, member.c.account_id == account.c.id)
        .join(schema.consent, schema.consent.c.account_id == account.c.id)
        .join(count, count.c.account_id == account.c.id)
        .where(member.c.creator_id == creator_id, count.c.followers.is_not(None), schema.consent.c.state.in_(VISIBLE))
        .order_by(count.c.at)
    )
    counts: dict[tuple[str, str, str], list[FollowerCount]] = {}
    for row in rows:
        seen = FollowerCount(at=row.at, followers=row.followers, step=row.followers_step)
        before = counts.setdefault((row.id, row.platform, row.url), [])
        if not before or (before[-1].followers, before[-1].step) != (seen.followers, seen.step):
            before.append(seen)
    told = [
        FollowerHistory(platform=platform, url=url, counts=tuple(seen)) for (_, platform, url), seen in counts.items()
    ]
    return tuple(sorted(told, key=lambda one: -one.counts[-1].followers))
