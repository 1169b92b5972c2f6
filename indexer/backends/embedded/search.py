"""The legs over one snapshot: find candidates cheaply, score them exactly, order them, apply the limits.

What is scored of candidates already in hand is in ``scoring.py``.

Candidates come from tantivy (its BM25) or from the int8 scan; exact scores from ``indexer.lexicon`` and float16. The
pool of candidates is several times what is asked for, and grows until enough distinct creators are in hand or nothing
is left.
"""

from typing import Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.passage_scan import PassageScan, PassageScores
from indexer.backends.embedded.scoring import best_passages
from indexer.backends.embedded.snapshot import Mask, Positions, Snapshot
from indexer.backends.embedded.tables import HAS_BIO, HAS_CENTROID
from indexer.backends.embedded.vectors import best_rows
from indexer.backends.embedded.vocabulary import learn_vocabulary
from indexer.contract import CreatorHit, Filters, PostHit, TextQuery, Vector
from indexer.vocabulary import ASKED, Vocabulary

Number = TypeVar("Number", bound=np.integer)

_POOL: Final = 400  # candidates at least
_WIDTH: Final = 4  # candidates for each creator asked for
_PROFILES: Final = 2000  # profile candidates at least: tantivy's length norm knows only the average over all documents
_SATURATED: Final = 20  # candidates of a creator from which the best of them are in hand: no more are looked for
_MORE: Final = 4  # times as many rows where those that look near are of too few creators


def posts_by_text(
    snapshot: Snapshot, query: TextQuery, *, creators: int, per_creator: int, filters: Filters
) -> list[PostHit]:
    """See ``Index.search_posts_text``."""
    terms = snapshot.weighted("post", query)
    boosts = [(term.token, term.field, term.boost) for term in terms]
    pool = np.zeros(0, np.int64)  # positions
    saturated = np.zeros(0, np.int64)  # creators that have more candidates than can count
    limit = max(_POOL, _WIDTH * creators)
    while True:
        without = snapshot.creators["entry"][saturated].tolist()
        numbers = snapshot.text.candidates("post", boosts, limit=limit, filters=filters, without=without)
        pool = _distinct(np.concatenate([pool, snapshot.post_positions(numbers)]))
        owners, counts = np.unique(snapshot.posts["creator"][pool], return_counts=True)
        if len(numbers) < limit or len(owners) >= creators:
            break
        full = owners[counts >= max(2 * per_creator, _SATURATED)]
        if len(full) == len(saturated):
            limit *= _WIDTH
        saturated = full
    scores = snapshot.lexical("post", terms, pool)
    return _limited(snapshot, pool, scores, None, creators, per_creator)


def posts_by_vector(
    snapshot: Snapshot, scan: PassageScan, *, creators: int, per_creator: int, filters: Filters
) -> list[PostHit]:
    """See ``Index.search_posts_vector``."""
    scores = scan.scores(filters)
    while True:
        hits = _near(snapshot, scores, scan.vector, creators=creators, per_creator=per_creator)
        if scores.complete or len({hit.creator_id for hit in hits}) >= creators:
            return hits
        scores = scan.scores(filters, _MORE * len(scores.values))


def _near(
    snapshot: Snapshot, scores: PassageScores, vector: Vector, *, creators: int, per_creator: int
) -> list[PostHit]:
    """The best posts of the rows that have approximate scores."""
    rows = np.zeros(0, np.int64)
    remaining = scores.values.copy()
    width = max(_POOL, _WIDTH * creators)
    while True:
        taken = best_rows(remaining, width)
        remaining[taken] = -np.inf
        rows = np.concatenate([rows, scores.rows(taken)])
        owners = snapshot.row_creator[rows]
        if len(taken) < width or len(_distinct(owners)) >= creators:
            break
        posts_of, counts = np.unique(snapshot.posts["creator"][_distinct(snapshot.row_post[rows])], return_counts=True)
        for creator in posts_of[counts >= max(2 * per_creator, _SATURATED)].tolist():
            scores.drop(remaining, snapshot, creator)
        width *= 2
    posts, best, passages = best_passages(snapshot, rows, snapshot.passages.exact(vector, rows))
    return _limited(snapshot, posts, best, passages, creators, per_creator)


def creators_by_text(snapshot: Snapshot, query: TextQuery, *, limit: int, filters: Filters) -> list[CreatorHit]:
    """See ``Index.search_creators_text``."""
    terms = snapshot.weighted("creator", query)
    boosts = [(term.token, term.field, term.boost) for term in terms]
    numbers = snapshot.text.candidates("creator", boosts, limit=max(_PROFILES, _WIDTH * limit), filters=filters)
    positions = snapshot.creator_positions(numbers)
    return _creator_hits(snapshot, positions, snapshot.lexical("creator", terms, positions), limit)


def creators_by_vector(
    snapshot: Snapshot, vector: Vector, *, field: Literal["centroid", "bio"], limit: int, filters: Filters
) -> list[CreatorHit]:
    """See ``Index.search_creators_vector``."""
    vectors, flag = (snapshot.centroids, HAS_CENTROID) if field == "centroid" else (snapshot.bios, HAS_BIO)
    mask: Mask = snapshot.creator_mask(filters) & ((snapshot.creators["has"] & flag) > 0)
    approximate = np.where(mask, vectors.scan(vector), np.float32(-np.inf))
    best = best_rows(approximate, max(_POOL, _WIDTH * limit))
    return _creator_hits(snapshot, best, vectors.exact(vector, best), limit)


def vocabulary(snapshot: Snapshot, query: TextQuery) -> Vocabulary | None:
    """See ``Index.vocabulary``."""
    return learn_vocabulary(snapshot, query, creators_by_text(snapshot, query, limit=ASKED, filters=Filters()))


def _distinct(values: NDArray[Number]) -> NDArray[Number]:
    """The values in ascending order, each once. np.unique imports numpy.ma for that: 25 ms of a cold search."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


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
    order = _exact_order(snapshot, posts, scores)
    owners = snapshot.posts["creator"][posts[order]]
    nth = _nth_of_owner(owners)
    firsts = np.flatnonzero(nth == 0)
    last = int(firsts[creators - 1]) + 1 if creators <= len(firsts) else len(order)
    chosen = order[:last][nth[:last] < per_creator] if creators > 0 else order[:0]
    names = snapshot.creator_ids(snapshot.posts["creator"][posts[chosen]])
    hits = zip(snapshot.post_ids(posts[chosen]), names, scores[chosen].tolist(), numbers[chosen].tolist(), strict=True)
    return [PostHit(*hit) for hit in hits]


def _exact_order(snapshot: Snapshot, posts: Positions, scores: NDArray[np.floating]) -> Positions:
    """Indexes of ``posts`` by descending score, equal scores by id."""
    order = np.argsort(-scores, kind="stable")
    equal = scores[order][1:] == scores[order][:-1]
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))  # ids are read only where they decide
    if len(tied):
        names = snapshot.post_ids(posts[order[tied]])
        by_id = sorted(zip((-scores[order[tied]]).tolist(), names, order[tied].tolist(), strict=True))
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
    if len(positions) > limit:  # those that the last one equals may come before it by their ids
        least = np.partition(scores, len(scores) - limit)[len(scores) - limit]
        positions, scores = positions[scores >= least], scores[scores >= least]
    walk = sorted(zip((-scores).tolist(), snapshot.creator_ids(positions), strict=True))
    return [CreatorHit(name, -score) for score, name in walk[:limit]]
