"""One visit to a host: the tasks of a lease one after the other, and how long the host is left alone afterwards.

The delay between two requests is kept by Scrapy's download slot, which is named after the politeness key and takes
one request at a time; who may visit is decided by the catalog's leases.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

from catalog.items import Outcome, PageResult
from catalog.tasks import Lease, Task

MAX_RETRY_AFTER: Final = 24 * 3600.0  # seconds; a host that asks for more is asked again after a day
PAUSE_FACTOR: Final = 30.0
"""A host that failed without saying for how long rests for this many delays (30 seconds live)."""

NETWORK_OUTCOMES: Final = frozenset(set(Outcome) - {Outcome.ROBOTS, Outcome.BLOCKED, Outcome.NOT_ARCHIVED})
"""Outcomes that cost the host a request."""


@dataclass(slots=True)
class Visit:
    """A lease while it is worked on. Mutable: belongs to the spider alone."""

    lease: Lease
    delay: float  # seconds between requests, raised by the host's crawl-delay
    rest: float = 0.0  # seconds for which the host asked to be left alone
    lost: bool = False  # a heartbeat found that the lease is no longer ours
    over: bool = False  # the host wants a pause: no more tasks of this lease
    contacted: bool = False
    todo: deque[Task] = field(init=False)

    def __post_init__(self) -> None:
        self.todo = deque(self.lease.tasks)

    def next_task(self) -> Task | None:
        """The next task to fetch; None when the visit has to end."""
        if self.over or self.lost or not self.todo:
            return None
        return self.todo.popleft()

    def note(self, result: PageResult) -> None:
        """Learn from one answer: a host that asks for a pause gets it."""
        self.contacted = self.contacted or result.outcome in NETWORK_OUTCOMES
        if result.outcome is Outcome.RETRY:
            self.over = True
            self.rest = PAUSE_FACTOR * self.delay if result.retry_after is None else result.retry_after

    def next_allowed_at(self, now: datetime) -> datetime:
        """When anybody may contact the host again."""
        return now + timedelta(seconds=max(self.rest, self.delay if self.contacted else 0.0))


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, 0 to 24 hours; None when there is none that can be read.

    >>> retry_after({"retry-after": "120"}, datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), MAX_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_RETRY_AFTER)
