"""Discoveries that somebody asked for over HTTP, done by a worker: plan, crawl, index, told as they go."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from app.config import Config
from app.discovery import DiscoverOptions, discover, plan_discovery
from app.indexing import BuildProgress, BuildSummary
from app.telling import Say, Stopped, told
from base.errors import UsageError, UserError
from catalog.discoveries import Discovery
from catalog.harvest import Harvest
from catalog.store import Catalog
from crawler.plan import Plan
from crawler.progress import CrawlReport, Progress

LEASE: Final = timedelta(minutes=5)
_EVERY: Final = 0.5  # seconds between two words on how it goes


class Cancelled(Exception):
    """Whoever asked wants it no longer."""


class Told:
    """Implements ``app.discovery.Listener``: how it goes is written beside the job, where the server reads it."""

    def __init__(self, catalog: Catalog, job: Discovery, worker: str) -> None:
        self._catalog = catalog
        self._job = job
        self._worker = worker
        self._counts: dict[str, Any] = {"stage": "planning"}
        self._told = 0.0
        self.cancelled = False
        self._stopping = False
        self.report: CrawlReport | None = None

    def planned(self, plan: Plan) -> None:
        """Say what it begins with."""
        self._tell({"stage": "crawling", "seeds": len(plan.seeds), "first_requests": sum(plan.requests.values())})

    def crawling(self, progress: Progress) -> None:
        """Say how far the crawl is; one that is to end is stopped as by Ctrl-C, after the pages on their way."""
        counts = {name: value for name, value in asdict(progress).items() if name != "seconds_left"}
        self._tell({"stage": "crawling", **counts}, now_and_then=True)
        if self.cancelled and not self._stopping:  # a second one would kill the crawl
            self._stopping = True
            raise KeyboardInterrupt

    def crawled(self, report: CrawlReport) -> None:
        """Say how the crawl ended."""
        self.report = report
        names = ("pages", "waiting", "hosts", "accounts", "posts", "relevant", "kept_back", "failed", "outcome")
        self._tell({"stage": "indexing", **{name: getattr(report, name) for name in names}})
        if report.outcome == "stopped" and not self.cancelled:
            raise Stopped
        if self.cancelled:
            raise Cancelled

    def harvested(self, harvest: Harvest) -> None:
        """What the crawl brought stands in its report."""

    def building(self, progress: BuildProgress) -> None:
        """Say how far the index is."""
        self._tell({"stage": "indexing", "indexed": progress.done, "to_index": progress.total}, now_and_then=True)

    def built(self, summary: BuildSummary) -> None:
        """Say what the index holds more."""
        self._tell({"stage": "ranking", "creators_indexed": summary.creators})

    def again(self) -> None:
        """Say the same once more, which keeps the lease."""
        self._tell({})

    def _tell(self, counts: dict[str, Any], *, now_and_then: bool = False) -> None:
        self._counts |= counts
        if now_and_then and time.monotonic() - self._told < _EVERY:
            return
        self._told = time.monotonic()
        self.cancelled = not self._catalog.tell_discovery(self._job.id, self._worker, self._counts, ttl=LEASE)


def check_asked(config: Config, query: str, sources: tuple[str, ...] = ()) -> None:
    """Raise QueryError or UsageError for a discovery that leads nowhere."""
    if not plan_discovery(config, query, DiscoverOptions(sources=sources)).seeds:
        raise UsageError("the plan has no starting address; name hosts in hosts.toml, or other sources")


def do_asked(config: Config, catalog: Catalog, worker: str, say: Say, *, replay: Path | None = None) -> bool:
    """Do the discovery that has waited longest; False where none waits. Raises Stopped; then it waits again."""
    job = catalog.take_discovery(worker, ttl=LEASE)
    if job is None:
        return False
    listener = Told(catalog, job, worker)
    with _given_back(catalog, job, worker) as end, _kept(listener):
        try:
            answer, _ = discover(config, job.query, _options(job, replay), listener)
        except Cancelled:
            end("cancelled", "stopped, as you asked; what was read is kept")
        except UserError as error:
            end("failed", str(error))
            say(f"“{job.query}”: {error}")
            return True
        else:
            end("done", _done(answer.total, listener.report))
    if listener.report is not None:
        say(f"“{job.query}”: {told(listener.report)}")
    return True


def _done(total: int, report: CrawlReport | None) -> str:
    """What is said to who asked, also where a recording stands in for the network and does not hold all."""
    told = f"{total} who fit"
    if report is not None and report.not_archived:
        told += (
            f"; a recording stands in for the network here, and {report.not_archived} of the pages wanted are not in it"
        )
    return told


def _options(job: Discovery, replay: Path | None) -> DiscoverOptions:
    wanted = job.options
    return DiscoverOptions(
        pages=wanted.get("pages"),
        minutes=wanted.get("minutes"),
        sources=tuple(wanted.get("sources", ())),
        replay=replay,
    )


@contextmanager
def _given_back(catalog: Catalog, job: Discovery, worker: str) -> Iterator[Any]:
    """Whatever ends the work without a word gives the discovery back."""
    said = False

    def end(state: Any, message: str) -> None:
        nonlocal said
        said = True
        catalog.end_discovery(job.id, worker, state, message)

    try:
        yield end
    finally:
        if not said:
            end("waiting", "")


@contextmanager
def _kept(listener: Told) -> Iterator[None]:
    """Keep the lease while nothing is said, as in a long crawl of one slow host."""
    over = threading.Event()

    def keep() -> None:
        while not over.wait(LEASE.total_seconds() / 4):
            with suppress(UserError):  # the catalog is busy: once more in a minute
                listener.again()

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
