"""The score as a formula that a person can check: what ``--explain`` prints, and the same sum again."""

from dataclasses import asdict
from typing import Final

from search.results import Explanation, Parts
from search.weights import Weights

FORMULA: Final = "score = (profile_weight * profile + (1 - profile_weight) * posts) * place * authenticity * engagement"


def recompute(parts: Parts, weights: Weights) -> float:
    """The score that belongs to these parts, to six digits."""
    relevance = weights.profile * parts.profile + (1.0 - weights.profile) * parts.posts
    return round(relevance * parts.place * parts.authenticity * parts.engagement, 6)


def explanation(weights: Weights) -> Explanation:
    """The formula and all weights by name; ``profile`` is called ``profile_weight``, as in the formula."""
    named = {name: float(value) for name, value in asdict(weights).items()}
    return Explanation(formula=FORMULA, weights={"profile_weight": named.pop("profile"), **named})
