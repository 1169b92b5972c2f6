"""An index from which some creators have been taken, so that a question about them has no answer any more.

Nothing is deleted: whoever is hidden is left out of what the legs find, and teaches no vocabulary. What is left of
them are counts (how common a word is), which a few creators of thousands hardly move.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, Literal, cast

import numpy as np

from benchmarks.quality.judged import everybody
from indexer.backends.embedded.vocabulary import learn_vocabulary
from indexer.bundles import Vector
from indexer.contract import CreatorHit, Filters, Index, PostHit, TextQuery
from indexer.legs import legs_one_by_one
from indexer.vocabulary import ASKED, Vocabulary


class WithoutCreators:
    """Reads like the index that it hides creators of; only what finds creators is narrowed."""

    def __init__(self, index: Index, hidden: Collection[str]) -> None:
        self._index = index
        self._hidden = frozenset(hidden)

    def __getattr__(self, name: str) -> Any:
        """Whatever does not find anybody."""
        return getattr(self._index, name)

    def near_ahead(self, vector: Vector, scopes: Sequence[Filters], *, creators: int) -> None:
        """See the contract: nothing, as it would not be narrowed."""

    def search_legs(
        self, query: TextQuery, meaning: Callable[[], Vector], scopes: Sequence[Filters], *, creators: int
    ) -> list[list[str]]:
        """See the contract."""
        return legs_one_by_one(cast("Index", self), query, meaning, scopes, creators=creators)

    def search_posts_text(
        self, query: TextQuery, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        """See the contract."""
        more = creators + len(self._hidden)
        return self._seen(self._index.search_posts_text(query, creators=more, per_creator=per_creator, filters=filters))

    def search_posts_vector(
        self, vector: Vector, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        """See the contract."""
        more = creators + len(self._hidden)
        return self._seen(
            self._index.search_posts_vector(vector, creators=more, per_creator=per_creator, filters=filters)
        )

    def search_creators_text(self, query: TextQuery, *, limit: int, filters: Filters) -> list[CreatorHit]:
        """See the contract."""
        more = limit + len(self._hidden)
        return self._seen(self._index.search_creators_text(query, limit=more, filters=filters))[:limit]

    def search_creators_vector(
        self, vector: Vector, *, field: Literal["centroid", "bio"], limit: int, filters: Filters
    ) -> list[CreatorHit]:
        """See the contract."""
        more = limit + len(self._hidden)
        return self._seen(self._index.search_creators_vector(vector, field=field, limit=more, filters=filters))[:limit]

    def vocabulary(self, query: TextQuery) -> Vocabulary | None:
        """See the contract."""
        asked = [hit.creator_id for hit in self.search_creators_text(query, limit=ASKED, filters=Filters())]
        snapshot = self._index._view()  # type: ignore[attr-defined]  # noqa: SLF001
        found = snapshot.find_creators(asked)
        return learn_vocabulary(snapshot, query, np.array([found[name] for name in asked], np.int64))

    def _seen(self, hits: Iterable[Any]) -> list[Any]:
        return [hit for hit in hits if hit.creator_id not in self._hidden]


def creators_by_own_id(index: Index) -> dict[str, str]:
    """The id of a creator in an imported collection → in the index."""
    return {
        account.collection_id: key
        for key, document in everybody(index).items()
        for account in document.accounts
        if account.collection_id
    }
