"""All legs of a query over one snapshot, as rankings of creators: no post is named, and an id is read once."""

from collections.abc import Callable, Sequence

import numpy as np

from indexer.backends.embedded import search
from indexer.backends.embedded.snapshot import Positions, Snapshot
from indexer.contract import Filters, TextQuery
from indexer.scoring import distinct

Near = Callable[[Filters], tuple[list[str], list[str]]]
"""Rankings by meaning inside some filters: by the best post, and by all posts together."""


def rankings(
    snapshot: Snapshot, query: TextQuery, scopes: Sequence[Filters], near: Near, *, creators: int
) -> list[list[str]]:
    """See ``Index.search_legs``."""
    by_words = [
        leg(snapshot, query, limit=creators, filters=scope)
        for scope in scopes
        for leg in (search.creators_of_posts, search.creators_of_profiles)
    ]
    names = _names(snapshot, by_words)
    found: list[list[str]] = []
    for number, scope in enumerate(scopes):
        posts, centroids = near(scope)
        found += [names[2 * number], posts, names[2 * number + 1], centroids]
    return found


def _names(snapshot: Snapshot, found: Sequence[Positions]) -> list[list[str]]:
    """The ids of several lists of creators."""
    every = distinct(np.concatenate(found)) if found else np.zeros(0, np.int64)
    known = dict(zip(every.tolist(), snapshot.creator_ids(every), strict=True))
    return [[known[position] for position in positions.tolist()] for positions in found]
