"""Postal codes in a text → the towns that they stand for ("02139", "SW1A 1AA", "M5V 2T6"); no finer than a town.

Which beginning of a code belongs to which town is in ``postal.toml``, compiled into the gazetteer.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from places.gazetteer import Gazetteer, NamedPlace

_CODE: Final = r"""(?<![\w.,\#@/-])(?:
    (?P<figures>(?:D-|F-|E-|A-|CH-|I-)?\d{4,5}(?:-\d{4})?)
    |(?P<gb>[A-Z]{1,2}\d[A-Z\d]?\ ?\d[A-Z]{2})
    |(?P<ca>[ABCEGHJ-NPRSTVXY]\d[A-Z][\ -]?\d[A-Z]\d)
    |(?P<district>[A-Z]{1,2}\d{1,2}[A-Z]?)
    )(?![\w%$€£+]|[.,]\d|-\w)"""
_FIVE: Final = ("US", "DE", "FR", "ES", "IT")  # countries whose codes have five figures
_FOUR: Final = ("AT", "CH")
_LETTERED: Final = {"D": ("DE",), "F": ("FR",), "E": ("ES",), "A": ("AT",), "CH": ("CH",), "I": ("IT",)}
_LONGEST: Final = 5  # characters of a beginning


class PostalCode(NamedTuple):
    """A code at ``[start, end)`` and the places it may stand for, the likeliest first.

    ``sure``: it can be nothing else (a whole British or Canadian code); five figures may be any number, and four, or
    the district of a British code, are one only beside their town.
    """

    start: int
    end: int
    readings: tuple[NamedPlace, ...]
    sure: bool
    weak: bool


def postal_codes(text: str, gazetteer: Gazetteer) -> Iterator[PostalCode]:
    """The postal codes in ``text``, in order."""
    if not any(letter.isdigit() for letter in text):
        return
    for found in _codes().finditer(text):
        readings, weak = _read(found, gazetteer)
        if readings:
            yield PostalCode(
                found.start(), found.end(), readings, found["gb"] is not None or found["ca"] is not None, weak
            )


@cache
def _codes() -> re.Pattern[str]:  # most questions hold no digit
    return re.compile(_CODE, re.VERBOSE | re.IGNORECASE)


def _read(found: re.Match[str], gazetteer: Gazetteer) -> tuple[tuple[NamedPlace, ...], bool]:
    """The readings of one code, and whether it needs its town beside it."""
    if found["figures"] is None:
        country = "CA" if found["ca"] else "GB"
        return tuple(_longest(country, found.group().upper(), gazetteer)), found["district"] is not None
    letters, _, figures = (
        found["figures"].rpartition("-") if found["figures"][0].isalpha() else ("", "", found["figures"])
    )
    figures, _, four_more = figures.partition("-")
    if letters:
        countries: tuple[str, ...] = _LETTERED[letters.upper()]
    else:
        countries = _FOUR if len(figures) == 4 else _FIVE[:1] if four_more else _FIVE
    readings = [reading for country in countries for reading in _longest(country, figures, gazetteer)]
    return tuple(sorted(readings, key=lambda one: -one.weight)), len(figures) == 4 and not letters


def _longest(country: str, code: str, gazetteer: Gazetteer) -> Iterator[NamedPlace]:
    """What the longest known beginning of ``code`` stands for; in Britain only its letters count."""
    area = re.match(r"[A-Z]+", code) if country == "GB" else None
    for count in [area.end()] if area else range(min(_LONGEST, len(code)), 0, -1):
        readings = gazetteer.readings(f"#{country.lower()} {code[:count].lower()}")
        towns = [reading for reading in readings if reading.place.kind == "city"]
        if readings:
            yield from towns or readings
            return
