"""Places in words that a person writes, and back: every name given here is understood when it is typed again."""

from typing import Final

from niche.homonyms import meant, settle
from places.gazetteer import Gazetteer, NamedPlace
from places.geo import distance_km
from places.mentions import find_mentions
from places.model import Place
from places.words import name_key

_WITH_DIVISION: Final = frozenset(("US", "CA", "AU", "GB", "IN", "BR"))
"""Countries whose towns people name with their state or nation."""
_KINDS: Final = ("city", "state", "region", "country", "metro")
_QUARTER: Final = "quarter"
_QUARTER_KM: Final = 30.0


def read_name(name: str, gazetteer: Gazetteer) -> tuple[NamedPlace, ...]:
    """The readings of a whole text as one place, the likeliest first: "Portland, Maine", "Georgia (country)", a key."""
    name = name.strip()
    base, _, kind = name.rstrip(")").rpartition(" (")
    if base and kind == _QUARTER:  # "Brooklyn (quarter)", which otherwise means the town that it is a part of
        return tuple(
            one for one in gazetteer.readings(name_key(base)) if one.source == "name" and is_quarter(one, gazetteer)
        )
    if base and kind in _KINDS:
        return tuple(reading for reading in read_name(base, gazetteer) if reading.place.kind == kind)
    by_key = gazetteer.get(kind or name) if (kind or name)[1:2] == ":" else None
    if by_key is not None:
        return (NamedPlace(by_key, max(1.0, by_key.population), "name"),)
    for mention in find_mentions(name, gazetteer, cased=False, codes=True):
        if mention.start == 0 and not name[mention.end :].strip(")"):
            return mention.readings
        break
    return ()


def read_places(name: str, gazetteer: Gazetteer) -> list[Place]:
    """The places that count for a name on its own; none for a name that is not known."""
    readings = read_name(name, gazetteer)
    return meant(settle(readings, (), "en", gazetteer), gazetteer) if readings else []


def spoken(place: Place, gazetteer: Gazetteer) -> str:
    """The shortest usual name that ``read_places`` takes for this place only: "Portland, Oregon", "Munich, Germany"."""
    for name in _candidates(place, gazetteer):
        if [read.key for read in read_places(name, gazetteer)] == [place.key]:
            return name
    return f"{place.name} ({place.key})"


def is_quarter(reading: NamedPlace, gazetteer: Gazetteer) -> bool:
    """Whether a place is a quarter that mostly stands for a town near by (Brooklyn)."""
    quarters = (one for one in gazetteer.readings(name_key(reading.place.name)) if one.source == "local")
    place = reading.place
    return any(distance_km(place.lat, place.lon, one.place.lat, one.place.lon) <= _QUARTER_KM for one in quarters)


def _candidates(place: Place, gazetteer: Gazetteer) -> list[str]:
    parents = [parent.name for key in gazetteer.parents(place.key) if (parent := gazetteer.get(key)) is not None]
    capital = [f"{place.name}, DC"] if place.admin1 == "DC" else []
    division, country = (parents[0], parents[-1]) if len(parents) > 1 else ("", parents[0] if parents else "")
    if place.kind == "city":
        near, far = (division, country) if place.country in _WITH_DIVISION else (country, division)
        first, second = (near or far), (far or near)
        return [
            *capital,
            f"{place.name}, {first}",
            f"{place.name}, {second}",
            f"{place.name}, {division}, {country}",
            f"{place.name} ({_QUARTER})",
        ]
    with_country = [f"{place.name}, {country}"] if country else []
    return [place.name, *with_country, f"{place.name} ({place.kind})"]
