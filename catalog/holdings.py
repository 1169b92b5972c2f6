"""Everything that the catalog holds on somebody, as lines for ``forget --show``; and the list of forgettings."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from catalog import schema
from catalog.items import Alias
from catalog.person import find_person, their_addresses, their_leads
from catalog.unit import Unit, values_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One thing that is held: what it is, what it says, the page it was read on, since when."""

    kind: str
    text: str
    url: str = ""
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgetting:
    """That somebody was forgotten: a reference, a date, the platforms, how many names are kept as hashes."""

    reference: str
    at: datetime
    platforms: str
    aliases: int


def holdings(unit: Unit, name: Alias | str) -> list[Holding]:
    """All that is held on the creator of this name, joined accounts too. Raises UnknownCreator."""
    accounts, person = find_person(unit, name)
    lines = [
        *_accounts(unit, accounts),
        *_names(unit, accounts),
        *_profiles(unit, accounts),
        *_counts(unit, accounts),
        *_posts(unit, accounts),
        *_findings(unit, accounts),
        *_pages(unit, their_addresses(unit, person)),
        *_leads(their_leads(unit, person)),
        *_marks(unit, {alias.value for alias in person.names}),
        *_desk(unit, accounts),
    ]
    held = unit.held(person.names)
    if held:
        lines.append(Holding(kind="hash", text=f"{len(held)} names are kept out: somebody asked to be forgotten"))
    return lines


def _leads(rows: Sequence[Row[Any]]) -> Iterator[Holding]:
    for row in rows:
        yield Holding(
            kind="lead", text=f"{row.handle or row.value} in a file of yours ({row.file_kind})", url=row.url,
            since=row.imported_at,
        )  # fmt: skip


def forgettings(connection: Connection) -> list[Forgetting]:
    """Everybody who was forgotten, oldest first, without a name."""
    table = schema.forgetting
    return [
        Forgetting(reference=row.reference, at=row.at, platforms=row.platforms, aliases=row.aliases)
        for row in connection.execute(select(table).order_by(table.c.id))
    ]


def _accounts(unit: Unit, accounts: Sequence[str]) -> Iterator[Holding]:
    account, consent = schema.account, schema.consent
    statement = select(account, consent.c.state, consent.c.reason, consent.c.url.label("said_at"), consent.c.at).join(
        consent, consent.c.account_id == account.c.id
    )
    for row in unit.fetch(statement.where(values_in(account.c.id)), accounts):
        who = f"@{row.handle} " if row.handle else ""
        yield Holding(kind="account", text=f"{row.platform} {who}{row.url}", url=row.url, since=row.first_seen)
        yield Holding(kind="consent", text=f"{row.state}: {row.reason}", url=row.said_at, since=row.at)


def _names(unit: Unit, accounts: Sequence[str]) -> Iterator[Holding]:
    for row in _of(unit, schema.account_alias, accounts):
        until = f" until {row.until.date()}" if row.until else ""
        yield Holding(kind="name", text=f"{row.kind} {row.value}{until}", since=row.since)


def _profiles(unit: Unit, accounts: Sequence[str]) -> Iterator[Holding]:
    for row in _of(unit, schema.profile, accounts):
        said = " · ".join(text for text in (row.name, row.location, row.bio) if text)
        yield Holding(kind="profile", text=said, url=row.page_url, since=row.fetched_at)
    for row in _of(unit, schema.account_link, accounts):
        yield Holding(kind="link", text=row.url)


def _counts(unit: Unit, accounts: Sequence[str]) -> Iterator[Holding]:
    for row in _of(unit, schema.account_count, accounts):
        counts = {"followers": row.followers, "following": row.following, "posts": row.posts}
        said = ", ".join(f"{count} {name}" for name, count in counts.items() if count is not None)
        yield Holding(kind="counts", text=said, since=row.at)


def _posts(unit: Unit, accounts: Sequence[str]) -> Iterator[Holding]:
    for row in _of(unit, schema.post, accounts):
        said = " · ".join(text for text in (row.title, row.text) if text)
        yield Holding(kind="post", text=f"{row.url} {said}".strip(), url=row.page_url, since=row.first_seen)


def _findings(unit: Unit, accounts: Sequence[str]) -> Iterator[Holding]:
    finding, job, plan = schema.finding, schema.job, schema.plan
    statement = (
        select(plan.c.query, job.c.started, schema.address.c.url)
        .select_from(finding)
        .join(job, job.c.id == finding.c.job_id)
        .join(plan, plan.c.id == job.c.plan_id)
        .join(schema.task, schema.task.c.id == finding.c.task_id)
        .join(schema.address, schema.address.c.id == schema.task.c.address_id)
    )
    for row in unit.fetch(statement.where(values_in(finding.c.account_id)), accounts):
        yield Holding(kind="judgement", text=f"fits “{row.query}”", url=row.url, since=row.started)


def _pages(unit: Unit, address_ids: set[int]) -> Iterator[Holding]:
    address = schema.address
    for row in unit.fetch(select(address).where(values_in(address.c.id)).order_by(address.c.url), address_ids):
        yield Holding(kind="address", text=row.url, since=row.fetched_at)


def _marks(unit: Unit, names: set[str]) -> Iterator[Holding]:
    mark, name = schema.mark, schema.mark_name
    statement = select(mark).join(name, name.c.mark_id == mark.c.id).where(values_in(name.c.value)).distinct()
    for row in unit.fetch(statement, names):
        yield Holding(
            kind="mark", text=" ".join(filter(None, (row.kind, row.value, row.query, row.reason))), since=row.at
        )


def _desk(unit: Unit, accounts: Sequence[str]) -> Iterator[Holding]:
    creator = schema.creator
    for table, parent in ((schema.shortlist_entry, schema.shortlist), (schema.watch_match, schema.watch)):
        mine = select(*table.c, parent.c.name).join(creator, creator.c.id == table.c.creator_id)
        number = table.c.list_id if parent is schema.shortlist else table.c.watch_id
        for row in unit.fetch(
            mine.join(parent, parent.c.id == number).where(values_in(creator.c.account_id)), accounts
        ):
            if parent is schema.shortlist:
                noted = " · ".join(filter(None, (row.status, row.fee, row.next_step, row.note)))
                yield Holding(kind="list", text=f"{row.name}: {noted}", since=row.added)
            else:
                yield Holding(kind="watch", text=row.name, since=row.first_at)


def _of(unit: Unit, table: Any, accounts: Sequence[str]) -> list[Any]:
    return unit.fetch(select(table).where(values_in(table.c.account_id)), accounts)
