"""Forgetting a person: everything that the catalog holds on a creator is deleted, only keyed hashes of the names stay.

What is theirs: accounts with all that hangs on them, marks, addresses under their names or on a host that is theirs
alone, tasks that speak of them, leads of their name, addresses that only their pages gave, robots.txt of their host,
links that others have to them, and their name in plans and seeds. Words of others that mention them are not theirs.
That nothing is left in the file is up to ``engine.wipe``; index, archives and vector cache are told by the report.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import Row, Table, delete, select, update

from catalog import schema
from catalog.errors import UnknownCreator
from catalog.feed import publish
from catalog.identity import host_of, normal_alias, politeness_key
from catalog.items import Alias, AliasKind
from catalog.joins import update_joins
from catalog.lead_book import delete_leads
from catalog.leads import names_of
from catalog.networks import profile_alias
from catalog.readers import account_named, all_names
from catalog.removal import delete_accounts, delete_posts_at
from catalog.unit import Unit, values_in

_FORGOTTEN: Final = "forgotten"
_ADDRESS_KINDS: Final = (AliasKind.URL, AliasKind.ACTOR_URI)
_OPEN: Final = ("waiting", "deep", "leased")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetReport:
    """What was deleted. It names the person: for the steps that follow, not to be kept."""

    names: tuple[Alias, ...]  # whose hashes stay
    creator_ids: tuple[str, ...]
    accounts: int
    posts: int
    marks: int
    urls: tuple[str, ...]  # addresses that were deleted, for archives
    wiped: bool = False  # False: another process keeps an old state; to be done again when it has ended


@dataclass(frozen=True, slots=True)
class Person:
    """By what a text or an address is recognised as speaking of somebody."""

    names: frozenset[Alias]
    hosts: frozenset[str]  # on which there is nobody else
    named: re.Pattern[str]  # any of the names, in a text
    handled: Mapping[str, re.Pattern[str]]  # by host, any of the handles there
    native_ids: frozenset[tuple[str, str]]  # host, native id

    def is_at(self, url: str) -> bool:
        """Whether an address names the person, or is on a host of their own."""
        host = _host(url)
        if host in self.hosts or self.is_in(url):
            return True
        return host in self.handled and self.handled[host].search(unquote(url)) is not None

    def may_be_at(self, url: str) -> bool:
        """Whether an address has one of the native ids in its path, which may be somebody else's thing, too."""
        return any((_host(url), segment) in self.native_ids for segment in unquote(urlsplit(url).path).split("/"))

    def is_in(self, text: str) -> bool:
        """Whether a text has one of the names in it."""
        return self.named.search(unquote(text)) is not None


def forget(unit: Unit, name: Alias | str, *, reference: str) -> ForgetReport:
    """Delete all that is held on the creator of this name, joined accounts too, and keep them from coming back.

    A name that nobody has is kept out from now on. Raises UnknownCreator for what cannot be a name.
    """
    given = _aliases(name)
    accounts = _accounts(unit, name, given)
    if not accounts and not given:
        raise UnknownCreator(f"nobody here is called {name}: give an id, handle@host or an address")
    person = _person(unit, accounts, given)
    creators = _creators(unit, accounts)
    posts = _posts(unit, accounts)
    unit.suppression.add(unit.connection, person.names, reference=reference, at=unit.now)
    marks = _delete_marks(unit, person)
    urls = _delete_addresses(unit, person, _delete_leads(unit, person))
    delete_posts_at(unit, [alias.value for alias in person.names])
    delete_accounts(unit, accounts)
    _delete_pointers(unit, person)
    _delete_hosts(unit, person, urls)
    _blank_texts(unit, person)
    update_joins(unit)
    publish(unit)
    unit.purged = False  # wiping the whole file comes next
    return ForgetReport(
        names=tuple(sorted(person.names)),
        creator_ids=tuple(creators),
        accounts=len(accounts),
        posts=posts,
        marks=marks,
        urls=tuple(urls),
    )


