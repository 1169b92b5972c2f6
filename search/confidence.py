"""How sure we are that a creator fits, apart from the order: absolute features, one logistic, three bands.

The order of an answer is normalised within the query, so its first is always near 1 even when nobody fits. The
confidence is not: cosines, the share of posts that name the theme, and the place decide, and values can be compared
between queries. The constants were fitted once, coarsely, to judged collections of several kinds and rounded.
"""

from dataclasses import dataclass
from math import exp
from typing import Final

from indexer.contract import CreatorScores
from search.results import Band

CONSTANT: Final = -3.6
BEST_COSINE: Final = 2.5
MEAN_COSINE: Final = 2.5
CENTROID: Final = 4.0
NAMED: Final = 1.0

STRONG: Final = 0.6
POSSIBLE: Final = 0.3
"""Confidence from which a creator is shown as a match unless another is asked for."""


@dataclass(frozen=True, slots=True)
class Features:
    """What the confidence looks at, all absolute."""

    best_cosine: float  # of any post
    mean_cosine: float  # of the best three posts, missing ones count 0
    centroid: float
    named: float  # share of the best five posts that hold a word of the theme


def features(scores: CreatorScores) -> Features:
    """Features of one creator; a creator without posts is judged by the bio."""
    cosines = sorted((post.cosine for post in scores.posts), reverse=True)[:3] or [scores.bio]
    best_five = scores.posts[:5]
    return Features(
        best_cosine=max(cosines[0], scores.bio, 0.0),
        mean_cosine=max(sum(cosines) / 3, 0.0),
        centroid=max(scores.centroid, scores.bio, 0.0),
        named=sum(post.lexical > 0.0 for post in best_five) / len(best_five)
        if best_five
        else float(scores.lexical > 0.0),
    )


def confidence(scores: CreatorScores, *, place: float, authenticity: float, denied: bool) -> float:
    """Probability-like value in [0, 1] that this creator is about the theme and from the place."""
    if denied:
        return 0.0
    seen = features(scores)
    logit = (
        CONSTANT
        + BEST_COSINE * seen.best_cosine
        + MEAN_COSINE * seen.mean_cosine
        + CENTROID * seen.centroid
        + NAMED * seen.named
    )
    return place * authenticity / (1.0 + exp(-logit))


def band(value: float) -> Band:
    """The word for a confidence."""
    if value >= STRONG:
        return "strong"
    return "possible" if value >= POSSIBLE else "unsure"
