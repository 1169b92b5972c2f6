"""For how long a host asks to be left alone: Retry-After, and the reset headers and fields of the platforms. Pure.

Whoever reads this parks the host (and the address, where it was refused); nobody sleeps.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

MAX_WAIT: Final = 24 * 3600.0  # seconds; a host that asks for more is asked again after a day
_LATER: Final = frozenset({408, 421, 425, 429})
_UNIX: Final = 1e8  # larger numbers are moments, smaller ones are seconds from now
_MILLISECONDS: Final = 1e11
_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,9})?")
_RESETS: Final = (  # pairs of what is left and when it is filled up again, as the platforms name them
    ("x-ratelimit-remaining", "x-ratelimit-reset"),  # Mastodon (ISO), Brave (lists of seconds), Reddit, Tumblr, Forem
    ("ratelimit-remaining", "ratelimit-reset"),  # Bluesky (Unix time), the IETF draft (seconds)
    ("x-rate-limit-remaining", "x-rate-limit-reset"),
    ("ratelimit-remaining", "ratelimit-resettime"),  # Yelp (ISO)
    ("x-ratelimit-perhour-remaining", "x-ratelimit-perhour-reset"),  # Tumblr
    ("x-ratelimit-perday-remaining", "x-ratelimit-perday-reset"),
)
_IN_BODY: Final = re.compile(rb'"(?:backoff|wait_seconds|retry_after)"\s*:\s*(\d{1,9})')
"""Stack Exchange says ``backoff`` in good answers too; Discourse ``extras.wait_seconds``. An unescaped quotation mark
before the colon cannot stand inside a text of JSON."""
_THROTTLED: Final = re.compile(rb'"error_message"\s*:\s*"[^"]{0,200}available in (\d{1,9}) seconds')
_HEAD_OF_BODY: Final = 4096
_TAIL_OF_BODY: Final = 1024


def asked_wait(status: int, headers: Mapping[str, str], body: bytes, now: datetime, *, api: bool) -> float | None:
    """Seconds for which the host wants no further request, 0 to 24 hours; None where it asks for nothing.

    Header names are in lower case. ``api``: the body is a documented API's JSON, whose fields count too.
    """
    waits = [used_up(headers, now, refused=status == 429)]
    if status >= 500 or status in _LATER:
        waits.append(retry_after(headers, now))
    if api or status == 429:
        waits += _said_in(body)
    asked = [min(wait, MAX_WAIT) for wait in waits if wait is not None]
    return max(asked, default=None)


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, 0 to 24 hours; None when there is none that can be read.

    >>> retry_after({"retry-after": "120"}, datetime(2026, 1, 1, tzinfo=UTC))
    120.0
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), MAX_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), MAX_WAIT)


def used_up(headers: Mapping[str, str], now: datetime, *, refused: bool = False) -> float | None:
    """Seconds until a quota is filled up again; None while something is left of each.

    ``refused``: the answer was 429, so that a reset counts although no header says that nothing is left.
    """
    waits: list[float] = []
    for left, reset in _RESETS:
        if reset not in headers:
            continue
        windows = [part.strip() for part in headers.get(left, "").split(",")]
        moments = [_seconds(part.strip(), now) for part in headers[reset].split(",")]
        empty = [_is_nothing(windows[n]) if n < len(windows) else False for n in range(len(moments))]
        counted = [wait for wait, spent in zip(moments, empty, strict=True) if wait is not None and spent]
        if not counted and refused:  # it does not say which of its windows is spent: the first is the shortest
            counted = [wait for wait in moments[:1] if wait is not None]
        waits += counted
    return min(max(waits), MAX_WAIT) if waits else None


def _is_nothing(left: str) -> bool:
    return bool(_NUMBER.fullmatch(left)) and float(left) < 1


def _seconds(value: str, now: datetime) -> float | None:
    """A reset as seconds from now: seconds, Unix time (in milliseconds too), or ISO 8601."""
    if _NUMBER.fullmatch(value):
        number = float(value)
        if number > _MILLISECONDS:
            number /= 1000
        return max(0.0, number - now.timestamp()) if number > _UNIX else number
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _said_in(body: bytes) -> Iterable[float]:
    if body.lstrip()[:1] != b"{":
        return
    for part in (body[:_HEAD_OF_BODY], body[-_TAIL_OF_BODY:]):
        for pattern in (_IN_BODY, _THROTTLED):
            for found in pattern.finditer(part):
                yield float(found[1])
