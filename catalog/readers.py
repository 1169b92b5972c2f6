"""Creators as values, for the index build and for ``show``; a fixed number of queries per batch."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Row, Table, func, or_, select

from catalog import rows, schema
from catalog.consent import VISIBLE
from catalog.feed import forgotten_creators, is_shown
from catalog.identity import normal_alias
from catalog.items import Alias, AliasKind, Consent, Counts, Interaction, PostKind, Provenance
from catalog.lineage import read_lineage
from catalog.marks import marks_of
from catalog.profiles import Profile, merged
from catalog.records import AccountRecord, CreatorRecord, PostRecord
from catalog.suppression import Suppression
from catalog.unit import chunks, fetch, values_in

_NEVER = datetime.fromisoformat("0001-01-01T00:00:00+00:00")
_GROWTH = (timedelta(days=28), timedelta(days=366))  # between the two counts that tell growth
_GROUPED = 200  # creators read together


def read_creators(connection: Connection, ids: Sequence[str], suppression: Suppression) -> dict[str, CreatorRecord]:
    """Those of these creators that may be shown; redirects, unknown ids and forgotten people are left out."""
    found: dict[str, CreatorRecord] = {}
    forgotten = forgotten_creators(connection, ids, suppression)
    for part in chunks((id_ for id_ in ids if id_ not in forgotten), _GROUPED):
        found |= _read_part(connection, part)
    return found


def resolve(connection: Connection, name: str) -> str | None:
    """The creator of an id (redirects followed), an account id, ``handle@host``, or an address."""
    creator, member = schema.creator, schema.membership
    if row := connection.execute(select(creator.c.id, creator.c.redirect_to).where(creator.c.id == name)).one_or_none():
        return cast(str, row.redirect_to or row.id)
    account_id = account_named(connection, name)
    return connection.scalar(select(member.c.creator_id).where(member.c.account_id == account_id))


def all_names(connection: Connection, account_ids: Sequence[str], *, current: bool = False) -> set[Alias]:
    """Every name that these accounts have or had, or only those that they have now."""
    found = _rows_of(connection, schema.account_alias, account_ids, "id")
    return {Alias(AliasKind(row.kind), row.value) for row in found if not current or row.until is None}


def account_named(connection: Connection, name: str) -> str | None:
    """The account of an id, ``handle@host``, an address, or the id that a collection gave it."""
    account = schema.account
    if connection.scalar(select(account.c.id).where(account.c.id == name)) is not None:
        return name
    table = schema.account_alias
    for kind in (AliasKind.HANDLE, AliasKind.URL, AliasKind.ACTOR_URI, AliasKind.NATIVE, AliasKind.DID):
        alias = normal_alias(Alias(kind, name))
        if alias is None:
            continue
        found = connection.scalar(
            select(table.c.account_id).where(
                table.c.kind == kind.value, table.c.value == alias.value, table.c.until.is_(None)
            )
        )
        if found is not None:
            return cast(str, found)
    return connection.scalar(select(schema.account.c.id).where(schema.account.c.collection_id == name).limit(1))


def namesakes(connection: Connection, name: str) -> list[tuple[str, str]]:
    """Accounts with this handle on whatever host, or whose profile has this name: (account id, address)."""
    account, profile = schema.account, schema.profile
    named = select(profile.c.account_id).where(func.lower(profile.c.name) == name.strip().lower())
    handle = name.strip().removeprefix("@").lower()
    statement = select(account.c.id, account.c.url).where(
        or_(func.lower(account.c.handle) == handle, account.c.id.in_(named))
    )
    return [(row.id, row.url) for row in connection.execute(statement.order_by(account.c.url))]


def _read_part(connection: Connection, ids: list[str]) -> dict[str, CreatorRecord]:
    creator, member = schema.creator, schema.membership
    shown = connection.execute(select(creator.c.id, creator.c.revision).where(creator.c.id.in_(ids), is_shown())).all()
    members = connection.execute(
        select(member.c.account_id, member.c.creator_id).where(member.c.creator_id.in_([row.id for row in shown]))
    ).all()
    accounts = _accounts(connection, [row.account_id for row in members])
    posts = _posts(connection, [account.id for account in accounts.values() if account.consent is Consent.FULL])
    creator_of = {entry.account_id: entry.creator_id for entry in members if entry.account_id in accounts}
    lineage, marks = read_lineage(connection, creator_of), marks_of(connection, creator_of)
    records = {}
    for row in shown:
        mine = sorted(entry.account_id for entry in members if entry.creator_id == row.id)
        texts = [post for account_id in mine for post in posts.get(account_id, ())]
        records[row.id] = CreatorRecord(
            id=row.id,
            revision=row.revision,
            accounts=tuple(accounts[account_id] for account_id in mine if account_id in accounts),
            posts=tuple(sorted(texts, key=_newest_first)),
            discovered_by=lineage.get(row.id, ()),
            marks=marks.get(row.id, ()),
        )
    return records


def _newest_first(post: PostRecord) -> tuple[bool, float, str, str]:
    """Posts without a date come last."""
    at = post.published.at.timestamp() if post.published else 0.0
    return post.published is None, -at, post.native_id, post.account_id


def _accounts(connection: Connection, ids: Sequence[str]) -> dict[str, AccountRecord]:
    profiles = _profiles(connection, ids)
    counts = _counts(connection, ids)
    account, consent = schema.account, schema.consent
    records: dict[str, AccountRecord] = {}
    for part in chunks(ids):
        statement = (
            select(account, consent.c.state, consent.c.reason, consent.c.url.label("consent_url"))
            .join(consent, consent.c.account_id == account.c.id)
            .where(account.c.id.in_(part), consent.c.state.in_(VISIBLE))
        )
        for row in connection.execute(statement):
            shown = merged(profiles[row.id]) if row.id in profiles else None
            as_of, seen, before = counts.get(row.id, (None, Counts(), None))
            records[row.id] = AccountRecord(
                id=row.id,
                platform=row.platform,
                host=row.host,
                handle=row.handle,
                url=row.url,
                kind=shown.kind if shown else "unknown",
                name=shown.name if shown else "",
                bio=shown.bio if shown else "",
                location=shown.location if shown else "",
                languages=shown.languages if shown else (),
                tags=shown.tags if shown else (),
                links=shown.links if shown else (),
                counts=seen,
                counts_as_of=as_of,
                created=shown.created if shown else None,
                consent=Consent(row.state),
                consent_reason=row.reason,
                consent_url=row.consent_url,
                read=row.read,
                first_seen=row.first_seen,
                last_fetched=row.last_fetched,
                native_id=row.native_id,
                collection_id=row.collection_id,
                followers_before=before,
            )
    return records


def _profiles(connection: Connection, ids: Sequence[str]) -> Mapping[str, list[Profile]]:
    links: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in _rows_of(connection, schema.account_link, ids, "position"):
        links[row.account_id, row.provenance].append(rows.link(row))
    found: dict[str, list[Profile]] = {}
    for row in _rows_of(connection, schema.profile, ids, "provenance"):
        profile = rows.profile(row, tuple(links[row.account_id, row.provenance]))
        found.setdefault(row.account_id, []).append(profile)
    return found


def _counts(
    connection: Connection, ids: Sequence[str]
) -> Mapping[str, tuple[datetime, Counts, tuple[datetime, int] | None]]:
    """By account the newest counts, and the oldest number of followers from a month to a year before."""
    by_account: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in _rows_of(connection, schema.account_count, ids, "at"):
        by_account[row.account_id].append(row)
    found = {}
    for account_id, seen in by_account.items():
        last = seen[-1]
        older = [
            (row.at, row.followers)
            for row in seen
            if row.followers is not None and _GROWTH[0] <= last.at - row.at <= _GROWTH[1]
        ]
        found[account_id] = (last.at, rows.counts(last), older[0] if older and last.followers is not None else None)
    return found


def _posts(connection: Connection, account_ids: Sequence[str]) -> Mapping[str, list[PostRecord]]:
    post = schema.post
    found: defaultdict[str, list[PostRecord]] = defaultdict(list)
    for part in chunks(account_ids):
        seen = _interactions(connection, part)
        for row in connection.execute(select(post).where(post.c.account_id.in_(part))):
            found[row.account_id].append(
                PostRecord(
                    id=row.id,
                    account_id=row.account_id,
                    native_id=row.native_id,
                    url=row.url,
                    kind=cast(PostKind, row.kind),
                    title=row.title,
                    text=row.text,
                    language=row.language,
                    tags=tuple(row.tags),
                    published=rows.moment(row.published_at, row.published_precision, row.published_origin),
                    edited=rows.moment(row.edited_at, row.edited_precision, row.edited_origin),
                    first_seen=row.first_seen,
                    fetched_at=row.fetched_at,
                    interaction=seen.get(row.id, Interaction()),
                    place=row.place,
                    provenance=cast(Provenance, row.provenance),
                )
            )
    return found


def _interactions(connection: Connection, account_ids: list[str]) -> Mapping[str, Interaction]:
    table, post = schema.interaction, schema.post
    statement = (
        select(table)
        .join(post, post.c.id == table.c.post_id)
        .where(post.c.account_id.in_(account_ids))
        .order_by(table.c.day)
    )
    return {
        row.post_id: Interaction(
            likes=row.likes,
            shares=row.shares,
            comments=row.comments,
            distinct_repliers=row.distinct_repliers,
            author_reply_share=row.author_reply_share,
        )
        for row in connection.execute(statement)
    }


def _rows_of(connection: Connection, table: Table, ids: Sequence[str], order: str) -> list[Row[Any]]:
    return fetch(connection, select(table).where(values_in(table.c.account_id)).order_by(table.c[order]), ids)
