"""``nichescout mark``: what the user says of a creator is kept, and the index follows at once."""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from typing import Any, Final, NamedTuple, TypeVar

from app.config import Config
from base.errors import UserError
from catalog.errors import BadMark
from catalog.grouping import MAX_ACCOUNTS
from catalog.marks import still_hold
from catalog.records import CreatorRecord, Mark, MarkRow
from catalog.store import Catalog, open_catalog
from indexer.build import index_now
from indexer.corrections import mark_views
from indexer.creator_view import you_said
from niche.naming import read_name, spoken
from places.gazetteer import Gazetteer, open_gazetteer
from search.results import iso_time

_LIKELY: Final = 0.1  # share of the likeliest reading's weight from which a name may as well mean another place
_CHOICES: Final = 4
Row = TypeVar("Row", bound=MarkRow | None)


class Told(NamedTuple):
    """What was said of whom, in words; ``note`` is what has to be known besides: that it does not show yet, and why."""

    name: str
    address: str
    text: str
    note: str = ""


class Listed(NamedTuple):
    """A mark as ``mark list`` shows it; ``creator_id`` is None where nobody has that name now."""

    name: str
    address: str
    text: str
    creator_id: str | None
    mark: Mark

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        mark = self.mark
        about = {"kind": mark.kind, "value": mark.value, "query": mark.query, "reason": mark.reason}
        at = iso_time(mark.at) if mark.at else None
        return {
            "creator": self.creator_id,
            "name": self.name,
            "url": self.address,
            **about,
            "at": at,
            "text": self.text,
        }


def say(config: Config, name: str, mark: Mark) -> Told:
    """Keep a mark and bring the index up to it. Raises UnknownCreator, AmbiguousName, BadMark, CatalogMissing."""
    with closing(open_gazetteer()) as gazetteer, open_catalog(config.place, create=False) as catalog:
        if mark.kind in ("place", "not-in"):
            mark = replace(mark, value=_place(mark.value, gazetteer))
        note, row = _and_index(config, catalog, lambda: catalog.add_mark(name, mark))
        if row.mark.kind == "same-as" and _torn(catalog):
            note = f"kept, but a creator has {MAX_ACCOUNTS} accounts at most: older ones of those you joined are apart"
        return _told(row, _records(catalog, [row]), gazetteer)._replace(note=note)


def take_back(config: Config, name: str | None) -> Told:
    """Undo the newest mark, of one creator or of all. Raises BadMark where there is none, else as ``say``."""
    with closing(open_gazetteer()) as gazetteer, open_catalog(config.place, create=False) as catalog:
        note, row = _and_index(config, catalog, lambda: catalog.undo_mark(name))
        if row is None:
            raise BadMark("there is nothing to undo" + (f" on {name}" if name else ""))
        return _told(row, _records(catalog, [row]), gazetteer)._replace(note=note)


def all_marks(config: Config) -> list[Listed]:
    """The marks that hold, newest first. Raises CatalogMissing."""
    with closing(open_gazetteer()) as gazetteer, open_catalog(config.place, create=False) as catalog:
        by_creator: dict[str | None, list[MarkRow]] = {}
        for row in catalog.marks():
            by_creator.setdefault(row.creator_id, []).append(row)
        rows = [row for mine in by_creator.values() for row in still_hold(mine)]
        rows.sort(key=lambda row: row.id, reverse=True)
        records = _records(catalog, rows)
        return [Listed(*_told(row, records, gazetteer)[:3], row.creator_id, row.mark) for row in rows]


def _and_index(config: Config, catalog: Catalog, change: Callable[[], Row]) -> tuple[str, Row]:
    """Make the change; then the index follows. What keeps it from that is told, for the mark itself is kept."""
    before = catalog.head()
    row = change()
    try:
        index_now(catalog, config.data, before, location=config.index_place, model=config.model)
    except UserError as error:
        return f"kept, but not in the search index yet: {error}", row
    return "", row


def _torn(catalog: Catalog) -> bool:
    """Whether some whom the user called one creator are two all the same."""
    said = (row for row in catalog.marks() if row.mark.kind == "same-as" and row.undone_at is None and row.creator_id)
    return any(catalog.resolve(row.mark.value) not in (row.creator_id, None) for row in said)


def _place(name: str, gazetteer: Gazetteer) -> str:
    """The key of the one place that a name means."""
    readings = read_name(name, gazetteer)
    if not readings:
        raise BadMark(f"no place {name!r} is known; try its English name, or add the state: “Portland, Maine”")
    likely = [reading.place for reading in readings if reading.weight >= _LIKELY * readings[0].weight]
    if len(likely) > 1:
        names = " or ".join(f"“{spoken(place, gazetteer)}”" for place in likely[:_CHOICES])
        raise BadMark(f"{name!r} may mean {names}: say which")
    return likely[0].key


def _records(catalog: Catalog, rows: Iterable[MarkRow]) -> dict[str, CreatorRecord]:
    return catalog.creators(sorted({row.creator_id for row in rows if row.creator_id}))


def _told(row: MarkRow, records: dict[str, CreatorRecord], gazetteer: Gazetteer) -> Told:
    record = records.get(row.creator_id or "")
    accounts = () if record is None else record.accounts
    name = next((account.name or account.handle or account.host for account in accounts), "nobody here now")
    (said,) = mark_views((row.mark,), gazetteer)
    return Told(name, accounts[0].url if accounts else "", you_said(said).text)
