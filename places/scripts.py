"""Names in letters other than Latin: where they begin and end in text without spaces, and their endings of case.

Japanese and Chinese part no words ("東京の寿司"), Korean adds its particles to the name ("서울에서"), Russian declines
it ("в Москве"). What a name means is the gazetteer's business.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from places.words import WORD
from text.fold import fold

if TYPE_CHECKING:
    from places.gazetteer import Gazetteer

_LONGEST: Final = 8  # letters of a name that is looked for inside a run of letters
_MOST: Final = 200  # characters of a text that is cut; longer ones are prose, where it would take too long
_SHORTEST_DECLINED: Final = 5
_CASES: Final = {
    "е": ("", "а", "ь", "я", "и"), "и": ("ь", "я", "а"), "ы": ("а", ""), "а": ("",), "у": ("а", ""), "ю": ("я", "ь"),
    "я": ("и", "ь"),
}  # fmt: skip
"""Endings of Russian cases, and those that the name itself may have instead; folded, so that й is и."""


# Compiled when first needed: such wide classes take longer than a whole search, and most texts hold none of them.
@cache
def _other() -> re.Pattern[str]:
    return re.compile("[\u0370-\u1cff\u2c80-\u2dff\u3040-\ua6ff\ua840-\ud7ff\uf900-\ufaff\ufb1d-\ufdff\ufe70-\ufefc]")


@cache
def _unspaced() -> re.Pattern[str]:
    return re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def is_of_another_script(text: str) -> bool:
    """Whether ``text`` holds letters of a script other than Latin."""
    return not text.isascii() and _other().search(text) is not None


def cut_names(text: str, gazetteer: "Gazetteer") -> Sequence[tuple[int, int]] | None:
    """``[start, end)`` of the words of a short text, with the names in its unparted runs cut out; None: nothing to cut.

    From left to right the longest name wins; in Korean a name can only begin a word.
    """
    if text.isascii() or len(text) > _MOST or _unspaced().search(text) is None:
        return None
    words = [match.span() for match in WORD.finditer(text)]
    runs = [(start, end) for start, end in words if _unspaced().match(text, start)]
    pieces = {text[at:end] for start, stop in runs for at in range(start, stop) for end in _ends(at, stop)}
    names = gazetteer.named({fold(piece) for piece in pieces})
    return [span for start, end in words for span in _cut(text, start, end, names)]


def declined(word: str) -> Iterator[str]:
    """The names that a folded word may be a case of, where it looks Russian; the word itself is not among them."""
    if len(word) >= _SHORTEST_DECLINED and all("\u0400" <= letter <= "\u04ff" for letter in word):
        for ending in _CASES.get(word[-1], ()):
            yield word[:-1] + ending


def _ends(at: int, stop: int) -> range:
    return range(min(at + _LONGEST, stop), at + 1, -1)


def _cut(text: str, start: int, end: int, names: frozenset[str]) -> Iterator[tuple[int, int]]:
    if not _unspaced().match(text, start):
        yield start, end
        return
    at = rest = start
    is_korean = text[start] >= "\uac00"
    while at < end and not (is_korean and at > start):
        last = next((last for last in _ends(at, end) if fold(text[at:last]) in names), None)
        if last is None:
            at += 1
            continue
        if rest < at:
            yield rest, at
        yield at, last
        at = rest = last
    if rest < end:
        yield rest, end
