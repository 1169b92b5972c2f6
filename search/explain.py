"""The score as a formula that a person can check: what ``--explain`` prints, and the same sum again."""

from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.results import Explanation, Parts
from search.weights import Weights

Number = TypeVar("Number", float, NDArray[np.float64])
DIGITS: Final = 6  # of parts and scores: what is shown is what the score is made of
FORMULA: Final = "score = (profile_weight * profile + (1 - profile_weight) * posts) * place * authenticity * engagement"


def recompute(parts: Parts, weights: Weights) -> float:
    """The score that belongs to these parts, to six digits."""
    return round(product(*parts, weights=weights), DIGITS)


def product(
    posts: Number, profile: Number, place: Number, authenticity: Number, engagement: Number, *, weights: Weights
) -> Number:
    """The formula, of one creator or of several."""
    relevance = weights.profile * profile + (1.0 - weights.profile) * posts
    return relevance * place * authenticity * engagement


def explanation(weights: Weights) -> Explanation:
    """The formula and all weights by name; ``profile`` is called ``profile_weight``, as in the formula."""
    named = {name: float(value) for name, value in weights._asdict().items()}
    return Explanation(formula=FORMULA, weights={"profile_weight": named.pop("profile"), **named})
