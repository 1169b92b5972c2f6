"""Names of dishes and styles with a place in them ("Boston cream pie", "Detroit style pizza"): they stay theme."""

from typing import Final

from niche.draft import Draft
from niche.naming import read_places, spoken
from places.gazetteer import Gazetteer
from places.mentions import phrase_spans

_STYLES: Final = frozenset(("style", "styled", "estilo"))


def offer_places_of_dishes(draft: Draft, gazetteer: Gazetteer) -> None:
    """Say for each dish how to ask for the place instead."""
    for start, end in phrase_spans(draft.rest):
        typed = draft.typed(start, end)
        words = typed.split()
        for count in range(len(words) - 1, 0, -1):
            places = read_places(" ".join(words[:count]), gazetteer)
            if places:
                thing = words[count:] if words[count].lower() not in _STYLES else words[count + 1 :]
                _offer(draft, start, end, spoken(places[0], gazetteer), " ".join(thing))
                break


def is_style(draft: Draft, start: int, end: int, place: str) -> bool:
    """Whether the place name at ``[start, end)`` only says how something is made ("Detroit style pizza"); offers it."""
    found = draft.words()
    after = next((number for number, word in enumerate(found) if word.start >= end), len(found))
    if not (0 < after < len(found) and draft.joined(after) and found[after].text in _STYLES):
        return False
    last = after + 1 if after + 1 < len(found) and draft.joined(after + 1) else after
    _offer(draft, start, found[last].end, place, draft.typed(found[last].start, found[last].end))
    return True


def _offer(draft: Draft, start: int, end: int, place: str, thing: str) -> None:
    draft.offer(start, end, f"{thing} in {place}".strip(), option="--place")
    draft.notes.append(f"“{draft.typed(start, end)}” was read as one thing; for {thing} there use --place “{place}”")
