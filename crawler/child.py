"""The crawl process itself: Scrapy, the catalog's thread, the readers. Started by ``run.py``, never imported by it.

Reads one line of settings from standard input and stops cleanly when that is closed, so that a killed parent leaves
nobody behind. Writes the lines of ``progress.py`` on what was its standard output.
"""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any, Final, TextIO

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from base.clock import Clock, system_clock
from base.errors import UserError
from base.garbage import spare_the_collector
from catalog.identity import origin_of
from catalog.place import CatalogPlace
from catalog.store import open_catalog
from crawler import guard
from crawler.allowances import read_allowances
from crawler.archive import ArchiveWriter, sort_archive
from crawler.archive_care import tidy_archives
from crawler.brakes import brake
from crawler.clock import StandingClock
from crawler.crawl_settings import CrawlSettings, Network
from crawler.desk import CatalogDesk
from crawler.guard import guard_crawl
from crawler.keyed import rule_of
from crawler.keys import KeyRing, load_keys
from crawler.kit import CrawlKit
from crawler.leases import Leases
from crawler.progress import ChildError, CrawlReport, Line, Progress, to_line
from crawler.quota import QuotaLedger
from crawler.reading import Readers
from crawler.redaction import RedactingStream
from crawler.replay import ReplayArchive
from crawler.resolver import own_names
from crawler.signing import Signer
from crawler.sources import all_sources
from crawler.spiders.discover import DiscoverSpider
from crawler.spiders.refresh import RefreshSpider
from crawler.workers import bury_dead, register

logger = logging.getLogger(__name__)

_SPIDERS: Final = {spider.name: spider for spider in (DiscoverSpider, RefreshSpider)}
_PART_OF_THE_TIME: Final = 20  # counting what waits takes no more than a twentieth of the time, however much it is
_PROGRESS_EVERY: Final = 0.5  # seconds
_YOUNG: Final = 10_000  # objects that a page makes before the collector looks at them; nearly all go by themselves
_HANDLERS: Final = {
    Network.LIVE: "crawler.handlers.LiveHandler",
    Network.LOOPBACK: "crawler.handlers.LoopbackHandler",
    Network.REPLAY: "crawler.handlers.ReplayHandler",
}


def main() -> int:
    """Run the crawl that standard input describes; returns the exit code."""
    settings = CrawlSettings.from_json(sys.stdin.readline())
    out = _take_stdout()
    try:
        with register(settings.data_dir) as worker:
            _say(out, _crawl(settings, worker, out))
    except UserError as error:
        _say(out, ChildError(str(error)))
        return error.exit_code
    return 0