def _aliases(name: Alias | str) -> list[Alias]:
    """What a name as typed can be: an address, a DID, ``handle@host``."""
    if isinstance(name, Alias):
        guesses = [name]
    elif name.startswith(("http://", "https://")):
        profile = profile_alias(name)
        guesses = [*(Alias(kind, name) for kind in _ADDRESS_KINDS), *([profile] if profile else [])]
    elif name.startswith("did:"):
        guesses = [Alias(AliasKind.DID, name)]
    else:
        guesses = [Alias(AliasKind.HANDLE, name)] if "@" in name.strip().lstrip("@") else []
    return [alias for alias in map(normal_alias, guesses) if alias]


def _accounts(unit: Unit, name: Alias | str, given: list[Alias]) -> list[str]:
    """All accounts of the creator: joined accounts are one person."""
    member = schema.membership
    creator_id = unit.connection.scalar(select(schema.creator.c.id).where(schema.creator.c.id == str(name)))
    if creator_id is None:
        candidates = [str(name), *(alias.value for alias in given)]
        account = next((found for each in candidates if (found := account_named(unit.connection, each))), None)
        creator_id = unit.connection.scalar(select(member.c.creator_id).where(member.c.account_id == account))
    return sorted(unit.connection.scalars(select(member.c.account_id).where(member.c.creator_id == creator_id)))


def _person(unit: Unit, accounts: list[str], given: list[Alias]) -> Person:
    rows = unit.fetch(select(schema.account).where(values_in(schema.account.c.id)), accounts)
    addresses = (normal_alias(Alias(AliasKind.URL, row.url)) for row in rows)
    names = {*given, *all_names(unit.connection, accounts), *(alias for alias in addresses if alias)}
    names -= _names_of_others(unit, names, accounts)
    roots = {host_of(alias.value) for alias in names if alias.kind is AliasKind.URL and _is_root(alias.value)}
    handles: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        handles[row.host] += [row.handle] if row.handle else []
    for alias in given:
        handle, at, host = alias.value.rpartition("@")
        if alias.kind is AliasKind.HANDLE and at:  # nobody may be here, but an address of theirs may wait
            handles[host].append(handle)
            handles[f"www.{host}"].append(handle)
    texts = [alias.value for alias in names if alias.kind is not AliasKind.NATIVE]
    return Person(
        names=frozenset(names),
        hosts=frozenset(roots - _shared_hosts(unit, roots, accounts)),
        named=_any_of([text.rstrip("/") for text in texts], ends=r"(?![\w-]|\.\w)"),
        handled={host: _any_of(mine, ends=r"(?![\w-])") for host, mine in handles.items() if mine},
        native_ids=frozenset((row.host, row.native_id) for row in rows if row.native_id),
    )


def _names_of_others(unit: Unit, names: Iterable[Alias], accounts: list[str]) -> set[Alias]:
    """Old names that have passed to somebody else."""
    alias = schema.account_alias
    held = select(alias).where(values_in(alias.c.value), alias.c.until.is_(None))
    rows = unit.fetch(held, {name.value for name in names})
    return {Alias(AliasKind(row.kind), row.value) for row in rows if row.account_id not in accounts}


def _shared_hosts(unit: Unit, hosts: Iterable[str], accounts: list[str]) -> set[str]:
    account = schema.account
    rows = unit.fetch(select(account.c.id, account.c.host).where(values_in(account.c.host)), hosts)
    return {row.host for row in rows if row.id not in accounts}


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


def _delete_leads(unit: Unit, person: Person) -> list[str]:
    """Leads of this person; returns the addresses at which they were to be read."""
    rows = unit.connection.execute(select(schema.lead)).all()
    return delete_leads(unit, [row for row in rows if _is_lead(row, person)])


def _is_lead(row: Row[Any], person: Person) -> bool:
    names = names_of(Alias(AliasKind(row.kind), row.value), row.network, row.handle)
    return not person.names.isdisjoint(names) or any(person.is_at(url) for url in (row.url, row.read_url) if url)


