"""The server's time on every machine that works with it: leases and rests mean the same whatever their clocks say.

The server is asked now and then; in between a clock that only goes on counts, also while the machine sleeps.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

_ASK_EVERY: Final = 60.0  # seconds
_CLOCK: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def steady() -> float:
    """Seconds of a clock that nobody sets."""
    return time.clock_gettime(_CLOCK)


class ServerClock:
    """Tells the time of a server. ``ask`` asks it, which takes a moment, and is called by ``compare`` alone."""

    def __init__(self, ask: Callable[[], datetime], steady: Callable[[], float] = steady) -> None:
        self._ask = ask
        self._steady = steady
        self._compared = -_ASK_EVERY
        self._at = 0.0
        self._told: datetime | None = None
        self.compare()

    def __call__(self) -> datetime:
        """The server's time as far as it is known; asks nobody."""
        assert self._told is not None
        return self._told + timedelta(seconds=self._steady() - self._at)

    def compare(self) -> None:
        """Ask the server, unless it was asked a minute ago. Takes the moment between question and answer as its own."""
        before = self._steady()
        if self._told is not None and before - self._compared < _ASK_EVERY:
            return
        told = self._ask()
        after = self._steady()
        self._told, self._at, self._compared = told, (before + after) / 2, after
