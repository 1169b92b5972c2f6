"""Downloader middlewares: what is decided about a request before it is sent, and checked about an answer.

robots.txt is asked through the same lease, download slot and delay as the host's pages. The rules themselves are in
``robots.py`` and ``safety.py``.
"""

import logging
from typing import Any, Final, Self

from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.http import Request, Response

from catalog.identity import canonical_url, politeness_key
from catalog.items import Outcome
from catalog.tasks import RobotsRow
from crawler.crawl_settings import Network
from crawler.errors import CrawlDelayTooLong, NotInArchive, RobotsForbids, RobotsUnreachable, UnreadablePage
from crawler.handlers import CAPTURE
from crawler.keyed import SIGN_IN
from crawler.kit import CrawlKit
from crawler.outcomes import of_answer
from crawler.politeness import Visit
from crawler.robots import MAX_BODY, MAX_CRAWL_DELAY, decide, is_fresh, origin_of, robots_url
from crawler.safety import check_url
from crawler.warc import Capture

logger = logging.getLogger(__name__)

VISIT: Final = "nichescout_visit"
"""``Request.meta``: the visit that a request belongs to. A request without one is a robots.txt."""
OWN_SEARCH: Final = "nichescout_own_search"
"""``Request.meta``: the operator's own search engine, whose robots.txt is not asked (DESIGN 5.3 a)."""
_MAX_REDIRECTS: Final = 5  # RFC 9309, 2.3.1.2


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
        check_url(request.url, invented_only=self._crawler.spider.kit.settings.network is Network.LOOPBACK)


class RobotsMiddleware:
    """Asks robots.txt before the first page of an origin, and keeps it in the catalog."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

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
        visit: Visit | None = request.meta.get(VISIT)
        if visit is None or request.meta.get(OWN_SEARCH) or SIGN_IN in request.meta:
            return  # a sign-in fetches no content
        row = await self._robots(request)
        decision = decide(row, request.url)
        if decision.unreachable:
            said = "could not be reached" if row.status is None else f"answered {row.status}"
            raise RobotsUnreachable(f"robots.txt of {row.origin} {said}")
        if not decision.allowed:
            raise RobotsForbids(f"robots.txt of {row.origin} forbids the address")
        if decision.crawl_delay is not None:
            self._slow_down(visit, decision.crawl_delay, request)

    def _slow_down(self, visit: Visit, crawl_delay: float, request: Request) -> None:
        if crawl_delay > MAX_CRAWL_DELAY:
            raise CrawlDelayTooLong(f"{origin_of(request.url)} asks for {crawl_delay:g} seconds between requests")
        if self._kit.replay is None and crawl_delay > visit.delay:
            visit.delay = crawl_delay
            self._crawler.spider.set_slot_delay(visit)

    async def _robots(self, request: Request) -> RobotsRow:
        origin, now = origin_of(request.url), self._kit.clock()
        kept: RobotsRow | None = await self._kit.desk.call(lambda catalog: catalog.robots(origin))
        if kept is not None and is_fresh(kept, now):
            return kept
        status, body = await self._fetch(request)
        row = RobotsRow(origin=origin, status=status, body=body[:MAX_BODY], fetched_at=self._kit.clock())
        await self._kit.desk.call(lambda catalog: catalog.put_robots(row))
        return row

    async def _fetch(self, request: Request) -> tuple[int | None, bytes]:
        """Status (None: unreachable) and body of the robots.txt, over redirects within the leased hosts."""
        visit: Visit = request.meta[VISIT]
        url, status = robots_url(request.url), 0
        for _ in range(_MAX_REDIRECTS + 1):
            asked = Request(url, meta={"download_slot": visit.lease.key})
            visit.contacted = True
            try:
                response = await self._crawler.engine.download_async(asked)
            except NotInArchive:
                return 404, b""  # nobody recorded rules, and the pages that were recorded were allowed
            except Exception as error:  # noqa: BLE001 - whatever went wrong, there are no rules to go by
                logger.info("robots.txt of %s: %s", origin_of(url), type(error).__name__)
                await self._archive(asked)
                return None, b""
            await self._archive(asked)
            status = response.status
            headers = {name.decode("latin-1").lower(): v[-1].decode("latin-1") for name, v in response.headers.items()}
            ending = of_answer(url, status, headers, conditional=False, now=self._kit.clock())
            if ending.outcome is not Outcome.REDIRECT or ending.redirect_to is None:
                return status, response.body
            if politeness_key(ending.redirect_to) != politeness_key(canonical_url(url)):
                return status, b""  # another host is not ours to contact under this lease
            url = ending.redirect_to
        return status, b""

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
        gzipped = response.headers.get("Content-Encoding", b"").strip().lower() in (b"gzip", b"x-gzip")
        try:
            decoded = super().process_response(request, response)
        except (OSError, EOFError, ValueError) as error:
            raise UnreadablePage(f"the body cannot be unpacked: {error}") from error
        # The last four bytes of a gzip member are the length of what it holds (RFC 1952, 2.3.1).
        if gzipped and packed and int.from_bytes(packed[-4:], "little") != len(decoded.body) % 2**32:
            raise UnreadablePage("the gzip body is cut off")
        return decoded
