"""The legs over one snapshot: find candidates cheaply, score them exactly, order them, apply the limits.

What is scored of candidates already in hand is in ``scoring.py``.

By words every post and profile that holds one is scored exactly (``words.py``). By meaning candidates come from the
int8 scan and exact scores from float16; the pool of candidates is several times what is asked for, and grows until
enough distinct creators are in hand or nothing is left.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.passage_scan import PassageScan, PassageScores
from indexer.backends.embedded.scoring import best_passages
from indexer.backends.embedded.snapshot import Mask, Positions, Snapshot
from indexer.backends.embedded.tables import HAS_BIO, HAS_CENTROID
from indexer.backends.embedded.vectors import Floats, VectorFile, best_rows
from indexer.backends.embedded.vocabulary import learn_vocabulary, related_scores
from indexer.bundles import Vector
from indexer.contract import CreatorHit, Filters, PostHit, TextQuery
from indexer.scoring import Number, distinct
from indexer.vocabulary import ASKED, Vocabulary

_POOL: Final = 400  # candidates at least
_WIDTH: Final = 4  # candidates for each creator asked for
_SATURATED: Final = 20  # candidates of a creator from which the best of them are in hand: no more are looked for
_MORE: Final = 4  # times as many rows where those that look near are of too few creators


def posts_by_text(
    snapshot: Snapshot, query: TextQuery, *, creators: int, per_creator: int, filters: Filters
) -> list[PostHit]:
    """See ``Index.search_posts_text``."""
    posts, scores = _posts_naming(snapshot, query, filters)
    width = _WIDTH * max(1, creators)
    while True:
        best = _best(scores, width)
        if len(best) == len(scores) or len(distinct(snapshot.owners[posts[best]])) >= creators:
            return _limited(snapshot, posts[best], scores[best], None, creators, per_creator)
        width *= _WIDTH


def creators_of_posts(snapshot: Snapshot, query: TextQuery, *, limit: int, filters: Filters) -> Positions:
    """Positions of the creators whose best post has the best BM25, in the order of those posts."""
    posts, scores = _posts_naming(snapshot, query, filters)
    if len(posts) == 0:
        return posts
    owners = snapshot.owners[posts]
    begins = np.flatnonzero(np.append(True, owners[1:] != owners[:-1]))  # the posts of a creator lie side by side
    tops = np.maximum.reduceat(scores, begins)
    equal = scores == np.repeat(tops, np.diff(np.append(begins, len(posts))))
    several = np.add.reduceat(equal, begins, dtype=np.int64)
    best = posts[equal][np.cumsum(several) - several]  # the first of its creator's
    kept = _best(tops, limit)
    for at in kept[several[kept] > 1].tolist():  # equal scores are ordered by the ids of the posts
        copies = posts[equal & (owners == owners[begins[at]])]
        best[at] = min(zip(snapshot.post_ids(copies), copies.tolist(), strict=True))[1]
    order = kept[_exact_order(tops[kept], lambda at: snapshot.post_ids(best[kept[at]]))][:limit]
    found: Positions = owners[begins[order]].astype(np.int64)
    return found


def _posts_naming(snapshot: Snapshot, query: TextQuery, filters: Filters) -> tuple[Positions, NDArray[np.float64]]:
    """Posts that pass and hold a word of the query, by position, with their BM25."""
    return _passing(snapshot.lexical("post", snapshot.weighted("post", query)), snapshot.post_mask(filters))


def _passing(scores: NDArray[np.float64], mask: Mask | None) -> tuple[Positions, NDArray[np.float64]]:
    found = np.flatnonzero(scores > 0.0)  # seven times as quick as of the numbers themselves
    if mask is not None:
        found = found[mask[found]]
    return found, scores[found]


def _best(scores: NDArray[np.floating], count: int) -> Positions:
    """Indexes of the ``count`` highest scores, and of all that equal the last of them."""
    if not 0 < count < len(scores):
        return np.arange(min(count, len(scores)))
    return np.flatnonzero(scores >= np.partition(scores, len(scores) - count)[len(scores) - count])


def posts_by_vector(
    snapshot: Snapshot, scan: PassageScan, *, creators: int, per_creator: int, filters: Filters
) -> list[PostHit]:
    """See ``Index.search_posts_vector``."""
    return _limited(
        snapshot,
        *_near_posts(snapshot, scan, filters, creators=creators, per_creator=per_creator),
        creators,
        per_creator,
    )


def creators_near(snapshot: Snapshot, scan: PassageScan, *, limit: int, filters: Filters) -> Positions:
    """Positions of the creators whose best post is nearest, in the order of those posts."""
    posts, best, _ = _near_posts(snapshot, scan, filters, creators=limit, per_creator=1)
    owners = snapshot.owners[posts[_exact_order(best, lambda at: snapshot.post_ids(posts[at]))]]
    found: Positions = owners[_nth_of_owner(owners) == 0][:limit].astype(np.int64)
    return found


_Near = tuple[Positions, Floats, Positions]  # posts, their best cosines, and the numbers of the passages that have them


def _near_posts(snapshot: Snapshot, scan: PassageScan, filters: Filters, *, creators: int, per_creator: int) -> _Near:
    """Posts among which are the nearest that pass, of ``creators`` creators where there are so many."""
    scores = scan.scores(filters)
    while True:
        near = _near(snapshot, scores, scan.vector, creators=creators, per_creator=per_creator)
        if scores.complete or len(distinct(snapshot.owners[near[0]])) >= creators:
            return near
        scores = scan.scores(filters, _MORE * len(scores.values))


def _near(snapshot: Snapshot, scores: PassageScores, vector: Vector, *, creators: int, per_creator: int) -> _Near:
    """The best posts of the rows that have approximate scores."""
    rows = np.zeros(0, np.int64)
    remaining = scores.values.copy()
    width = max(_POOL, _WIDTH * creators)
    while True:
        taken = best_rows(remaining, width)
        remaining[taken] = -np.inf
        rows = np.concatenate([rows, scores.rows(taken)])
        owners = snapshot.row_creator[rows]
        if len(taken) < width or len(distinct(owners)) >= creators:
            break
        posts_of, counts = np.unique(snapshot.posts["creator"][distinct(snapshot.row_post[rows])], return_counts=True)
        for creator in posts_of[counts >= max(2 * per_creator, _SATURATED)].tolist():
            scores.drop(remaining, snapshot, creator)
        width *= 2
    return best_passages(snapshot, rows, snapshot.passages.exact(vector, rows))


def creators_by_text(snapshot: Snapshot, query: TextQuery, *, limit: int, filters: Filters) -> list[CreatorHit]:
    """See ``Index.search_creators_text``."""
    return _creator_hits(snapshot, *_profiles_naming(snapshot, query, filters), limit)


def creators_of_profiles(snapshot: Snapshot, query: TextQuery, *, limit: int, filters: Filters) -> Positions:
    """Positions of what ``creators_by_text`` finds."""
    return _ordered(snapshot, *_profiles_naming(snapshot, query, filters), limit)[0]


def _profiles_naming(snapshot: Snapshot, query: TextQuery, filters: Filters) -> tuple[Positions, NDArray[np.float64]]:
    """Creators that pass and hold a word of the query in their profile, by position, with their BM25."""
    scores = snapshot.lexical("creator", snapshot.weighted("creator", query))
    return _passing(scores, None if snapshot.is_whole(filters) else snapshot.creator_mask(filters))


def creators_by_vector(
    snapshot: Snapshot, vector: Vector, *, field: Literal["centroid", "bio"], limit: int, filters: Filters
) -> list[CreatorHit]:
    """See ``Index.search_creators_vector``."""
    vectors, flag = (snapshot.centroids, HAS_CENTROID) if field == "centroid" else (snapshot.bios, HAS_BIO)
    positions, cosines = creators_like(snapshot, Likeness(vectors, flag, vector), limit=limit, filters=filters)
    return [CreatorHit(*hit) for hit in zip(snapshot.creator_ids(positions), cosines.tolist(), strict=True)]


class Likeness:
    """One vector against one of each creator; scanned once for all filters."""

    def __init__(self, vectors: VectorFile, flag: int, vector: Vector) -> None:
        """``flag``: of the creators that have one."""
        self.vectors = vectors
        self.flag = flag
        self.vector = vector

    @cached_property
    def approximate(self) -> Floats:
        """Cosines of all, to about .003."""
        return self.vectors.scan(self.vector)


def creators_like(
    snapshot: Snapshot, like: Likeness, *, limit: int, filters: Filters
) -> tuple[Positions, NDArray[np.floating]]:
    """Positions of what ``creators_by_vector`` finds, and the cosines."""
    mask: Mask = snapshot.creator_mask(filters) & ((snapshot.creators["has"] & like.flag) > 0)
    approximate = np.where(mask, like.approximate, np.float32(-np.inf))
    best = best_rows(approximate, max(_POOL, _WIDTH * limit))
    return _ordered(snapshot, best, like.vectors.exact(like.vector, best), limit)


def vocabulary(snapshot: Snapshot, query: TextQuery) -> Vocabulary | None:
    """See ``Index.vocabulary``."""
    found = learn_vocabulary(snapshot, query, creators_of_profiles(snapshot, query, limit=ASKED, filters=Filters()))
    if found is not None:
        related_scores(snapshot, "post", found)  # kept for when creators are scored, which waits for a vector
    return found


def _limited(
    snapshot: Snapshot,
    posts: Positions,
    scores: NDArray[np.floating],
    passages: Positions | None,
    creators: int,
    per_creator: int,
) -> list[PostHit]:
    """Walk down the exact ranking, skipping full creators, until ``creators`` distinct ones are in hand."""
    numbers = np.full(len(posts), -1) if passages is None else passages
    order = _exact_order(scores, lambda at: snapshot.post_ids(posts[at]))
    owners = snapshot.posts["creator"][posts[order]]
    nth = _nth_of_owner(owners)
    firsts = np.flatnonzero(nth == 0)
    last = int(firsts[creators - 1]) + 1 if creators <= len(firsts) else len(order)
    chosen = order[:last][nth[:last] < per_creator] if creators > 0 else order[:0]
    names = snapshot.creator_ids(snapshot.posts["creator"][posts[chosen]])
    hits = zip(snapshot.post_ids(posts[chosen]), names, scores[chosen].tolist(), numbers[chosen].tolist(), strict=True)
    return [PostHit(*hit) for hit in hits]


def _exact_order(scores: NDArray[np.floating], names: Callable[[Positions], list[str]]) -> Positions:
    """Indexes by descending score, equal scores by the names that ``names`` reads for such indexes."""
    order = np.argsort(-scores, kind="stable")
    equal = scores[order][1:] == scores[order][:-1]
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))  # ids are read only where they decide
    if len(tied):
        by_id = sorted(zip((-scores[order[tied]]).tolist(), names(order[tied]), order[tied].tolist(), strict=True))
        order[tied] = [at for _, _, at in by_id]
    return order


def _nth_of_owner(owners: NDArray[Number]) -> Positions:
    """Of each post how many of its owner's stand before it."""
    order = np.argsort(owners, kind="stable")
    ordered = owners[order]
    first = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))[: len(ordered)]
    before = np.repeat(first, np.diff(np.append(first, len(ordered))))
    nth = np.empty(len(owners), np.int64)
    nth[order] = np.arange(len(owners)) - before
    return nth


def _creator_hits(
    snapshot: Snapshot, positions: Positions, scores: NDArray[np.floating], limit: int
) -> list[CreatorHit]:
    positions, scores = _ordered(snapshot, positions, scores, limit)
    return [CreatorHit(*hit) for hit in zip(snapshot.creator_ids(positions), scores.tolist(), strict=True)]


def _ordered(
    snapshot: Snapshot, positions: Positions, scores: NDArray[np.floating], limit: int
) -> tuple[Positions, NDArray[np.floating]]:
    """Creators by descending score, equal scores by id, at most ``limit``."""
    best = _best(scores, limit)
    order = best[_exact_order(scores[best], lambda at: snapshot.creator_ids(positions[best[at]]))][:limit]
    return positions[order], scores[order]
