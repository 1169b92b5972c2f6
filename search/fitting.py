"""Whether what is known of candidates fits a niche besides its theme: size, words asked against, kind, places."""

import re
from collections.abc import Mapping, Sequence
from typing import Final

from indexer.bundles import CreatorDocument
from indexer.contract import Index
from indexer.creator_view import NOT_A_VOICE
from indexer.outline import Outline
from niche.model import Niche, NicheFilters
from places.gazetteer import Gazetteer
from places.match import PlacesAsked, lies_in
from places.model import Place, PlaceGuess
from search.weights import Weights
from text.fold import fold

INCLUDED: Final = {"organisation": {"organisation", "publication", "group"}, "aggregator": {"aggregator", "bot"}}
PlaceFit = tuple[float, int | None]  # in [0, 1], and the number of the creator's place that fits best


def wanted(outlines: Mapping[str, Outline], niche: Niche, index: Index) -> dict[str, Outline]:
    """Those against whom nothing that is known speaks, of size, reactions and words asked for; unknown is not "no"."""
    fitting = {key: outline for key, outline in outlines.items() if _is_of_size(outline, niche.filters)}
    excluded = "|".join([re.escape(fold(word)) for word in niche.excluded if word.strip()])
    if not excluded:
        return fitting
    pattern = re.compile(rf"(?<!\w)(?:{excluded})(?:e?[sn])?(?!\w)")  # "-cat": no Catherine
    return {
        key: fitting[key]
        for key, document in index.get(list(fitting)).items()
        if not pattern.search(f"{fold(document.name)} {fitting[key].bio}")
    }


def _is_of_size(outline: Outline, asked: NicheFilters) -> bool:
    followers, rate = outline.followers, outline.rate
    if followers is not None and asked.min_followers is not None and followers < asked.min_followers:
        return False
    if followers is not None and asked.max_followers is not None and followers > asked.max_followers:
        return False
    return rate is None or asked.min_engagement is None or rate.rate >= asked.min_engagement


def place_fits(
    outlines: Mapping[str, Outline], niche: Niche, gazetteer: Gazetteer, index: Index, weights: Weights
) -> dict[str, PlaceFit]:
    """How well the places of each creator fit in [0, 1], and the number of the one that fits best; 1.0 when no place
    was asked for.
    """
    if not niche.places:
        return dict.fromkeys(outlines, (1.0, None))
    marked = [key for key, outline in outlines.items() if outline.is_marked]
    documents = index.get(marked) if marked else {}
    denied = {key for key, document in documents.items() if is_denied(document, niche, gazetteer)}
    asked, known = PlacesAsked(niche.places, gazetteer), dict[str, Place]()
    return {
        key: (0.0, None) if key in denied else _place_fit(outline.guesses(known), asked, weights)
        for key, outline in outlines.items()
    }


def _place_fit(guesses: Sequence[PlaceGuess], asked: PlacesAsked, weights: Weights) -> PlaceFit:
    """Nearness is worth something around a city. Whoever asks for a state, a region or a country means its border:
    Boston is not in Maine.
    """
    match = asked.match(guesses)
    beyond = asked.bordered and match.guess is not None and not match.inside
    score = match.score * (weights.beyond_border if beyond else 1.0)
    return score, next((number for number, guess in enumerate(guesses) if guess is match.guess), None)


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