def scrapy_settings(crawl: CrawlSettings) -> Settings:
    """The project's Scrapy settings with what this crawl decides."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    decided = {
        "USER_AGENT": crawl.user_agent_line,
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "LOG_LEVEL": crawl.log_level,
        "DOWNLOAD_HANDLERS": settings.getdict("DOWNLOAD_HANDLERS")
        | dict.fromkeys(("http", "https"), _HANDLERS[crawl.network]),
    }
    if crawl.network is Network.LOOPBACK:
        # The local server's own address would be refused; the handler contacts nothing else.
        decided["TWISTED_DNS_RESOLVER"] = "scrapy.resolver.CachingThreadedResolver"
    settings.setdict(decided, priority="cmdline")
    return settings


def _crawl(settings: CrawlSettings, worker: str, out: TextIO) -> CrawlReport:
    kit = _make_kit(settings, worker)  # first, for Scrapy's log handler must write through the redacting stream
    process = AsyncCrawlerProcess(scrapy_settings(settings))
    _allow_own(settings)
    guard_crawl()
    kit.desk.call_now(lambda catalog: bury_dead(settings.data_dir, catalog.reclaim))
    crawler = process.create_crawler(_SPIDERS[settings.strategy])
    process.crawl(crawler, kit=kit)
    spare_the_collector(_YOUNG)
    loop = asyncio.get_event_loop()
    stop = _stopper(crawler, loop)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    threading.Thread(target=_watch_stdin, args=(loop, stop), daemon=True).start()
    telling = loop.create_task(_tell_progress(crawler, kit, out, stop))
    try:
        process.start(install_signal_handlers=False)
        telling.cancel()
        return _report(crawler.spider, kit)
    finally:
        _close(kit)


def _allow_own(settings: CrawlSettings) -> None:
    """The only private addresses that this crawl may contact."""
    local = [f"http://{settings.loopback}"] if settings.loopback else []
    for url in (*settings.own_search, *local):
        _, name, port = origin_of(url).replace("://", ":").rsplit(":", 2)
        own_names[name] = int(port)
        guard.allowed.add((name.strip("[]"), int(port)))


def _make_kit(settings: CrawlSettings, worker: str) -> CrawlKit:
    replay = ReplayArchive(settings.replay) if settings.replay else None
    clock, ttl = _clock(settings, replay), settings.lease_ttl
    keys = KeyRing() if replay else load_keys(settings.keys)
    signer = Signer(keys, rule_of, settings.network, clock)
    sys.stderr = RedactingStream(sys.stderr, signer.redactor)  # before anybody logs
    desk = CatalogDesk(lambda: open_catalog(CatalogPlace(settings.data_dir, settings.catalog), clock=clock))
    if clock is system_clock:
        clock = desk.call_now(lambda catalog: catalog.now)  # of a server that holds the catalog, one for all machines
    kit = CrawlKit(
        settings=settings,
        clock=clock,
        desk=desk,
        readers=Readers(),
        signer=signer,
        quota=QuotaLedger(settings.data_dir, read_allowances(settings.quotas)),
        off=frozenset()
        if replay
        else frozenset({*settings.off, *(name for name in all_sources() if not keys.has(name))}),
        leases=Leases(lambda lease: desk.call(lambda catalog: catalog.heartbeat(lease, ttl=ttl)), ttl.total_seconds()),
        worker=worker,
        replay=replay,
        archive=ArchiveWriter(settings.archive) if settings.archive else None,
    )
    if kit.archive is not None and not settings.archive_all:  # those hold what no gate saw; nobody tidies them
        path = kit.archive.path
        kit.desk.call_now(lambda catalog: catalog.add_archive(path))
    return kit


def _clock(settings: CrawlSettings, replay: ReplayArchive | None) -> Clock:
    if replay is not None:
        return StandingClock(replay.last_date)
    return system_clock if settings.now is None else StandingClock(settings.now)


def _report(spider: DiscoverSpider | None, kit: CrawlKit) -> CrawlReport:
    if spider is None:
        raise RuntimeError("the spider did not start")
    if spider.failure is not None:
        raise spider.failure
    bounds, job = spider.bounds, kit.settings.job_id
    outcome = bounds.outcome
    if outcome is None:
        raise RuntimeError("the spider ended without saying why")
    counts = kit.desk.call_now(lambda catalog: catalog.progress(job))
    troubles = kit.desk.call_now(lambda catalog: catalog.trouble(job))
    if outcome == "done":
        kit.desk.call_now(lambda catalog: catalog.finish_job(job, "done"))
    return CrawlReport(
        outcome=outcome,
        pages=counts.pages,
        waiting=counts.waiting,
        hosts=counts.hosts,
        accounts=counts.accounts,
        posts=counts.posts,
        kept_back=counts.kept_back,
        failed=counts.failed,
        relevant=counts.relevant,
        fetched=bounds.fetched,
        not_archived=bounds.not_archived,
        refused=bounds.refused,
        hints=tuple(bounds.hints),
        troubles=troubles,
    )


async def _tell_progress(crawler: Any, kit: CrawlKit, out: TextIO, stop: Callable[[], None]) -> None:
    pause = _PROGRESS_EVERY
    while True:
        await asyncio.sleep(pause)
        if crawler.spider is None:
            continue
        braked = brake(kit.settings.data_dir, kit.settings.min_free)
        if braked is not None:
            crawler.spider.request_stop(braked[0])
        asked_at = time.monotonic()
        counts = await kit.desk.call(lambda catalog: catalog.progress(kit.settings.job_id))
        pause = max(_PROGRESS_EVERY, _PART_OF_THE_TIME * (time.monotonic() - asked_at))
        bounds = crawler.spider.bounds
        progress = Progress(
            pages=counts.pages,
            waiting=counts.waiting,
            hosts=counts.hosts,
            accounts=counts.accounts,
            posts=counts.posts,
            kept_back=counts.kept_back,
            failed=counts.failed,
            relevant=counts.relevant,
            seconds_left=bounds.seconds_left(),
            note=bounds.note,
        )
        try:
            _say(out, progress)
        except OSError:  # nobody listens any more
            stop()
            return


def _stopper(crawler: Any, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
    def stop() -> None:
        if crawler.spider is None:
            loop.call_later(0.1, stop)  # asked before Scrapy has made the spider
        else:
            crawler.spider.request_stop()

    return stop


def _watch_stdin(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    loop.call_soon_threadsafe(stop)


def _close(kit: CrawlKit) -> None:
    kit.readers.close()
    if kit.archive is not None:
        kit.archive.close()
        if kit.settings.archive_all:
            sort_archive(kit.archive.path)
    kit.desk.call_now(lambda catalog: tidy_archives(catalog, days=kit.settings.archive_days))
    kit.desk.close()


def _take_stdout() -> TextIO:
    """The pipe to the parent, out of reach of a library's stray print."""
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return out


def _say(out: TextIO, line: Line) -> None:
    out.write(to_line(line))
    out.flush()
