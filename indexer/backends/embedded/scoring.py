"""Scores of creators already in hand and of their posts by both legs, whatever found them.

Finding is in ``search.py``; what is made of the scores is in ``indexer.scoring``.
"""

from collections.abc import Sequence

import numpy as np

from indexer.backends.embedded.snapshot import Positions, Snapshot
from indexer.backends.embedded.tables import HAS_BIO, HAS_CENTROID
from indexer.backends.embedded.vectors import Floats
from indexer.backends.embedded.vocabulary import related_scores
from indexer.bundles import Vector
from indexer.contract import TextQuery
from indexer.score_table import ScoreTable
from indexer.scoring import Scored, best_of_posts, best_of_runs, creator_scores
from indexer.vocabulary import Vocabulary


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
) -> ScoreTable:
    """See ``Index.best_posts``: everything of these creators is scored, whatever leg found them."""
    found = snapshot.find_creators(creator_ids)
    creators = np.fromiter(found.values(), np.int64, len(found))
    posts, rows = snapshot.posts_of(creators), snapshot.rows_of(creators)
    counts = snapshot.posts["row_count"][posts].astype(np.int64)
    held = counts > 0
    cosines = np.full(len(posts), -1.0)
    passage = np.full(len(posts), -1, np.int64)
    cosines[held], passage[held] = best_of_runs(snapshot.passages.exact(vector, rows), counts[held])
    return creator_scores(
        Scored(
            creators=list(found),
            profile=snapshot.lexical("creator", snapshot.weighted("creator", query))[creators],
            centroids=_or_missing(snapshot, creators, HAS_CENTROID, snapshot.centroids.exact(vector, creators)),
            bios=_or_missing(snapshot, creators, HAS_BIO, snapshot.bios.exact(vector, creators)),
            counts=snapshot.creators[creators]["post_count"],
            lexical=snapshot.lexical("post", snapshot.weighted("post", query))[posts],
            cosines=cosines,
            passages=passage,
            distinct=snapshot.posts["copy"][posts] == 0,
            related=None if vocabulary is None else related_scores(snapshot, "post", vocabulary)[posts],
            post_ids=lambda kept: snapshot.post_ids(posts[kept]),
            post_traits=lambda kept: snapshot.traits(posts[kept]),
        ),
        per_creator,
    )


def _or_missing(snapshot: Snapshot, creators: Positions, flag: int, cosines: Floats) -> Floats:
    return np.where((snapshot.creators["has"][creators] & flag) > 0, cosines, np.float32(-1.0))


def best_passages(snapshot: Snapshot, rows: Positions, cosines: Floats) -> tuple[Positions, Floats, Positions]:
    """Posts of these rows with their best cosine and the number of the passage that has it (the first, if equal)."""
    posts = snapshot.row_post[rows].astype(np.int64)
    chosen = best_of_posts(posts, rows, cosines)
    passages = rows[chosen] - snapshot.posts["rows"][posts[chosen]].astype(np.int64)
    return posts[chosen], cosines[chosen], passages
