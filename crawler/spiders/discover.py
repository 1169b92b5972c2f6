"""The ``discover`` spider: works the frontier of one job, host by host, until it is exhausted or a bound is reached.

It leases hosts, asks for their pages one after the other, has them read, and hands each as one item to the pipeline.
What a page says is the business of ``crawler/sources``; what may be kept, of ``gate.py``.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, Self

from scrapy import Spider
from scrapy.http import Request, Response
from twisted.python.failure import Failure

from base.failpoints import hit
from catalog.identity import origin_of
from catalog.items import Link, Outcome, PageResult
from catalog.kept_links import KeptPage
from catalog.store import Catalog
from catalog.tasks import Lease, Task
from crawler.bounds import Bounds
from crawler.clock import StandingClock
from crawler.crawl_settings import Network
from crawler.errors import CrawlError, LeaseLost
from crawler.focus import judge_again
from crawler.handlers import CAPTURE, LISTEN, OWN_SEARCH, VISIT
from crawler.keyed import KEYED, keyed_page
from crawler.kit import CrawlKit, FetchedPage
from crawler.leases import awake_clock
from crawler.politeness import Visit
from crawler.progress import CrawlOutcome
from crawler.results import Answer, result_of_answer, result_of_failure
from crawler.sources import all_sources
from crawler.topic import topic_of
from crawler.workers import bury_dead

logger = logging.getLogger(__name__)

VISITS: Final = 32  # hosts worked on at once; politeness makes this the speed of a live crawl
TASKS_PER_VISIT: Final = 8
_GLANCE: Final = 1.0  # seconds after which the frontier is looked at again, whatever happens
_BREATH: Final = 0.05
_OTHERS_TURN: Final = 0.25  # seconds, where something is due that other workers should have first


class DiscoverSpider(Spider):  # type: ignore[misc]
    """One crawl of one job. ``kit`` holds its services."""

    name = "discover"
    takes_kept_links = True  # of pages that another job read lately, or that have not changed

    def __init__(self, kit: CrawlKit, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kit = kit
        self.bounds = Bounds(kit.settings)
        self.failure: BaseException | None = None
        self._visits: dict[str, Visit] = {}
        self._topic = topic_of(kit.settings.terms)
        self._changed = asyncio.Event()

    @classmethod
    def from_crawler(cls, crawler: Any, *args: Any, **kwargs: Any) -> Self:
        """Scrapy's way to make a spider; by hand there is no job to work on."""
        if "kit" not in kwargs:
            raise CrawlError("the spider needs a job; start a crawl with: nichescout discover QUERY")
        spider: Self = super().from_crawler(crawler, *args, **kwargs)
        return spider

    def request_stop(self, outcome: CrawlOutcome = "stopped") -> None:
        """Ask for no more pages; those on their way are still committed."""
        self.bounds.end(outcome)
        self._changed.set()

    # --- which host next ---------------------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Request]:
        """Lease hosts and begin visits until the job is exhausted or the crawl has to end."""
        self.kit.leases.cut_when_woken()
        heartbeats = asyncio.ensure_future(self._guarded(self._keep_leases()))
        try:
            while not self.bounds.ended():
                visit = await self._lease() if len(self._visits) < VISITS and self.bounds.has_room() else None
                if visit is not None:
                    request = await self._next_request(visit)
                    if request is not None:
                        yield request
                elif self._visits:
                    await self._wait(_GLANCE)
                elif not await self._wait_until_due():
                    break
            while self._visits:  # leases are kept alive until the last page is committed
                await self._wait(_GLANCE)
        except Exception as error:  # noqa: BLE001 - told to the parent by child.py
            self._fail(error)
        finally:
            heartbeats.cancel()

    async def _lease(self) -> Visit | None:
        settings, worker, asked_at = self.kit.settings, self.kit.worker, awake_clock()
        delay = settings.seconds_between_requests

        def next_host(catalog: Catalog) -> Lease | None:
            if self.takes_kept_links:
                catalog.hand_on(settings.job_id, self._judged)
            return catalog.lease(settings.job_id, worker, tasks=TASKS_PER_VISIT, ttl=settings.lease_ttl, delay=delay)

        lease = await self.kit.desk.call(next_host)
        if lease is None:
            return None
        visit = Visit(lease, delay=0.0 if self.kit.replay else delay)
        self.kit.leases.begin(visit, asked_at)
        self._visits[lease.token] = visit
        return visit

    async def _wait_until_due(self) -> bool:
        """Wait for the next thing to fetch; False when the crawl should end instead."""
        await self._bury_dead()
        due: datetime | None = await self.kit.desk.call(lambda catalog: catalog.next_due(self.kit.settings.job_id))
        if due is None:
            self.bounds.end("done")
            return False
        clock = self.kit.clock
        if isinstance(clock, StandingClock):
            if due <= clock():
                await asyncio.sleep(_BREATH)
            reached = clock.advance(due)
        else:
            wait = (due - clock()).total_seconds()
            reached = wait <= self.kit.settings.patience.total_seconds()
            self.bounds.note = f"waiting {wait:.0f} s for the next host" if wait > _GLANCE else ""
            if reached:
                await self._wait(min(max(wait, _BREATH), _GLANCE) if wait > 0 else _OTHERS_TURN)
        if not reached:
            self.bounds.end("later")
        return reached

    async def _wait(self, seconds: float) -> None:
        self._changed.clear()
        try:
            await asyncio.wait_for(self._changed.wait(), seconds)
        except TimeoutError:
            return

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self.kit.settings.lease_ttl.total_seconds() / 3)
            await self.kit.leases.prolong_all()
            await self._bury_dead()

    async def _bury_dead(self) -> None:
        """Take back what workers that died held, so that nobody has to wait for their leases to expire."""
        folder = self.kit.settings.data_dir
        await self.kit.desk.call(lambda catalog: bury_dead(folder, catalog.reclaim))

    # --- one host ----------------------------------------------------------------------------------------------

    async def _next_request(self, visit: Visit) -> Request | None:
        """The next request of a visit; None when it has ended, with its lease given back."""
        task = visit.next_task() if self.bounds.has_room() else None
        if task is not None:
            self.bounds.take_page()
            return self._request(visit, task)
        await self._end(visit)
        return None

    async def _end(self, visit: Visit) -> None:
        until = visit.next_allowed_at(self.kit.clock())
        try:
            if not visit.lost:
                await self.kit.desk.call(lambda catalog: catalog.release(visit.lease, next_allowed_at=until))
        finally:
            self._let_go(visit)
            self._changed.set()

    def _let_go(self, visit: Visit) -> None:
        self._visits.pop(visit.lease.token, None)
        self.kit.leases.end(visit)

    def _request(self, visit: Visit, task: Task) -> Request:
        headers = _conditional_headers(task)
        if self.kit.archive is not None:
            headers["Accept-Encoding"] = "gzip"  # what an archive holds is looked at again (decoding.py)
        own_search, bounds = False, None
        try:
            source = all_sources()[task.source]
            headers |= source.headers(task.page)
            # What the plan asks of the operator's own engine; not where a redirect of it leads.
            own_search = (
                source.pages[task.page].robots == "own_search" and origin_of(task.url) in self.kit.settings.own_origins
            )
            bounds = source.listen(task.page, task.context)
        except KeyError:
            logger.warning("No source reads %s/%s.", task.source, task.page)
        meta = {VISIT: visit, OWN_SEARCH: own_search, "download_slot": visit.lease.key}
        keyed = keyed_page(task.source, task.page)
        if keyed is not None:
            meta[KEYED] = keyed
        if bounds is not None:
            meta[LISTEN] = bounds
        return Request(
            task.url,
            headers=headers,
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"visit": visit, "task": task},
            meta=meta,
            dont_filter=True,  # the catalog knows each address once
        )

    # --- one page ----------------------------------------------------------------------------------------------

    async def parse(self, response: Response, visit: Visit, task: Task) -> AsyncIterator[FetchedPage | Request]:
        """One answer: read it, hand it over, go on with the host."""
        hit("fetched")
        answer = Answer(status=response.status, headers=_headers(response), body=response.body)
        invented = self.kit.settings.network is Network.LOOPBACK

        async def read() -> PageResult:
            result = await result_of_answer(
                task,
                answer,
                self.kit.readers,
                topic=self._topic,
                invented_only=invented,
                off=self.kit.off,
                now=self.kit.clock(),
            )
            if result.outcome is Outcome.NOT_MODIFIED and self.takes_kept_links:
                links = await self.kit.desk.call(lambda catalog: catalog.links_last_found(task.id))
                page = KeptPage(url=task.url, depth=task.depth, inherited=task.inherited, links=links)
                result = replace(result, links=self._judged(page))
            return self.chosen(task, result)

        async for output in self._deliver(visit, read, response.request):
            yield output

    async def failed(self, failure: Failure) -> AsyncIterator[FetchedPage | Request]:
        """No answer: hand the reason over, go on with the host."""
        request = failure.request
        visit, task = request.cb_kwargs["visit"], request.cb_kwargs["task"]
        if isinstance(failure.value, LeaseLost):
            logger.info("The lease of a host has passed to another worker; its pages are left to that one.")
            self.bounds.give_up_page()
            await self._end(visit)
            return

        async def read() -> PageResult:
            return result_of_failure(task, failure.value, self.kit.clock())

        async for output in self._deliver(visit, read, request):
            yield output

    def _judged(self, page: KeptPage) -> tuple[Link, ...]:
        """Links that another job found, as this one scores them; the page itself is not read again."""
        return tuple(link for link in judge_again(page, self._topic) if link.source not in self.kit.off)

    def chosen(self, task: Task, result: PageResult) -> PageResult:  # noqa: ARG002 - for other strategies
        """A page with the links that are followed: here all."""
        return result

    async def _deliver(
        self, visit: Visit, read: Callable[[], Coroutine[Any, Any, PageResult]], request: Request
    ) -> AsyncIterator[FetchedPage | Request]:
        try:
            result = await read()
            page = FetchedPage(result, request.meta.get(CAPTURE), asyncio.get_running_loop().create_future())
            yield page
            report = await page.committed
            visit.lost = visit.lost or report.stale
            visit.note(result)
            self.bounds.note_result(result)
            self._changed.set()
            if report.worth_less:
                await self._end(visit)
                return
            following = await self._next_request(visit)
        except Exception as error:  # noqa: BLE001 - told to the parent by child.py
            self._let_go(visit)
            self._fail(error)
            return
        if following is not None:
            yield following

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - told to the parent by child.py
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        """Something that no page can cause went wrong: the crawl ends and the parent is told."""
        self.failure = self.failure or error
        self.request_stop()


def _conditional_headers(task: Task) -> dict[str, str]:
    wanted = {"If-None-Match": task.validators.etag, "If-Modified-Since": task.validators.last_modified}
    return {name: value for name, value in wanted.items() if value}


def _headers(response: Response) -> dict[str, list[str]]:
    return {
        name.decode("latin-1").lower(): [value.decode("latin-1") for value in values]
        for name, values in response.headers.items()
    }
