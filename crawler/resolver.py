"""The resolver that refuses private addresses at connect time: it also covers DNS that changes its mind.

It works only as the process-wide ``TWISTED_DNS_RESOLVER``; in a spider's own settings Scrapy ignores it silently.
"""

from collections.abc import Sequence

from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError

from crawler.safety import is_public

refused_names: set[str] = set()
"""Names that resolved to a private address in this process. Twisted reports them as plain look-up failures, which
would be retried; the spider asks here and refuses for good."""


class GuardingResolver(CachingThreadedResolver):  # type: ignore[misc]
    """Scrapy's caching resolver that gives out public addresses only."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> "Deferred[str]":  # noqa: N802 - Twisted's name
        """The public IPv4 address of ``name``; fails with DNSLookupError for a private one."""
        return super().getHostByName(name, timeout).addCallback(_refuse_private, name)


def _refuse_private(address: str, name: str) -> str:
    if not is_public(address):
        refused_names.add(name)
        raise DNSLookupError(f"{name} resolves to the private address {address}")
    return address
