"""What is decided about a request that needs a key before it is sent: the key, the allowance, the sign-in.

The sign-in is a request of its own through the same download slot, so that the host's delay is kept; its answer is
read in the download handler, which lets nothing of it out.
"""

import asyncio
from dataclasses import dataclass
from typing import Any, Final, Self

from scrapy.http import Request

from crawler.kit import CrawlKit
from crawler.sources import all_sources
from crawler.sources._keys import KeyRule, Quota

KEYED: Final = "nichescout_keyed"
"""``Request.meta``: the ``KeyedPage`` that a request is for; absent where no key is needed."""
SIGN_IN: Final = "nichescout_sign_in"
"""``Request.meta``: the source whose key is given for a token."""


@dataclass(frozen=True, slots=True)
class KeyedPage:
    """A page of a source with a key."""

    source: str
    page: str


def rule_of(source: str) -> KeyRule | None:
    """What a source declares about its key; None for one without, or an unknown one."""
    found = all_sources().get(source)
    return found.key if found else None


def keyed_page(source: str, page: str) -> KeyedPage | None:
    """For ``Request.meta``; None where no key is needed."""
    return KeyedPage(source, page) if rule_of(source) is not None else None


def quotas_of(asked: KeyedPage) -> tuple[Quota, ...]:
    """The allowances that a page takes from."""
    return tuple(quota for quota in all_sources()[asked.source].quotas if asked.page in quota.cost)


class KeyMiddleware:
    """Lets a keyed request pass when its key may be used for it, and signs in first where that is needed."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Scrapy's way to make a component."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Let a request pass, or raise KeyNotUsed, KeyRefused, TokenRenewed."""
        asked: KeyedPage | None = request.meta.get(KEYED)
        kit: CrawlKit = self._crawler.spider.kit
        if asked is None or kit.replay is not None:
            return
        kit.signer.check(asked.source, request.url)
        await self._take(kit, asked)
        exchange = kit.signer.sign_in(asked.source)
        if exchange is not None:
            url = kit.signer.sign_in_url(exchange)
            meta = {name: value for name, value in request.meta.items() if name != KEYED}  # slot and visit
            meta[SIGN_IN] = asked.source
            await self._crawler.engine.download_async(Request(url, method="POST", meta=meta, dont_filter=True))

    async def _take(self, kit: CrawlKit, asked: KeyedPage) -> None:
        job, now = kit.settings.job_id, kit.clock()
        for quota in quotas_of(asked):
            await asyncio.to_thread(kit.quota.take, asked.source, quota, asked.page, job=job, now=now)
