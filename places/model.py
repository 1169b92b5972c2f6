"""Places as values. Keys are strings, so that both index backends can filter by them.

``c:US`` a country (ISO 3166-1) · ``a:US.NY`` a first-level division (GeoNames admin1) · ``g:5128581`` a town
(GeoNames id) · ``r:us-east-coast`` a named region of ``regions.toml``.

Named tuples where a query makes hundreds: a frozen dataclass takes four times as long to make.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

PlaceKind = Literal["city", "metro", "state", "region", "country"]
Relation = Literal["in", "near", "not"]
Role = Literal["home", "visits", "former"]


class Place(NamedTuple):
    """One place. ``lat`` and ``lon`` are degrees (a region's are the mean of its parts); population 0: unknown."""

    key: str
    name: str
    kind: PlaceKind
    country: str = ""
    admin1: str = ""
    lat: float = 0.0
    lon: float = 0.0
    population: int = 0

    @property
    def label(self) -> str:
        """The name as a person would write it: "Portland, ME, US"; a country is only its name."""
        if self.kind in ("region", "country"):
            return self.name
        rest = [part for part in (self.admin1 if self.kind != "state" else "", self.country) if part]
        return ", ".join([self.name, *rest])


class PlaceText(NamedTuple):
    """A text of a creator in which places may be named. ``kind`` decides how far it is trusted."""

    kind: Literal["location", "bio", "name", "handle", "link", "tag", "post_place", "post"]
    text: str
    url: str = ""


class PlaceReason(NamedTuple):
    """Why a place is believed: words for a person, the quotation and its address."""

    text: str
    quote: str
    url: str


class PlaceGuess(NamedTuple):
    """A place that a creator is believed to be tied to. ``confidence`` is a probability in (0, 1)."""

    place: Place
    role: Role
    confidence: float
    reasons: Sequence[PlaceReason] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceTarget:
    """A place asked for. ``keys`` are the keys of every place that counts as inside it.

    ``radius_km`` is None where the place's own border decides. For a city ``keys`` holds the towns of its metro
    area (or within the radius); for a state its ``a:`` key; for a region the ``a:``/``c:``/``g:`` keys of its
    parts. ``d0_km`` is the distance at which nearness has fallen to one half (docs/ranking.md: 50 km city,
    100 km metro or "near", 300 km state or larger).
    """

    place: Place
    relation: Relation
    radius_km: float | None
    keys: frozenset[str]
    d0_km: float
