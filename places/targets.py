"""A place asked for → what counts as inside it, and how fast nearness fades (containment plus distance)."""

from typing import Final

from places.gazetteer import Gazetteer
from places.model import Place, PlaceTarget, Relation

_CITY_D0: Final = 50.0
_NEAR_D0: Final = 100.0
_AREA_D0: Final = 300.0
_NEAR_KM: Final = 80.0
_BIG: Final = 500_000
_MIDDLING: Final = 50_000


def make_target(
    place: Place, relation: Relation, gazetteer: Gazetteer, *, radius_km: float | None = None
) -> PlaceTarget:
    """The target for ``place``: a town means its metropolitan area, "near" a wider circle, an area its own border.

    ``radius_km`` is what the user said ("within 30 km of"); it makes a circle of a town, a state or a region alike.
    """
    if place.kind == "city":
        km = radius_km or (_NEAR_KM if relation == "near" else metro_km(place))
        everything = radius_km is not None or relation == "near"
        towns = gazetteer.towns_near(place.lat, place.lon, km)
        # "in Cambridge" does not mean Boston: within a metropolitan area only the smaller towns belong to a town
        keys = {town.key for town in towns if everything or town.population <= place.population} | {place.key}
        d0 = _NEAR_D0 if relation == "near" else _CITY_D0
        return PlaceTarget(place=place, relation=relation, radius_km=km, keys=frozenset(keys), d0_km=d0)
    keys = set(gazetteer.parts(place.key)) | {place.key}
    if relation == "near" or radius_km:
        radius = gazetteer.radius_km(place.key) + (radius_km or _NEAR_KM)
        if place.kind in ("metro", "state") and radius < _AREA_D0:
            keys.update(town.key for town in gazetteer.towns_near(place.lat, place.lon, radius))
    d0 = _NEAR_D0 if place.kind == "metro" else _AREA_D0
    return PlaceTarget(place=place, relation=relation, radius_km=radius_km, keys=frozenset(keys), d0_km=d0)


def metro_km(place: Place) -> float:
    """The radius in km within which people say that they live in this town."""
    if place.population >= _BIG:
        return 45.0
    return 35.0 if place.population >= _MIDDLING else 20.0
