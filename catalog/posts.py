"""Posts: copies recognised as one, the better copy kept, edits remembered, counts observed.

A post is known by its native id within its account and by its permalink everywhere. Of two copies the better is
shown: on its own host before elsewhere, whole before excerpt, API before page before feed, newer before older.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, select, update

from catalog import rows, schema
from catalog.accounts import AccountBook
from catalog.engine import insert_new
from catalog.identity import host_of, normal_alias, try_canonical
from catalog.items import Alias, AliasKind, Consent, Interaction, Moment, PostItem
from catalog.known import KnownAccount
from catalog.profiles import RANK
from catalog.types import new_id
from catalog.unit import Unit, day_of, values_in

_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD: Final = timedelta(days=1)
_COUNTS: Final = ("likes", "shares", "comments", "distinct_repliers", "author_reply_share")
_KEPT: Final = ("id", "first_seen", "page_url")  # of the stored row, whatever copy is better


_POST_COLUMNS: Final = tuple(column.name for column in schema.post.columns)
_NAMED: Final = (
    select(schema.post, schema.account.c.host, schema.post_alias.c.value)
    .join(schema.account, schema.account.c.id == schema.post.c.account_id)
    .join(schema.post_alias, schema.post_alias.c.post_id == schema.post.c.id)
    .where(values_in(schema.post_alias.c.value))
)
_UPDATE: Final = (
    update(schema.post)
    .where(schema.post.c.id == bindparam("_id"))
    .values({name: bindparam(f"_{name}") for name in _POST_COLUMNS if name != "id"})
)
_DELETE_COUNTS: Final = delete(schema.interaction).where(
    schema.interaction.c.post_id == bindparam("post"), schema.interaction.c.day == bindparam("on")
)
_INTERACTIONS: Final = (
    select(schema.interaction).where(values_in(schema.interaction.c.post_id)).order_by(schema.interaction.c.day)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSighting:
    """A post as one page shows it."""

    item: PostItem
    page_url: str
    fetched_at: datetime


@dataclass(slots=True)
class PostBook:
    """The posts that one batch can touch: loaded, merged in memory, written at once."""

    unit: Unit
    accounts: AccountBook
    _stored: dict[str, dict[str, Any]] = field(default_factory=dict)  # by post id
    _names: dict[str, str] = field(default_factory=dict)  # permalink or "account native id" -> post id
    _hosts: dict[str, str] = field(default_factory=dict)  # account id -> host
    _counts: dict[str, tuple[int, Interaction]] = field(default_factory=dict)  # newest stored, by post id
    _seen: dict[str, tuple[datetime, Interaction]] = field(default_factory=dict)
    _shown: dict[str, None] = field(default_factory=dict)
    _inserted: dict[str, None] = field(default_factory=dict)
    _updated: dict[str, None] = field(default_factory=dict)
    _new_names: list[dict[str, str]] = field(default_factory=list)
    _history: list[dict[str, Any]] = field(default_factory=list)

    def apply(self, sightings: Sequence[PostSighting]) -> None:
        """Keep the posts of accounts whose consent is FULL; count the others as kept back."""
        kept = self._allowed(sightings)
        self._load([name for known, sighting in kept for name in _names_of(known, sighting.item)])
        for known, sighting in kept:
            self._apply_one(known, sighting)
        self._write()
        unread = {known.id: known for known, _ in kept if not known.read}
        for known in unread.values():
            known.read = True  # its own words are here, whatever kind of page showed them
        if unread:
            self.accounts.flush()

    def shown(self) -> list[str]:
        """Ids of the posts that the sightings showed and that were kept."""
        return list(self._shown)

    def _allowed(self, sightings: Sequence[PostSighting]) -> list[tuple[KnownAccount, PostSighting]]:
        self.accounts.load(
            alias for sighting in sightings if (alias := normal_alias(sighting.item.account)) is not None
        )
        addresses = {Alias(AliasKind.URL, url) for sighting in sightings if (url := sighting.item.url)}
        forgotten = self.unit.held(addresses | {sighting.item.account for sighting in sightings})
        kept = []
        for sighting in sightings:
            item = sighting.item
            known = self.accounts.resolve(item.account)
            suppressed = item.account in forgotten or Alias(AliasKind.URL, item.url) in forgotten
            if known is None or known.verdict.state is not Consent.FULL or suppressed:
                self.unit.keep_back()
            elif item.text or item.title:
                kept.append((known, sighting))
        return kept

    def _load(self, names: Sequence[str]) -> None:
        loaded: dict[str, None] = {}
        self.unit.lock(names)
        for row in self.unit.fetch(_NAMED, dict.fromkeys(names)):
            self._names[row.value] = row.id
            if row.id not in self._stored:
                loaded[row.id] = None
                values = dict(zip(_POST_COLUMNS, row, strict=False))
                self._hosts[row.account_id] = row.host
                values["tags"] = tuple(values["tags"])
                self._stored[row.id] = values
        for row in self.unit.fetch(_INTERACTIONS, loaded):
            seen = Interaction(**{count: getattr(row, count) for count in _COUNTS})
            self._counts[row.post_id] = (row.day, seen)

    def _apply_one(self, known: KnownAccount, sighting: PostSighting) -> None:
        self._hosts.setdefault(known.id, known.identity.host)
        names = _names_of(known, sighting.item)
        post_id = next((self._names[name] for name in names if name in self._names), None)
        values = _columns(known, sighting)
        if post_id is None:
            post_id = values["id"] = new_id()
            self._stored[post_id] = values
            self._inserted[post_id] = None
            self.unit.dirty_accounts.add(known.id)
        else:
            self._merge(self._stored[post_id], values, sighting)
        for name in names:
            if name not in self._names:
                self._names[name] = post_id
                self._new_names.append({"value": name, "post_id": post_id})
        self._shown[post_id] = None
        self._observe(post_id, sighting)

    def _merge(self, old: dict[str, Any], new: dict[str, Any], sighting: PostSighting) -> None:
        """Replace the stored copy by a better one; remember the text that an edit replaced."""
        if not self._is_better(new, old):
            if old["published_at"] is None and new["published_at"] is not None:
                self._set(old, {name: new[name] for name in new if name.startswith("published_")})
            return
        changes = {name: value for name, value in new.items() if name not in _KEPT and value != old.get(name)}
        if new["published_at"] is None:  # a better text without a date does not take the date away
            changes = {name: value for name, value in changes.items() if not name.startswith("published_")}
        if set(changes) <= {"fetched_at"} and new["fetched_at"] - old["fetched_at"] < _AHEAD:
            return
        if "text" in changes and _rank(old) == _rank(new) and _is_later(old, new):
            digest = hashlib.sha256(old["text"].encode()).hexdigest()
            self._history.append({"post_id": old["id"], "replaced_at": sighting.fetched_at, "hash": digest})
        self._set(old, changes)

    def _set(self, old: dict[str, Any], changes: dict[str, Any]) -> None:
        self.unit.dirty_accounts.add(old["account_id"])
        old.update(changes)
        self.unit.dirty_accounts.add(old["account_id"])
        if old["id"] not in self._inserted:
            self._updated[old["id"]] = None

    def _is_better(self, new: dict[str, Any], old: dict[str, Any]) -> bool:
        worth, before = ((self._is_at_home(values), _rank(values)) for values in (new, old))
        if worth != before:
            return worth > before
        if _is_later(old, new) or _is_later(new, old):
            return _is_later(old, new)
        return _size(new) > _size(old)

    def _is_at_home(self, values: dict[str, Any]) -> bool:
        return bool(values["url"]) and host_of(values["url"]) == self._hosts[values["account_id"]]

    def _observe(self, post_id: str, sighting: PostSighting) -> None:
        """Counts on change, the newest of a day; what a page does not show stays as it was."""
        shown = sighting.item.interaction
        if shown == Interaction():
            return
        stored = self._counts.get(post_id)
        before = self._seen.get(post_id) or (stored and (None, stored[1]))
        merged = _with_known(shown, before[1]) if before else shown
        day = day_of(sighting.fetched_at)
        if (before is None or merged != before[1]) and (stored is None or day >= stored[0]):
            self._seen[post_id] = (sighting.fetched_at, merged)
            self.unit.dirty_accounts.add(self._stored[post_id]["account_id"])

    def _write(self) -> None:
        unit = self.unit
        unit.insert(schema.post, [self._stored[post_id] for post_id in self._inserted])
        unit.posts += len(self._inserted)
        updates = [{f"_{name}": value for name, value in self._stored[post_id].items()} for post_id in self._updated]
        unit.run_many(_UPDATE, updates)
        unit.insert(schema.post_alias, self._new_names)
        unit.run_many(insert_new(unit.connection, schema.post_history), self._history)
        self._write_counts()
        for pending in (self._inserted, self._updated, self._new_names, self._history, self._seen):
            pending.clear()

    def _write_counts(self) -> None:
        replaced: list[dict[str, Any]] = []
        rows_to_write = []
        for post_id, (at, seen) in self._seen.items():
            day = day_of(at)
            stored = self._counts.get(post_id)
            if stored and stored[0] == day:
                replaced.append({"post": post_id, "on": day})
            self._counts[post_id] = (day, seen)
            counts = {count: getattr(seen, count) for count in _COUNTS}
            rows_to_write.append({"post_id": post_id, "day": day, "at": at, **counts})
        self.unit.run_many(_DELETE_COUNTS, replaced)
        self.unit.insert(schema.interaction, rows_to_write)


def believable(moment: Moment | None, fetched_at: datetime) -> Moment | None:
    """A date of before 1990 or of more than a day after the fetch is not known (DESIGN 5.1)."""
    if moment is None or not _EARLIEST <= moment.at <= fetched_at + _AHEAD:
        return None
    return moment


def _rank(values: dict[str, Any]) -> tuple[bool, int]:
    return values["complete"], RANK[values["provenance"]]


def _is_later(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Whether ``new`` is the same page (or an API) read again, or a day newer: not one of a crawl's many pages."""
    apart = new["fetched_at"] - old["fetched_at"]
    again = new["provenance"] == "api" or new["page_url"] == old["page_url"]
    return bool(apart >= _AHEAD or (again and apart > timedelta(0)))


