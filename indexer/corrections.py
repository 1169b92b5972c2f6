"""What the operator says of a creator against what was read: kinds and places that follow the marks. Pure.

Marks come with the catalog's record, so that a rebuild says the same as a build in steps. Which marks hold is the
catalog's affair (``catalog/marks.py``); whether an answer shows somebody is decided by ``search``.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from catalog.records import Mark
from indexer.bundles import MarkView
from places.gazetteer import Gazetteer
from places.match import lies_in
from places.model import PlaceGuess, PlaceReason

SURE: Final = 0.99  # what is said counts as much as the surest thing that is read
_KINDS: Final = {"person": "is a person", "organisation": "is an organisation", "aggregator": "is an aggregator"}


def mark_views(marks: Iterable[Mark], gazetteer: Gazetteer) -> tuple[MarkView, ...]:
    """Marks as an index holds them, in words for a person; those without a time were never kept."""
    return tuple(
        MarkView(mark.kind, mark.value, mark.query, mark.reason, mark.at, _words(mark, gazetteer))
        for mark in marks
        if mark.at is not None
    )


def said_kind(marks: Sequence[MarkView], derived: str) -> str:
    """The kind of creator that was said, else the one that was read."""
    return next((mark.value for mark in marks if mark.kind == "kind"), derived)


def said_places(
    marks: Sequence[MarkView], derived: tuple[PlaceGuess, ...], gazetteer: Gazetteer
) -> tuple[PlaceGuess, ...]:
    """Places after the marks. A home that was said is the home; of an area, what was read inside it stays, more exact.

    A home inside of what was said to be wrong goes; what else was read is not surer for that.
    """
    guesses = derived
    for mark in marks:
        if mark.kind == "not-in":
            guesses = tuple(
                guess
                for guess in guesses
                if guess.role != "home" or not lies_in(guess.place.key, mark.value, gazetteer)
            )
    home = next((mark for mark in marks if mark.kind == "place"), None)
    place = gazetteer.get(home.value) if home is not None else None
    if home is None or place is None:
        return guesses
    inside = (
        guess
        for guess in guesses
        if guess.role == "home" and guess.place.key != place.key and lies_in(guess.place.key, place.key, gazetteer)
    )
    reason = f" ({home.reason})" if home.reason else ""
    why = (PlaceReason(f"you said, {home.at.date().isoformat()}{reason}", "", ""),)
    return (PlaceGuess(place, "home", SURE, why), *inside, *(guess for guess in guesses if guess.role != "home"))


def _words(mark: Mark, gazetteer: Gazetteer) -> str:
    place = gazetteer.get(mark.value) if mark.kind in ("place", "not-in") else None
    value = mark.value if place is None else place.label
    asked = "whatever you ask" if mark.query is None else f"“{mark.query}”"
    return {
        "place": f"lives in {value}",
        "not-in": f"does not live in {value}",
        "kind": _KINDS.get(mark.value, mark.value),
        "same-as": f"is one creator with {value}",
        "not-same-as": f"is not one creator with {value}",
        "relevant": f"fits {asked}",
        "not-relevant": f"does not fit {asked}",
        "hide": "hidden",
    }[mark.kind]
