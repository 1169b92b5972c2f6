"""From arrays of scores to the scores of creators: the arithmetic that every backend shares. Pure.

A backend says what it holds of some creators and how well that fits a query; here it is put in order and cut.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.contract import CreatorScores, PostScore
from indexer.vocabulary import FULL_POST

_DENSE_WEIGHT: Final = 0.75  # in the order of a creator's posts (contract.CreatorScores)

Positions = NDArray[np.int64]


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
    post_ids: Callable[[Positions], list[str]]  # ids by row


def creator_scores(scored: Scored, per_creator: int) -> dict[str, CreatorScores]:
    """See ``Index.best_posts``."""
    lexical, cosines = scored.lexical, scored.cosines
    combined = _DENSE_WEIGHT * cosines + (1 - _DENSE_WEIGHT) * lexical / max(lexical.max(initial=0.0), 1e-9)
    chosen: list[list[PostScore]] = [[] for _ in scored.creators]
    owners = np.repeat(np.arange(len(scored.creators)), scored.counts)
    written = np.bincount(owners[scored.distinct], minlength=len(chosen)).tolist()
    on_theme = np.zeros(len(chosen))
    if scored.related is not None:
        fullness = (lexical + scored.related) / FULL_POST
        np.add.at(on_theme, owners, np.where(scored.distinct, np.minimum(fullness, 1.0), 0.0))
    lexicals, cosine, numbers = lexical.tolist(), cosines.tolist(), scored.passages.tolist()  # quicker than one by one
    for owner, post, post_id in _best_of_each(scored.post_ids, combined, owners, per_creator):
        chosen[owner].append(PostScore(post_id, lexicals[post], cosine[post], numbers[post]))
    return {
        creator_id: CreatorScores(
            lexical=float(scored.profile[number]),
            centroid=float(scored.centroids[number]),
            bio=float(scored.bios[number]),
            post_count=written[number],
            on_theme=float(on_theme[number]),
            posts=tuple(chosen[number]),
        )
        for number, creator_id in enumerate(scored.creators)
    }


def best_of_posts(posts: Positions, rows: Positions, cosines: NDArray[Any]) -> Positions:
    """Of rows that each belong to a post: the best row of each (the first, if equal), as indexes by ascending post."""
    order = np.lexsort((rows, -cosines, posts))
    ordered = posts[order]
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return order[first]


def _best_of_each(
    post_ids: Callable[[Positions], list[str]], scores: NDArray[np.float64], owners: Positions, count: int
) -> Iterator[tuple[int, int, str]]:
    """(owner, row, id) of the ``count`` best posts of each owner, best first, equal scores by id.

    ``owners`` ascend. Ids are read only for what can be chosen: a creator may have thousands of posts.
    """
    if count < 1 or len(scores) == 0:
        return
    order = np.lexsort((-scores, owners))
    first = np.searchsorted(owners, owners)  # where each owner's posts begin
    last = np.searchsorted(owners, owners, side="right") - 1
    cut = scores[order][np.minimum(first + count - 1, last)]
    kept = np.flatnonzero(scores >= cut)
    walk = sorted(zip(owners[kept].tolist(), (-scores[kept]).tolist(), post_ids(kept), kept.tolist(), strict=True))
    held, left = -1, 0
    for owner, _, name, at in walk:
        held, left = (owner, left - 1) if owner == held else (owner, count - 1)
        if left >= 0:
            yield owner, at, name
