"""The themes that creators write about (``themes.txt``): a theme in other words, other languages, and its members.

A cold search asks one question, so nothing is parsed ahead: the file is folded as one string and searched for names
that begin like a word of the theme; only the concepts found are read. How the words weigh is the search's business.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from text.stopwords import is_stopword
from text.tokens import tokenize

LANGUAGES: Final = ("en", "de", "es", "fr", "it", "pt", "nl")
_FILE: Final = Path(__file__).with_name("themes.txt")
_KEY: Final = 3  # letters that a word shares with a name in the file; no ending changes them
_BEGINNINGS: Final = 4096  # of names that are kept; our 13,800 names have 1,725 of them
_BAR: Final = "|"  # parts kinds of a concept in each of its lines
_ALONE: Final = "!"  # ends a name that is an English word too, so that it counts only as a whole theme ("Mode")
_NONE: Final = "-"  # stands where a kind has no name in a language
_MOST_WORDS: Final = 40  # of a theme that are looked at: a longer one is a pasted text
_ENDINGS: Final = {
    "en": (("", "s"), ("", "es"), ("y", "ies")),
    "de": (("e", "en", "es"),),
    "es": (("", "s"), ("", "es"), ("a", "as", "o", "os")),
    "fr": (("", "s"), ("", "x")),
    "it": (("a", "e", "i", "o"),),
    "pt": (("", "s"), ("", "es"), ("a", "as", "o", "os")),
    "nl": (),
}
"""Endings that stand for each other. Stems reach too far for names: "angel" and "angeln", "box" and "boxing"."""
_ADDED: Final = {"de": ("e", "en", "er", "n", "s", "es"), "fr": ("e", "es"), "nl": ("s", "e", "en", "n")}
"""Endings that may only be added to a name."""
_LONGEST_ENDING: Final = 3
_SHORTEST_JOINED: Final = 6  # letters of "wood working" for "woodworking"; shorter ones meet by chance


_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_SPECIAL: Final = {"œ": "oe", "æ": "ae", "ø": "o", "ı": "i", "ł": "l"}


class Found(NamedTuple):
    """A concept named by ``words`` of a theme (folded, as ``tokenize`` cuts them)."""

    words: tuple[str, ...]
    concept: str
    name: str
    """Its first English name."""
    language: str
    """Of the name that was found."""
    same: tuple[str, ...]
    """Its other names in all languages, as people write them."""
    members: tuple[str, ...]
    """For an umbrella ("crafts"): the first names of its kinds and of what is under it, the nearest first."""
    telling: tuple[str, ...]
    """Words and phrases that people of this niche use among themselves."""


class _Match(NamedTuple):
    start: int
    end: int
    exact: bool
    at: int  # in the folded file

    def rank(self) -> tuple[int, bool, int]:
        """Sorts the longest first, then those written as asked, then those that stand first in the file."""
        return (self.start - self.end, not self.exact, self.at)


class _Themes(NamedTuple):
    written: str
    folded: str
    """The same lines without case and accents."""


def themes_in(theme: str) -> tuple[Found, ...]:
    """The concepts that ``theme`` names, in its order; the longest names win and never overlap."""
    words = tokenize(theme)[:_MOST_WORDS]
    chosen: list[_Match] = []
    for match in sorted((match for start in range(len(words)) for match in _matches(words, start)), key=_Match.rank):
        if all(match.end <= other.start or other.end <= match.start for other in chosen):
            chosen.append(match)
    return tuple(_found(match, words) for match in sorted(chosen))


@cache
def words_of_themes() -> frozenset[str]:
    """Every name in the file that is one word of at least three letters, folded; for readers of many short names."""
    named = (
        line.split(", ")[1:] for line in _themes().folded.split("\n") if line[:2] in LANGUAGES and line[2:3] == ","
    )
    words = (name.rstrip(_BAR) for names in named for name in names)
    return frozenset(word for word in words if len(word) > 2 and word.isalpha())


def _matches(words: list[str], start: int) -> Iterator[_Match]:
    """Every name in the file that the words from ``start`` on begin with."""
    root = words[start][: max(_KEY, len(words[start]) - _LONGEST_ENDING)]
    for language, name, unparted, at in _names_from(words[start][:_KEY]):
        if unparted.startswith(root):  # most are sorted out here, cheaply
            end = _end_of(name.rstrip(_ALONE), words, start, language)
            if end and (name[-1] != _ALONE or end - start == len(words)):
                yield _Match(start, end, words[start:end] == tokenize(name), at)


@lru_cache(_BEGINNINGS)
def _names_from(key: str) -> tuple[tuple[str, str, str, int], ...]:
    """Language, name, the name without what parts its words, and place of each that begins with these letters."""
    folded = _themes().folded
    named = []
    at = folded.find(f", {key}")
    while at >= 0:
        line = folded.rfind("\n", 0, at) + 1
        language = folded[line : line + 2]
        if folded[line + 2] == "," and language in LANGUAGES:
            name = folded[at + 2 : _name_end(folded, at + 2)]
            named.append((language, name, name.replace(" ", "").replace("-", ""), at + 2))
        at = folded.find(f", {key}", at + 2)
    return tuple(named)


def _name_end(folded: str, at: int) -> int:
    line_end = folded.find("\n", at)
    comma = folded.find(",", at, line_end)
    end = comma if comma >= 0 else line_end
    return end - 1 if folded[end - 1] == _BAR else end


def _end_of(name: str, words: list[str], start: int, language: str) -> int:
    """Where the name that starts at word ``start`` ends; 0 when it is not there. Function words may differ."""
    named = tokenize(name)
    at = start
    for place, word in enumerate(named):
        if 0 < place < len(named) - 1 and is_stopword(word, language):
            continue
        while place and at < len(words) - 1 and words[at] != word and is_stopword(words[at], language):
            at += 1
        if at == len(words) or not _is_same(words[at], word, language):
            return _end_of_joined("".join(named), words, start, language)
        at += 1
    return at


def _end_of_joined(name: str, words: list[str], start: int, language: str) -> int:
    """Likewise for a name that is parted differently: "screenprinting", "wood working"."""
    if len(name) < _SHORTEST_JOINED:
        return 0
    for end in range(start + 1, min(start + 2, len(words)) + 1):
        if _is_same("".join(words[start:end]), name, language):
            return end
    return 0


def _is_same(asked: str, named: str, language: str) -> bool:
    """Whether ``asked`` is ``named`` with another ending of number, gender or case."""
    if asked == named:
        return True
    if asked[:_KEY] != named[:_KEY] or abs(len(asked) - len(named)) > _LONGEST_ENDING:
        return False
    if len(named) > _KEY and asked.startswith(named) and asked[len(named) :] in _ADDED.get(language, ()):
        return True
    return any(_swapped(asked, named, endings) for endings in _ENDINGS[language])


def _swapped(asked: str, named: str, endings: tuple[str, ...]) -> bool:
    roots = {asked[: len(asked) - len(ending)] for ending in endings if asked.endswith(ending)}
    return any(named.endswith(ending) and named[: len(named) - len(ending)] in roots for ending in endings)


def _found(match: _Match, words: list[str]) -> Found:
    folded = _themes().folded
    line = folded.count("\n", 0, match.at)
    kind = folded.count(_BAR, folded.rfind("\n", 0, match.at), match.at)
    lines = _lines()
    language = lines[line][:2]
    while not lines[line].startswith("["):
        line -= 1
    concept = lines[line][1 : lines[line].index("]")]
    kinds = _kinds(line)
    asked = words[match.start : match.end]
    same = tuple(name for name in kinds[kind].names if tokenize(name) != asked)
    named, others = (kinds[kind], []) if kind else (kinds[0], kinds[1:])  # a kind is not the others
    telling = tuple(dict.fromkeys(word for each in (kinds[0], named, *others) for word in each.telling))
    below = () if kind else (_kinds(_headers()[member])[0] for member in _under(concept))
    members = tuple(each.names[0] for each in (*others, *below))
    return Found(tuple(asked), concept, named.names[0], language, same, members, telling)


class _Kind(NamedTuple):
    """What stands between two bars: the concept itself, then one kind of it after the other."""

    names: tuple[str, ...]
    telling: tuple[str, ...]


def _kinds(header: int) -> list[_Kind]:
    """The concept whose header is at that line, and its kinds."""
    names: list[list[str]] = []
    telling: list[list[str]] = []
    lines = _lines()
    for line in range(header + 1, len(lines)):
        language, _, listed = lines[line].partition(": ")
        if language not in (*LANGUAGES, "telling"):
            break
        into = telling if language == "telling" else names
        for number, part in enumerate(listed.split(f" {_BAR} ")):
            if number == len(into):
                into.append([])
            into[number] += [name.rstrip(_ALONE) for name in part.split(", ") if name != _NONE]
    telling += [[] for _ in names[len(telling) :]]
    return [_Kind(tuple(dict.fromkeys(each)), tuple(words)) for each, words in zip(names, telling, strict=True)]


def _under(concept: str) -> tuple[str, ...]:
    """All concepts below ``concept``, its own members first, in the order of the file."""
    found: dict[str, None] = {}
    nearest = [concept]
    while nearest:
        nearest = [member for one in nearest for member in _members().get(one, ()) if member not in found]
        found.update(dict.fromkeys(nearest))
    return tuple(found)


@cache
def _members() -> dict[str, list[str]]:
    """Concepts by umbrella."""
    members: dict[str, list[str]] = {}
    for concept, line in _headers().items():
        _, _, umbrellas = _lines()[line].partition(" < ")
        for umbrella in umbrellas.split(", ") if umbrellas else ():
            members.setdefault(umbrella, []).append(concept)
    return members


@cache
def _headers() -> dict[str, int]:
    """The line at which each concept begins."""
    lines = enumerate(_lines())
    return {line[1 : line.index("]")]: number for number, line in lines if line.startswith("[")}


@cache
def _lines() -> list[str]:
    return _themes().written.split("\n")


@cache
def _themes() -> _Themes:
    written = _FILE.read_text("utf-8")
    return _Themes(written, _folded(written))


def _folded(written: str) -> str:
    """``text.fold`` for a whole file of Latin letters, line for line and thirty times as quick; tests compare the two.

    The colon after a language becomes a comma, and a bar is followed by one, so that every name has one before it.
    """
    bare = _NOT_ASCII.sub(lambda found: _plain(found[0]), written).lower()
    return bare.replace(": ", ", ").replace("\ntelling, ", "\ntelling: ").replace(" | ", "|, ")


@cache
def _plain(letter: str) -> str:
    """A letter without case and accents, in ASCII; nothing for what is no letter of ours."""
    small = letter.casefold()
    for special, plain in _SPECIAL.items():
        small = small.replace(special, plain)
    return unicodedata.normalize("NFD", small).encode("ascii", "ignore").decode("ascii")
