"""The clock of a replay or a made world: it stands, and jumps to the next due time instead of waiting for it."""

from datetime import UTC, datetime, timedelta
from typing import Final

MAX_JUMP: Final = timedelta(days=2)
"""A replay never goes further ahead than this: what is due later would be due for ever."""


class StandingClock:
    """A clock that only ``advance`` moves. Reading it from several threads is safe."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware datetime")
        self._start = self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        """The moment at which the clock stands."""
        return self._now

    def advance(self, to: datetime) -> bool:
        """Jump ahead to a moment; False (and no jump) when that is further than a replay goes."""
        if to - self._start > MAX_JUMP:
            return False
        self._now = max(self._now, to)
        return True
