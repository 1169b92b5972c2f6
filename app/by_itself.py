"""Crawling by itself: due schedules and revisits, one turn after the other, each with its index build.

``Turns`` does one piece of work and says what it did; ``worker.py`` repeats that and waits in between, ``crawl --due``
does it until nothing is due.
"""

import fcntl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from app.asked import do_asked
from app.asking import build_configured
from app.config import Config
from app.discovery import DiscoverOptions, crawl_settings, plan_discovery
from app.indexing import BuildSummary
from app.telling import Say, Stopped, clock_time, told
from app.upkeep import tidy
from app.watching import deliver, look_at_all
from base.errors import UserError
from catalog.place import CatalogPlace
from catalog.schedules import Schedule
from catalog.store import Catalog, open_catalog
from crawler.brakes import brake
from crawler.plan import Plan
from crawler.progress import CrawlOutcome, CrawlReport
from crawler.run import run_crawl
from indexer.connect import open_index
from indexer.errors import IndexLocked, SearchIndexError

LEASE: Final = timedelta(minutes=5)
_ENDED: Final[tuple[CrawlOutcome, ...]] = ("done", "pages", "minutes")  # a run is over; the next one begins anew
_AFTER_AN_ERROR: Final = timedelta(hours=1)
_AGAIN_SOON: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Turns:
    """Does what is due, for one worker. ``say`` gets a line for each thing done."""

    config: Config
    catalog: Catalog
    worker: str
    say: Say
    replay: Path | None = None  # a recording instead of the network: then only discoveries that were asked for

    def one(self) -> bool:
        """The next thing that is due; False when nothing is, or nothing may be crawled now. Raises Stopped."""
        if brake(self.config.data, self.config.min_free):
            return False
        deliver(self.config, self.catalog, self.say)
        if self.replay is not None:
            return self._asked()
        return self._asked() or self._schedule() or self._refresh() or self._catch_up()

    def tidy(self) -> None:
        """Upkeep of archives and people."""
        for said in tidy(self.catalog, self.config):
            self.say(said)

    def _asked(self) -> bool:
        if not do_asked(self.config, self.catalog, self.worker, self.say, replay=self.replay):
            return False
        look_at_all(self.config, self.catalog, self.say)
        return True

    def _schedule(self) -> bool:
        schedule = self.catalog.take_schedule(self.worker, ttl=LEASE)
        if schedule is None:
            return False
        with self._kept(schedule) as end:
            try:
                report, next_at = self._run(schedule)
            except UserError as error:
                next_at = self.catalog.now() + min(schedule.every, _AFTER_AN_ERROR)
                end("error", next_at)
                self.say(f"“{schedule.query}”: {error}; next try {clock_time(next_at)}")
                return True
            end(report.outcome, next_at)
        self._crawled(f"“{schedule.query}”", report, f"; next {clock_time(next_at)}")
        return True

    def _run(self, schedule: Schedule) -> tuple[CrawlReport, datetime]:
        """Crawl a schedule's query; the report, and when it is due again."""
        options = DiscoverOptions(
            pages=schedule.options.get("pages"),
            minutes=schedule.options.get("minutes"),
            sources=tuple(schedule.options.get("sources", ())),
        )
        plan = plan_discovery(self.config, schedule.query, options)
        if not plan.seeds:
            raise UserError("the plan has no starting address; name hosts in hosts.toml")
        started = self.catalog.now()
        job = self.catalog.start_job(schedule.query, plan.seeds)
        report = crawl_job(self.config, job, minutes=options.minutes, pages=options.pages, plan=plan)
        now = self.catalog.now()
        if report.outcome in _ENDED:
            self.catalog.finish_job(job, report.outcome)
            return report, max(started + schedule.every, now)
        if report.outcome == "later":
            due = self.catalog.next_due(job) or now
            return report, min(max(due, now + _AGAIN_SOON), started + schedule.every)
        return report, schedule.next_at

    def _refresh(self) -> bool:
        with _alone(self.config.data / "refresh.lock") as alone:
            job = self.catalog.take_refresh() if alone else None
            if job is None:
                return False
            try:
                report = crawl_job(self.config, job, strategy="refresh")
            except UserError as error:
                self.catalog.finish_job(job, "error")
                self.say(f"creators to look at again: {error}")
                return True
            if report.outcome in (*_ENDED, "later"):
                self.catalog.finish_job(job, report.outcome)
        self._crawled("creators looked at again", report, "")
        return True

    def _crawled(self, what: str, report: CrawlReport, after: str) -> None:
        """Index what was found and say what was done; who was stopped hurries. Raises Stopped."""
        if report.outcome == "stopped":
            self.say(f"{what}: {told(report)}")
            raise Stopped
        indexed = ""
        try:
            indexed = self._indexed()
        finally:  # whoever is ended while indexing still says what was crawled
            self.say(f"{what}: {told(report)}{indexed}{after}")

    def _catch_up(self) -> bool:
        """Index what an earlier worker could not."""
        if not is_behind(self.config, self.catalog):
            return False
        said = self._indexed()
        if said:
            self.say(f"index{said}")
        return bool(said) and not is_behind(self.config, self.catalog)

    def _indexed(self) -> str:
        """Bring the index up to the catalog; in words, what that did."""
        try:
            summary = build_configured(self.config)
        except IndexLocked:
            return ""
        except UserError as error:
            return f"; not indexed: {error}"
        if summary.others and not (summary.creators or summary.deleted):
            return ""  # another machine is at it
        if not summary.nothing_new:
            look_at_all(self.config, self.catalog, self.say)
        return _told_build(summary)

    @contextmanager
    def _kept(self, schedule: Schedule) -> Iterator[Callable[[str, datetime], None]]:
        """Hold a schedule while it is worked on; given back as it was when that ends without a word."""
        ended = threading.Event()
        keeper = threading.Thread(target=_keep, args=(self.config.place, schedule.id, self.worker, ended), daemon=True)
        keeper.start()
        said = False

        def end(outcome: str, next_at: datetime) -> None:
            nonlocal said
            said = True
            self.catalog.give_back_schedule(schedule.id, self.worker, outcome=outcome, next_at=next_at)

        try:
            yield end
        finally:
            ended.set()
            keeper.join()
            if not said:
                end("stopped", schedule.next_at)


