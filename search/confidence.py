"""How sure we are that a creator fits, apart from the order: absolute features, one logistic, three bands.

The order of an answer is normalised within the query, so its first is always near 1 even when nobody fits. The
confidence is not: how near post and profile are in meaning, which share of all that is written is on the theme, and
the place decide, and values can be compared between queries. The constants were fitted to judged collections in which
a creator is relevant for a principal interest, and rounded: of those shown with .7, about seven in ten fit.
"""

from math import exp, log, sqrt
from typing import Final, NamedTuple

from indexer.contract import CreatorScores
from search.results import Band

CONSTANT: Final = -3.1
BEST_COSINE: Final = 1.2
CENTROID: Final = 8.5
ON_THEME: Final = 4.8  # of the square root of the share
HAS_VOCABULARY: Final = -3.0  # a theme with words of its own: whoever uses none of them is not on it
PLACE: Final = 2.3  # of the logarithm
AUTHENTICITY: Final = 2.9  # of the logarithm
SHRINK: Final = 3.0  # k posts of n on the theme are a share of k / (n + 3)
LEAST_PLACE: Final = 0.02
LEAST_AUTHENTICITY: Final = 0.1

STRONG: Final = 0.6
POSSIBLE: Final = 0.3
"""Confidence from which a creator is shown as a match unless another is asked for."""


class Features(NamedTuple):
    """What the confidence looks at, all absolute."""

    best_cosine: float  # of any post, or of the bio
    centroid: float  # cosine of all posts together, or of the bio
    on_theme: float | None  # share of what is written; None where the theme has no vocabulary


def features(scores: CreatorScores, *, has_vocabulary: bool) -> Features:
    """Features of one creator; a creator without posts is judged by the bio."""
    return Features(
        best_cosine=max(0.0, scores.bio, *(post.cosine for post in scores.posts)),
        centroid=max(0.0, scores.centroid, scores.bio),
        on_theme=scores.on_theme / (scores.post_count + SHRINK) if has_vocabulary else None,
    )


def confidence(
    scores: CreatorScores, *, place: float, authenticity: float, denied: bool, has_vocabulary: bool = False
) -> float:
    """The probability in [0, 1] that this creator is about the theme and from the place."""
    if denied:
        return 0.0
    seen = features(scores, has_vocabulary=has_vocabulary)
    logit = (
        CONSTANT
        + BEST_COSINE * seen.best_cosine
        + CENTROID * seen.centroid
        + (0.0 if seen.on_theme is None else HAS_VOCABULARY + ON_THEME * sqrt(seen.on_theme))
        + PLACE * log(max(place, LEAST_PLACE))
        + AUTHENTICITY * log(max(authenticity, LEAST_AUTHENTICITY))
    )
    return 1.0 / (1.0 + exp(-logit))


def band(value: float) -> Band:
    """The word for a confidence."""
    if value >= STRONG:
        return "strong"
    return "possible" if value >= POSSIBLE else "unsure"
