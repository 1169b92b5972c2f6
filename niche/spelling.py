"""Place words that are typed wrong ("east caost"), mended only where hardly anything else can be meant."""

import re
from collections.abc import Iterator
from typing import Final

from niche import vocabulary as words
from niche.draft import Draft
from places.gazetteer import Gazetteer, NamedPlace
from text.fold import fold

_WORD: Final = re.compile(r"[^\W\d_]+")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST_PAIR: Final = 8  # letters of two words together
_SHORTEST: Final = 6
_WELL_KNOWN: Final = 400_000  # people


def mend_place_words(draft: Draft, gazetteer: Gazetteer) -> None:
    """Replace misspelt names of regions, states and big towns in ``draft.rest`` by what they sound like, with a note.

    The replacement has the length of the original, so that offsets stay; a longer name is cut at its end only when it
    is still found, else left alone.
    """
    found = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(draft.rest)]
    for index, (word, start, end) in enumerate(found):
        following = found[index + 1] if index + 1 < len(found) else None
        if following and draft.rest[end : following[1]] == " ":
            pair = f"{fold(word)} {fold(following[0])}"
            if _mend(draft, gazetteer, pair, start, following[2], pair_of_words=True):
                continue
        after_place_word = words.RELATION.search(draft.rest[:start]) is not None
        if after_place_word and len(word) >= _SHORTEST:
            _mend(draft, gazetteer, fold(word), start, end, pair_of_words=False)


def _mend(draft: Draft, gazetteer: Gazetteer, typed: str, start: int, end: int, *, pair_of_words: bool) -> bool:
    if gazetteer.readings(typed) or (pair_of_words and len(typed) <= _SHORTEST_PAIR):
        return False
    if pair_of_words and any(_is_place(gazetteer, word) for word in typed.split()):
        return False
    for name in _one_slip_away(typed, swaps_only=pair_of_words):
        readings = gazetteer.readings(name)
        if readings and _well_known(readings[0]) and len(name) == end - start:
            draft.notes.append(f"“{draft.text[start:end]}” was read as “{name}”")
            draft.rest = draft.rest[:start] + name + draft.rest[end:]
            return True
    return False


def _is_place(gazetteer: Gazetteer, word: str) -> bool:
    readings = gazetteer.readings(word)
    return bool(readings) and _well_known(readings[0])


def _well_known(reading: NamedPlace) -> bool:
    return reading.source in ("name", "nick") and reading.weight >= _WELL_KNOWN


def _one_slip_away(typed: str, *, swaps_only: bool) -> Iterator[str]:
    """``typed`` with two neighbours exchanged; for a single word also with one letter changed."""
    for at in range(len(typed) - 1):
        if " " not in typed[at : at + 2]:
            yield typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :]
    if not swaps_only:
        for at in range(len(typed)):
            for letter in _LETTERS:
                yield typed[:at] + letter + typed[at + 1 :]
