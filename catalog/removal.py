"""Deleting what is gone: addresses that stay away, tombstones, and people who asked to be forgotten."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select, update

from catalog import schema
from catalog.archives import cut_pages_of
from catalog.consent import ADDRESSES
from catalog.grouping import apply_edges
from catalog.identity import normal_alias, try_canonical
from catalog.items import Alias, AliasKind
from catalog.unit import Unit, chunks

GONE_FOR: Final = timedelta(hours=24)


def remove_gone(unit: Unit, url: str, since: datetime | None, at: datetime) -> None:
    """A 404 or 410, the first of them at ``since``: believed when it still holds a day later."""
    if since is not None and at - since >= GONE_FOR:
        canonical = try_canonical(url) or url
        delete_posts_at(unit, [canonical])
        delete_accounts(unit, _accounts_at(unit, canonical))


def remove_tombstones(unit: Unit, tombstones: Iterable[Alias]) -> None:
    """The platform's own word that an account or a post is gone: believed at once."""
    names = [alias for alias in map(normal_alias, tombstones) if alias]
    if not names:
        return
    delete_posts_at(unit, [alias.value for alias in names if alias.kind in ADDRESSES])
    delete_accounts(unit, accounts_named(unit, names))


def accounts_named(unit: Unit, names: Iterable[Alias]) -> list[str]:
    """The accounts that have these names now."""
    wanted = set(names)
    table = schema.account_alias
    found: set[str] = set()
    for part in chunks(sorted({alias.value for alias in wanted})):
        statement = select(table.c.account_id, table.c.kind, table.c.value).where(
            table.c.value.in_(part), table.c.until.is_(None)
        )
        for row in unit.connection.execute(statement):
            if Alias(AliasKind(row.kind), row.value) in wanted:
                found.add(row.account_id)
    return sorted(found)


def delete_posts_at(unit: Unit, urls: list[str]) -> None:
    """Delete the posts with these permalinks."""
    name, post = schema.post_alias, schema.post
    for part in chunks(urls):
        rows = unit.connection.execute(
            select(post.c.id, post.c.account_id).join(name, name.c.post_id == post.c.id).where(name.c.value.in_(part))
        ).all()
        if rows:
            cut_pages_of(unit, posts=[row.id for row in rows])
            unit.connection.execute(delete(post).where(post.c.id.in_([row.id for row in rows])))
            unit.dirty_accounts.update(row.account_id for row in rows)
            unit.purged = True


def delete_accounts(unit: Unit, account_ids: list[str]) -> None:
    """Delete accounts with all that hangs on them. A creator left without any redirects to those it was joined with."""
    creator, member, account = schema.creator, schema.membership, schema.account
    cut_pages_of(unit, accounts=account_ids)
    for account_id in account_ids:
        others = unit.connection.execute(
            select(member.c.account_id, member.c.creator_id).where(
                member.c.creator_id.in_(select(member.c.creator_id).where(member.c.account_id == account_id)),
            )
        ).all()
        homes = unit.connection.scalars(select(creator.c.id).where(creator.c.account_id == account_id)).all()
        unit.dirty_creators.update({*homes, *(row.creator_id for row in others)})
        unit.connection.execute(delete(account).where(account.c.id == account_id))
        unit.dirty_accounts.discard(account_id)
        unit.relink.discard(account_id)
        rest = {row.account_id for row in others} - {account_id}
        if rest:
            _hand_over(unit, list(homes), rest)
        unit.purged = True


def _hand_over(unit: Unit, homes: list[str], rest: set[str]) -> None:
    """The deleted account's creators live on as those of an account that it was joined with."""
    creator = schema.creator
    unit.connection.execute(update(creator).where(creator.c.id.in_(homes)).values(account_id=min(rest)))
    apply_edges(unit, rest)


def _accounts_at(unit: Unit, url: str) -> list[str]:
    """Accounts whose own address this is: their name, or where their consent was read or they are revisited, alone."""
    named = accounts_named(unit, [Alias(kind, url) for kind in ADDRESSES])
    said = unit.connection.scalars(
        select(schema.consent.c.account_id).where(schema.consent.c.url == url).limit(2)
    ).all()
    revisit, address = schema.revisit, schema.address
    looked_at = unit.connection.scalars(
        select(revisit.c.account_id)
        .join(address, address.c.id == revisit.c.address_id)
        .where(address.c.url == url)
        .limit(2)
    ).all()
    return sorted({*named, *(said if len(said) == 1 else ()), *(looked_at if len(looked_at) == 1 else ())})
