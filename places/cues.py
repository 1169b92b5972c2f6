"""The words around a place name that say what it is to the writer: home, a visit, a former home, or just a topic.

The phrases are in ``cues.toml``.
"""

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

Cue = Literal["home", "new", "visit", "gone", "left", "former", "located", "none"]
"""``new``: somebody has just come to live there; ``gone``: a home given up for good; ``left``: one that
seems to be; ``former``: where somebody comes from, which may still be home."""

_FILE: Final = Path(__file__).with_name("cues.toml")
_WINDOW: Final = 40  # characters before or after the name
_LONGEST: Final = 4  # words of a phrase
_WORD: Final = re.compile(r"[\w'-]+|[📍🏠🏡]")
_ADJACENT: Final = re.compile(r"[\s:–,\"“'(-]*")  # what may stand between a phrase and its name


def cue_before(text: str, start: int) -> Cue:
    """What the words right before position ``start`` say."""
    before = text[max(0, start - _WINDOW) : start].lower().replace("’", "'")
    if before.endswith("ex-"):
        return "left"
    words = _WORD.findall(before)
    if not words:
        return "none"
    last = words[-1]
    said = last.strip("'-")
    is_filler = said in _fillers()
    if not is_filler and said not in _ends():  # as before most names
        return "none"
    # Nothing behind the last word is a part of one, so that it stands nowhere later.
    if not _ADJACENT.fullmatch(before, before.rindex(last) + len(last)):
        return "none"
    near = [word.strip("'-") for word in words[-_LONGEST - 1 :]]
    found = _longest(near, _phrases("before"))
    if is_filler and found in ("none", "located"):
        found = max(found, _longest(near[:-1], _phrases("before")), key=_telling)
    return found


def cue_after(text: str, end: int) -> Cue:
    """What the words right after position ``end`` say."""
    after = text[end : end + _WINDOW].lower().replace("’", "'")
    first = _WORD.search(after)
    if first is None or first[0].lstrip("-") not in _beginnings():
        return "none"
    words = _WORD.findall(after, first.start())
    for count in range(min(_LONGEST, len(words)), 0, -1):
        found = _phrases("after").get(" ".join(words[:count]).lstrip("-"))
        if found is not None:
            return found
    return "none"


def _longest(words: list[str], phrases: Mapping[str, Cue]) -> Cue:
    for count in range(min(_LONGEST, len(words)), 0, -1):
        found = phrases.get(" ".join(words[-count:]))
        if found is not None:
            return found
    return "none"


def _telling(cue: Cue) -> int:
    return ("none", "located", "home", "new", "visit", "former", "left", "gone").index(cue)


@cache
def _phrases(side: Literal["before", "after"]) -> dict[str, Cue]:
    return {phrase: cast("Cue", cue) for cue, listed in _lists()[side].items() for phrase in _split(listed)}


@cache
def _ends() -> frozenset[str]:
    """The last words of phrases before a name."""
    return frozenset(phrase.rpartition(" ")[2] for phrase in _phrases("before"))


@cache
def _beginnings() -> frozenset[str]:
    """The first words of phrases after a name."""
    return frozenset(phrase.partition(" ")[0] for phrase in _phrases("after"))


@cache
def _fillers() -> frozenset[str]:
    return frozenset(_split(_lists()["fillers"]["before"]))


def _split(listed: str) -> list[str]:
    return [phrase.strip() for phrase in listed.replace("\n", " ").split(",") if phrase.strip()]


@cache
def _lists() -> dict[str, dict[str, str]]:
    return tomllib.loads(_FILE.read_text("utf-8"))
