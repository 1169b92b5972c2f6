"""The catalog as others use it: open it, crawl with it, import into it, follow it, read from it.

Every method is one transaction on the caller's thread; one thread writes, any number may read. What the methods do
lives in the modules that they call.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from base import failpoints
from base.clock import Clock, system_clock
from catalog import (
    commits,
    discoveries,
    expiry,
    feed,
    frontier,
    harvest,
    imports,
    jobs,
    kept_links,
    lead_book,
    marking,
    readers,
    robots,
    schedules,
)
from catalog.dump import canonical_dump
from catalog.engine import open_engine
from catalog.follower_counts import FollowerHistory, read_follower_counts
from catalog.harvest import Harvest
from catalog.information import CatalogInfo, read_info
from catalog.items import AccountItem, Alias, Link, PageResult, PostItem
from catalog.joined import read_joins
from catalog.leads import Lead, LeadReport, LeadRow
from catalog.marks import mark_rows
from catalog.operating import Operating
from catalog.place import CatalogPlace, place_of
from catalog.records import Change, CreatorRecord, FeedPosition, JoinSeen, Mark, MarkKind, MarkRow
from catalog.tasks import CommitReport, HostReport, JobProgress, Lease, RobotsRow, Seed
from catalog.troubles import host_reports
from catalog.unit import Unit

_T = TypeVar("_T")
_NO_IDS: Final[Mapping[Alias, str]] = {}


def open_catalog(location: Path | CatalogPlace, *, clock: Clock = system_clock, create: bool = True) -> "Catalog":
    """Open the catalog of a data folder, or of a place that also names a server; makes or migrates it as needed.

    ``create=False`` raises CatalogMissing where there is none. Raises also CatalogTooNew, CatalogDamaged,
    CatalogBusy, CatalogUnusable and SuppressionKeyMissing.
    """
    engine = open_engine(location, create=create)
    try:
        return Catalog(engine, place_of(location), clock)
    except BaseException:
        engine.dispose()
        raise


class Catalog(Operating):
    """The database of record. Use as a context manager, or call ``close``. The operator's half: ``operating.py``."""

    # --- jobs -----------------------------------------------------------------------------------------------

    def start_job(
        self,
        query: str,
        seeds: Sequence[Seed],
        *,
        kind: str = "discover",
        max_pages: int | None = None,
        fresh_for: timedelta = timedelta(days=1),
    ) -> str:
        """A new job, or the unfinished one of the same query (then only the page limit is renewed).

        ``fresh_for``: an address that another job fetched within this time is not fetched again.
        """
        return self._write(
            lambda unit: jobs.start_job(unit, query, seeds, kind=kind, max_pages=max_pages, fresh_for=fresh_for)
        )

    def unfinished_job(self, query: str) -> str | None:
        """The job that a second run of a query goes on with."""
        with self._reading() as connection:
            return jobs.unfinished_job(connection, query, kind="discover")

    def finish_job(self, job_id: str, outcome: str) -> None:
        """End a job; twice is once. Raises UnknownJob."""
        self._write(lambda unit: jobs.finish_job(unit, job_id, outcome))

    def progress(self, job_id: str) -> JobProgress:
        """Counts of a job so far. Raises UnknownJob."""
        with self._reading() as connection:
            return jobs.progress(connection, job_id)

    def harvest(self, job_id: str) -> Harvest:
        """Relevant creators of a job by seed and source. Raises UnknownJob."""
        with self._reading() as connection:
            return harvest.read_harvest(connection, job_id)

    def jobs_for(self, query: str | None = None) -> list[str]:
        """The jobs that crawled for a query, or for any; the newest first."""
        with self._reading() as connection:
            return harvest.jobs_of(connection, query)

    # --- frontier -------------------------------------------------------------------------------------------

    def lease(
        self, job_id: str, worker: str, *, tasks: int = 8, ttl: timedelta = timedelta(minutes=5), delay: float = 0.0
    ) -> Lease | None:
        """The best politeness key that is free now, with up to ``tasks`` tasks; None: nothing now (``next_due``).

        ``delay``: seconds that the worker keeps between two requests.
        """
        held = self._write(lambda unit: frontier.lease(unit, job_id, worker, tasks=tasks, ttl=ttl, delay=delay))
        if held is not None:
            failpoints.hit("leased")
        return held

    def lease_key(
        self, key: str, worker: str, *, ttl: timedelta = timedelta(minutes=5), delay: float = 0.0
    ) -> Lease | datetime | None:
        """One certain politeness key, without tasks; else when to ask again; None: the operator paused it."""
        return self._write(lambda unit: frontier.lease_key(unit, key, worker, ttl=ttl, delay=delay))

    def keep_delay(self, lease: Lease, delay: float) -> None:
        """Remember for everybody that a host asks for ``delay`` seconds between two requests."""
        self._write(lambda unit: frontier.keep_delay(unit, lease, delay))

    def heartbeat(self, lease: Lease, *, ttl: timedelta = timedelta(minutes=5)) -> bool:
        """Prolong a lease by ``ttl`` from now; False when it was taken back: drop its work."""
        return self._write(lambda unit: frontier.heartbeat(unit, lease, ttl=ttl))

    def release(self, lease: Lease, *, next_allowed_at: datetime) -> None:
        """End a lease; tasks that were not committed wait again. A stale lease changes nothing."""
        self._write(lambda unit: frontier.release(unit, lease, next_allowed_at=next_allowed_at))

    def reclaim(self, worker: str) -> int:
        """Take back the leases of a worker that is known to be dead; returns how many."""
        self._write(lambda unit: schedules.reclaim(unit, worker))
        self._write(lambda unit: discoveries.reclaim(unit, worker))
        return self._write(lambda unit: frontier.reclaim(unit, worker))

    def next_due(self, job_id: str) -> datetime | None:
        """When something can be leased (in the past: now); None: the job is exhausted."""
        with self._reading() as connection:
            return frontier.next_due(connection, job_id, self._clock())

    def trouble(self, job_id: str) -> tuple[HostReport, ...]:
        """What went wrong on the hosts of a job, worst first."""
        with self._reading() as connection:
            return host_reports(connection, job_id=job_id)

    def pause(self, key: str, reason: str | None) -> None:
        """Stop leasing a politeness key, or with None allow it again."""
        self._write(lambda unit: frontier.pause(unit, key, reason))

    def robots(self, origin: str) -> RobotsRow | None:
        """The robots.txt of an origin, if it was fetched within a day."""
        with self._reading() as connection:
            return robots.kept(connection, origin, self._clock())

    def put_robots(self, row: RobotsRow) -> None:
        """Keep a robots.txt."""
        self._write(lambda unit: robots.keep(unit, row))

    # --- writing --------------------------------------------------------------------------------------------

    def commit_page(
        self, result: PageResult, *, before_commit: Callable[[CommitReport], None] | None = None
    ) -> CommitReport:
        """Everything that one fetch says, in one transaction: items, joins, consent, new tasks, "done", feed.

        A stale token changes nothing (``stale``). ``before_commit`` is called inside the transaction, so that what
        it writes is there when the commit is; its exceptions roll everything back.
        """

        def work(unit: Unit) -> CommitReport:
            report = commits.apply_page(unit, result)
            if not report.stale:
                unit.finish()  # now, for nothing must fail once the page is in an archive
                if before_commit is not None:
                    before_commit(report)
                failpoints.hit("before_commit")
            return report

        report = self._write(work)
        if not report.stale:
            failpoints.hit("after_commit")
        return report

    def hand_on(self, job_id: str, judge: kept_links.Judge) -> None:
        """Links of pages that another job read lately become tasks of this one, as ``judge`` scores them for it."""
        while self._write(lambda unit: kept_links.hand_on(unit, job_id, judge)):
            pass  # some at a time, so that nobody waits long

    def links_last_found(self, task_id: int) -> tuple[Link, ...]:
        """Links that were found when the address of a task was last read, without a score of their own."""
        with self._reading() as connection:
            return kept_links.links_of(connection, task_id)

    def import_items(
        self,
        accounts: Iterable[AccountItem],
        posts: Iterable[PostItem],
        *,
        plan: str,
        now: datetime | None = None,
        collection_ids: Mapping[Alias, str] = _NO_IDS,
    ) -> CommitReport:
        """A collection under the same rules as a page, in transactions of 5,000 items; again changes nothing.

        ``collection_ids`` are the ids that the collection itself gave.
        """
        return imports.import_items(
            self._write, accounts, posts, plan=plan, at=now or self._clock(), collection_ids=collection_ids
        )

    def add_leads(self, leads: Sequence[Lead], *, file_kind: str, label: str) -> LeadReport:
        """Names from a list of followers, without those who asked to be forgotten; what can be read becomes tasks.

        ``label`` is the seed that lineage shows. All in one transaction: hand over some thousands at once.
        """
        return self._write(lambda unit: lead_book.add_leads(unit, leads, file_kind=file_kind, label=label))

    def admit_leads(self, job_id: str, links: Iterable[tuple[str, Link]]) -> int:
        """Leads as tasks of a discovery, each under the label of its seed; returns how many tasks are new."""
        return self._write(lambda unit: lead_book.admit_leads(unit, job_id, links))

    def expire_leads(self) -> int:
        """Delete leads that are older than ``LEAD_LIFE``; returns how many."""
        return self._write(lead_book.expire)

    def add_mark(self, creator: str, mark: Mark) -> MarkRow:
        """What the operator says of a creator, named as for ``resolve`` or by a name that only one has; again is once.

        Raises UnknownCreator, AmbiguousName and BadMark.
        """
        return self._marked(lambda unit: marking.add_mark(unit, creator, mark))

    def undo_mark(self, creator: str | None = None, *, kind: MarkKind | None = None) -> MarkRow | None:
        """Undo the newest mark that was not undone (of one creator, of one kind); what held before it holds again.

        None where there is none. Raises UnknownCreator.
        """
        return self._marked(lambda unit: marking.undo_mark(unit, creator, kind))

    def _marked(self, work: Callable[[Unit], _T]) -> _T:
        def whole(unit: Unit) -> _T:
            unit.lock_all()
            row = work(unit)
            failpoints.hit("before_commit")
            return row

        row = self._write(whole)
        failpoints.hit("after_commit")
        return row

    def expire(self, platform: str, *, before: datetime) -> int:
        """Take out what a platform's API said and has not said again since ``before``; returns how many texts."""
        return self._write(lambda unit: expiry.expire(unit, platform, before))

    def is_suppressed(self, alias: Alias) -> bool:
        """Whether this name was forgotten."""
        return bool(self.suppressed_aliases([alias]))

    def suppressed_aliases(self, aliases: Iterable[Alias]) -> frozenset[Alias]:
        """Those of these names that were forgotten."""
        with self._reading() as connection:
            return self._suppression.held(connection, aliases)

    def suppression_digest(self) -> str:
        """One value for the list of the forgotten, which changes with it; empty where there is nobody."""
        with self._reading() as connection:
            return self._suppression.fingerprint(connection)

    # --- reading --------------------------------------------------------------------------------------------

    def head(self) -> FeedPosition:
        """The position after the newest change."""
        with self._reading() as connection:
            return feed.head(connection, self._epoch)

    def pending(self, after: FeedPosition | None) -> int:
        """How many creators have a change after a position. Raises FeedEpochChanged."""
        with self._reading() as connection:
            return feed.pending(connection, self._epoch, after)

    def changes(self, after: FeedPosition | None, *, limit: int, part: int | None = None) -> list[Change]:
        """The newest change of each creator after a position, oldest first; only of one part of the feed where given.

        Raises FeedEpochChanged.
        """
        with self._reading() as connection:
            return feed.changes(connection, self._epoch, after, limit, self._suppression, part=part)

    def creators(self, ids: Sequence[str]) -> dict[str, CreatorRecord]:
        """Those of these creators that may be shown, with accounts and posts, newest first."""
        with self._reading() as connection:
            return readers.read_creators(connection, ids, self._suppression)

    def joins(self, creator_id: str) -> tuple[JoinSeen, ...]:
        """Why the accounts of a creator are one."""
        with self._reading() as connection:
            return read_joins(connection, creator_id)

    def follower_counts(self, creator_id: str) -> tuple[FollowerHistory, ...]:
        """How many followed each account of a creator over time."""
        with self._reading() as connection:
            return read_follower_counts(connection, creator_id)

    def creator_ids(self) -> Iterator[str]:
        """Every creator that may be shown."""
        with self._reading() as connection:
            yield from feed.creator_ids(connection, self._suppression)

    def resolve(self, name: str) -> str | None:
        """The creator of an id, an old id, ``handle@host``, an address, or a collection's own id."""
        with self._reading() as connection:
            return readers.resolve(connection, name)

    def leads(self) -> Iterator[LeadRow]:
        """Every lead that has not expired, oldest first, with what became of it."""
        with self._reading() as connection:
            yield from lead_book.list_leads(connection, self._clock())

    def leads_job(self) -> str | None:
        """The job of leads that are still to be fetched."""
        with self._reading() as connection:
            return lead_book.open_job(connection)

    def marks(self, creator_id: str | None = None) -> list[MarkRow]:
        """Every mark, undone or not, oldest first; of one creator or of all."""
        with self._reading() as connection:
            return mark_rows(connection, creator_id)

    def info(self) -> CatalogInfo:
        """What the catalog holds, what robots.txt refused, and which hosts fail."""
        with self._reading() as connection:
            return read_info(connection, self._epoch)

    def canonical_dump(self) -> str:
        """The whole catalog as sorted text without times, ids that we assign and leases."""
        with self._reading() as connection:
            return canonical_dump(connection)