def _size(values: dict[str, Any]) -> tuple[int, str, str, str]:
    return len(values["text"]), values["text"], values["title"], values["url"]


def _names_of(known: KnownAccount, item: PostItem) -> list[str]:
    url = try_canonical(item.url) if item.url else None
    own = f"{known.id} {item.native_id}"
    return [own, url] if url else [own]


def _columns(known: KnownAccount, sighting: PostSighting) -> dict[str, Any]:
    item = sighting.item
    return {
        "id": "",
        "account_id": known.id,
        "native_id": item.native_id,
        "url": (try_canonical(item.url) or "") if item.url else "",
        "kind": item.kind,
        "title": item.title,
        "text": item.text,
        "language": item.language,
        "tags": item.tags,
        **rows.moment_columns("published", believable(item.published, sighting.fetched_at)),
        **rows.moment_columns("edited", believable(item.edited, sighting.fetched_at)),
        "place": item.place,
        "provenance": item.provenance,
        "complete": item.complete,
        "first_seen": sighting.fetched_at,
        "fetched_at": sighting.fetched_at,
        "page_url": sighting.page_url,
    }


def _with_known(shown: Interaction, before: Interaction) -> Interaction:
    values = {
        count: before_value if (now := getattr(shown, count)) is None else now
        for count in _COUNTS
        for before_value in [getattr(before, count)]
    }
    return Interaction(**values)
