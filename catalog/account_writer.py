"""Writes what a batch changed on its accounts: the difference between what was loaded and what is known now."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, or_, select, update

from catalog import rows, schema
from catalog.archives import cut_pages_of
from catalog.consent import ADDRESSES, delete_posts, strip
from catalog.engine import insert_new
from catalog.items import Consent
from catalog.known import KnownAccount, Snapshot
from catalog.types import new_id
from catalog.unit import Unit, chunks, day_of

_REFRESH: Final = timedelta(days=1)  # a sight that changed nothing is worth telling readers once a day
_UPDATE: Final = (
    update(schema.account)
    .where(schema.account.c.id == bindparam("_id"))
    .values({column.name: bindparam(f"_{column.name}") for column in schema.account.c if column.name != "id"})
)
_UPDATE_CONSENT: Final = (
    update(schema.consent)
    .where(schema.consent.c.account_id == bindparam("_account_id"))
    .values({column.name: bindparam(f"_{column.name}") for column in schema.consent.c if column.name != "account_id"})
)
_DELETE_VERSION: Final = tuple(
    delete(table).where(table.c.account_id == bindparam("account"), table.c.provenance == bindparam("version"))
    for table in (schema.profile, schema.account_link)
)
_DELETE_COUNT: Final = delete(schema.account_count).where(
    schema.account_count.c.account_id == bindparam("account"), schema.account_count.c.day == bindparam("on")
)


def write_accounts(unit: Unit, accounts: Sequence[KnownAccount]) -> None:
    """Write every difference; marks accounts dirty and those to link anew."""
    made = [known for known in accounts if known.is_new]
    _insert_accounts(unit, made)
    for known in accounts:
        for gone in known.absorbed:
            _absorb(unit, known, gone)
    _lower(unit, [known for known in accounts if known.lowered])
    changed = [known for known in accounts if known.loaded is None or _is_changed(known)]
    _update_rows(unit, [known for known in changed if not known.is_new])
    _write_aliases(unit, changed)
    _write_profiles(unit, changed)
    _write_counts(unit, changed)
    for known in changed:
        unit.dirty_accounts.add(known.id)
        if known.loaded is None or _names_or_links_changed(known, known.loaded):
            unit.relink.add(known.id)
    _update_consent(unit, [known for known in accounts if not known.is_new])
    for known in changed:
        known.is_new, known.lowered, known.loaded = False, False, known.snapshot()
        known.absorbed.clear()
        known.ended.clear()
    _write_addresses(unit)


def _is_changed(known: KnownAccount) -> bool:
    before, now = known.loaded, known.snapshot()
    assert before is not None
    said = before.verdict.shown != now.verdict.shown
    if known.absorbed or known.lowered or known.ended or said or now._replace(verdict=before.verdict) != before:
        known.last_fetched = max(known.last_fetched, known.last_seen)
        return True
    if known.last_seen - known.last_fetched >= _REFRESH:
        known.last_fetched = known.last_seen
        return True
    return False


def _names_or_links_changed(known: KnownAccount, before: Snapshot) -> bool:
    if known.absorbed or known.aliases.keys() != before.aliases.keys() or known.verdict.state != before.verdict.state:
        return True
    now = known.account_columns()
    if any(now[name] != before.account[name] for name in ("read", "moved_kind", "moved_value", "host")):
        return True
    links = {profile.provenance: (profile.kind, profile.links) for profile in known.profiles.values()}
    return links != {profile.provenance: (profile.kind, profile.links) for profile in before.profiles.values()}


def _insert_accounts(unit: Unit, made: Sequence[KnownAccount]) -> None:
    creators = {known.id: new_id() for known in made}
    unit.insert(schema.account, [known.account_columns() for known in made])
    unit.insert(schema.consent, [rows.consent_columns(known.id, known.verdict) for known in made])
    unit.insert(
        schema.creator,
        [
            {"id": creators[known.id], "account_id": known.id, "revision": 0, "first_seen": known.first_seen}
            for known in made
        ],
    )
    unit.insert(schema.membership, [{"account_id": known.id, "creator_id": creators[known.id]} for known in made])
    unit.accounts += sum(bool(known.profiles) for known in made)


def _lower(unit: Unit, lowered: Sequence[KnownAccount]) -> None:
    """Consent that allows less now: delete first, then write what is known anew."""
    bare = [known for known in lowered if known.verdict.state in (Consent.DENIED, Consent.UNKNOWN)]
    cut_pages_of(unit, accounts=[known.id for known in lowered])
    delete_posts(unit, [known.id for known in lowered])
    unit.purged = unit.purged or bool(lowered)
    if bare:
        strip(unit, [known.id for known in bare])
    for known in bare:
        if known.loaded:
            addresses = {alias: at for alias, at in known.loaded.aliases.items() if alias.kind in ADDRESSES}
            known.loaded = known.loaded._replace(aliases=addresses, profiles={}, counts=None)


def _update_rows(unit: Unit, changed: Sequence[KnownAccount]) -> None:
    updates = [
        {f"_{name}": value for name, value in known.account_columns().items()}
        for known in changed
        if known.loaded and known.account_columns() != known.loaded.account
    ]
    unit.run_many(_UPDATE, updates)


def _update_consent(unit: Unit, accounts: Sequence[KnownAccount]) -> None:
    """Also when only the moment of the same word is newer, which no reader needs to be told."""
    updates = []
    for known in accounts:
        if known.loaded and known.verdict != known.loaded.verdict:
            values = rows.consent_columns(known.id, known.verdict)
            updates.append({f"_{name}": value for name, value in values.items()})
            known.loaded = known.loaded._replace(verdict=known.verdict)
    unit.run_many(_UPDATE_CONSENT, updates)


def _write_aliases(unit: Unit, changed: Sequence[KnownAccount]) -> None:
    table = schema.account_alias
    for known in changed:
        for alias, at in known.ended.items():
            unit.connection.execute(
                update(table)
                .where(table.c.account_id == known.id, table.c.until.is_(None))
                .where(table.c.kind == alias.kind.value, table.c.value == alias.value)
                .values(until=at)
            )
    unit.insert(
        table,
        [
            {"account_id": known.id, "kind": alias.kind.value, "value": alias.value, "since": at}
            for known in changed
            for alias, at in known.aliases.items()
            if known.loaded is None or alias not in known.loaded.aliases
        ],
    )


def _write_profiles(unit: Unit, changed: Sequence[KnownAccount]) -> None:
    profiles: list[dict[str, Any]] = []
    links: list[dict[str, Any]] = []
    outdated: list[dict[str, str]] = []
    for known in changed:
        before = known.loaded
        for provenance, profile in known.profiles.items():
            old = before.profiles.get(provenance) if before else None
            if old == profile:
                continue
            if old is not None:
                outdated.append({"account": known.id, "version": provenance})
            profiles.append(rows.profile_columns(known.id, profile))
            links += rows.link_columns(known.id, profile)
    for statement in _DELETE_VERSION:
        unit.run_many(statement, outdated)
    unit.insert(schema.profile, profiles)
    unit.insert(schema.account_link, links)


def _write_counts(unit: Unit, changed: Sequence[KnownAccount]) -> None:
    seen: list[dict[str, Any]] = []
    replaced: list[dict[str, Any]] = []
    for known in changed:
        before = known.loaded.counts if known.loaded else None
        if known.counts is None or known.counts == before:
            continue
        at, counts = known.counts
        if before and day_of(before[0]) == day_of(at):
            replaced.append({"account": known.id, "on": day_of(at)})
        seen.append(
            {
                "account_id": known.id,
                "day": day_of(at),
                "at": at,
                **rows.counts_columns(counts),
            }
        )
    unit.run_many(_DELETE_COUNT, replaced)
    unit.insert(schema.account_count, seen)


def _absorb(unit: Unit, kept: KnownAccount, gone: KnownAccount) -> None:
    """Move what hung on an account that turned out to be ``kept``, then delete its row."""
    execute = unit.connection.execute
    unit.relink.add(kept.id)
    unit.dirty_accounts.add(kept.id)
    if gone.loaded is None:
        return  # both were new: nothing of it was written
    alias, post, count, creator = schema.account_alias, schema.post, schema.account_count, schema.creator
    execute(update(alias).where(alias.c.account_id == gone.id).values(account_id=kept.id))
    if kept.loaded:
        kept.loaded.aliases.update(gone.loaded.aliases)
    doubles = select(post.c.native_id).where(post.c.account_id == kept.id)
    execute(delete(post).where(post.c.account_id == gone.id, post.c.native_id.in_(doubles.scalar_subquery())))
    _move_post_names(unit, kept.id, gone.id)
    execute(update(post).where(post.c.account_id == gone.id).values(account_id=kept.id))
    days = select(count.c.day).where(count.c.account_id == kept.id)
    execute(
        update(count)
        .where(count.c.account_id == gone.id, count.c.day.not_in(days.scalar_subquery()))
        .values(account_id=kept.id)
    )
    seen = schema.account_seen
    pages = select(seen.c.task_id).where(seen.c.account_id == kept.id)
    execute(
        update(seen)
        .where(seen.c.account_id == gone.id, seen.c.task_id.not_in(pages.scalar_subquery()))
        .values(account_id=kept.id)
    )
    unit.dirty_creators.update(unit.connection.scalars(select(creator.c.id).where(creator.c.account_id == gone.id)))
    execute(update(creator).where(creator.c.account_id == gone.id).values(account_id=kept.id))
    _move_edges(unit, kept.id, gone.id)
    execute(delete(schema.account).where(schema.account.c.id == gone.id))


def _move_post_names(unit: Unit, kept: str, gone: str) -> None:
    post, name = schema.post, schema.post_alias
    statement = (
        select(name.c.value, name.c.post_id)
        .join(post, post.c.id == name.c.post_id)
        .where(post.c.account_id == gone, name.c.value.startswith(f"{gone} "))
    )
    for part in chunks(unit.connection.execute(statement).all()):
        for row in part:
            unit.connection.execute(
                update(name)
                .where(name.c.value == row.value, name.c.post_id == row.post_id)
                .values(value=f"{kept} {row.value.partition(' ')[2]}")
            )


def _move_edges(unit: Unit, kept: str, gone: str) -> None:
    edge = schema.join_edge
    moved = []
    for row in unit.connection.execute(select(edge).where(or_(edge.c.a == gone, edge.c.b == gone))).mappings():
        other = row["b"] if row["a"] == gone else row["a"]
        if other != kept:
            unit.relink.add(other)
            moved.append({**row, "a": min(kept, other), "b": max(kept, other), "applied": False})
    if moved:
        unit.connection.execute(insert_new(unit.connection, edge), moved)


def _write_addresses(unit: Unit) -> None:
    """Of accounts whose consent nobody knows, the address at which to ask is all that is kept."""
    rows_to_ask = [{"url": url, "state": "new"} for url in sorted(unit.addresses_to_ask)]
    unit.run_many(insert_new(unit.connection, schema.address), rows_to_ask)
    unit.addresses_to_ask.clear()
