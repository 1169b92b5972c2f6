"""Download handlers: the real web, one loopback server, or an archive; each keeps what came in for the archive.

This is the lowest place that sees a request: addresses are checked once more here, and captures are taken here,
before content decoding (DESIGN 5.6).
"""

import asyncio
from abc import abstractmethod
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import scrapy.exceptions
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.http import Request, Response

from crawler.connections import guard_connections
from crawler.decoding import plain_body
from crawler.errors import NotFetched, UnreadablePage, UnsafeAddress
from crawler.keyed import KEYED, SIGN_IN, KeyedPage, quotas_of
from crawler.kit import CrawlKit
from crawler.politeness import Visit
from crawler.resolver import refused_names
from crawler.safety import NOBODY, check_url
from crawler.signing import Signed
from crawler.warc import Capture, Headers

CAPTURE = "nichescout_capture"
"""The key of ``Request.meta`` under which a capture travels to the spider."""
VISIT = "nichescout_visit"
"""``Request.meta``: the visit under whose lease a request is made; every request has one."""
OWN_SEARCH = "nichescout_own_search"
"""``Request.meta``: True for a search that the plan asks of the operator's own engine (DESIGN 5.3 a)."""

LISTEN = "nichescout_listen"
"""``Request.meta``: the bounds of a listen to a stream; absent for a page that is fetched."""


class CapturingHandler(BaseDownloadHandler):  # type: ignore[misc]
    """Fetches by ``fetch`` when it is the host's turn, and keeps a capture where the crawl writes an archive."""

    lazy = False
    network: BaseDownloadHandler | None = None

    @property
    def kit(self) -> CrawlKit:
        """The services of the running crawl."""
        kit: CrawlKit = self.crawler.spider.kit
        return kit

    @abstractmethod
    async def fetch(self, request: Request) -> Response:
        """The answer as it came in; raises what Scrapy's handlers raise, or ``NotFetched``."""

    async def download_request(self, request: Request) -> Response:
        """Scrapy's entry: wait for the host's turn, make sure of the lease, fetch with the key that is needed."""
        visit: Visit = request.meta[VISIT]
        if self.kit.replay is None:
            while (wait := visit.seconds_to_wait()) > 0:
                await asyncio.sleep(wait)
            await self.kit.leases.assure(visit)
        visit.begin_request()
        try:
            # A sign-in is never remembered.
            return await (self._sign_in(request) if SIGN_IN in request.meta else self._fetch(request))
        finally:
            visit.end_request()

    async def _fetch(self, request: Request) -> Response:
        if self.kit.archive is None:
            return await self._answer(request)
        try:
            response = await self._answer(request)
        except NotFetched:
            raise  # nothing was asked, so nothing was answered
        except Exception as error:
            request.meta[CAPTURE] = self._capture(request, error=type(error).__name__)
            raise
        request.meta[CAPTURE] = self._capture(
            request, status=response.status, headers=_pairs(response.headers), body=response.body
        )
        return response

    async def close(self) -> None:
        """Close the connections."""
        if self.network is not None:
            await self.network.close()

    async def _answer(self, request: Request) -> Response:
        asked: KeyedPage | None = request.meta.get(KEYED)
        if asked is None or self.kit.replay is not None:
            return await self.fetch(request)
        signer = self.kit.signer
        signed = signer.sign(asked.source, request.url)
        copy = request.replace(url=signed.url)
        copy.headers.update({**dict(signed.headers), "Accept-Encoding": "gzip"})
        response = self._without_secrets(await self._fetch_secretly(copy), request.url, signed)
        if signer.is_spent(asked.source, response.status, response.body):
            for quota in quotas_of(asked):
                self.kit.quota.use_up(asked.source, quota, now=self.kit.clock())
        signer.answered(asked.source, response.status, response.body)
        return response

    async def _sign_in(self, request: Request) -> Response:
        """Give a key for a token; the token stays with the signer."""
        source: str = request.meta[SIGN_IN]
        wanted = self.kit.signer.sign_in_request(source, request.url)
        response = await self._fetch_secretly(request.replace(headers=dict(wanted.headers), body=wanted.body))
        self.kit.signer.signed_in(source, response.status, response.body)
        return Response(request.url, status=204)

    async def _fetch_secretly(self, request: Request) -> Response:
        """Fetch a request that holds a secret; no error tells it."""
        try:
            return await self.fetch(request)
        except Exception as error:
            if self.kit.signer.redactor.is_clean(error):
                raise
        raise scrapy.exceptions.DownloadFailedError("the request with the key failed")

    def _without_secrets(self, response: Response, url: str, signed: Signed) -> Response:
        """The answer under the address without the key, unpacked, for a packed body could hide what it echoes."""
        clean = self.kit.signer.redactor
        headers = tuple((name, clean.clean(value)) for name, value in _pairs(response.headers))
        plain = Response(url, status=response.status, body=clean.clean_bytes(self._unpacked(response, headers)))
        for name, value in headers:
            if name.lower() != "content-encoding":
                plain.headers.appendlist(name, value)
        if "Location" in response.headers:
            target = signed.unsigned(response.headers["Location"].decode("latin-1"))
            plain.headers["Location"] = clean.clean(target)
        return plain

    def _unpacked(self, response: Response, headers: Headers) -> bytes:
        packed: bytes = response.body
        if not any(name.lower() == "content-encoding" for name, _ in headers):
            return packed
        body = plain_body(Capture(url=response.url, fetched_at=self.kit.clock(), headers=headers, body=packed))
        # The last four bytes of a gzip member are the length of what it holds (RFC 1952, 2.3.1).
        if body is not packed and int.from_bytes(packed[-4:], "little") != len(body) % 2**32:
            raise UnreadablePage("the gzip body is cut off")
        return body

    def _capture(self, request: Request, **answer: Any) -> Capture:
        return Capture(
            url=request.url,
            method=request.method,
            request_headers=_pairs(request.headers),
            fetched_at=self.kit.clock(),
            **answer,
        )


