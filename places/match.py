"""How well the places of a creator fit the places asked for; at query time, without any text.

score = max(P, m) + ε · (1 - Σ p(ℓ)), with p(ℓ) the confidence that the home is ℓ and

- P = min(0.99, Σ p(ℓ) over the homes ℓ inside): the probability that the home is inside; three namesakes in one state,
  or a town and its suburb, are together as good as one sure home.
- m = max over all places of p(ℓ) · κ(ℓ) · role, where κ = 1 / (1 + (distance / d0)²) outside: the best that is near.
- A bigger neighbour of the town asked for counts half of that: somebody in Boston is near "in Cambridge", not in it.
- What remains of the probability is a home that is not known: it counts ε, between wrong and right, so that a creator
  who says nothing stays above one who is surely elsewhere.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from places.gazetteer import Gazetteer
from places.geo import distance_km
from places.model import Place, PlaceGuess, PlaceTarget, Role
from places.targets import metro_km

UNKNOWN: Final = 0.12
"""ε: κ of a home that is not known."""
POSSIBLE: Final = 0.15
"""Least confidence of a place that a creator is filtered by."""
ROLE_FACTORS: Final[dict[Role, float]] = {"home": 1.0, "visits": 0.15, "former": 0.05}
_BIGGER_NEIGHBOUR: Final = 0.5
"""Factor of κ for a town bigger than the one asked for: most of its people live in other parts of the area."""
BORDERED: Final[frozenset[str]] = frozenset({"state", "region", "country"})
INSIDE_FROM: Final = 0.3  # least probability that the home is inside to say so
UNWANTED_FROM: Final = 0.5  # probability of a home where nobody is wanted from which it is not inside
MOST: Final = 0.99  # nothing read from texts is certain


class PlaceMatch(NamedTuple):
    """``score`` in [0, 1]; ``guess`` is the place that decided, ``distance_km`` its distance from the place asked for.

    ``inside``: the home is inside with more than a faint probability, and no place outside fits better. Without any
    place asked for (or only places asked against) a creator is inside unless it is probably in one of those.
    """

    score: float
    inside: bool
    guess: PlaceGuess | None
    distance_km: float | None


def place_match(guesses: Sequence[PlaceGuess], targets: Sequence[PlaceTarget], gazetteer: Gazetteer) -> PlaceMatch:
    """Fit of ``guesses`` (places.read) to ``targets``, of which several wanted ones are alternatives. For one creator;
    for many ``places.matches`` says the same and is quicker.
    """
    wanted = [target for target in targets if target.relation != "not"]
    unwanted = [target for target in targets if target.relation == "not"]
    match = _best(guesses, wanted, gazetteer) if wanted else PlaceMatch(1.0, True, None, None)
    against = _probability_inside(guesses, unwanted, gazetteer) if unwanted else 0.0
    if against > 0:
        inside = match.inside and against < UNWANTED_FROM
        match = PlaceMatch(match.score * (1 - against), inside, match.guess, match.distance_km)
    return match


def _best(guesses: Sequence[PlaceGuess], wanted: Sequence[PlaceTarget], gazetteer: Gazetteer) -> PlaceMatch:
    unknown = UNKNOWN * (1 - min(1.0, sum(guess.confidence for guess in guesses if guess.role == "home")))
    best = PlaceMatch(0.0, False, None, None)
    probability, surest = 0.0, None
    for guess in guesses:
        kappa, km = nearest(guess.place, wanted, gazetteer)
        if guess.role == "home" and km == 0:
            probability += guess.confidence
            surest = max(filter(None, (surest, guess)), key=_confidence)
        score = guess.confidence * kappa * ROLE_FACTORS[guess.role]
        if score > best.score or best.guess is None:
            best = PlaceMatch(score, False, guess, km)
    probability = min(MOST, probability)
    if surest is not None and probability >= best.score:
        best = PlaceMatch(probability, probability >= INSIDE_FROM, surest, 0.0)
    return best._replace(score=min(1.0, best.score + unknown))


def keys_of(guesses: Sequence[PlaceGuess], gazetteer: Gazetteer) -> frozenset[str]:
    """The keys by which an index filters: every possible place but former homes, with what it lies in."""
    keys: set[str] = set()
    for guess in guesses:
        if guess.role != "former" and guess.confidence >= POSSIBLE:
            keys.update((guess.place.key, *gazetteer.parents(guess.place.key)))
    return frozenset(keys)


def lies_in(key: str, area: str, gazetteer: Gazetteer) -> bool:
    """Whether a place is ``area`` or a part of it; what lies in one of a region's parts lies in the region."""
    around = {key, *gazetteer.parents(key)}
    return area in around or bool(gazetteer.parts(area) & around)


