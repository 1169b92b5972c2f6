"""Time as it is told to the program: the machine's clock, or the day at which an archive was recorded."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Returns the current moment, aware, in UTC."""


def system_clock() -> datetime:
    """The machine's time in UTC."""
    return datetime.now(UTC)


def fixed_clock(moment: datetime) -> Clock:
    """A clock that stands still, for replays and tests.

    Raises ValueError when ``moment`` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a clock needs an aware datetime")
    stood_still = moment.astimezone(UTC)
    return lambda: stood_still
