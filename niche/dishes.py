"""Names with a place in them ("Boston cream pie", "Detroit style pizza", "Boston Celtics"): they stay theme."""

from typing import Final

from niche.draft import Draft
from niche.naming import read_name, read_places, spoken
from places.gazetteer import Gazetteer
from places.mentions import phrase_spans
from places.model import Place
from places.words import everyday_words, name_key

_TOWN: Final = 100_000  # people; before a bigger area in the same name ("Bayern Munich")
_NAMES: Final = ("name", "nick")
_STYLES: Final = frozenset(("style", "styled", "estilo"))


def offer_places_of_dishes(draft: Draft, gazetteer: Gazetteer) -> None:
    """Say for each dish, club or the like how to ask for the place instead."""
    for start, end in phrase_spans(draft.rest):
        words = draft.typed(start, end).split()
        named = [_place(" ".join(words[:count]), gazetteer) for count in range(len(words) - 1, 0, -1)]
        named += [_place(" ".join(words[count:]), gazetteer) for count in range(1, len(words))]
        places = [place for place in named if place is not None]
        if places:
            town = next((place for place in places if place.kind == "city" and place.population >= _TOWN), places[0])
            first = next((count for count in range(len(words) - 1, 0, -1) if named[len(words) - 1 - count] == town), 0)
            if first and words[first].lower() in _STYLES:
                first += 1
            thing = " ".join(words[first:]) if first else ""
            if thing:
                draft.place_words.append(" ".join(words[:first]))
            _offer(draft, start, end, spoken(town, gazetteer), thing)


def _place(name: str, gazetteer: Gazetteer) -> Place | None:
    """What a part of a longer name is called after, if anything."""
    readings = read_name(name, gazetteer)
    if not readings or readings[0].source not in _NAMES or name_key(name) in everyday_words():
        return None
    return read_places(name, gazetteer)[0]


def is_style(draft: Draft, start: int, end: int, place: str) -> bool:
    """Whether the place name at ``[start, end)`` only says how something is made ("Detroit style pizza"); offers it."""
    found = draft.words()
    after = next((number for number, word in enumerate(found) if word.start >= end), len(found))
    if not (0 < after < len(found) and draft.joined(after) and found[after].text in _STYLES):
        return False
    last = after + 1 if after + 1 < len(found) and draft.joined(after + 1) else after
    draft.place_words.append(draft.typed(start, end))
    _offer(draft, start, found[last].end, place, draft.typed(found[last].start, found[last].end))
    return True


def _offer(draft: Draft, start: int, end: int, place: str, thing: str) -> None:
    typed = draft.typed(start, end)
    draft.offer(start, end, f"{thing} in {place}".strip(), option="--place")
    draft.notes.append(
        f"“{typed}” was read as one thing, wherever people live; for people in {place} use --place “{place}”"
    )