def nearest(place: Place, wanted: Iterable[PlaceTarget], gazetteer: Gazetteer) -> tuple[float, float]:
    """κ of a place for the target that is nearest, and the distance in km."""
    return max((_kappa(place, target, gazetteer) for target in wanted), key=_nearness)


def _nearness(fit: tuple[float, float]) -> tuple[float, float]:
    kappa, km = fit
    return kappa, -km


def _confidence(guess: PlaceGuess) -> float:
    return guess.confidence


def _probability_inside(guesses: Sequence[PlaceGuess], targets: Iterable[PlaceTarget], gazetteer: Gazetteer) -> float:
    return min(
        1.0,
        sum(
            guess.confidence
            for guess in guesses
            if guess.role == "home" and any(is_inside(guess.place, target, gazetteer) for target in targets)
        ),
    )


def _kappa(place: Place, target: PlaceTarget, gazetteer: Gazetteer) -> tuple[float, float]:
    """κ of one place for one target, and its distance in km from the target's border (0 inside)."""
    if is_inside(place, target, gazetteer):
        return 1.0, 0.0
    km = _distance(place, target, gazetteer)
    if place.kind != "city":
        share = _share_inside(place, target, gazetteer)
        if share > 0:
            return max(UNKNOWN, share), km
    kappa = 1 / (1 + (km / target.d0_km) ** 2)
    if place.kind == target.place.kind == "city" and place.population > target.place.population:
        return _BIGGER_NEIGHBOUR * kappa, max(km, _between(place, target.place))
    return kappa, km


def is_inside(place: Place, target: PlaceTarget, gazetteer: Gazetteer) -> bool:
    """Whether a place is the target or lies in it."""
    if place.key in target.keys or not target.keys.isdisjoint(gazetteer.parents(place.key)):
        return True
    return place.key.startswith("r:") and gazetteer.parts(place.key) <= target.keys


def _share_inside(place: Place, target: PlaceTarget, gazetteer: Gazetteer) -> float:
    """Which part of the people of an area (state, region, country) lives inside the target; 0 when none may.

    "Illinois" for "Chicago": about half of its people live there, so that a creator of whom only the state is known
    counts that much.
    """
    around = gazetteer.parts(place.key)
    within = target.place.key in around or any(parent in around for parent in gazetteer.parents(target.place.key))
    within = within or place.key in gazetteer.parents(target.place.key) or bool(around & target.keys)
    if not within or place.population <= 0:
        return 0.0
    return min(1.0, target.place.population / place.population)


def _distance(place: Place, target: PlaceTarget, gazetteer: Gazetteer) -> float:
    """Kilometres from ``place`` to the border of the target, as far as circles around its parts tell."""
    if target.place.kind == "city":
        radius = target.radius_km if target.radius_km is not None else metro_km(target.place)
        return max(0.0, _between(place, target.place) - radius)
    areas = [area for key in target.keys if key[0] in "ac" and (area := gazetteer.get(key)) is not None]
    circles = [(area, gazetteer.radius_km(area.key)) for area in areas] or [
        (target.place, gazetteer.radius_km(target.place.key))
    ]
    return min(max(1.0, _between(place, area) - radius) for area, radius in circles)


def _between(one: Place, other: Place) -> float:
    return distance_km(one.lat, one.lon, other.lat, other.lon)
