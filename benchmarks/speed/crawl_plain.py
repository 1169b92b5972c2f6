"""Scrapy as speed/crawl.py measures it: a plain spider over given addresses, with our extraction or with none.

Reads what to do as JSON from standard input. Everything else is Scrapy's own: its handler, slots, middlewares.
"""

import json
import logging
import sys
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Request, Response

from crawler.reading import Body, Readers


class PlainSpider(Spider):  # type: ignore[misc]
    """Asks for every address once; yields what the page says."""

    name = "plain"
    readers: Readers | None = None
    asked: dict[str, Any]

    async def start(self) -> AsyncIterator[Request]:
        """All requests at once; Scrapy queues them."""
        for url, source, page in self.asked["pages"]:
            parts = urlsplit(url)
            yield Request(
                f"http://127.0.0.1:{self.asked['port']}{parts.path}",
                headers={"Host": parts.hostname},
                meta={"download_slot": parts.hostname},
                cb_kwargs={"url": url, "source": source, "page": page},
                dont_filter=True,
            )

    async def parse(self, response: Response, url: str, source: str, page: str) -> AsyncIterator[dict[str, Any]]:
        """The same page objects in the same worker processes as the crawl itself."""
        if self.readers is None:
            yield {"size": len(response.body)}
            return
        headers = tuple(
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, values in response.headers.items()
            for value in values
        )
        body = Body(source=source, page=page, url=url, status=response.status, headers=headers, body=response.body)
        yield {"items": await self.readers.read(body)}


def main() -> None:
    PlainSpider.asked = json.loads(sys.stdin.read())
    PlainSpider.readers = Readers() if PlainSpider.asked["extract"] else None
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    process = AsyncCrawlerProcess(
        {
            "CONCURRENT_REQUESTS": 64,
            "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
            "DOWNLOAD_DELAY": 0,
            "ROBOTSTXT_OBEY": False,
            "TELNETCONSOLE_ENABLED": False,
            "REMOTE_CONTROL_ENABLED": False,
            "LOG_LEVEL": "ERROR",
        }
    )
    process.crawl(PlainSpider)
    process.start()
    if PlainSpider.readers is not None:
        PlainSpider.readers.close()
