"""Spans of time as people type and read them: 7d, 12h, 2w."""

import re
from datetime import timedelta
from typing import Any, Final

import click

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_SHORTEST: Final = timedelta(hours=1)


class Every(click.ParamType):  # type: ignore[type-arg]
    """A number and a unit, an hour at least."""

    name = "SPAN"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """From text to a span."""
        if isinstance(value, timedelta):
            return value
        parts = re.fullmatch(r"(\d{1,4}) ?([mhdw])", str(value).strip().lower())
        if parts is None:
            self.fail(f"{value!r} is no span of time; write 12h, 7d or 2w", param, ctx)
        span = timedelta(**{_UNITS[parts[2]]: int(parts[1])})
        if span < _SHORTEST:
            self.fail(f"{value} is too often for the people who are read; an hour is the least", param, ctx)
        return span


def spoken(span: timedelta) -> str:
    """In the largest unit that fits.

    >>> spoken(timedelta(days=7)), spoken(timedelta(hours=36)), spoken(timedelta(days=1))
    ('7 days', '36 hours', '1 day')
    """
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        count, rest = divmod(int(span.total_seconds()), seconds)
        if count and not rest:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{span.total_seconds():.0f} seconds"