class LiveHandler(CapturingHandler):
    """The real web. Scrapy's default HTTP/1.1 handler is the one that the guarding resolver covers."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self.network = HTTP11DownloadHandler(crawler)
        guard_connections(self.network, lambda: self.kit.leases)

    async def fetch(self, request: Request) -> Response:
        """Fetch from a public host; a name that leads into a private network raises ``UnsafeAddress``."""
        assert self.network is not None
        check_url(request.url, own=self.kit.settings.own_origins if request.meta.get(OWN_SEARCH) else NOBODY)
        try:
            return await self._ask(request, None)
        except scrapy.exceptions.CannotResolveHostError as error:
            host = urlsplit(request.url).hostname or ""
            if host in refused_names:
                raise UnsafeAddress(f"{host} resolves to an address of a private network") from error
            raise

    async def _ask(self, request: Request, local: str | None) -> Response:
        """Fetch a page or listen to a stream; ``local`` is the server that stands in for every host of a stream."""
        assert self.network is not None
        bounds = request.meta.get(LISTEN)
        if bounds is None:
            return await self.network.download_request(request)
        from crawler.listening import listen  # loads the WebSocket library, which few crawls need

        return await listen(request, bounds, local=local, stop=self.crawler.spider.bounds.ended)


class LoopbackHandler(LiveHandler):
    """One local server that answers for every host under ``.example``, over plain HTTP; for tests and worlds."""

    async def fetch(self, request: Request) -> Response:
        """Ask the local server in the name of the invented host; the answer keeps the address asked for."""
        assert self.network is not None
        assert self.kit.settings.loopback is not None
        check_url(request.url, invented_only=True)
        if LISTEN in request.meta:
            return await self._ask(request, self.kit.settings.loopback)
        parts = urlsplit(request.url)
        local = request.replace(
            url=urlunsplit(("http", self.kit.settings.loopback, parts.path or "/", parts.query, "")),
        )
        local.headers["Host"] = parts.hostname
        response = await self.network.download_request(local)
        return response.replace(url=request.url)


class ReplayHandler(CapturingHandler):
    """An archive in the place of the network: no DNS, no socket."""

    async def fetch(self, request: Request) -> Response:
        """The next capture of the address; raises ``NotInArchive``, or the failure that was recorded."""
        assert self.kit.replay is not None
        capture = self.kit.replay.answer(request.method, request.url)
        if capture.status is None:
            raise getattr(scrapy.exceptions, capture.error, scrapy.exceptions.DownloadFailedError)("as recorded")
        response = Response(request.url, status=capture.status, body=capture.body)
        for name, value in capture.headers:
            response.headers.appendlist(name, value)
        return response


def _pairs(headers: Any) -> Headers:
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, vs in headers.items() for value in vs)