def work_frontier(config: Config, say: Say, *, pages: int | None, minutes: float | None) -> None:
    """Go on with every job that has not ended, newest first; then index. Raises Stopped."""
    with open_catalog(config.place, create=False) as catalog:
        jobs = catalog.open_jobs()
        for job in jobs:
            refresh = job.kind == "refresh"
            plan = None if refresh else plan_discovery(config, job.query, DiscoverOptions())
            strategy = "refresh" if refresh else "discover"
            report = crawl_job(config, job.id, strategy=strategy, pages=pages, minutes=minutes, plan=plan)
            say(f"“{job.query}”: {told(report)}")
            if report.outcome == "stopped":
                raise Stopped
    if not jobs:
        say('Nothing is left to fetch. Begin something new with: nichescout discover "QUERY"')
        return
    say("index" + _told_build(build_configured(config)))


def crawl_job(
    config: Config,
    job: str,
    *,
    strategy: str = "discover",
    pages: int | None = None,
    minutes: float | None = None,
    plan: Plan | None = None,
) -> CrawlReport:
    """Crawl one job as configured."""
    settings = crawl_settings(config, job, minutes=minutes, pages=pages, plan=plan)
    return run_crawl(replace(settings, strategy=strategy), on_progress=lambda _: None)


def is_behind(config: Config, catalog: Catalog) -> bool:
    """Whether the catalog has something that the index lacks, or promised to delete what that still holds."""
    head, promised = catalog.head(), catalog.deletions()
    try:
        index = open_index(config.index_place)
    except SearchIndexError:
        return head.seq > 0
    try:
        info = index.info()
    finally:
        index.close()
    behind = info.feed_epoch != head.epoch or info.feed_seq < head.seq
    return behind or (info.deletions, info.forgotten) != promised


def _told_build(summary: BuildSummary) -> str:
    if summary.nothing_new:
        return ": nothing new"
    others = ", the rest on another machine" if summary.others else ""
    return f": {summary.creators} creators indexed, {summary.deleted} removed{others}"


def _keep(place: CatalogPlace, schedule_id: int, worker: str, ended: threading.Event) -> None:
    with open_catalog(place) as catalog:
        while not ended.wait(LEASE.total_seconds() / 4):
            with suppress(UserError):  # the catalog is busy: once more in a minute
                catalog.keep_schedule(schedule_id, worker, ttl=LEASE)


@contextmanager
def _alone(file: Path) -> Iterator[bool]:
    """Whether nobody else of this data folder is in this block."""
    with file.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True
