"""Downloader middlewares: what is decided about a request before it is sent, and checked about an answer.

robots.txt is asked through the same lease, download slot and delay as the host's pages. The rules themselves are in
``robots.py`` and ``safety.py``.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Self

from scrapy import signals
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import StopDownload
from scrapy.http import Request, Response
from scrapy.utils.datatypes import LocalCache

from catalog.identity import canonical_url, politeness_key
from catalog.items import Outcome
from catalog.tasks import Lease, RobotsRow
from crawler.crawl_settings import Network
from crawler.errors import (
    CrawlDelayTooLong,
    LeaseLost,
    NotInArchive,
    RobotsElsewhere,
    RobotsForbids,
    RobotsUnreachable,
    UnreadablePage,
)
from crawler.handlers import CAPTURE, OWN_SEARCH, VISIT
from crawler.keyed import SIGN_IN
from crawler.kit import CrawlKit
from crawler.leases import awake_clock
from crawler.outcomes import of_answer
from crawler.politeness import Visit
from crawler.robots import MAX_BODY, MAX_CRAWL_DELAY, RETRY_AFTER, decide, is_fresh, origin_of, robots_url
from crawler.safety import NOBODY, check_url
from crawler.warc import Capture

logger = logging.getLogger(__name__)

IS_ROBOTS: Final = "nichescout_robots"
"""``Request.meta``: a robots.txt, which is asked for without asking robots.txt."""
_MAX_ENCODINGS: Final = 2  # nobody compresses twice, but for a bomb
_MAX_REDIRECTS: Final = 5  # RFC 9309, 2.3.1.2
_AT_HAND: Final = 128  # robots.txt files of half a megabyte at most: those of the hosts that are visited now


class SafetyMiddleware:
    """Refuses unsafe addresses before anything is asked in their name; the resolver does so again when connecting."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Let a request pass, or raise ``UnsafeAddress``."""
        settings = self._crawler.spider.kit.settings
        own = settings.own_origins if request.meta.get(OWN_SEARCH) else NOBODY
        check_url(request.url, invented_only=settings.network is Network.LOOPBACK, own=own)


