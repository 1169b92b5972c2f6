"""Place names inside words that are written together: handles, hashtags, host names ("bmorebites" → Baltimore)."""

import weakref
from collections.abc import Iterator
from typing import Final

from places.gazetteer import Gazetteer, NamedPlace
from places.words import WORD, everyday_words, person_names
from text.split import seams

_SHORTEST_INSIDE: Final = 4  # letters of a name that begins or ends a longer word
_SHORT_NICKS: Final = frozenset(
    ["nyc", "pdx", "atl", "phl", "mke", "rva", "atx", "htx", "stl", "mtl", "ldn", "cle", "pgh"]
)
_CODES_APART: Final = frozenset(["dc", "la", "sf", "uk", "us", "usa"])  # only between seams: "sushi_dc"

_known: Final[weakref.WeakKeyDictionary[Gazetteer, dict[str, NamedPlace]]] = weakref.WeakKeyDictionary()


def in_joined_word(word: str, gazetteer: Gazetteer) -> Iterator[tuple[NamedPlace, str]]:
    """The places whose names are ``word``, a part of it between seams, or its beginning or end; each with the letters.

    A web address counts with its host name only.
    """
    names = _names(gazetteer)
    host = word.split("//")[-1].split("/")[0].removeprefix("www.").rsplit(".", 1)[0] if "//" in word else word
    parts = seams(host)
    whole = "".join(parts)
    if whole in names and len(whole) >= _SHORTEST_INSIDE:
        yield names[whole], whole
        return
    for part in parts:
        found = _inside(part, names)
        if found is not None:
            yield names[found], found


def _inside(part: str, names: dict[str, NamedPlace]) -> str | None:
    if part in names and (len(part) >= _SHORTEST_INSIDE or part in _SHORT_NICKS or part in _CODES_APART):
        return part
    for length in range(min(len(part) - 2, 24), 2, -1):
        for piece in (part[:length], part[-length:]):
            if piece in names and (length >= _SHORTEST_INSIDE or piece in _SHORT_NICKS):
                return piece
    return None


def _names(gazetteer: Gazetteer) -> dict[str, NamedPlace]:
    """The names that are looked for, one dictionary a gazetteer; words that are mostly no place are left out."""
    if gazetteer not in _known:
        unsure = everyday_words() | person_names()
        _known[gazetteer] = {
            name: reading
            for name, reading in gazetteer.strong_names().items()
            if name not in unsure and len(name) > 1 and WORD.fullmatch(name)
        }
    return _known[gazetteer]
