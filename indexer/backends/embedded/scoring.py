"""Scores of creators already in hand and of their posts by both legs, whatever found them.

Finding is in ``search.py``; the words that a theme brings along are in ``vocabulary.py``.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.snapshot import Positions, Snapshot
from indexer.backends.embedded.tables import HAS_BIO, HAS_CENTROID
from indexer.backends.embedded.vectors import Floats
from indexer.backends.embedded.vocabulary import related_scores
from indexer.contract import CreatorScores, PostScore, TextQuery, Vector
from indexer.vocabulary import FULL_POST, Vocabulary

_DENSE_WEIGHT: Final = 0.75  # in the order of a creator's posts (contract.CreatorScores)


def centroid_of(snapshot: Snapshot, creator_id: str) -> Vector | None:
    """See ``Index.centroid``."""
    position = snapshot.find_creators([creator_id]).get(creator_id)
    if position is None or not int(snapshot.creators[position]["has"]) & HAS_CENTROID:
        return None
    vector: Vector = snapshot.centroids.f16[position].astype(np.float32)
    return vector


def best_posts(
    snapshot: Snapshot,
    creator_ids: Sequence[str],
    query: TextQuery,
    vector: Vector,
    *,
    per_creator: int,
    vocabulary: Vocabulary | None = None,
) -> dict[str, CreatorScores]:
    """See ``Index.best_posts``: everything of these creators is scored, whatever leg found them."""
    found = snapshot.find_creators(creator_ids)
    creators = np.fromiter(found.values(), np.int64, len(found))
    profile = snapshot.lexical("creator", snapshot.weighted("creator", query), creators)
    centroids = _or_missing(snapshot, creators, HAS_CENTROID, snapshot.centroids.exact(vector, creators))
    bios = _or_missing(snapshot, creators, HAS_BIO, snapshot.bios.exact(vector, creators))

    records = snapshot.creators[creators]
    posts, rows = snapshot.posts_of(creators), snapshot.rows_of(creators)
    lexical = snapshot.lexical("post", snapshot.weighted("post", query), posts)
    with_rows, best, passages = best_passages(snapshot, rows, snapshot.passages.exact(vector, rows))
    cosines = np.full(len(posts), -1.0)
    passage = np.full(len(posts), -1, np.int64)
    order = np.argsort(posts, kind="stable")
    at = order[np.searchsorted(posts, with_rows, sorter=order)]
    cosines[at], passage[at] = best, passages

    combined = _DENSE_WEIGHT * cosines + (1 - _DENSE_WEIGHT) * lexical / max(lexical.max(initial=0.0), 1e-9)
    chosen: list[list[PostScore]] = [[] for _ in found]
    owners = np.repeat(np.arange(len(found)), records["post_count"])
    distinct = snapshot.posts["copy"][posts] == 0
    written = np.bincount(owners[distinct], minlength=len(found)).tolist()
    on_theme = np.zeros(len(found))
    if vocabulary is not None:
        fullness = (lexical + related_scores(snapshot, "post", vocabulary, posts)) / FULL_POST
        np.add.at(on_theme, owners, np.where(distinct, np.minimum(fullness, 1.0), 0.0))
    lexicals, cosine, numbers = lexical.tolist(), cosines.tolist(), passage.tolist()  # quicker than one by one
    for owner, post, post_id in _best_of_each(snapshot, posts, combined, owners, per_creator):
        chosen[owner].append(PostScore(post_id, lexicals[post], cosine[post], numbers[post]))
    return {
        creator_id: CreatorScores(
            lexical=float(profile[number]),
            centroid=float(centroids[number]),
            bio=float(bios[number]),
            post_count=written[number],
            on_theme=float(on_theme[number]),
            posts=tuple(chosen[number]),
        )
        for number, creator_id in enumerate(found)
    }


def _or_missing(snapshot: Snapshot, creators: Positions, flag: int, cosines: Floats) -> Floats:
    return np.where((snapshot.creators["has"][creators] & flag) > 0, cosines, np.float32(-1.0))


def _best_of_each(
    snapshot: Snapshot, posts: Positions, scores: NDArray[np.float64], owners: Positions, count: int
) -> Iterator[tuple[int, int, str]]:
    """(owner, index, id) of the ``count`` best posts of each owner, best first, equal scores by id.

    ``owners`` ascend. Ids are read only for what can be chosen: a creator may have thousands of posts.
    """
    if count < 1 or len(posts) == 0:
        return
    order = np.lexsort((-scores, owners))
    first = np.searchsorted(owners, owners)  # where each owner's posts begin
    last = np.searchsorted(owners, owners, side="right") - 1
    cut = scores[order][np.minimum(first + count - 1, last)]
    kept = np.flatnonzero(scores >= cut)
    names = snapshot.post_ids(posts[kept])
    walk = sorted(zip(owners[kept].tolist(), (-scores[kept]).tolist(), names, kept.tolist(), strict=True))
    held, left = -1, 0
    for owner, _, name, at in walk:
        held, left = (owner, left - 1) if owner == held else (owner, count - 1)
        if left >= 0:
            yield owner, at, name


def best_passages(snapshot: Snapshot, rows: Positions, cosines: Floats) -> tuple[Positions, Floats, Positions]:
    """Posts of these rows with their best cosine and the number of the passage that has it (the first, if equal)."""
    posts = snapshot.row_post[rows].astype(np.int64)
    order = np.lexsort((rows, -cosines, posts))
    ordered = posts[order]
    first = np.ones(len(ordered), np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    chosen = order[first]
    passages = rows[chosen] - snapshot.posts["rows"][posts[chosen]].astype(np.int64)
    return posts[chosen], cosines[chosen], passages
