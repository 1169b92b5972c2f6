"""Whether what is known of candidates fits a niche besides its theme: size, words asked against, kind, places."""

import re
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.bundles import CreatorDocument
from indexer.contract import Index
from indexer.creator_view import NOT_A_VOICE
from indexer.outline_table import Floats, OutlineTable
from niche.model import Niche, NicheFilters
from places.gazetteer import Gazetteer
from places.match import lies_in
from places.matches import NONE, PlacesAsked
from search.weights import Weights
from text.fold import fold

INCLUDED: Final = {"organisation": {"organisation", "publication", "group"}, "aggregator": {"aggregator", "bot"}}


class PlaceFits(NamedTuple):
    """By creator: how well its places fit in [0, 1], and the number of the one that fits best."""

    scores: Floats
    nearest: NDArray[np.int64]  # ``NONE``: no place was asked for, or none is known


def wanted(outlines: OutlineTable, niche: Niche, index: Index) -> OutlineTable:
    """Those against whom nothing that is known speaks, of size, reactions and words asked for; unknown is not "no"."""
    fitting = _of_size(outlines, niche.filters)
    excluded = "|".join([re.escape(fold(word)) for word in niche.excluded if word.strip()])
    if not excluded:
        return fitting
    pattern = re.compile(rf"(?<!\w)(?:{excluded})(?:e?[sn])?(?!\w)")  # "-cat": no Catherine
    names = fitting.creators.tolist()
    documents = index.get(names)
    kept = [
        row
        for row, (key, bio) in enumerate(zip(names, fitting.bios, strict=True))
        if key in documents and not pattern.search(f"{fold(documents[key].name)} {bio}")
    ]
    return fitting.take(kept)


def _of_size(outlines: OutlineTable, asked: NicheFilters) -> OutlineTable:
    least, most = asked.min_followers, asked.max_followers
    if least is None and most is None and asked.min_engagement is None:
        return outlines
    out = np.zeros(len(outlines.creators), np.bool_)  # NaN, what is not known, is neither less nor more
    if least is not None:
        out |= outlines.followers < least
    if most is not None:
        out |= outlines.followers > most
    if asked.min_engagement is not None:
        out |= outlines.rates < asked.min_engagement
    return outlines.take(~out)


def place_fits(outlines: OutlineTable, niche: Niche, gazetteer: Gazetteer, index: Index, weights: Weights) -> PlaceFits:
    """How well the places of each creator fit; 1.0 when no place was asked for.

    Nearness is worth something around a city. Whoever asks for a state, a region or a country means its border: Boston
    is not in Maine.
    """
    count = len(outlines.creators)
    if not niche.places:
        return PlaceFits(np.ones(count), np.full(count, NONE))
    asked, guesses = PlacesAsked(niche.places, gazetteer), outlines.guesses()
    match = asked.matches(guesses, count)
    scores, decided = match.scores, match.deciding != NONE
    if asked.bordered:
        scores = scores * np.where(decided & ~match.inside, weights.beyond_border, 1.0)
    nearest = np.where(decided, match.deciding - (np.cumsum(outlines.guessed) - outlines.guessed), NONE)
    denied = _denied(outlines, niche, gazetteer, index)
    scores[denied], nearest[denied] = 0.0, NONE
    return PlaceFits(scores, nearest)


def _denied(outlines: OutlineTable, niche: Niche, gazetteer: Gazetteer, index: Index) -> list[int]:
    """The rows of those of whom the operator said that they live in none of the places asked for."""
    marked = np.flatnonzero(outlines.is_marked).tolist()
    documents = index.get([outlines.creators[row] for row in marked]) if marked else {}
    return [
        row
        for row in marked
        if (document := documents.get(outlines.creators[row])) and is_denied(document, niche, gazetteer)
    ]


def is_denied(document: CreatorDocument, niche: Niche, gazetteer: Gazetteer) -> bool:
    """Whether the operator said that this creator lives nowhere in any of the places asked for."""
    denied = [mark.value for mark in document.marks if mark.kind == "not-in"]
    asked = [target.place.key for target in niche.wanted_places]
    return bool(asked) and all(any(lies_in(key, area, gazetteer) for area in denied) for key in asked)


def is_voice(kind: str, niche: Niche) -> bool:
    """A person or somebody of whom nothing else is known; or just a kind that was asked for."""
    if kind not in NOT_A_VOICE or kind in niche.filters.kinds:
        return True
    return any(kind in INCLUDED[name] for name in niche.filters.include)
