"""How well the places of many creators fit those asked for: ``places.match`` in columns, for who ranks hundreds.

The formulas are those of ``places.match``, sums are taken in the same order, and a test holds both to equal numbers.
"""

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from places.gazetteer import Gazetteer
from places.match import BORDERED, INSIDE_FROM, MOST, ROLE_FACTORS, UNKNOWN, UNWANTED_FROM, is_inside, nearest
from places.model import Place, PlaceTarget, Role

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

ROLES: Final[tuple[Role, ...]] = tuple(ROLE_FACTORS)
HOME: Final = ROLES.index("home")
NONE: Final = -1
_FACTORS: Final = np.array(list(ROLE_FACTORS.values()))


class Guesses(NamedTuple):
    """The places that some creators are believed to be tied to: one after another, creators ascending."""

    owners: Numbers  # whose each is, counted from 0
    numbers: Numbers  # which of ``places`` each is
    roles: Numbers  # which of ``ROLES``
    confidences: Floats
    places: Sequence[Place]


class Matches(NamedTuple):
    """By creator; see ``PlaceMatch``."""

    scores: Floats
    inside: Flags
    deciding: Numbers  # which of all guesses decided; ``NONE``


class PlacesAsked:
    """The places of one query."""

    def __init__(self, targets: Sequence[PlaceTarget], gazetteer: Gazetteer) -> None:
        """Several wanted targets are alternatives."""
        self._gazetteer = gazetteer
        self._wanted = [target for target in targets if target.relation != "not"]
        self._unwanted = [target for target in targets if target.relation == "not"]
        self.bordered = any(target.place.kind in BORDERED for target in self._wanted) and all(
            target.relation != "near" for target in self._wanted
        )
        """Whether the border of an area decides, and not nearness."""

    def matches(self, guesses: Guesses, creators: int) -> Matches:
        """Fit of the guesses of so many creators."""
        match = self._best(guesses, creators) if self._wanted else _everywhere(creators)
        if not self._unwanted:
            return match
        against = np.minimum(1.0, self._probability_against(guesses, creators))
        return Matches(match.scores * (1.0 - against), match.inside & (against < UNWANTED_FROM), match.deciding)

    def _best(self, guesses: Guesses, creators: int) -> Matches:
        kappa, km = _each(guesses, lambda place: nearest(place, self._wanted, self._gazetteer), 2)
        home = guesses.roles == HOME
        scores = guesses.confidences * kappa * _FACTORS[guesses.roles]
        near = _first_best(guesses.owners, scores, creators)
        best = np.where(near == NONE, 0.0, _at(scores, near))
        inside = home & (km == 0.0)
        probability = np.minimum(MOST, _sums(guesses, inside, creators))
        surest = _first_best(guesses.owners, np.where(inside, guesses.confidences, -1.0), creators)
        is_sure = (surest != NONE) & _at(inside, surest) & (probability >= best)
        unknown = UNKNOWN * (1.0 - np.minimum(1.0, _sums(guesses, home, creators)))
        return Matches(
            scores=np.minimum(1.0, np.where(is_sure, probability, best) + unknown),
            inside=is_sure & (probability >= INSIDE_FROM),
            deciding=np.where(is_sure, surest, near),
        )

    def _probability_against(self, guesses: Guesses, creators: int) -> Floats:
        def inside(place: Place) -> tuple[float]:
            return (float(any(is_inside(place, target, self._gazetteer) for target in self._unwanted)),)

        return _sums(guesses, (guesses.roles == HOME) & (_each(guesses, inside, 1)[0] > 0.0), creators)


def _everywhere(creators: int) -> Matches:
    return Matches(np.ones(creators), np.ones(creators, np.bool_), np.full(creators, NONE))


def _each(guesses: Guesses, of_place: Callable[[Place], tuple[float, ...]], told: int) -> NDArray[np.float64]:
    """``told`` numbers about the place of each guess, shape (told, guesses); of each place they are asked once."""
    named = np.zeros(len(guesses.places), np.bool_)
    named[guesses.numbers] = True
    numbers = np.flatnonzero(named)
    found = np.array([of_place(guesses.places[number]) for number in numbers.tolist()], np.float64)
    return found.reshape(-1, told).T[:, np.cumsum(named)[guesses.numbers] - 1]


def _first_best(owners: Numbers, values: Floats, creators: int) -> Numbers:
    """Of each creator the guess with the highest value, the first of equals."""
    order = np.lexsort((-values, owners))
    firsts = order[np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))[: len(owners)]]
    found = np.full(creators, NONE)
    found[owners[firsts]] = firsts
    return found


def _sums(guesses: Guesses, chosen: Flags, creators: int) -> Floats:
    """The confidences of the chosen guesses of each creator, added up in their order."""
    return np.asarray(np.bincount(guesses.owners[chosen], guesses.confidences[chosen], creators), np.float64)


def _at(values: NDArray[np.generic], rows: Numbers) -> NDArray[np.generic]:
    """Values by row; of ``NONE`` anything."""
    return values[rows] if len(values) else np.zeros(len(rows), values.dtype)
