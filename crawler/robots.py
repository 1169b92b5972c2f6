"""What robots.txt and X-Robots-Tag mean for us. Pure: text in, decisions out.

Fetching and keeping robots.txt is ``middlewares.py``. Rules: RFC 9309 (4xx allows, 5xx and unreachable disallow)
and DESIGN 5.3.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from protego import Protego

from catalog.items import PageDirectives
from catalog.tasks import RobotsRow

AGENT: Final = "nichescout"
MAX_BODY: Final = 500 * 1024
"""Bytes of a robots.txt that are read (RFC 9309, 2.5)."""
FRESH: Final = timedelta(hours=24)
RETRY_AFTER: Final = timedelta(minutes=30)
"""An answer that could not be read is asked for again after this long."""
MAX_CRAWL_DELAY: Final = 60.0  # seconds

# Directives of X-Robots-Tag that carry a value of their own, and so look like "agent: directive".
_WITH_VALUE: Final = {"unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"}


@dataclass(frozen=True, slots=True)
class RobotsDecision:
    """Whether an address may be fetched, and the seconds that must lie between two requests (None: not said)."""

    allowed: bool
    crawl_delay: float | None = None
    unreachable: bool = False  # not allowed for now, ask again later


def origin_of(url: str) -> str:
    """The "scheme://host:port" whose robots.txt rules ``url``.

    >>> origin_of("https://pixel.example/users/mika?x=1")
    'https://pixel.example:443'
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def robots_url(url: str) -> str:
    """Where the robots.txt for ``url`` lies."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def is_fresh(row: RobotsRow, now: datetime) -> bool:
    """Whether a kept robots.txt may still be used."""
    keep = RETRY_AFTER if _unreachable(row) else FRESH
    return now - row.fetched_at < keep


def decide(row: RobotsRow, url: str) -> RobotsDecision:
    """What a robots.txt says about ``url``."""
    if _unreachable(row):
        return RobotsDecision(allowed=False, unreachable=True)
    if row.status is None or not 200 <= row.status < 300:
        return RobotsDecision(allowed=True)
    rules = _parse(row.body)
    delay = rules.crawl_delay(AGENT)
    return RobotsDecision(
        allowed=bool(rules.can_fetch(url, AGENT)), crawl_delay=None if delay is None else float(delay)
    )


def header_directives(values: Iterable[str]) -> PageDirectives:
    """What X-Robots-Tag headers ask of us; those for another crawler by name do not count.

    >>> header_directives(["otherbot: noindex", "nofollow"])
    PageDirectives(noindex=False, nofollow=True)
    """
    asked: set[str] = set()
    for value in values:
        for_us = True
        for part in value.lower().split(","):
            agent, colon, directive = (piece.strip() for piece in part.partition(":"))
            if colon and agent not in _WITH_VALUE:
                for_us = agent == AGENT
            elif colon:
                continue
            else:
                directive = agent
            if for_us:
                asked.add(directive)
    return PageDirectives(
        noindex=not asked.isdisjoint({"noindex", "none"}), nofollow=not asked.isdisjoint({"nofollow", "none"})
    )


def _unreachable(row: RobotsRow) -> bool:
    # 429 is "later" and not "there is none": a host that is overloaded must not be read as one without rules.
    return row.status is None or row.status >= 500 or row.status == 429


@lru_cache(maxsize=512)
def _parse(body: bytes) -> Protego:
    return Protego.parse(body[:MAX_BODY].decode("utf-8-sig", errors="replace"))