def _delete_addresses(unit: Unit, person: Person, of_leads: list[str]) -> list[str]:
    """Addresses and tasks that speak of the person, and leads that nothing else gave."""
    address, task = schema.address, schema.task
    theirs = {row.id for row in unit.connection.execute(select(address.c.id, address.c.url)) if person.is_at(row.url)}
    maybe = [row.id for row in unit.connection.execute(select(address)) if person.may_be_at(row.url)]
    theirs |= set(maybe) - _show_others(unit, maybe)
    for row in unit.connection.execute(select(task.c.address_id, task.c.context).where(task.c.context != {})):
        if any(person.is_in(value) for value in row.context.values()):
            theirs.add(row.address_id)
    theirs |= {row.id for row in unit.fetch(select(address.c.id).where(values_in(address.c.url)), of_leads)}
    theirs |= _leads(unit, theirs)
    urls = [row.url for row in unit.fetch(select(address.c.url).where(values_in(address.c.id)), theirs)]
    _delete(unit, address, theirs)
    return sorted(urls)


def _show_others(unit: Unit, address_ids: list[int]) -> set[int]:
    """Those of these addresses that showed more than one account."""
    task, seen = schema.task, schema.account_seen
    statement = select(task.c.address_id, seen.c.account_id).join(seen, seen.c.task_id == task.c.id)
    shown: dict[int, set[str]] = {}
    for row in unit.fetch(statement.where(values_in(task.c.address_id)), address_ids):
        shown.setdefault(row.address_id, set()).add(row.account_id)
    return {address_id for address_id, accounts in shown.items() if len(accounts) > 1}


def _leads(unit: Unit, theirs: set[int]) -> set[int]:
    """Addresses not yet fetched that only pages at ``theirs`` link to."""
    task, parent = schema.task, schema.task_parent
    above = task.alias()
    statement = (
        select(task.c.address_id, above.c.address_id.label("found_at"), task.c.state)
        .join(parent, parent.c.task_id == task.c.id)
        .join(above, above.c.id == parent.c.parent_id)
    )
    found_at: dict[int, set[int]] = {}
    for row in unit.connection.execute(statement.where(task.c.state.in_(_OPEN))):
        found_at.setdefault(row.address_id, set()).add(row.found_at)
    orphans = {address_id for address_id, pages in found_at.items() if pages <= theirs}
    rows = unit.fetch(select(task.c.address_id, task.c.state).where(values_in(task.c.address_id)), orphans)
    return orphans - {row.address_id for row in rows if row.state not in _OPEN}


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


def _delete_hosts(unit: Unit, person: Person, urls: Iterable[str]) -> None:
    """Hosts of deleted addresses on which nothing else is to be fetched, and robots.txt of the person's own."""
    task = schema.task
    keys = {politeness_key(url) for url in urls if _host(url)} | person.hosts
    keys -= {row.key for row in unit.fetch(select(task.c.key).where(values_in(task.c.key)).distinct(), keys)}
    for column in (schema.job_host.c.key, schema.host.c.key):
        unit.connection.execute(delete(column.table).where(values_in(column)), {"values": list(keys)})
    origins = unit.connection.scalars(select(schema.robots.c.origin)).all()
    theirs = [origin for origin in origins if _host(origin) in person.hosts]
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
    unit.seed_labels.clear()


def _delete(unit: Unit, table: Table, ids: Iterable[Any]) -> None:
    unit.connection.execute(delete(table).where(values_in(table.c.id)), {"values": list(ids)})


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""


def _is_root(url: str) -> bool:
    return urlsplit(url).path in ("", "/") and not urlsplit(url).query


def _any_of(words: Iterable[str], *, ends: str) -> re.Pattern[str]:
    """Any of these as a whole; nothing where there is none."""
    either = "|".join(re.escape(word) for word in sorted(words)) or "(?!)"
    return re.compile(rf"(?<![\w.-])(?:{either}){ends}", re.IGNORECASE)
