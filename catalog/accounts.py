"""Which account a page speaks of: names resolved, accounts made, grown and merged within one transaction.

``AccountBook`` loads what a batch of items can touch, changes it in memory and writes the difference. What may
be kept is decided by ``consent.py``, how versions of a profile combine by ``profiles.py``.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, select

from catalog import rows, schema
from catalog.account_writer import write_accounts
from catalog.consent import ADDRESSES, Verdict, combine, is_lower, weigh
from catalog.identity import normal_alias, try_canonical
from catalog.items import AccountItem, Alias, AliasKind, Consent, ProfileLink
from catalog.keeping_out import without_the_forgotten
from catalog.known import Identity, KnownAccount
from catalog.profiles import RANK, merge_profile, read_profile
from catalog.types import new_id
from catalog.unit import Unit, values_in

_CONSENT_COLUMNS: Final = tuple(column.name for column in schema.consent.columns)
_NAMED: Final = select(schema.account_alias).where(  # all names of the accounts that have one of these
    schema.account_alias.c.until.is_(None),
    schema.account_alias.c.account_id.in_(
        select(schema.account_alias.c.account_id).where(
            values_in(schema.account_alias.c.value), schema.account_alias.c.until.is_(None)
        )
    ),
)
_ACCOUNTS: Final = (
    select(schema.account, *(schema.consent.c[name].label(f"consent_{name}") for name in _CONSENT_COLUMNS))
    .join(schema.consent, schema.consent.c.account_id == schema.account.c.id)
    .where(values_in(schema.account.c.id))
)
_LINKS: Final = (
    select(schema.account_link)
    .where(values_in(schema.account_link.c.account_id))
    .order_by(schema.account_link.c.position)
)
_PROFILES: Final = select(schema.profile).where(values_in(schema.profile.c.account_id))
_COUNTS: Final = (
    select(schema.account_count).where(values_in(schema.account_count.c.account_id)).order_by(schema.account_count.c.at)
)
_STRONG: Final = (AliasKind.ACTOR_URI, AliasKind.DID, AliasKind.NATIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """An account as one page shows it."""

    item: AccountItem
    page_url: str
    fetched_at: datetime
    collection_id: str | None = None


@dataclass(slots=True)
class AccountBook:
    """The accounts that one batch can touch."""

    unit: Unit
    by_alias: dict[Alias, KnownAccount] = field(default_factory=dict)
    by_id: dict[str, KnownAccount] = field(default_factory=dict)
    _asked: set[Alias] = field(default_factory=set)

    def load(self, aliases: Iterable[Alias]) -> None:
        """Read every account that one of these names belongs to, with all that can change."""
        new = {alias for alias in aliases if alias not in self._asked}
        self._asked |= new
        values = sorted({alias.value for alias in new})
        self.unit.lock(values)
        names = self._named(values)
        while self.unit.lock(names):
            names = self._named(values)
        asked = {id_: mine for id_, mine in names.items() if not new.isdisjoint(mine) and id_ not in self.by_id}
        self._load_accounts(asked)

    def _named(self, values: Sequence[str]) -> dict[str, dict[Alias, datetime]]:
        names: defaultdict[str, dict[Alias, datetime]] = defaultdict(dict)
        for row in self.unit.fetch(_NAMED, values):
            names[row.account_id][Alias(AliasKind(row.kind), row.value)] = row.since
        return names

    def resolve(self, alias: Alias) -> KnownAccount | None:
        """The account that has this name now."""
        normal = normal_alias(alias)
        return self.by_alias.get(normal) if normal else None

    def apply(self, sightings: Sequence[Sighting]) -> None:
        """Everything that these sightings say, in order; then write it."""
        named = [(sighting, _names(sighting.item)) for sighting in sightings]
        self.load(alias for _, aliases in named for alias in aliases)
        shown = [_shown(sighting.item, aliases) for sighting, aliases in named]
        forgotten = self.unit.held(set().union(*shown))
        for (sighting, aliases), names in zip(named, shown, strict=True):
            if not aliases or not forgotten.isdisjoint(names):
                self.unit.keep_back()
            else:
                item = without_the_forgotten(self.unit, sighting.item)
                self._apply_one(sighting if item is sighting.item else replace(sighting, item=item), aliases)
        self.flush()

    def flush(self) -> None:
        """Write what changed."""
        write_accounts(self.unit, list(self.by_id.values()))

    def shown(self) -> list[str]:
        """Ids of the accounts that the sightings showed and that may be kept."""
        return [known.id for known in self.by_id.values() if known.shown]

    def _apply_one(self, sighting: Sighting, aliases: Sequence[Alias]) -> None:
        item = sighting.item
        found = self._match(aliases)
        verdict = weigh(found.verdict if found else Verdict(), item.consent, sighting.fetched_at)
        if found is None:
            if verdict.says_nothing:
                self.unit.keep_back()
                self._remember_address(item)
                return
            found = self._new_account(sighting)
        self._set_verdict(found, verdict)
        if verdict.state in (Consent.DENIED, Consent.UNKNOWN):
            self.unit.keep_back()
            self._name(found, [alias for alias in aliases if alias.kind in ADDRESSES], sighting.fetched_at)
            return
        if item.consent.strength == "copy" or item.consent.state is Consent.UNKNOWN:
            return  # a copy elsewhere adds nothing to what is known of an account
        self._name(found, aliases, sighting.fetched_at)
        _grow(found, sighting)

    def _match(self, aliases: Sequence[Alias]) -> KnownAccount | None:
        """The one account of these names; provisional ones that turn out to be one are merged."""
        strong = [alias for alias in aliases if alias.kind in _STRONG]
        found: KnownAccount | None = None
        for alias in sorted(aliases, key=lambda alias: alias.kind not in _STRONG):
            other = self.by_alias.get(alias)
            if other is None or other is found or _contradicts(other.aliases, strong):
                continue
            if found is None:
                found = other
            elif not _contradicts(other.aliases, found.aliases):
                found = self._merge(*sorted((found, other), key=lambda known: known.id))
        return found

    def _merge(self, kept: KnownAccount, gone: KnownAccount) -> KnownAccount:
        """Two accounts turn out to be one: the oldest id survives."""
        self._set_verdict(kept, combine(kept.verdict, gone.verdict))
        for profile in gone.profiles.values():
            kept.profiles[profile.provenance] = merge_profile(kept.profiles.get(profile.provenance), profile)
        for alias, since in gone.aliases.items():
            kept.aliases.setdefault(alias, since)
            self.by_alias[alias] = kept
        kept.identity = kept.identity.grown(gone.identity, newer=gone.last_seen > kept.last_seen)
        kept.read = kept.read or gone.read
        kept.first_seen = min(kept.first_seen, gone.first_seen)
        kept.last_fetched = max(kept.last_fetched, gone.last_fetched)
        kept.last_seen = max(kept.last_seen, gone.last_seen)
        kept.collection_id = kept.collection_id or gone.collection_id
        kept.moved_to = kept.moved_to or gone.moved_to
        kept.shown = kept.shown or gone.shown
        kept.counts = max(
            (counts for counts in (kept.counts, gone.counts) if counts), key=lambda seen: seen[0], default=None
        )
        kept.absorbed += [gone, *gone.absorbed]
        del self.by_id[gone.id]
        return kept

    def _new_account(self, sighting: Sighting) -> KnownAccount:
        known = KnownAccount(
            id=new_id(),
            is_new=True,
            identity=_identity(sighting.item),
            first_seen=sighting.fetched_at,
            last_fetched=sighting.fetched_at,
            last_seen=sighting.fetched_at,
        )
        self.by_id[known.id] = known
        return known

    def _set_verdict(self, known: KnownAccount, verdict: Verdict) -> None:
        if is_lower(verdict.state, known.verdict.state) and not known.is_new:
            known.lowered = True
            known.read = any(profile.complete for profile in known.profiles.values())  # the posts go
        known.verdict = verdict
        if verdict.state in (Consent.DENIED, Consent.UNKNOWN):
            for alias in [alias for alias in known.aliases if alias.kind not in ADDRESSES]:
                del known.aliases[alias]
                self.by_alias.pop(alias, None)
            known.forget_content()

    def _name(self, known: KnownAccount, aliases: Iterable[Alias], at: datetime) -> None:
        """Give names; one that another account had changes hands."""
        for alias in aliases:
            holder = self.by_alias.get(alias)
            if holder is known:
                continue
            if holder is not None:
                if holder.last_seen > at:
                    continue  # an old page must not take a name back
                holder.lose(alias, at)
            known.aliases[alias] = at
            self.by_alias[alias] = known

    def _remember_address(self, item: AccountItem) -> None:
        url = try_canonical(item.url)
        if url:
            self.unit.addresses_to_ask.add(url)

    def _load_accounts(self, names: Mapping[str, dict[Alias, datetime]]) -> None:
        fetch, ids = self.unit.fetch, sorted(names)
        for row in fetch(_ACCOUNTS, ids):
            known = self.by_id[row.id] = _known(row)
            known.aliases.update(names[row.id])
            self.by_alias.update(dict.fromkeys(known.aliases, known))
        links: dict[tuple[str, str], list[ProfileLink]] = {}
        for row in fetch(_LINKS, ids):
            links.setdefault((row.account_id, row.provenance), []).append(rows.link(row))
        for row in fetch(_PROFILES, ids):
            profile = rows.profile(row, tuple(links.get((row.account_id, row.provenance), ())))
            self.by_id[row.account_id].profiles[profile.provenance] = profile
        for row in fetch(_COUNTS, ids):
            self.by_id[row.account_id].counts = (row.at, rows.counts(row))
        for account_id in ids:
            self.by_id[account_id].loaded = self.by_id[account_id].snapshot()


def _known(row: Row[Any]) -> KnownAccount:
    return KnownAccount(
        id=row.id,
        is_new=False,
        identity=Identity(
            platform=row.platform,
            host=row.host,
            handle=row.handle,
            native_id=row.native_id,
            url=row.url,
            rank=row.identity_rank,
        ),
        read=row.read,
        first_seen=row.first_seen,
        last_fetched=row.last_fetched,
        last_seen=row.last_fetched,
        collection_id=row.collection_id,
        moved_to=Alias(AliasKind(row.moved_kind), row.moved_value) if row.moved_kind else None,
        verdict=rows.verdict(row),
    )


def _names(item: AccountItem) -> tuple[Alias, ...]:
    """Every name that an item gives, each once. Its address is for people: authors of one site may share it."""
    given = (normal_alias(alias) for alias in item.aliases)
    return tuple(dict.fromkeys(alias for alias in given if alias))


def _shown(item: AccountItem, aliases: Iterable[Alias]) -> set[Alias]:
    """All by which somebody may have asked to be forgotten."""
    address = normal_alias(Alias(AliasKind.URL, item.url))
    return {*aliases, *((address,) if address else ())}


def _contradicts(names: Iterable[Alias], strong: Iterable[Alias]) -> bool:
    """Whether both sides carry ids of one kind and host that differ: then they are two accounts."""
    mine = {_realm(alias): alias for alias in names if alias.kind in _STRONG}
    return any(mine.get(_realm(alias), alias) != alias for alias in strong if alias.kind in _STRONG)


def _realm(alias: Alias) -> tuple[AliasKind, str]:
    """Where an id is unique: a native id on its host, the others everywhere."""
    return alias.kind, alias.value.partition("/")[0] if alias.kind is AliasKind.NATIVE else ""


def _identity(item: AccountItem) -> Identity:
    return Identity(
        platform=item.platform,
        host=item.host.lower(),
        handle=item.handle,
        native_id=item.native_id,
        url=try_canonical(item.url) or item.url,
        rank=RANK[item.provenance],
    )


def _grow(known: KnownAccount, sighting: Sighting) -> None:
    """What a page adds to an account that may be shown."""
    item, at = sighting.item, sighting.fetched_at
    known.identity = known.identity.grown(_identity(item), newer=at > known.last_seen)
    known.last_seen = max(known.last_seen, at)
    known.first_seen = min(known.first_seen, at)
    known.read = known.read or item.text_complete
    known.moved_to = (normal_alias(item.moved_to) if item.moved_to else None) or known.moved_to
    known.collection_id = sighting.collection_id or known.collection_id
    known.shown = True
    profile = read_profile(item, sighting.page_url, at)
    known.profiles[item.provenance] = merge_profile(known.profiles.get(item.provenance), profile)
    known.observe(item.counts, at)
