"""The legs over one snapshot: find candidates cheaply, score them exactly, order them, apply the limits.

What is scored of candidates already in hand is in ``scoring.py``.

Candidates come from tantivy (its BM25) or from the int8 scan; exact scores from ``lexicon.py`` and float16. The pool of
candidates is several times what is asked for, and grows until enough distinct creators are in hand or nothing is left.
"""

from typing import Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.scoring import best_passages
from indexer.backends.embedded.snapshot import Mask, Positions, Snapshot
from indexer.backends.embedded.tables import HAS_BIO, HAS_CENTROID
from indexer.backends.embedded.vectors import Floats, best_rows
from indexer.backends.embedded.vocabulary import learn_vocabulary
from indexer.contract import CreatorHit, Filters, PostHit, TextQuery, Vector
from indexer.vocabulary import ASKED, Vocabulary

Number = TypeVar("Number", bound=np.integer)

_POOL: Final = 400  # candidates at least
_WIDTH: Final = 4  # candidates for each creator asked for
_PROFILES: Final = 2000  # profile candidates at least: tantivy's length norm knows only the average over all documents
_SPARSE: Final = 0.3  # below this share of passing rows only they are scanned


class PassageScores:
    """Approximate cosines of all passage rows, or only of some."""

    def __init__(self, values: Floats, subset: Positions | None) -> None:
        self.values = values
        self._subset = subset

    def rows(self, at: Positions) -> Positions:
        """The passage rows of indexes into ``values``."""
        return at if self._subset is None else self._subset[at]

    def drop(self, values: Floats, snapshot: Snapshot, creator: int) -> None:
        """Take a creator's rows out of a copy of ``values``: they lie side by side."""
        first = int(snapshot.creators[creator]["rows"])
        last = first + int(snapshot.creators[creator]["row_count"])
        if self._subset is not None:
            first, last = (int(at) for at in np.searchsorted(self._subset, (first, last)))
        values[first:last] = -np.inf


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
        full = owners[counts >= 2 * per_creator]
        if len(full) == len(saturated):
            limit *= _WIDTH
        saturated = full
    scores = snapshot.lexical("post", terms, pool)
    return _limited(snapshot, pool, scores, None, creators, per_creator)


def posts_by_vector(
    snapshot: Snapshot, scores: PassageScores, vector: Vector, *, creators: int, per_creator: int
) -> list[PostHit]:
    """See ``Index.search_posts_vector``; ``scores`` are the approximate ones of the rows that may be found."""
    rows = np.zeros(0, np.int64)
    remaining = scores.values.copy()
    width = max(_POOL, _WIDTH * creators)
    while True:
        taken = best_rows(remaining, width)
        taken = taken[np.isfinite(remaining[taken])]
        remaining[taken] = -np.inf
        rows = np.concatenate([rows, scores.rows(taken)])
        owners = snapshot.row_creator[rows]
        if len(taken) < width or len(_distinct(owners)) >= creators:
            break
        posts_of, counts = np.unique(snapshot.posts["creator"][_distinct(snapshot.row_post[rows])], return_counts=True)
        for creator in posts_of[counts >= 2 * per_creator].tolist():
            scores.drop(remaining, snapshot, creator)
        width *= 2
    posts, best, passages = best_passages(snapshot, rows, snapshot.passages.exact(vector, rows))
    return _limited(snapshot, posts, best, passages, creators, per_creator)


def passage_scores(snapshot: Snapshot, vector: Vector, filters: Filters, full_scan: Floats | None) -> PassageScores:
    """Scan what may be found; ``full_scan`` holds the scores of all rows where an earlier call made them."""
    mask = snapshot.row_mask(filters)
    if full_scan is None and mask is not None and mask.mean() < _SPARSE:
        subset = np.flatnonzero(mask)
        return PassageScores(snapshot.passages.scan(vector, subset), subset)
    values = snapshot.passages.scan(vector) if full_scan is None else full_scan
    return PassageScores(values if mask is None else np.where(mask, values, np.float32(-np.inf)), None)


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
    best = best[np.isfinite(approximate[best])]
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
    order = np.argsort(-scores, kind="stable")
    walk = sorted(
        zip(
            (-scores[order]).tolist(),
            _names_of_ties(snapshot, posts[order], scores[order]),
            snapshot.posts["creator"][posts[order]].tolist(),
            numbers[order].tolist(),
            posts[order].tolist(),
            strict=True,
        )
    )
    taken: dict[int, int] = {}
    chosen = []
    for hit in walk:
        if len(taken) >= creators:
            break
        owner = hit[2]
        if taken.get(owner, 0) < per_creator:
            taken[owner] = taken.get(owner, 0) + 1
            chosen.append(hit)
    names = dict(zip(taken, snapshot.creator_ids(np.fromiter(taken, np.int64, len(taken))), strict=True))
    post_ids = snapshot.post_ids(np.array([hit[4] for hit in chosen], np.int64))
    return [
        PostHit(post_id, names[owner], -score, passage)
        for post_id, (score, _, owner, passage, _) in zip(post_ids, chosen, strict=True)
    ]


def _names_of_ties(snapshot: Snapshot, posts: Positions, scores: NDArray[np.floating]) -> list[str]:
    """The ids of posts whose score, in descending order, equals a neighbour's; "" for the others.

    Their id decides nothing, and reading all would cost more than the rest of the walk.
    """
    equal = scores[1:] == scores[:-1]
    tied = np.flatnonzero(np.append(equal, False) | np.append(False, equal))
    names = [""] * len(posts)
    for at, name in zip(tied.tolist(), snapshot.post_ids(posts[tied]), strict=True):
        names[at] = name
    return names


def _creator_hits(
    snapshot: Snapshot, positions: Positions, scores: NDArray[np.floating], limit: int
) -> list[CreatorHit]:
    walk = sorted(zip((-scores).tolist(), snapshot.creator_ids(positions), strict=True))
    return [CreatorHit(name, -score) for score, name in walk[:limit]]
