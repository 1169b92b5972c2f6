"""``nichescout import`` for follower files, and ``nichescout leads``: names come in, are listed, and are fetched."""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final, Protocol

from app.asking import build_configured
from app.config import Config
from app.indexing import BuildProgress, BuildSummary
from catalog.errors import CatalogMissing
from catalog.identity import politeness_key
from catalog.items import Link
from catalog.leads import LeadReport, LeadRow, Relation
from catalog.store import Catalog, open_catalog
from crawler.followers.leads import lead_of, link_to, name_in
from crawler.followers.model import FileKind, Follower, LeftOut, Row
from crawler.followers.recognise import follower_files
from crawler.run import CrawlReport, CrawlSettings, Progress, check_settings, run_crawl
from crawler.terms import plan_terms
from niche.model import Niche
from niche.names import NameFit, NameWords, NicheWords, fit_in_general
from niche.understand import understand
from places.gazetteer import Gazetteer, open_gazetteer

BATCH: Final = 5_000  # leads in one transaction
MOST_IN_A_DISCOVERY: Final = 100
_AMONG: Final[Mapping[Relation, str]] = {
    "follower": "among your followers",
    "following": "among those you follow",
    "listed": "in a list of yours",
}


@dataclass(slots=True, kw_only=True)
class FileReport:
    """What one kind of list in one file gave."""

    file: str
    kind: str
    new: int = 0
    known: int = 0
    forgotten: int = 0
    to_read: int = 0
    left_out: Counter[LeftOut] = field(default_factory=Counter)

    def add(self, done: LeadReport) -> None:
        """Another batch."""
        self.new += done.new
        self.known += done.known
        self.forgotten += done.forgotten
        self.to_read += done.to_read

    def line(self) -> str:
        """For a person; says what became of every row but the repeated."""
        leads = f"{self.new:,} new lead{'' if self.new == 1 else 's'}"
        parts = [f"{leads}, {f'{self.to_read:,} can be read' if self.to_read else 'none can be read'}"]
        parts += [f"{self.known:,} twice or known already"] if self.known else []
        parts += [f"{count:,} left out ({why})" for why, count in sorted(self.left_out.items()) if count]
        parts += [f"{self.forgotten:,} asked to be forgotten"] if self.forgotten else []
        return f"{self.file}: {self.kind}: {'; '.join(parts)}"


