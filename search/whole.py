"""A whole ranking, for measuring: its lines, and the order of those who were found but not looked at closely."""

from collections.abc import Sequence
from typing import NamedTuple

from indexer.bundles import CreatorDocument
from indexer.contract import Index
from places.gazetteer import Gazetteer
from search.fitting import place_fits
from search.query import Query
from search.weights import Weights


class RankedCreator(NamedTuple):
    """One line of a whole ranking. ``collection_id`` is the id that an imported collection gave."""

    creator_id: str
    collection_id: str | None
    score: float


def unscored(
    ids: Sequence[str], query: Query, index: Index, gazetteer: Gazetteer, weights: Weights
) -> list[RankedCreator]:
    """What was found but not scored: the place first, then the order of the legs; scores below every scored one."""
    documents, outlines = index.get(ids), index.outlines(ids)
    scores = place_fits(outlines, query.niche, gazetteer, index, weights).scores.tolist()
    fits = dict(zip(outlines.creators.tolist(), scores, strict=True))
    placed = sorted((key for key in ids if key in fits), key=lambda key: -fits[key])
    return [line_of(documents[key], -float(row)) for row, key in enumerate(placed, 1)]


def line_of(document: CreatorDocument, score: float) -> RankedCreator:
    """The line of a creator, with the collection's own id where it has one."""
    named = (account.collection_id for account in document.accounts if account.collection_id)
    return RankedCreator(creator_id=document.id, collection_id=next(named, None), score=score)
