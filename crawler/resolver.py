"""The resolver that refuses private addresses at connect time: it also covers DNS that changes its mind.

It works only as the process-wide ``TWISTED_DNS_RESOLVER``; in a spider's own settings Scrapy ignores it silently.
Connections go to the address that was checked here, so there is no second look-up to be fooled.
"""

from collections.abc import Sequence
from typing import Final

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler import guard
from crawler.safety import is_public

refused_names: set[str] = set()
"""Names that resolved to a private address in this process. Twisted reports them as plain look-up failures, which
would be retried; the spider asks here and refuses for good."""
own_names: Final[dict[str, int]] = {}
"""Hosts of the operator's own machines with the one port that may be contacted there, wherever they are."""


class GuardingResolver(CachingThreadedResolver):  # type: ignore[misc]
    """Scrapy's caching resolver that gives out public addresses only."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """The public IPv4 address of ``name``; fails with DNSLookupError for a private one."""
        return super().getHostByName(name, timeout).addCallback(_refuse_private, name)


def _refuse_private(address: str, name: str) -> str:
    if is_public(address):
        return address
    if name in own_names:
        guard.allowed.add((address, own_names[name]))
        return address
    refused_names.add(name)
    raise DNSLookupError(f"{name} resolves to the private address {address}")
