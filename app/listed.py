"""What a list shows of those on it, and how it leaves: CSV, JSON, Markdown."""

import csv
import io
import json
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from app.exporting import inert
from base.errors import UserError
from catalog.shortlists import Entry, Shortlist
from catalog.store import Catalog
from search.engine import Engine
from search.report import VettingReport
from search.results import iso_time

COLUMNS: Final = (
    "name", "status", "date", "fee", "next_step", "note", "contact", "address", "place", "how_sure", "followers",
    "quote", "quote_address", "added", "id",
)  # fmt: skip
FORMATS: Final = ("csv", "json", "md")


class Listed(NamedTuple):
    """One creator of a list: what was noted, and what is read of them now (None: not in the index any more)."""

    entry: Entry
    report: VettingReport | None

    @property
    def name(self) -> str:
        """The creator's name."""
        return self.report.creator.name if self.report else "not in the index now"

    def as_row(self) -> dict[str, Any]:
        """By column; None is not known."""
        entry, report = self.entry, self.report
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        row |= {
            "name": self.name,
            "status": entry.status,
            "date": entry.on_day,
            "fee": entry.fee,
            "next_step": entry.next_step,
            "note": entry.note,
            "added": iso_time(entry.added),
            "id": entry.creator_id,
        }
        if report is not None:
            row |= _read(report)
        return row


def listed(catalog: Catalog, engine: Engine, shortlist: Shortlist) -> list[Listed]:
    """Those on a list, in the order added, each beside the search that it was found by."""
    return [Listed(entry, _report(engine, entry, shortlist.brands)) for entry in catalog.entries(shortlist.id)]


def exported(shortlist: Shortlist, rows: Sequence[Listed], form: str) -> str:
    """A list as one text; ``form`` is one of ``FORMATS``."""
    return _WRITERS[form](shortlist, [row.as_row() for row in rows])


def _report(engine: Engine, entry: Entry, brands: Sequence[str]) -> VettingReport | None:
    for niche in filter(None, (entry.query, "")) if entry.query else ("",):
        try:
            return engine.vet(entry.creator_id, niche=niche or None, brands=brands)
        except UserError:
            continue
    return None


def _read(report: VettingReport) -> dict[str, Any]:
    creator = report.creator
    home = next((place for place in creator.places if place.role == "home"), None)
    ways = sorted(creator.contact, key=lambda way: ("contact", "links", "site").index(way.kind))
    counts = [account.followers for account in creator.accounts if account.followers is not None]
    quotes = [*(report.niche.best if report.niche else ()), *(each.said for each in report.dealings)]
    return {
        "contact": ways[0].url if ways else None,
        "address": creator.accounts[0].url if creator.accounts else None,
        "place": home.name if home else None,
        "how_sure": home.confidence if home else None,
        "followers": max(counts, default=None),
        "quote": quotes[0].quote if quotes else None,
        "quote_address": quotes[0].url if quotes else None,
    }


def _csv(_: Shortlist, rows: Sequence[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(["" if row[name] is None else inert(row[name]) for name in COLUMNS])
    return out.getvalue()


def _json(shortlist: Shortlist, rows: Sequence[dict[str, Any]]) -> str:
    value = {"list": shortlist.name, "brands": list(shortlist.brands), "creators": list(rows)}
    return json.dumps(value, ensure_ascii=False, indent=1) + "\n"


def _markdown(shortlist: Shortlist, rows: Sequence[dict[str, Any]]) -> str:
    lines = [f"# {_plain(shortlist.name)}", ""]
    for row in rows:
        facts = [row["status"], row["date"], row["place"], row["fee"] and f"fee: {row['fee']}"]
        facts.append(f"{row['followers']:,} followers" if row["followers"] is not None else "")
        lines.append(f"- **{_plain(row['name'])}** · " + " · ".join(_plain(str(fact)) for fact in facts if fact))
        lines += [f"  {name}: {_plain(row[key])}" for name, key in _NOTED if row[key]]
        lines += [f"  contact: {row['contact'] or row['address']}"] if row["contact"] or row["address"] else []
        lines += [f"  > {_plain(row['quote'])} ({row['quote_address']})"] if row["quote"] else []
    return "\n".join(lines) + "\n"


_NOTED: Final = (("next", "next_step"), ("note", "note"))
_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|!])")
_WRITERS: Final[dict[str, Callable[[Shortlist, Sequence[dict[str, Any]]], str]]] = {
    "csv": _csv,
    "json": _json,
    "md": _markdown,
}


def _plain(text: str) -> str:
    """One line that Markdown reads as text."""
    return _SIGNS.sub(r"\\\1", " ".join(text.split()))
