"""Fusion of scores and rankings: pure functions over arrays and lists, nothing about creators or indexes.

Sources: theoretical min-max and convex combination, Bruch, Gai and Ingber (TOIS 2023, arXiv 2210.11934);
reciprocal rank fusion, Cormack, Clarke and Buettcher (SIGIR 2009).
"""

from collections.abc import Hashable, Iterable, Sequence
from operator import itemgetter
from typing import Any, Final, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]
COSINE_FLOOR: Final = -1.0
LEXICAL_FLOOR: Final = 0.0


class Sortable(Hashable, Protocol):
    """An id: anything that can be a key and be put in order."""

    def __lt__(self, other: Any, /) -> bool:
        """Whether this id comes first among equals."""


Id = TypeVar("Id", bound=Sortable)


def theoretical_min_max(scores: Scores, floor: float) -> Scores:
    """Map ``floor`` (the lowest score that is possible at all) to 0 and the best score present to 1.

    All zeros when nothing is above the floor.
    """
    top = float(scores.max(initial=floor))
    if top <= floor:
        return np.zeros_like(scores)
    return (scores - floor) / (top - floor)


def min_max(scores: Scores) -> Scores:
    """Map the lowest score present to 0 and the best to 1; equal scores are all 1, or all 0 if there is nothing."""
    if scores.size == 0:
        return scores
    low, high = float(scores.min()), float(scores.max())
    if high <= low:
        return np.where(scores > 0.0, 1.0, 0.0)
    return (scores - low) / (high - low)


def convex(dense: Scores, lexical: Scores, alpha: float) -> Scores:
    """``alpha`` parts dense and the rest lexical, both already on one scale."""
    return alpha * dense + (1.0 - alpha) * lexical


def reciprocal_ranks(rankings: Iterable[Sequence[Id]], k: float = 60.0) -> list[tuple[Id, float]]:
    """Sum of 1 / (k + rank) over the rankings that hold an id, best first, equal sums by id."""
    every = list(rankings)
    gains = [1.0 / (k + rank) for rank in range(1, 1 + max(map(len, every), default=0))]
    sums: dict[Id, float] = {}
    for ranking in every:
        for item, gain in zip(ranking, gains, strict=False):
            sums[item] = sums.get(item, 0.0) + gain
    return in_order(sums.items())


def in_order(scored: Iterable[tuple[Id, float]]) -> list[tuple[Id, float]]:
    """Best score first, equal scores by id."""
    by_id = sorted(scored, key=itemgetter(0))
    return sorted(by_id, key=itemgetter(1), reverse=True)  # which leaves equals in their order
