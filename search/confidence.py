"""How sure we are that a creator fits, and that anybody does, apart from the order: absolute features, one logistic.

The order of an answer is normalised within the query, so its first is always near 1 even when nobody fits. The
confidence is not: how near post and profile are in meaning, which share of all that is written is on the theme, and
the place decide, and values can be compared between queries. The constants were fitted to judged collections in which
a creator is relevant for a principal interest, and rounded (``benchmarks/quality/fit.py`` fits them again): of those
shown with .7, about seven in ten fit.

Among hundreds of candidates somebody always looks likely by chance, so an answer asks one more thing: does the index
know this theme at all? It does when three creators are likely to be about it, wherever they live, or one surely is.
"""

from collections.abc import Iterable
from itertools import repeat
from math import exp, log, sqrt
from typing import Final, NamedTuple

import numpy as np

from indexer.score_table import ScoreTable
from search.results import Band

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


def features(scores: ScoreTable, *, has_vocabulary: bool) -> list[Features]:
    """Features of each creator; a creator without posts is judged by the bio."""
    best = np.maximum(scores.cosines.max(axis=1, initial=0.0), scores.bios)
    centroids = np.maximum(np.maximum(scores.centroids, scores.bios), 0.0)
    shares = (scores.on_theme / (scores.written + SHRINK)).tolist() if has_vocabulary else repeat(None)
    return list(map(Features, best.tolist(), centroids.tolist(), shares))


def confidence(seen: Features, *, place: float, authenticity: float, denied: bool) -> float:
    """The probability in [0, 1] that this creator is about the theme and from the place."""
    if denied:
        return 0.0
    log_odds = (
        CONSTANT
        + BEST_COSINE * seen.best_cosine
        + CENTROID * seen.centroid
        + (0.0 if seen.on_theme is None else HAS_VOCABULARY + ON_THEME * sqrt(seen.on_theme))
        + PLACE * log(max(place, LEAST_PLACE))
        + AUTHENTICITY * log(max(authenticity, LEAST_AUTHENTICITY))
    )
    return 1.0 / (1.0 + exp(-log_odds))


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
