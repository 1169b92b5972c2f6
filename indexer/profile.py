"""Which posts speak for a creator, and the centroid of them. Pure arithmetic over vectors."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.bundles import Matrix, PostDocument, Vector

CHOSEN: Final = 200
NEWEST: Final = 100  # of the chosen; the others are the most central


def post_vectors(posts: Sequence[PostDocument], passages: Matrix) -> Matrix:
    """One unit row for each post: the mean of its passages; zeros without any."""
    rows = np.zeros((len(posts), passages.shape[1]), np.float32)
    start = 0
    for at, post in enumerate(posts):
        count = len(post.passages)
        if count:
            rows[at] = _unit(passages[start] if count == 1 else passages[start : start + count].mean(axis=0))
        start += count
    return rows


def copies(posts: Sequence[PostDocument]) -> NDArray[np.bool_]:
    """Which posts have a vote: the first of those with the same words. Posting one text ten times moves nothing."""
    seen: set[str] = set()
    votes = np.zeros(len(posts), np.bool_)
    for at, post in enumerate(posts):
        words = post.surface or post.text.strip()
        votes[at] = words not in seen
        seen.add(words)
    return votes


def chosen_posts(posts: Sequence[PostDocument], vectors: Matrix, votes: NDArray[np.bool_]) -> list[int]:
    """At most 200 positions, ascending: the newest and the most central; equal ones by id."""
    if len(posts) <= CHOSEN:
        return list(range(len(posts)))
    newest = sorted(
        range(len(posts)),
        key=lambda at: (-published.timestamp() if (published := posts[at].published_at) else 0.0, posts[at].id),
    )[:NEWEST]
    middle = _mean(vectors[votes])
    # Rounded: sums differ in the last bit with the order of rows, the choice must not.
    closeness = np.round(vectors @ middle, 5)
    taken = set(newest)
    central = sorted((at for at in range(len(posts)) if at not in taken), key=lambda at: (-closeness[at], posts[at].id))
    return sorted([*newest, *central[: CHOSEN - NEWEST]])


def centroid_of(vectors: Matrix, votes: NDArray[np.bool_], chosen: Sequence[int]) -> Vector | None:
    """The unit mean over chosen posts, one vote for each distinct text; None without any vector."""
    counted = votes & vectors.any(axis=1)
    rows = [at for at in chosen if counted[at]]
    if not rows:
        return None
    return _mean(vectors[rows])


def _mean(rows: Matrix) -> Vector:
    rows = rows[rows.any(axis=1)]
    return _unit(rows.mean(axis=0)) if len(rows) else np.zeros(rows.shape[1], np.float32)


def _unit(vector: NDArray[np.floating]) -> Vector:
    length = float(np.sqrt(vector.dot(vector)))
    unit: Vector = (vector / length if length else vector).astype(np.float32)
    return unit