@dataclass(frozen=True, slots=True)
class FittedLead:
    """A lead with what its name says."""

    row: LeadRow
    fit: NameFit

    def as_json(self) -> dict[str, Any]:
        """One line of ``--json``."""
        row = self.row
        return {
            "network": row.network or None, "handle": row.handle or None, "url": row.url or None,
            "relation": row.relation, "since": _iso(row.since), "file": row.file_kind,
            "imported": _iso(row.imported_at), "expires": _iso(row.expires), "state": row.state,
            "score": self.fit.score, "words": list(self.fit.words), "places": list(self.fit.places),
            "creator": row.creator_id,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadPage:
    """The best leads, and how many there are of each state."""

    leads: tuple[FittedLead, ...]
    fitting: int
    states: Counter[str]


def import_followers(catalog: Catalog, path: Path, *, network: str = "") -> Iterator[FileReport]:
    """Read the follower files at ``path`` into leads, one report for each list; in batches that stay whatever comes.

    ``network`` is where handles without one are at home. Raises FollowerFileError for what cannot be read.
    """
    catalog.expire_leads()
    with open_gazetteer() as gazetteer:
        for file in follower_files(path, network=network):
            yield from _import_file(catalog, gazetteer, file.name, file.rows)


def _import_file(catalog: Catalog, gazetteer: Gazetteer, name: str, rows: Iterator[Row]) -> Iterator[FileReport]:
    reports: dict[FileKind, FileReport] = {}
    left_out: Counter[LeftOut] = Counter()
    today = catalog.now().date().isoformat()
    while batch := tuple(islice(rows, BATCH)):
        left_out.update(row for row in batch if isinstance(row, LeftOut))
        followers = [row for row in batch if isinstance(row, Follower)]
        for kind in dict.fromkeys(follower.kind for follower in followers):
            report = reports.setdefault(kind, FileReport(file=name, kind=kind.title))
            leads = [lead_of(follower, gazetteer) for follower in followers if follower.kind == kind]
            report.add(catalog.add_leads(leads, file_kind=kind.title, label=seed_label(*kind, today)))
    if not reports:
        reports[FileKind("", "listed")] = FileReport(file=name, kind="no names")
    next(iter(reports.values())).left_out = left_out
    yield from reports.values()


def seed_label(file_kind: str, relation: Relation, day: str) -> str:
    """What lineage says of somebody who was a lead."""
    return f"found {_AMONG[relation]} ({file_kind}, imported {day})"


def fitted_leads(config: Config, query: str | None, *, limit: int) -> LeadPage:
    """Leads by how much their names say, for a niche or in general; with a niche only those that fit it.

    Raises QueryError for a query that says nothing, CatalogMissing.
    """
    with open_gazetteer() as gazetteer, open_catalog(config.place, create=False) as catalog:
        catalog.expire_leads()
        fit = _fitter(query, gazetteer)
        states: Counter[str] = Counter()
        fitting: Counter[str] = Counter()
        best = heapq.nsmallest(limit, _fitted(catalog, fit, states, fitting), key=_best_first)
    return LeadPage(leads=tuple(best), fitting=fitting.total(), states=states)


def _fitted(catalog: Catalog, fit: "_Fit", states: Counter[str], fitting: Counter[str]) -> Iterator[FittedLead]:
    """The leads that fit, one after the other; all and those are counted by state."""
    for row in catalog.leads():
        states[row.state] += 1
        fitted = fit(row)
        if fitted is not None:
            fitting[row.state] += 1
            yield FittedLead(row, fitted)


_Fit = Callable[[LeadRow], NameFit | None]


def _fitter(query: str | None, gazetteer: Gazetteer) -> _Fit:
    if query is None:
        return lambda row: fit_in_general(NameWords(row.words, row.places), gazetteer)
    return _niche_fitter(understand(query, gazetteer), gazetteer)


def _niche_fitter(niche: Niche, gazetteer: Gazetteer) -> _Fit:
    sought = NicheWords(niche, gazetteer)
    return lambda row: sought.fit(name_in(row.handle, row.url), NameWords(row.words, row.places))


def _best_first(lead: FittedLead) -> tuple[float, bool, int]:
    """The telling names first, among equals those that can be read."""
    return -lead.fit.score, lead.row.state == "by hand", lead.row.id


def add_to_discovery(catalog: Catalog, job: str, niche: Niche) -> int:
    """The best leads whose names fit a niche, as seeds of its discovery; returns how many there are to fetch."""
    catalog.expire_leads()
    return catalog.admit_leads(job, _seeds_for(catalog, niche))


def asked_in_a_discovery(config: Config, niche: Niche) -> Counter[str]:
    """What ``add_to_discovery`` would take, by host; also what was read within a day. Changes nothing."""
    try:
        with open_catalog(config.place, create=False) as catalog:
            return Counter(politeness_key(link.url) for _, link in _seeds_for(catalog, niche))
    except CatalogMissing:
        return Counter()


def _seeds_for(catalog: Catalog, niche: Niche) -> list[tuple[str, Link]]:
    if next(catalog.leads(), None) is None:
        return []
    with open_gazetteer() as gazetteer:
        fit = _niche_fitter(niche, gazetteer)
        found = (lead for lead in _fitted(catalog, fit, Counter(), Counter()) if lead.row.read_url is not None)
        best = heapq.nsmallest(MOST_IN_A_DISCOVERY, found, key=_best_first)
    return [seed for lead in best if (seed := _seed(lead)) is not None]


def _seed(lead: FittedLead) -> tuple[str, Link] | None:
    link = link_to(lead.row.read_url or "", lead.row.network, 0.5 + lead.fit.score / 2)
    label = seed_label(lead.row.file_kind, lead.row.relation, lead.row.imported_at.date().isoformat())
    return (label, link) if link is not None else None


class FetchListener(Protocol):
    """Told how fetching goes; the command line draws it."""

    def crawling(self, progress: Progress) -> None:
        """Some pages later."""

    def crawled(self, report: CrawlReport) -> None:
        """The crawl has ended."""

    def building(self, progress: BuildProgress) -> None:
        """Some documents later."""

    def built(self, summary: BuildSummary) -> None:
        """The index is up to date."""


def fetch_leads(
    config: Config,
    listener: FetchListener,
    *,
    query: str | None = None,
    pages: int | None = None,
    minutes: float | None = None,
    **network: Any,
) -> bool:
    """Fetch the leads that can be read, then bring the index up to the catalog; False: nothing waits.

    ``query`` keeps what their pages lead to near a niche. ``network`` are further fields of ``CrawlSettings`` (tests
    crawl a loopback server). Raises NoContact before anything is fetched, QueryError, CatalogMissing.
    """
    with open_catalog(config.place, create=False) as catalog:
        catalog.expire_leads()
        job = catalog.leads_job()
    if job is None:
        return False
    settings = CrawlSettings(
        data_dir=config.data,
        catalog=config.catalog,
        job_id=job,
        contact=config.contact or "",
        pages=pages or config.pages,
        minutes=minutes or config.minutes,
        delay=config.delay,
        terms=_terms(query),
        **network,
    )
    check_settings(settings)
    listener.crawled(run_crawl(settings, on_progress=listener.crawling))
    listener.built(build_configured(config, on_progress=listener.building))
    return True


def _terms(query: str | None) -> tuple[str, ...]:
    """The words of a niche, for the focus of a crawl."""
    if query is None:
        return ()
    with open_gazetteer() as gazetteer:
        niche = understand(query, gazetteer)
        terms = plan_terms(niche, gazetteer)
    return (*terms.theme.split(), *terms.hashtags)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
