"""Forgetting a person: everything that the catalog holds on a creator is deleted, only keyed hashes of the names stay.

What is theirs is told by ``person.py``; besides go marks on them, leads of their name, robots.txt of their host, links
that others have to them, and their name in plans, seeds, schedules and notes. Words of others that mention them are not
theirs. That nothing is left in the file is up to ``engine.wipe``; index, archives and vector cache are told by the
report.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Table, delete, func, select, update

from catalog import schema
from catalog.desk_forgetting import forget_on_desk
from catalog.errors import BadReference
from catalog.feed import count_deletion, publish
from catalog.identity import politeness_key
from catalog.items import Alias, AliasKind
from catalog.joins import update_joins
from catalog.lead_book import delete_leads
from catalog.person import Person, find_person, host_or_none, their_addresses, their_leads
from catalog.removal import delete_accounts, delete_posts_at
from catalog.troubles import forget_hosts
from catalog.unit import Unit, chunks, values_in

_FORGOTTEN: Final = "forgotten"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetReport:
    """What was deleted. It names the person: for the steps that follow, not to be kept."""

    names: tuple[Alias, ...]  # whose hashes stay
    creator_ids: tuple[str, ...]
    accounts: int
    posts: int
    marks: int
    urls: tuple[str, ...]  # addresses that were deleted
    wiped: bool = False  # False: another process keeps an old state; to be done again when it has ended


def forget(unit: Unit, name: Alias | str, *, reference: str, archives_are_clean: bool = True) -> ForgetReport:
    """Delete all that is held on the creator of this name, joined accounts too, and keep them from coming back.

    A name that nobody has is kept out from now on. Unless ``archives_are_clean`` the addresses that must still leave
    them stay until they did. Raises UnknownCreator for what cannot be a name, BadReference for a reference that
    names the person.
    """
    unit.lock_all()
    accounts, person = find_person(unit, name)
    if person.is_in(reference):
        raise BadReference("the reference is kept for good: it must not name the person")
    creators = _creators(unit, accounts)
    posts = _posts(unit, accounts)
    _remember(unit, person, accounts, reference)
    marks, urls = _delete_person(unit, accounts, person)
    if archives_are_clean:
        unit.connection.execute(delete(schema.archive_cut))
    count_deletion(unit)
    unit.purged = False  # wiping the whole file comes next
    return ForgetReport(
        names=tuple(sorted(person.names)),
        creator_ids=tuple(creators),
        accounts=len(accounts),
        posts=posts,
        marks=marks,
        urls=tuple(urls),
    )


def _delete_person(unit: Unit, accounts: list[str], person: Person) -> tuple[int, list[str]]:
    """How many marks and which addresses went with them."""
    _dirty_those_found_through(unit, person)
    marks = _delete_marks(unit, person)
    forget_on_desk(unit, _creators(unit, accounts), person)
    urls = _delete_addresses(unit, person, delete_leads(unit, their_leads(unit, person)))
    delete_posts_at(unit, [alias.value for alias in person.names])
    delete_accounts(unit, accounts)
    _delete_pointers(unit, person)
    _blank_sources(unit, person)
    _delete_hosts(unit, person, urls)
    _blank_texts(unit, person)
    update_joins(unit)
    publish(unit)
    return marks, urls


def enforce(unit: Unit) -> int:
    """Delete everybody whose name was forgotten, as after a backup was brought back; returns how many accounts."""
    unit.lock_all()
    alias, account = schema.account_alias, schema.account
    names = [Alias(AliasKind(row.kind), row.value) for row in unit.connection.execute(select(alias))]
    names += [Alias(AliasKind.URL, url) for url in unit.connection.scalars(select(account.c.url))]
    found = {name for part in chunks(names) for name in unit.held(part)}
    before = unit.connection.scalar(select(func.count()).select_from(schema.account)) or 0
    for name in sorted(found):
        accounts, person = find_person(unit, name)
        if accounts:
            _delete_person(unit, accounts, person)
    after = unit.connection.scalar(select(func.count()).select_from(schema.account)) or 0
    return before - after


def _remember(unit: Unit, person: Person, accounts: list[str], reference: str) -> None:
    """Hashes of the names, and a line that says that somebody was forgotten, not who."""
    unit.suppression.add(unit.connection, person.names, reference=reference, at=unit.now)
    rows = unit.fetch(select(schema.account.c.platform).where(values_in(schema.account.c.id)), accounts)
    platforms = ", ".join(sorted({row.platform for row in rows}))
    line = {"reference": reference, "at": unit.now, "platforms": platforms, "aliases": len(person.names)}
    unit.insert(schema.forgetting, [line])


def _creators(unit: Unit, accounts: list[str]) -> list[str]:
    """The creators of these accounts, those that redirect too."""
    creator = schema.creator
    rows = unit.fetch(select(creator.c.id).where(values_in(creator.c.account_id)), accounts)
    return sorted({row.id for row in rows})


def _posts(unit: Unit, accounts: list[str]) -> int:
    return len(unit.fetch(select(schema.post.c.id).where(values_in(schema.post.c.account_id)), accounts))


def _delete_marks(unit: Unit, person: Person) -> int:
    name = schema.mark_name
    rows = unit.fetch(select(name).where(values_in(name.c.value)), {alias.value for alias in person.names})
    spoken = {row.mark_id for row in rows if Alias(AliasKind(row.kind), row.value) in person.names}
    _delete(unit, schema.mark, spoken)
    return len(spoken)


def _dirty_those_found_through(unit: Unit, person: Person) -> None:
    """Others whom a page of theirs, or a plan or seed that names them, led to: documents of the index say so."""
    task, seen, seed = schema.task, schema.account_seen, schema.seed
    shown = select(seen.c.account_id).join(task, task.c.id == seen.c.task_id).distinct()
    at_theirs = unit.fetch(shown.where(values_in(task.c.address_id)), their_addresses(unit, person))
    labels = unit.connection.execute(
        select(seed.c.job_id, seed.c.label, schema.plan.c.query)
        .join(schema.job, schema.job.c.id == seed.c.job_id)
        .join(schema.plan, schema.plan.c.id == schema.job.c.plan_id)
    )
    jobs = {row.job_id for row in labels if person.is_in(row.label) or person.is_in(row.query)}
    of_jobs = unit.fetch(shown.where(values_in(task.c.job_id)), jobs)
    unit.dirty_accounts.update(row.account_id for row in (*at_theirs, *of_jobs))


def _delete_addresses(unit: Unit, person: Person, of_leads: list[str]) -> list[str]:
    """Addresses and tasks that speak of the person, and leads that nothing else gave."""
    address = schema.address
    theirs = their_addresses(unit, person)
    theirs |= {row.id for row in unit.fetch(select(address.c.id).where(values_in(address.c.url)), of_leads)}
    urls = [row.url for row in unit.fetch(select(address.c.url).where(values_in(address.c.id)), theirs)]
    _delete(unit, address, theirs)
    return sorted(urls)


def _delete_pointers(unit: Unit, person: Person) -> None:
    """What others have that leads to the person: links on profiles, "moved to", old names."""
    account, alias, link = schema.account, schema.account_alias, schema.account_link
    values = {name.value for name in person.names}
    rows = [row for row in unit.connection.execute(select(link.c.account_id, link.c.url)) if person.is_at(row.url)]
    for row in rows:
        unit.connection.execute(delete(link).where(link.c.account_id == row.account_id, link.c.url == row.url))
    unit.dirty_accounts.update(row.account_id for row in rows)
    unit.relink.update(row.account_id for row in rows)
    moved = update(account).where(values_in(account.c.moved_value)).values(moved_kind=None, moved_value=None)
    unit.connection.execute(moved, {"values": list(values)})
    unit.connection.execute(
        delete(alias).where(values_in(alias.c.value), alias.c.until.is_not(None)), {"values": list(values)}
    )


def _blank_sources(unit: Unit, person: Person) -> None:
    """Where something on others was read, if that was a page of the person's."""
    columns = (schema.profile.c.page_url, schema.post.c.page_url, schema.consent.c.url, schema.join_edge.c.evidence_url)
    for column in columns:
        theirs = [url for url in unit.connection.scalars(select(column).distinct()) if person.is_at(url)]
        unit.connection.execute(
            update(column.table).where(values_in(column)).values({column.name: ""}), {"values": theirs}
        )


