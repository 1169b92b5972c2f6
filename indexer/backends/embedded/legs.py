"""All legs of a query over one snapshot, as rankings of creators: no post is named, and an id is read once.

By words and by meaning apart, as two threads look for them: comparing vectors computes outside of Python's lock.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from indexer.backends.embedded import search
from indexer.backends.embedded.passage_scan import PassageScan
from indexer.backends.embedded.snapshot import Positions, Snapshot
from indexer.backends.embedded.tables import HAS_CENTROID
from indexer.bundles import Vector
from indexer.contract import Filters, TextQuery
from indexer.scoring import distinct

Pair = tuple[Positions, Positions]  # creators by their best post, and by all that they are


class Near(NamedTuple):
    """What lies near a vector, inside each of some scopes."""

    snapshot: Snapshot
    vector: Vector
    scopes: Sequence[Filters]
    creators: int
    found: Sequence[Pair]

    def is_of(self, snapshot: Snapshot, vector: Vector, scopes: Sequence[Filters], creators: int) -> bool:
        """Whether just this was looked for."""
        asked = snapshot is self.snapshot and creators == self.creators and list(scopes) == list(self.scopes)
        return asked and np.array_equal(vector, self.vector)


def near(snapshot: Snapshot, vector: Vector, scopes: Sequence[Filters], *, creators: int) -> Near:
    """The legs by meaning: by the nearest post, and by the centroid."""
    scan = PassageScan(snapshot, vector)
    like = search.Likeness(snapshot.centroids, HAS_CENTROID, scan.vector)
    found = [
        (
            search.creators_near(snapshot, scan, limit=creators, filters=scope),
            search.creators_like(snapshot, like, limit=creators, filters=scope)[0],
        )
        for scope in scopes
    ]
    return Near(snapshot, scan.vector, scopes, creators, found)


def by_words(snapshot: Snapshot, query: TextQuery, scopes: Sequence[Filters], *, creators: int) -> list[Pair]:
    """The legs by words: by the best post, and by the profile."""
    return [
        (
            search.creators_of_posts(snapshot, query, limit=creators, filters=scope),
            search.creators_of_profiles(snapshot, query, limit=creators, filters=scope),
        )
        for scope in scopes
    ]


def creators_of(legs: Sequence[Pair]) -> Positions:
    """All that these legs found."""
    return distinct(np.concatenate([np.zeros(0, np.int64), *[leg for pair in legs for leg in pair]]))


def rankings(snapshot: Snapshot, words: Sequence[Pair], meaning: Sequence[Pair]) -> list[list[str]]:
    """See ``Index.search_legs``."""
    pairs = zip(words, meaning, strict=True)
    found = [leg for (posts, profiles), (nearest, alike) in pairs for leg in (posts, nearest, profiles, alike)]
    return [snapshot.creator_ids(positions) for positions in found]
