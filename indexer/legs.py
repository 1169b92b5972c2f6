"""The legs of a query for an index that is asked one thing at a time, as one in this process is."""

from collections.abc import Callable, Sequence

from indexer.bundles import Vector
from indexer.contract import Filters, Index, TextQuery


def legs_one_by_one(
    index: Index, query: TextQuery, meaning: Callable[[], Vector], scopes: Sequence[Filters], *, creators: int
) -> list[list[str]]:
    """See ``Index.search_legs``. In the order of their best post one of each is enough."""
    rankings: list[list[str]] = []
    vector = meaning()
    for scope in scopes:
        words = index.search_posts_text(query, creators=creators, per_creator=1, filters=scope)
        near = index.search_posts_vector(vector, creators=creators, per_creator=1, filters=scope)
        rankings.append([hit.creator_id for hit in words])
        rankings.append([hit.creator_id for hit in near])
        profiles = index.search_creators_text(query, limit=creators, filters=scope)
        centroids = index.search_creators_vector(vector, field="centroid", limit=creators, filters=scope)
        rankings.append([hit.creator_id for hit in profiles])
        rankings.append([hit.creator_id for hit in centroids])
    return rankings