def _delete_hosts(unit: Unit, person: Person, urls: Iterable[str]) -> None:
    """Hosts of deleted addresses on which nothing else is to be fetched, and robots.txt of the person's own."""
    task = schema.task
    keys = {politeness_key(url) for url in urls if host_or_none(url)} | person.hosts
    keys -= {row.key for row in unit.fetch(select(task.c.key).where(values_in(task.c.key)).distinct(), keys)}
    for column in (schema.job_host.c.key, schema.host.c.key):
        unit.connection.execute(delete(column.table).where(values_in(column)), {"values": list(keys)})
    forget_hosts(unit, keys, lambda text: person.is_at(text) or any(host in text for host in person.hosts))
    origins = unit.connection.scalars(select(schema.robots.c.origin)).all()
    theirs = [origin for origin in origins if host_or_none(origin) in person.hosts]
    unit.connection.execute(delete(schema.robots).where(values_in(schema.robots.c.origin)), {"values": theirs})


def _blank_texts(unit: Unit, person: Person) -> None:
    """Plans, seeds and notes that the operator made for this person; marks on others that are about nothing else."""
    seed, plan = schema.seed, schema.plan
    for row in unit.connection.execute(select(seed.c.id, seed.c.label)).all():
        if person.is_in(row.label):
            unit.connection.execute(update(seed).where(seed.c.id == row.id).values(label=_FORGOTTEN))
    for row in unit.connection.execute(select(plan.c.id, plan.c.query)).all():
        if person.is_in(row.query):
            query = f"{_FORGOTTEN} {row.id}"  # unique, as before
            unit.connection.execute(update(plan).where(plan.c.id == row.id).values(query=query))
    mark = schema.mark
    for said in unit.connection.execute(select(mark.c.id, mark.c.reason, mark.c.query)).all():
        if person.is_in(said.query or ""):
            _delete(unit, mark, [said.id])
        elif person.is_in(said.reason):
            unit.connection.execute(update(mark).where(mark.c.id == said.id).values(reason=""))
    task, planned = schema.task, schema.schedule
    for row in unit.connection.execute(select(task.c.id, task.c.message).where(task.c.message != "")).all():
        if person.is_in(row.message):
            unit.connection.execute(update(task).where(task.c.id == row.id).values(message=""))
    _delete(unit, planned, [row.id for row in unit.connection.execute(select(planned)) if person.is_in(row.query)])
    unit.seed_labels.clear()


def _delete(unit: Unit, table: Table, ids: Iterable[Any]) -> None:
    unit.connection.execute(delete(table).where(values_in(table.c.id)), {"values": list(ids)})
