"""Texts and counts that a platform's rules let us keep for a time only: taken out when they were not read again.

Which platform says so is declared by its source (``keep_for``). What stays of an account is its name, so that marks and
lists keep their meaning and a later crawl can read it again; what pages, feeds and imports said stays too.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, select, update

from catalog import schema
from catalog.feed import publish
from catalog.joins import update_joins
from catalog.unit import Unit, chunks

_FROM_API: Final = "api"


def expire(unit: Unit, platform: str, before: datetime) -> int:
    """Delete what the API of a platform said and has not said again since ``before``; returns how many texts."""
    unit.lock_all()
    account, post, profile = schema.account, schema.post, schema.profile
    old_posts = unit.connection.execute(
        select(post.c.id, post.c.account_id)
        .join(account, account.c.id == post.c.account_id)
        .where(account.c.platform == platform, post.c.provenance == _FROM_API, post.c.fetched_at < before)
    ).all()
    old_profiles = unit.connection.scalars(
        select(profile.c.account_id)
        .join(account, account.c.id == profile.c.account_id)
        # A profile's own date stays while it says the same; the account's is raised by every page that shows it.
        .where(account.c.platform == platform, profile.c.provenance == _FROM_API, account.c.last_fetched < before)
    ).all()
    for part in chunks([row.id for row in old_posts]):
        unit.connection.execute(delete(post).where(post.c.id.in_(part)))
    _delete_profiles(unit, list(old_profiles), before)
    touched = {*old_profiles, *(row.account_id for row in old_posts)}
    if touched:
        unit.purged = True
        unit.dirty_accounts.update(touched)
        unit.relink.update(old_profiles)
        update_joins(unit)
        publish(unit)
    return len(old_posts) + len(old_profiles)


def _delete_profiles(unit: Unit, account_ids: list[str], before: datetime) -> None:
    profile, link, count, account = schema.profile, schema.account_link, schema.account_count, schema.account
    for part in chunks(account_ids):
        for table in (profile, link):
            unit.connection.execute(delete(table).where(table.c.account_id.in_(part), table.c.provenance == _FROM_API))
        unit.connection.execute(delete(count).where(count.c.account_id.in_(part), count.c.at < before))
        still_known = exists().where(profile.c.account_id == account.c.id)
        unit.connection.execute(update(account).where(account.c.id.in_(part), ~still_known).values(read=False))
