"""One line of a whole ranking, as measuring needs it."""

from typing import NamedTuple

from indexer.contract import CreatorDocument


class RankedCreator(NamedTuple):
    """One line of a whole ranking. ``collection_id`` is the id that an imported collection gave."""

    creator_id: str
    collection_id: str | None
    score: float


def ranked_creator(document: CreatorDocument, score: float) -> RankedCreator:
    """The line of a creator."""
    named = (account.collection_id for account in document.accounts if account.collection_id)
    return RankedCreator(creator_id=document.id, collection_id=next(named, None), score=score)