class RobotsMiddleware:
    """Asks robots.txt before the first page of an origin, and keeps it in the catalog."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._at_hand: LocalCache[str, RobotsRow] = LocalCache(_AT_HAND)
        self._moved: dict[str, str] = {}  # where the robots.txt of an origin lies that is still to be asked for
        crawler.signals.connect(self._enough, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Scrapy's way to make a component."""
        return cls(crawler)

    @property
    def _kit(self) -> CrawlKit:
        kit: CrawlKit = self._crawler.spider.kit
        return kit

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise why not."""
        if request.meta.get(IS_ROBOTS) or request.meta.get(OWN_SEARCH) or SIGN_IN in request.meta:
            return  # a sign-in fetches no content
        row, is_new = await self._robots(request)
        decision = decide(row, request.url)
        if decision.unreachable:
            said = "could not be reached" if row.status is None else f"answered {row.status}"
            raise RobotsUnreachable(f"robots.txt of {row.origin} {said}", RETRY_AFTER.total_seconds())
        if not decision.allowed:
            raise RobotsForbids(f"robots.txt of {row.origin} forbids the address")
        crawl_delay = decision.crawl_delay or 0.0
        if crawl_delay > MAX_CRAWL_DELAY:
            raise CrawlDelayTooLong(f"{origin_of(request.url)} asks for {crawl_delay:g} seconds between requests")
        if self._kit.replay is None:
            await self._keep_to(request.meta[VISIT], crawl_delay, may_be_less=is_new)

    async def _keep_to(self, visit: Visit, crawl_delay: float, *, may_be_less: bool) -> None:
        """The host's delay from now on, for every worker; less than it was only by a new robots.txt of a host alone."""
        wish = max(crawl_delay, self._kit.settings.seconds_between_requests)
        if wish > visit.delay or (wish < visit.delay and may_be_less and not visit.lease.key.startswith("*.")):
            visit.free_at += wish - visit.delay  # the robots.txt itself may have been the last request
            visit.delay = wish
            await self._kit.desk.call(lambda catalog: catalog.keep_delay(visit.lease, wish))

    def _enough(self, data: bytes, request: Request) -> None:
        """A robots.txt longer than is read is cut off there (RFC 9309, 2.5)."""
        if request.meta.get(IS_ROBOTS):
            request.meta[IS_ROBOTS] = received = int(request.meta[IS_ROBOTS]) + len(data)
            if received > MAX_BODY:
                raise StopDownload(fail=False)

    async def _robots(self, request: Request) -> tuple[RobotsRow, bool]:
        """The rules for a request, and whether they were asked for just now."""
        origin, now = origin_of(request.url), self._kit.clock()
        held = self._at_hand.get(origin)
        if held is not None and is_fresh(held, now):
            return held, False
        kept: RobotsRow | None = await self._kit.desk.call(lambda catalog: catalog.robots(origin))
        if kept is not None and is_fresh(kept, now):
            self._at_hand[origin] = kept
            return kept, False
        status, body = await self._fetch(request)
        row = RobotsRow(origin=origin, status=status, body=body[:MAX_BODY], fetched_at=self._kit.clock())
        await self._kit.desk.call(lambda catalog: catalog.put_robots(row))
        self._at_hand[origin] = row
        return row, True

    async def _fetch(self, request: Request) -> tuple[int | None, bytes]:
        """Status (None: unreachable) and body of the robots.txt, over redirects; each host under its own lease."""
        origin, status = origin_of(request.url), 0
        url = self._moved.pop(origin, robots_url(request.url))
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                async with self._lease_of(url, request.meta[VISIT]) as visit:
                    response = await self._ask(url, visit)
            except RobotsElsewhere:
                self._moved[origin] = url  # so that the redirect itself is not asked for again
                raise
            if response is None:
                return None, b""
            status = response.status
            headers = {name.decode("latin-1").lower(): v[-1].decode("latin-1") for name, v in response.headers.items()}
            ending = of_answer(url, status, headers, conditional=False, now=self._kit.clock())
            if ending.retry_after is not None:
                visit.rest = max(visit.rest, ending.retry_after)
            if ending.outcome is not Outcome.REDIRECT or ending.redirect_to is None:
                return status, response.body
            url = ending.redirect_to
        return status, b""

    @asynccontextmanager
    async def _lease_of(self, url: str, visit: Visit) -> AsyncIterator[Visit]:
        """The visit under which ``url`` may be asked: the one at hand, or one just for this request."""
        key = politeness_key(canonical_url(url))
        if key == visit.lease.key:
            yield visit
            return
        kit, asked_at = self._kit, awake_clock()
        ttl, delay = kit.settings.lease_ttl, kit.settings.seconds_between_requests
        held = await kit.desk.call(lambda catalog: catalog.lease_key(key, kit.worker, ttl=ttl, delay=delay))
        if held is None:
            raise RobotsUnreachable(f"robots.txt lies on {key}, which is paused", RETRY_AFTER.total_seconds())
        if not isinstance(held, Lease):
            wait = max(0.1, (held - kit.clock()).total_seconds())
            raise RobotsElsewhere(f"robots.txt lies on {key}, which is busy", wait)
        other = Visit(held, delay=0.0 if kit.replay else delay)
        kit.leases.begin(other, asked_at)
        try:
            yield other
        finally:
            kit.leases.end(other)
            until = other.next_allowed_at(kit.clock())
            await kit.desk.call(lambda catalog: catalog.release(held, next_allowed_at=until))

    async def _ask(self, url: str, visit: Visit) -> Response | None:
        """The answer to one request for a robots.txt; None: unreachable."""
        asked = Request(
            url,
            headers={"Accept-Encoding": "identity"},  # so that its first part can be read alone
            # No bound but that of _enough: a longer one is read as far as that, not refused.
            meta={"download_slot": visit.lease.key, VISIT: visit, IS_ROBOTS: 1, "download_maxsize": 0},
        )
        try:
            response = await self._crawler.engine.download_async(asked)
        except NotInArchive:
            return Response(url, status=404)  # nobody recorded rules, and the pages that were recorded were allowed
        except LeaseLost:
            raise
        except Exception as error:  # noqa: BLE001 - whatever went wrong, there are no rules to go by
            logger.info("robots.txt of %s: %s", origin_of(url), type(error).__name__)
            await self._archive(asked)
            return None
        await self._archive(asked)
        return response

    async def _archive(self, request: Request) -> None:
        archive, capture = self._kit.archive, request.meta.get(CAPTURE)
        if archive is not None and isinstance(capture, Capture):
            await self._kit.desk.call(lambda _: archive.write(capture))


class WholeBodyMiddleware(HttpCompressionMiddleware):  # type: ignore[misc]
    """Scrapy's content decoding (with its guard against bombs), which also refuses a gzip body that was cut off.

    Scrapy itself gives as much of a torn body as it can, which would read as a shorter page.
    """

    def process_response(self, request: Request, response: Response) -> Response:
        """Decode the body; raises ``UnreadablePage`` for one that is not whole."""
        packed = response.body
        if sum(value.count(b",") + 1 for value in response.headers.getlist("Content-Encoding")) > _MAX_ENCODINGS:
            raise UnreadablePage("the body is packed again and again")
        gzipped = response.headers.get("Content-Encoding", b"").strip().lower() in (b"gzip", b"x-gzip")
        try:
            decoded = super().process_response(request, response)
        except (OSError, EOFError, ValueError) as error:
            raise UnreadablePage(f"the body cannot be unpacked: {error}") from error
        # The last four bytes of a gzip member are the length of what it holds (RFC 1952, 2.3.1).
        if gzipped and packed and int.from_bytes(packed[-4:], "little") != len(decoded.body) % 2**32:
            raise UnreadablePage("the gzip body is cut off")
        return decoded
