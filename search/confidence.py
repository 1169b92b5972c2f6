"""How sure we are that a creator fits, and that anybody does, apart from the order: absolute features, one logistic.

The order of an answer is normalised within the query, so its first is always near 1 even when nobody fits. The
confidence is not: how near post and profile are in meaning, which share of all that is written is on the theme, and
the place decide, and values can be compared between queries. The constants were fitted to judged collections in which
a creator is relevant for a principal interest, and rounded (``benchmarks/quality/fit.py`` fits them again): of those
shown with .7, about seven in ten fit.

Among hundreds of candidates somebody always looks likely by chance, so an answer asks one more thing: does the index
know this theme at all? It does when three creators are likely to be about it, wherever they live, or one surely is.
"""

from collections.abc import Callable, Iterable
from math import exp, log, sqrt
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.score_table import ScoreTable
from search.results import Band

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Number = TypeVar("Number", float, Floats)

CONSTANT: Final = -2.8
BEST_COSINE: Final = 1.8
CENTROID: Final = 8.0
ON_THEME: Final = 5.4  # of the square root of the share
HAS_VOCABULARY: Final = -3.2  # a theme with words of its own: whoever uses none of them is not on it
PLACE: Final = 2.5  # of the logarithm
AUTHENTICITY: Final = 2.8  # of the logarithm
SHRINK: Final = 3.0  # k posts of n on the theme are a share of k / (n + 3)
LEAST_PLACE: Final = 0.02
LEAST_AUTHENTICITY: Final = 0.1

STRONG: Final = 0.6
POSSIBLE: Final = 0.3
"""Confidence from which a creator is shown as a match unless another is asked for."""
LIKELY: Final = 0.72
"""Confidence in the theme alone that three creators must reach, so that the index knows the theme, ..."""
SURE: Final = 0.925
"""... or one creator must."""


UNKNOWN: Final = 0.25
"""The most that anybody is given where the index does not know the theme: whoever looks likely there does by chance."""


class Features(NamedTuple):
    """What the confidence looks at, all absolute."""

    best_cosine: float  # of any post, or of the bio
    centroid: float  # cosine of all posts together, or of the bio
    on_theme: float | None  # share of what is written; None where the theme has no vocabulary


class FeatureTable(NamedTuple):
    """The features of several creators, by row."""

    best_cosines: Floats
    centroids: Floats
    on_theme: Floats | None

    def of(self, row: int) -> Features:
        """Those of one."""
        share = None if self.on_theme is None else float(self.on_theme[row])
        return Features(float(self.best_cosines[row]), float(self.centroids[row]), share)


def features(scores: ScoreTable, *, has_vocabulary: bool) -> FeatureTable:
    """Features of each creator; a creator without posts is judged by the bio."""
    return FeatureTable(
        best_cosines=np.maximum(scores.cosines.max(axis=1, initial=0.0), scores.bios),
        centroids=np.maximum(np.maximum(scores.centroids, scores.bios), 0.0),
        on_theme=scores.on_theme / (scores.written + SHRINK) if has_vocabulary else None,
    )


def confidence(seen: Features, *, place: float, authenticity: float, denied: bool) -> float:
    """The probability in [0, 1] that this creator is about the theme and from the place."""
    if denied:
        return 0.0
    of_theme = None if seen.on_theme is None else sqrt(seen.on_theme)
    log_place, log_authenticity = log(max(place, LEAST_PLACE)), log(max(authenticity, LEAST_AUTHENTICITY))
    log_odds = _log_odds(seen.best_cosine, seen.centroid, of_theme, log_place, log_authenticity)
    return 1.0 / (1.0 + exp(-log_odds))


def confidences(seen: FeatureTable, *, places: Floats, authenticity: Floats, denied: Flags) -> Floats:
    """``confidence`` of each creator. Logarithms are the standard library's: numpy's differ in the last digit."""
    log_odds = _log_odds(
        seen.best_cosines,
        seen.centroids,
        None if seen.on_theme is None else np.sqrt(seen.on_theme),
        _each(log, np.maximum(places, LEAST_PLACE)),
        _each(log, np.maximum(authenticity, LEAST_AUTHENTICITY)),
    )
    return np.where(denied, 0.0, 1.0 / (1.0 + _each(exp, -log_odds)))


def _each(function: Callable[[float], float], values: Floats) -> Floats:
    return np.fromiter(map(function, values.tolist()), np.float64, len(values))


def _log_odds(
    best_cosine: Number, centroid: Number, of_theme: Number | None, log_place: Number, log_authenticity: Number
) -> Number:
    """Of one creator or of several; ``of_theme``: the square root of the share."""
    return (
        CONSTANT
        + BEST_COSINE * best_cosine
        + CENTROID * centroid
        + (0.0 if of_theme is None else HAS_VOCABULARY + ON_THEME * of_theme)
        + PLACE * log_place
        + AUTHENTICITY * log_authenticity
    )


def theme_margin(themes: Iterable[float]) -> float:
    """By how much the index knows the theme, in logits; below 0.0 it does not.

    ``themes``: how sure each creator's theme is, whatever the place. Among one or two nobody looks likely by chance.
    """
    best = sorted(themes, reverse=True)[:3]
    return 0.0 if len(best) < 3 else max(logit(best[0]) - logit(SURE), logit(best[2]) - logit(LIKELY))


def logit(probability: float) -> float:
    """Log-odds, of at least one in a million and at most all but one."""
    bounded = min(max(probability, 1e-6), 1.0 - 1e-6)
    return log(bounded / (1.0 - bounded))


def band(value: float) -> Band:
    """The word for a confidence."""
    if value >= STRONG:
        return "strong"
    return "possible" if value >= POSSIBLE else "unsure"
