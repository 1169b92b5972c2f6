"""The leases that this process holds, asked again right before anything is sent in their name.

A process can be stopped and woken at any point, hours later and with half a request in its buffers, when somebody
else has long taken over the host. So a lease is good only until a moment of a clock that goes on meanwhile; past it
the catalog is asked first, and when the process is woken every open connection is cut before it can send.
"""

import contextlib
import signal
import socket
import time
import weakref
from collections.abc import Awaitable, Callable
from types import FrameType
from typing import Any, Final

from catalog.tasks import Lease
from crawler.errors import LeaseLost
from crawler.politeness import Visit

_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def awake_clock() -> float:
    """Seconds of a clock that also counts while the process is stopped or the machine sleeps."""
    return time.clock_gettime(_CLOCK)


class Leases:
    """The visits of one crawl. Belongs to the event loop; ``cut`` may also be called by a signal handler."""

    def __init__(self, prolong: Callable[[Lease], Awaitable[bool]], ttl: float) -> None:
        self._prolong = prolong
        self._ttl = ttl
        self._visits: set[Visit] = set()
        self._connections: weakref.WeakSet[Any] = weakref.WeakSet()

    def begin(self, visit: Visit, asked_at: float) -> None:
        """Take up a visit whose lease was asked for at ``asked_at`` (``awake_clock``)."""
        visit.good_until = asked_at + self._ttl
        self._visits.add(visit)

    def end(self, visit: Visit) -> None:
        """Let go of a visit."""
        self._visits.discard(visit)

    async def prolong_all(self) -> None:
        """The heartbeat: every lease is prolonged or found to be lost."""
        for visit in list(self._visits):
            await self._renew(visit)

    async def assure(self, visit: Visit) -> None:
        """Return only while the lease is ours; raises ``LeaseLost``."""
        if not visit.lost and awake_clock() >= visit.good_until:
            await self._renew(visit)
        if visit.lost or awake_clock() >= visit.good_until:
            raise LeaseLost(f"the lease of {visit.lease.key} has passed to somebody else")

    def may_send(self) -> bool:
        """Whether no lease under which something is asked for right now has run out."""
        now = awake_clock()
        return all(now < visit.good_until for visit in self._visits if visit.asking)

    def watch(self, connection: Any) -> None:
        """Remember a connection (a Twisted protocol), to be cut when leases have run out in our sleep."""
        self._connections.add(connection)

    def cut_when_woken(self) -> None:
        """From now on, cut connections when the process goes on after a stop that outlasted a lease."""
        signal.signal(signal.SIGCONT, self._woken)  # runs before any other Python code does

    def _woken(self, _number: int, _frame: FrameType | None) -> None:
        if not self.may_send():
            self.cut()

    def cut(self) -> None:
        """Shut every connection: what is still in a buffer is never sent."""
        for connection in list(self._connections):
            transport = connection.transport
            while hasattr(transport, "transport"):  # TLS lies on TCP
                transport = transport.transport
            with contextlib.suppress(OSError, AttributeError):
                transport.socket.shutdown(socket.SHUT_RDWR)

    async def _renew(self, visit: Visit) -> None:
        asked_at = awake_clock()
        if await self._prolong(visit.lease):
            visit.good_until = asked_at + self._ttl
        else:
            visit.lost = True
