"""Which of the places of one name is meant: the one that more people mean, unless the rest of the query says otherwise.

What speaks for a reading multiplies its weight (about the number of people who would mean it): another place of the
query or the brand's own place nearby, and the language of the query. Readings within a factor of the heaviest all
count, and the query's notes say so.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from niche import vocabulary as words
from niche.draft import Draft
from places.gazetteer import Gazetteer, NamedPlace
from places.geo import distance_km
from places.model import Place

_ALSO_FROM: Final = 0.5  # a reading with as much weight as this part of the heaviest is meant as well
_ALSO_AREA_FROM: Final = 0.3  # the same for a town beside a state of its name elsewhere (Washington)
_MOST_MEANT: Final = 4
_OWN_LANGUAGE: Final = 3.0
_NEARBY: Final = 100.0  # a reading at the door of another place of the query ...
_NEARBY_KM: Final = 150.0  # ... and how far that reaches (half of it there is left of it at this distance)
_INSIDE: Final = 100.0
_LETTERS: Final = {"de": frozenset("äöüßÄÖÜ"), "es": frozenset("ñ¿¡Ñ"), "fr": frozenset("çèêœàùîÇÈÊŒ")}
"""Letters that only one of the languages of ours writes."""
_TOWN_SHARE: Final = 0.2  # outside the US a town with this share of its state's people is what their name means


def settle(
    readings: Sequence[NamedPlace], anchors: Iterable[Place], language: str, gazetteer: Gazetteer
) -> list[NamedPlace]:
    """``readings`` weighted by what speaks for them, the heaviest first."""
    others = list(anchors)
    countries = words.LANGUAGE_COUNTRIES[language]

    def weight(reading: NamedPlace) -> float:
        factor = max((_support(reading.place, other, gazetteer) for other in others), default=1.0)
        return reading.weight * factor * (_OWN_LANGUAGE if reading.place.country in countries else 1.0)

    settled = [replace(reading, weight=weight(reading)) for reading in readings]
    return sorted(settled, key=lambda reading: (-reading.weight, reading.place.key))


def meant(settled: Sequence[NamedPlace], gazetteer: Gazetteer) -> list[Place]:
    """The places that count, of readings as ``settle`` gives them."""
    best = settled[0]
    kept = [
        reading.place
        for reading in settled
        if reading.weight >= (_ALSO_FROM if reading.place.kind == best.place.kind else _ALSO_AREA_FROM) * best.weight
        and (reading.source == best.source or reading.source not in ("code", "spelling"))
    ] or [best.place]
    towns = [place for place in kept if place.kind == "city"]
    # Hamburg and Salzburg mean the town, not the state of its name; New York may mean either
    return [place for place in kept if not any(_is_main_town(town, place, gazetteer) for town in towns)][:_MOST_MEANT]


def is_plain(readings: Sequence[NamedPlace]) -> bool:
    """Whether hardly anything but the first reading is meant, so that it may settle what other names mean."""
    return len(readings) == 1 or readings[1].weight < _ALSO_FROM * readings[0].weight


def query_language(draft: Draft) -> str:
    """The language that most of the function words belong to, or else the letters; "en" where none tells."""
    said: dict[str, int] = {}
    for _, _, language in words.QUERY_LANGUAGE.all(draft):
        said[language] = said.get(language, 0) + 1
    if not said:
        return next((language for language, letters in _LETTERS.items() if not letters.isdisjoint(draft.text)), "en")
    return max(said, key=lambda language: said[language])


def _support(place: Place, other: Place, gazetteer: Gazetteer) -> float:
    if other.key in gazetteer.parents(place.key) or place.key in gazetteer.parents(other.key):
        return _INSIDE
    around = gazetteer.parts(other.key)
    if place.key in around or any(parent in around for parent in gazetteer.parents(place.key)):
        return _INSIDE
    if place.kind != "city" or other.kind not in ("city", "metro"):
        return 1.0
    km = distance_km(place.lat, place.lon, other.lat, other.lon)
    return 1.0 + _NEARBY / (1.0 + (km / _NEARBY_KM) ** 4)


def _is_main_town(town: Place, state: Place, gazetteer: Gazetteer) -> bool:
    inside = state.kind == "state" and state.country != "US" and state.key in gazetteer.parents(town.key)
    return inside and town.population >= _TOWN_SHARE * state.population
