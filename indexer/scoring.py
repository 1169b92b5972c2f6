"""From arrays of scores to the scores of creators: the arithmetic that every backend shares. Pure.

A backend says what it holds of some creators and how well that fits a query; here it is put in order and cut.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.bundles import PostTraits
from indexer.score_table import ScoreTable
from indexer.vocabulary import FULL_POST

_DENSE_WEIGHT: Final = 0.75  # in the order of a creator's posts (contract.CreatorScores)

Positions = NDArray[np.int64]
Number = TypeVar("Number", bound=np.integer)


class Scored(NamedTuple):
    """Creators and their posts with both scores. The posts of a creator lie side by side, in the creators' order."""

    creators: Sequence[str]
    profile: NDArray[Any]  # BM25, shape (creators,)
    centroids: NDArray[Any]  # cosines, shape (creators,), -1 without
    bios: NDArray[Any]
    counts: NDArray[Any]  # posts, shape (creators,)
    lexical: NDArray[np.float64]  # BM25, shape (posts,)
    cosines: NDArray[np.float64]  # of the best passage, shape (posts,), -1 without
    passages: Positions  # the best passage's number, shape (posts,), -1 without
    distinct: NDArray[np.bool_]  # no copy of another post, shape (posts,)
    related: NDArray[np.float64] | None  # BM25 of a vocabulary, shape (posts,)
    post_ids: Callable[[Positions], Sequence[str]]  # ids by row
    post_traits: Callable[[Positions], Sequence[PostTraits]]


def creator_scores(scored: Scored, per_creator: int) -> ScoreTable:
    """See ``Index.best_posts``."""
    lexical, cosines = scored.lexical, scored.cosines
    combined = _DENSE_WEIGHT * cosines + (1 - _DENSE_WEIGHT) * lexical / max(lexical.max(initial=0.0), 1e-9)
    owners = np.repeat(np.arange(len(scored.creators)), scored.counts)
    chosen = _best_of_each(scored.post_ids, combined, owners, scored.counts.astype(np.int64), per_creator)
    on_theme: NDArray[Any] = np.zeros(len(scored.creators))
    if scored.related is not None:
        fullness = np.where(scored.distinct, np.minimum((lexical + scored.related) / FULL_POST, 1.0), 0.0)
        on_theme = np.bincount(owners, fullness, minlength=len(on_theme))
    there = chosen >= 0
    return ScoreTable(
        creators=scored.creators,
        profile=scored.profile.astype(np.float64),
        centroids=scored.centroids.astype(np.float64),
        bios=scored.bios.astype(np.float64),
        written=np.bincount(owners[scored.distinct], minlength=len(on_theme)).astype(np.float64),
        on_theme=on_theme,
        held=np.count_nonzero(there, axis=1),
        lexical=np.where(there, lexical[chosen], 0.0) if len(lexical) else np.zeros(chosen.shape),
        cosines=np.where(there, cosines[chosen], -1.0) if len(lexical) else np.zeros(chosen.shape),
        passages=np.where(there, scored.passages[chosen], -1) if len(lexical) else chosen,
        posts=chosen,
        read_ids=scored.post_ids,
        read_traits=scored.post_traits,
    )


def best_of_posts(posts: Positions, rows: Positions, cosines: NDArray[Any]) -> Positions:
    """Of rows that each belong to a post: the best row of each (the first, if equal), as indexes by ascending post."""
    order = np.lexsort((rows, -cosines, posts))
    ordered = posts[order]
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return order[first]


def best_of_runs(cosines: NDArray[Any], counts: Positions) -> tuple[NDArray[Any], Positions]:
    """Of rows that lie side by side, so many of each post and of none without: its best cosine, and which has it (the
    first, if equal).
    """
    begins = np.cumsum(counts) - counts
    best = np.maximum.reduceat(cosines, begins) if len(begins) else cosines[:0]
    equal = np.flatnonzero(cosines == np.repeat(best, counts))
    owners = np.repeat(np.arange(len(counts)), counts)[equal]
    first = equal[np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))[: len(owners)]]
    return best, first - begins


def _best_of_each(
    post_ids: Callable[[Positions], Sequence[str]],
    scores: NDArray[np.float64],
    owners: Positions,
    counts: Positions,
    most: int,
) -> Positions:
    """Rows of the best posts of each owner, best first, equal scores by id; -1 where there are fewer than ``most``.

    ``owners`` ascend. Ids are read only where they decide.
    """
    most = max(0, min(most, int(counts.max(initial=0))))
    chosen = np.full((len(counts), most), -1, np.int64)
    if most == 0:
        return chosen
    order = np.lexsort((-scores, owners))
    begins = np.cumsum(counts) - counts
    nth = np.arange(len(order)) - np.repeat(begins, counts)
    equal = (scores[order][1:] == scores[order][:-1]) & (owners[1:] == owners[:-1]) & (nth[:-1] < most)
    for owner in distinct(owners[:-1][equal]).tolist():
        begin = int(begins[owner])
        rows = order[begin : begin + int(counts[owner])]
        decisive = rows[scores[rows] >= scores[rows[min(most, len(rows)) - 1]]]
        by_id = sorted(zip((-scores[decisive]).tolist(), post_ids(decisive), decisive.tolist(), strict=True))
        order[begin : begin + len(decisive)] = [row for _, _, row in by_id]
    kept = nth < most
    chosen[owners[kept], nth[kept]] = order[kept]
    return chosen


def distinct(values: NDArray[Number]) -> NDArray[Number]:
    """The values in ascending order, each once. np.unique imports numpy.ma for that: 25 ms of a cold search."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]
