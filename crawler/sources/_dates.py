"""Times as platforms, feeds and pages write them, read into ``Moment``; pure.

Only the reading of one string lives here. Whether a time can be true (after the fetch, before the platform
existed) is for whoever knows when the page was fetched; only years before 1990 are refused here (DESIGN 5.1).
Words like "yesterday" are refused: they mean something only together with a clock.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_tz

from catalog.items import Moment, Precision, TimeOrigin

_FIRST_YEAR = 1990
_LONGEST = 64  # characters; every known form is shorter, and patterns on longer junk cost time

_ISO = re.compile(
    r"""(?P<year>\d{4}) (?: -(?P<month>\d{1,2}) (?: -(?P<day>\d{1,2})
        (?: (?:T|\s+) (?P<hour>\d{1,2}) : (?P<minute>\d{2}) (?: : (?P<second>\d{2}) (?: [.,]\d+ )? )?
            \s* (?P<zone> Z | UTC | GMT | [+-]\d{2}:?\d{2} | [+-]\d{2} )? )? )? )?$""",
    re.VERBOSE | re.IGNORECASE,
)
_ISO_COMPACT = re.compile(
    r"""(?P<year>\d{4}) (?P<month>\d{2}) (?P<day>\d{2})
        (?: T (?P<hour>\d{2}) (?P<minute>\d{2}) (?P<second>\d{2})? (?P<zone> Z | [+-]\d{2}:?\d{2} )? )?$""",
    re.VERBOSE | re.IGNORECASE,
)
_MONTH_NAMES = "January February March April May June July August September October November December"
_MONTHS = tuple(_MONTH_NAMES.split())
_MONTH = rf"(?P<name>{'|'.join(f'{name[:3]}(?:{name[3:]})?' for name in _MONTHS)}|sept)\.?"
_WRITTEN = (
    re.compile(rf"(?:\w+,?\s+)?{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.IGNORECASE),
    re.compile(
        rf"(?:\w+,?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?\s+{_MONTH},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE
    ),
)
_MONTH_YEAR = re.compile(rf"{_MONTH},?\s+(?P<year>\d{{4}})$", re.IGNORECASE)

_ZONES = {"bst": 1, "wet": 0, "west": 1, "cet": 1, "met": 1, "cest": 2, "mest": 2, "eet": 2, "eest": 3, "msk": 3}
_ZONES |= {"sgt": 8, "hkt": 8, "jst": 9, "kst": 9, "aest": 10, "aedt": 11, "nzst": 12, "nzdt": 13}
_ZONES |= {"hst": -10, "akst": -9, "akdt": -8}  # hours from UTC, only names with one meaning; e-mail knows the US ones
_NAMED_ZONE = re.compile(
    r"\s(?:(?P<name>[a-z]{3,4})|(?:gmt|utc)(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d\d))?)$"
)


def parse_moment(text: str | None, origin: TimeOrigin) -> Moment | None:
    """Read one written time: ISO 8601, RFC 822 with its common breakages, or an English date.

    A clock time without a zone may be off by half a day, so it gives precision DAY. Returns None for what is no
    date, is impossible (31 February), is only a year, or lies before 1990.
    """
    text = " ".join((text or "").split())
    if not text or len(text) > _LONGEST:
        return None
    try:
        found = _read_iso(text) or _read_rfc822(text) or _read_written(text)
    except (ValueError, OverflowError):
        return None
    if found is None or found[0].year < _FIRST_YEAR:
        return None
    return Moment(found[0], found[1], origin)


def unix_moment(seconds: float | None, origin: TimeOrigin) -> Moment | None:
    """A time given in seconds since 1970; None for none, for before 1990 and for what no calendar holds."""
    if seconds is None:
        return None
    try:
        at = datetime.fromtimestamp(int(seconds), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Moment(at, Precision.SECOND, origin) if at.year >= _FIRST_YEAR else None


def _read_iso(text: str) -> tuple[datetime, Precision] | None:
    match = _ISO.match(text) or _ISO_COMPACT.match(text)
    if match is None or match["month"] is None:
        return None
    year, month = int(match["year"]), int(match["month"])
    if match["day"] is None:
        return datetime(year, month, 1, tzinfo=UTC), Precision.MONTH
    day = datetime(year, month, int(match["day"]), tzinfo=UTC)
    if match["hour"] is None or match["zone"] is None:
        return day, Precision.DAY
    return _at(day, match["hour"], match["minute"], match["second"], _iso_offset(match["zone"])), Precision.SECOND


def _iso_offset(zone: str) -> timedelta:
    digits = re.sub(r"\D", "", zone)
    if not digits:
        return timedelta(0)
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -offset if zone.startswith("-") else offset


def _at(day: datetime, hour: str, minute: str, second: str | None, offset: timedelta) -> datetime:
    """The UTC time; a leap second counts as the 59th, 24:00 as the next midnight."""
    hours, minutes, seconds = int(hour), int(minute), min(int(second or 0), 59)
    if hours > 24 or minutes > 59 or abs(offset) > timedelta(hours=15):
        raise ValueError("no such time of day")
    local = day.replace(tzinfo=timezone(offset)) + timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return local.astimezone(UTC)


def _read_rfc822(text: str) -> tuple[datetime, Precision] | None:
    parts = parsedate_tz(text)
    if parts is None or not re.search(r"\d:\d", text):
        return None
    year, month, day_number, hour, minute, second = parts[:6]
    day = datetime(year, month, day_number, tzinfo=UTC)
    offset = _named_offset(text.lower())
    if offset is None and parts[9] is not None and _states_zone(text):
        offset = timedelta(seconds=parts[9])
    if offset is None:
        return day, Precision.DAY
    return _at(day, str(hour), str(minute), str(second), offset), Precision.SECOND


def _named_offset(lowered: str) -> timedelta | None:
    match = _NAMED_ZONE.search(lowered)
    if match is None:
        return None
    if match["name"] is not None:
        hours = _ZONES.get(match["name"])
        return None if hours is None else timedelta(hours=hours)
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return -offset if match["sign"] == "-" else offset


def _states_zone(text: str) -> bool:
    """Whether something stands after the time of day; the e-mail reader says UTC for a missing or unknown zone."""
    zone = re.split(r"\d:\d{2}(?::\d{2})?(?:\.\d+)?", text)[-1].strip().lower()
    known = {"z", "ut", "utc", "gmt", "ast", "adt", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt"}
    return zone in known or re.fullmatch(r"[+-]\d{4}(?:\s*\(.*\))?", zone) is not None


def _read_written(text: str) -> tuple[datetime, Precision] | None:
    for form in _WRITTEN:
        match = form.match(text)
        if match is not None:
            return datetime(int(match["year"]), _month(match["name"]), int(match["day"]), tzinfo=UTC), Precision.DAY
    match = _MONTH_YEAR.match(text)
    if match is not None:
        return datetime(int(match["year"]), _month(match["name"]), 1, tzinfo=UTC), Precision.MONTH
    return None


def _month(name: str) -> int:
    return next(number for number, full in enumerate(_MONTHS, 1) if full[:3] == name[:3].title())
