"""Connections of the live crawl: Scrapy's own, checked once more before a request leaves, with a bound on headers.

Twisted would send a request again by itself when a kept connection turns out to be closed, whatever the delay; that
is switched off here, and connections are let go before servers usually close them.
"""

from collections.abc import Callable
from typing import Any, Final

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from twisted.internet.defer import fail
from twisted.internet.error import ConnectionAborted
from twisted.python.failure import Failure
from twisted.web._newclient import BODY, ResponseFailed

from crawler.leases import Leases

MAX_HEAD: Final = 256 * 1024
"""Bytes of a status line with its headers, interim answers included; nobody needs more than a few thousand."""
KEPT_OPEN: Final = 3  # seconds; common servers close idle connections after five


def guard_connections(handler: HTTP11DownloadHandler, leases: Callable[[], Leases]) -> None:
    """Make ``handler`` use the connections of this module."""

    def factory(quiescent: Callable[..., None], metadata: Any) -> _Factory:
        made = _Factory(quiescent, metadata)
        made.leases = leases()
        return made

    pool = handler._pool  # noqa: SLF001 - Scrapy has no setting for these
    pool._factory = factory  # noqa: SLF001
    pool.retryAutomatically = False
    pool.cachedConnectionTimeout = KEPT_OPEN


class _Protocol(_LenientHTTP11ClientProtocol):  # type: ignore[misc]
    leases: Leases
    _head = 0

    def connectionMade(self) -> None:  # noqa: N802 - Twisted's name
        super().connectionMade()
        self.leases.watch(self)

    def request(self, request: Any) -> Any:
        """Send, unless the process slept through a lease since the request was made."""
        if not self.leases.may_send():
            self.transport.abortConnection()
            return fail(ResponseFailed([Failure(ConnectionAborted("the lease ran out before the request was sent"))]))
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        """Hand data on; ends a connection whose headers have no end."""
        if self._parser is not None and self._parser.state != BODY:
            self._head += len(data)
            if self._head > MAX_HEAD:
                self.transport.abortConnection()
                return
        super().dataReceived(data)


class _Factory(_LenientHTTP11ClientFactory):  # type: ignore[misc]
    leases: Leases

    def buildProtocol(self, _addr: Any) -> _Protocol:  # noqa: N802 - Twisted's name
        made = _Protocol(self._quiescentCallback)
        made.leases = self.leases
        return made
