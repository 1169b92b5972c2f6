"""Place names inside words that are written together: handles, hashtags, host names ("bmorebites" → Baltimore).

A big town's name counts at either end of a word; a lesser town's or an abbreviation only beside a word of local life
("eats", "makers") or its own state's code ("springfieldil"); a telephone area code where it stands apart ("finn_207").
"""

import weakref
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from places.gazetteer import Gazetteer, NamedPlace
from places.words import WORD, everyday_words, person_names, scene_words, uncapitalised_words
from text.split import seams

_SHORTEST_INSIDE: Final = 4  # letters of a name that begins or ends a longer word
_SURE_INSIDE: Final = 6  # from here on the rest of the word does not matter: "agradedsky" is not in Agra
_LONGEST_INSIDE: Final = 24
_SHORT_NICKS: Final = frozenset(["nyc", "pdx", "atl", "phl", "mke", "rva", "atx", "htx", "stl", "mtl", "ldn", "pgh"])
_CODES_APART: Final = frozenset(["dc", "la", "sf", "uk", "us", "usa"])  # only between seams: "sushi_dc"
_LETTERS_BESIDE_A_CODE: Final = 3  # a code stands beside a word: "finn_207" and "sushi_dc", not "9f330a" and "41dc7e"
_CODE_LETTERS: Final = 3  # of an airport: "mhtmakers"
_MANY: Final = 100_000  # people of a town whose airport's code is used for it
_MOST_CACHED: Final = 100_000

_finders: Final[weakref.WeakKeyDictionary[Gazetteer, "_Finder"]] = weakref.WeakKeyDictionary()


def in_joined_word(word: str, gazetteer: Gazetteer) -> tuple[tuple[NamedPlace, str], ...]:
    """The places whose names are ``word``, a part of it between seams, or its beginning or end; each with the letters.

    A web address counts with its host name only.
    """
    finder = _finders.get(gazetteer)
    if finder is None:
        finder = _finders[gazetteer] = _Finder(gazetteer)
    return finder.find(word)


class _Finder:
    """The names that are looked for, one dictionary a gazetteer; words that are mostly no place are left out."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        unsure = everyday_words() | person_names() | uncapitalised_words()
        self._readings = weakref.WeakMethod(gazetteer.readings)
        self._strong = {
            name: reading
            for name, reading in gazetteer.strong_names().items()
            if name not in unsure and len(name) > 1 and WORD.fullmatch(name)
        }
        self._lesser = {name.replace(" ", ""): name for name in gazetteer.town_names() if len(name) >= _SHORTEST_INSIDE}
        self._unsure = unsure
        self.find = lru_cache(_MOST_CACHED)(self._find)

    def _find(self, word: str) -> tuple[tuple[NamedPlace, str], ...]:
        host = word.split("//")[-1].split("/")[0].removeprefix("www.").rsplit(".", 1)[0] if "//" in word else word
        parts = seams(host)
        whole = "".join(parts)
        if whole in self._strong and len(whole) >= _SHORTEST_INSIDE:
            return ((self._strong[whole], whole),)
        if any(part.isdigit() for part in parts) and _longest_word(parts) < _LETTERS_BESIDE_A_CODE:
            return ()  # letters and digits at random
        found = tuple(each for part in parts if (each := self._in_part(part)) is not None)
        if not found:
            found = self._area_code(parts)
        if not found and len(parts) > 1 and (joined := self._in_part(whole)) is not None:
            return (joined,)
        return found

    def _in_part(self, part: str) -> tuple[NamedPlace, str] | None:
        strong = self._strong.get(part)
        if strong is not None and (len(part) >= _SHORTEST_INSIDE or part in _SHORT_NICKS or part in _CODES_APART):
            return strong, part
        return self._cut(part, self._beside_local_words) or self._cut(part, self._at_an_end)

    def _area_code(self, parts: Sequence[str]) -> tuple[tuple[NamedPlace, str], ...]:
        """The only number of a word, at its beginning or end; numbers scattered in it are a random name's."""
        numbers = [part for part in parts if part.isdigit()]
        if len(numbers) != 1 or numbers[0] not in (parts[0], parts[-1]):
            return ()
        reading = self._first(f"the {numbers[0]}", numbers[0])
        return () if reading is None else (reading,)

    def _cut(self, part: str, read: Callable[[str, str, bool], NamedPlace | None]) -> tuple[NamedPlace, str] | None:
        """The longest piece at the beginning or end of ``part`` that ``read`` knows beside the rest."""
        for length in range(min(len(part) - 2, _LONGEST_INSIDE), _CODE_LETTERS - 1, -1):
            for piece, rest, first in ((part[:length], part[length:], True), (part[-length:], part[:-length], False)):
                reading = read(piece, rest, first)
                if reading is not None:
                    return reading, piece
        return None

    def _beside_local_words(self, piece: str, rest: str, first: bool) -> NamedPlace | None:
        """What ``piece`` means beside a word of local life or its own state's code."""
        local = rest in scene_words()
        if piece in self._lesser and first and (rest[2:] in scene_words() or len(rest) == 2):
            reading = self._coded_town(piece, rest[:2])
            if reading is not None:
                return reading
        if not local:
            return None
        if piece in self._strong and len(piece) >= _CODE_LETTERS:
            return self._strong[piece]
        if piece in self._unsure:
            return None
        if piece in self._lesser:
            return self._town(self._lesser[piece], "name", 0)
        return self._town(piece, "code", _MANY) if first and len(piece) == _CODE_LETTERS else None

    def _at_an_end(self, piece: str, _rest: str, _first: bool) -> NamedPlace | None:
        """What ``piece`` means beside any other letters."""
        strong = self._strong.get(piece)
        if strong is None or strong.place.kind == "country":
            return None
        return strong if len(piece) >= _SURE_INSIDE or piece in _SHORT_NICKS else None

    def _coded_town(self, piece: str, code: str) -> NamedPlace | None:
        """The US town of this name in the state with this postal code."""
        for each in self._named(self._lesser[piece]):
            if each.place.kind == "city" and each.place.country == "US" and each.place.admin1.lower() == code:
                return each
        return None

    def _town(self, name: str, source: str, least: int) -> NamedPlace | None:
        for each in self._named(name):
            if each.place.kind == "city" and each.source == source and each.place.population >= least:
                return each
        return None

    def _first(self, name: str, written: str) -> tuple[NamedPlace, str] | None:
        readings = self._named(name)
        return (readings[0], written) if readings else None

    def _named(self, name: str) -> tuple[NamedPlace, ...]:
        readings = self._readings()
        return readings(name) if readings is not None else ()


def _longest_word(parts: Sequence[str]) -> int:
    return max((len(part) for part in parts if part.isalpha()), default=0)
