"""Who a name means, and by what somebody is recognised: in addresses, texts, archives, logs. Reads only.

What is theirs: accounts with all that hangs on them, addresses under their names or on a host that is theirs alone,
tasks that speak of them, leads that only their pages gave.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import Row, select

from catalog import schema
from catalog.archives import pages_that_showed
from catalog.errors import UnknownCreator
from catalog.identity import host_of, normal_alias
from catalog.items import Alias, AliasKind
from catalog.leads import names_of
from catalog.networks import profile_alias
from catalog.readers import account_named, all_names
from catalog.unit import Unit, values_in

_ADDRESS_KINDS: Final = (AliasKind.URL, AliasKind.ACTOR_URI)
_OPEN: Final = ("waiting", "deep", "leased")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """By what a person is recognised outside of the catalog: in archives, logs, notes. Not to be kept."""

    names: tuple[Alias, ...]
    pages: frozenset[str]  # addresses that are theirs, or whose pages showed them
    person: "Person"


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
        host = host_or_none(url)
        if host in self.hosts or self.is_in(url):
            return True
        return host in self.handled and self.handled[host].search(unquote(url)) is not None

    def may_be_at(self, url: str) -> bool:
        """Whether an address has one of the native ids in its path, which may be somebody else's thing, too."""
        return any(
            (host_or_none(url), segment) in self.native_ids for segment in unquote(urlsplit(url).path).split("/")
        )

    def is_in(self, text: str) -> bool:
        """Whether a text has one of the names in it."""
        return self.named.search(unquote(text)) is not None


def traces(unit: Unit, name: Alias | str) -> Traces:
    """What leads to the creator of this name; nothing is changed. Raises UnknownCreator for what cannot be a name."""
    accounts, person = find_person(unit, name)
    address = schema.address
    theirs = unit.fetch(select(address.c.url).where(values_in(address.c.id)), their_addresses(unit, person))
    pages = {row.url for row in theirs} | pages_that_showed(unit.connection, accounts)
    return Traces(names=tuple(sorted(person.names)), pages=frozenset(pages), person=person)


def find_person(unit: Unit, name: Alias | str) -> tuple[list[str], Person]:
    """The accounts of the creator of this name, and how they are recognised. Raises UnknownCreator."""
    given = _aliases(name)
    accounts = _accounts(unit, name, given)
    if not accounts and not given:
        raise UnknownCreator(f"nobody here is called {name}: give an id, handle@host or an address")
    return accounts, _person(unit, accounts, given)


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


def their_addresses(unit: Unit, person: Person) -> set[int]:
    """Ids of the addresses that speak of a person, and of leads that only pages there gave."""
    address, task = schema.address, schema.task
    theirs = {row.id for row in unit.connection.execute(select(address.c.id, address.c.url)) if person.is_at(row.url)}
    maybe = [row.id for row in unit.connection.execute(select(address)) if person.may_be_at(row.url)]
    theirs |= set(maybe) - _show_others(unit, maybe)
    for row in unit.connection.execute(select(task.c.address_id, task.c.context).where(task.c.context != {})):
        if any(person.is_in(value) for value in row.context.values()):
            theirs.add(row.address_id)
    return theirs | _leads(unit, theirs)


def their_leads(unit: Unit, person: Person) -> list[Row[Any]]:
    """Leads from follower files that are this person."""
    return [row for row in unit.connection.execute(select(schema.lead)) if _is_lead(row, person)]


def _is_lead(row: Row[Any], person: Person) -> bool:
    names = names_of(Alias(AliasKind(row.kind), row.value), row.network, row.handle)
    return not person.names.isdisjoint(names) or any(person.is_at(url) for url in (row.url, row.read_url) if url)


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


def host_or_none(url: str) -> str:
    """The host of an address, "" where it has none."""
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
