"""Intervals and tests that respect topics: queries of one topic stand and fall together.

Two phrasings of one question, or one niche asked for in twelve states, are not independent, so whole topics are
resampled (bootstrap) and whole topics change sides (Fisher's randomisation test). Pure arithmetic.
"""

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from typing import Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from search.evaluate import Interval

RESAMPLES: Final = 10_000
SEED: Final = 20_261_123
SAME_WORDS: Final = 0.5  # Dice coefficient of the themes' words, above which two queries ask for one topic
SAME_PEOPLE: Final = 0.8  # share of the smaller set of relevant creators that the other holds, likewise
FEWEST: Final = 3  # relevant creators that tell anything

Key = TypeVar("Key", bound=Hashable)


class Question(NamedTuple):
    """What tells the topic of a query: the stems of its theme, and who is relevant."""

    words: frozenset[str]
    relevant: frozenset[str]


def topics(questions: Mapping[Key, Question]) -> dict[Key, int]:
    """A number for each query, the same for queries of one topic (by words or by people, through others too)."""
    parent = {query: query for query in questions}

    def root(query: Key) -> Key:
        while parent[query] != query:
            query = parent[query]
        return query

    for one, other in combinations(questions, 2):
        if _same(questions[one], questions[other]):
            parent[root(other)] = root(one)
    numbers = {query: number for number, query in enumerate(dict.fromkeys(root(query) for query in questions))}
    return {query: numbers[root(query)] for query in questions}


def _same(one: Question, other: Question) -> bool:
    words = len(one.words) + len(other.words)
    if words and 2 * len(one.words & other.words) / words > SAME_WORDS:
        return True
    smaller = min(len(one.relevant), len(other.relevant))
    return smaller >= FEWEST and len(one.relevant & other.relevant) >= SAME_PEOPLE * smaller


def interval(values: Sequence[float], groups: Sequence[Hashable]) -> Interval:
    """Mean over queries, and its 95% interval over resampled topics."""
    if not values:
        return Interval(0.0, 0.0, 0.0)
    sums, counts = _by_group(values, groups)
    picks = np.random.default_rng(SEED).integers(0, sums.size, size=(RESAMPLES, sums.size))
    means = sums[picks].sum(axis=1) / counts[picks].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(sums.sum() / counts.sum()), float(low), float(high))


def chance(differences: Sequence[float], groups: Sequence[Hashable]) -> float:
    """p, two-sided: how often random signs of the topics move the mean as far from zero; 1.0 without any."""
    if not differences:
        return 1.0
    sums, _ = _by_group(differences, groups)
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], size=(RESAMPLES, sums.size))
    as_far = np.abs(signs @ sums) >= abs(float(sums.sum())) - 1e-12
    return float((as_far.sum() + 1) / (RESAMPLES + 1))


def holm(chances: Sequence[float]) -> list[float]:
    """Values of p adjusted for having asked several times (Holm 1979), in the order given."""
    adjusted = [0.0] * len(chances)
    so_far = 0.0
    for rank, place in enumerate(sorted(range(len(chances)), key=lambda i: chances[i])):
        so_far = max(so_far, min(1.0, chances[place] * (len(chances) - rank)))
        adjusted[place] = so_far
    return adjusted


def spearman(one: Sequence[float], other: Sequence[float]) -> float:
    """Spearman's rank correlation, equal values at their mean rank; 0.0 where one side is all equal."""
    first, second = _mean_ranks(one), _mean_ranks(other)
    if first.std() == 0.0 or second.std() == 0.0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _mean_ranks(values: Sequence[float]) -> NDArray[np.float64]:
    sample = np.asarray(values, dtype=np.float64)
    below = (sample[None, :] < sample[:, None]).sum(axis=1)
    equal = (sample[None, :] == sample[:, None]).sum(axis=1)
    return np.asarray(below + (equal - 1) / 2, dtype=np.float64)


def _by_group(values: Sequence[float], groups: Sequence[Hashable]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    sums: dict[Hashable, float] = {}
    counts: dict[Hashable, float] = {}
    for value, group in zip(values, groups, strict=True):
        sums[group] = sums.get(group, 0.0) + value
        counts[group] = counts.get(group, 0.0) + 1.0
    return np.array(list(sums.values())), np.array(list(counts.values()))
