"""One visit to a host: the tasks of a lease one after the other, each after the delay, and what is learnt meanwhile.

The delay is counted from the end of one request to the start of the next, whatever either was for, so that what
arrives at the host is never closer. Who may visit is decided by the catalog's leases (``leases.py`` asks them).
"""

import time
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from catalog.items import Outcome, PageResult
from catalog.tasks import Lease, Task

NETWORK_OUTCOMES: Final = frozenset(set(Outcome) - {Outcome.ROBOTS, Outcome.BLOCKED, Outcome.NOT_ARCHIVED})
"""Outcomes that cost the host a request."""


@dataclass(slots=True, eq=False)
class Visit:
    """A lease while it is worked on. Mutable: belongs to the event loop alone."""

    lease: Lease
    delay: float  # seconds between requests; the host's own wish may raise it
    rest: float = 0.0  # seconds for which the host asked to be left alone
    lost: bool = False  # the lease is no longer ours
    over: bool = False  # the host wants a pause: no more tasks of this lease
    contacted: bool = False
    asking: bool = False  # a request is on its way
    good_until: float = float("inf")  # of leases.awake_clock
    free_at: float = 0.0  # monotonic clock
    todo: deque[Task] = field(init=False)

    def __post_init__(self) -> None:
        self.todo = deque(self.lease.tasks)
        self.delay = max(self.delay, self.lease.delay)

    def next_task(self) -> Task | None:
        """The next task to fetch; None when the visit has to end."""
        if self.over or self.lost or not self.todo:
            return None
        return self.todo.popleft()

    def seconds_to_wait(self) -> float:
        """Seconds until the host may be asked again within this visit."""
        return max(0.0, self.free_at - time.monotonic())

    def begin_request(self) -> None:
        """A request leaves now."""
        self.contacted = self.asking = True

    def end_request(self) -> None:
        """The answer is here, or there will be none."""
        self.asking = False
        self.free_at = time.monotonic() + self.delay

    def note(self, result: PageResult) -> None:
        """Learn from one answer: a host that asks for a pause gets it."""
        if result.retry_after is not None:
            self.rest = max(self.rest, result.retry_after)
        if result.outcome is Outcome.RETRY or self.rest > self.delay:
            self.over = True

    def next_allowed_at(self, now: datetime) -> datetime:
        """When anybody may contact the host again; the catalog lets a host that fails rest for longer."""
        return now + timedelta(seconds=max(self.rest, self.delay if self.contacted else 0.0))
