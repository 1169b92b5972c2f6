"""Words and phrases that look like places and are mostly not (``words.toml``), and the keys of names."""

import re
from functools import cache
from pathlib import Path
from typing import Final

from text.fold import fold

WORD: Final = re.compile(r"[^\W_]+")
SMALL_STARTS: Final = frozenset({"the", "greater", "downtown", "east", "west", "north", "south", "upstate", "western"})
"""First words of names that are written small before a capital."""
_FILE: Final = Path(__file__).with_name("words.toml")
_LIST: Final = re.compile(r'^(\w+) = """\n(.*?)"""', re.MULTILINE | re.DOTALL)


def name_key(name: str) -> str:
    """Folded words of a name joined by single spaces: "St. Louis" → "st louis"."""
    return " ".join(WORD.findall(fold(name)))


@cache
def everyday_words() -> frozenset[str]:
    """Everyday words that are also towns; alone they are no place."""
    return _single_words("everyday")


@cache
def uncapitalised_words() -> frozenset[str]:
    """Towns that are another word when they are written small."""
    return _single_words("uncapitalised")


@cache
def person_names() -> frozenset[str]:
    """Given and family names that are also towns."""
    return _single_words("people")


def is_person_name(name: str) -> bool:
    """Whether ``name`` is at least as often a person's as a town's."""
    return name_key(name) in person_names()


@cache
def set_phrases() -> frozenset[str]:
    """Dishes and the like with a place in their name ("boston cream pie"), as name keys."""
    return _phrases("phrases")


@cache
def named_after() -> frozenset[str]:
    """Clubs, papers, universities and the like with their town's name ("boston celtics"), as name keys.

    Where somebody says where they are ("Ohio State University"), the place counts all the same.
    """
    lines = (line.partition(": ") for line in _lists()["named_after"].splitlines())
    return frozenset(name_key(f"{town} {name}") for town, _, names in lines if names for name in names.split(", "))


@cache
def phrase_starts() -> frozenset[str]:
    """The first words of ``set_phrases`` and ``named_after``."""
    return frozenset(phrase.partition(" ")[0] for phrase in set_phrases() | named_after())


@cache
def phrase_pairs() -> frozenset[str]:
    """The first two words of ``set_phrases`` and ``named_after``."""
    return frozenset(" ".join(phrase.split(" ", 2)[:2]) for phrase in set_phrases() | named_after())


@cache
def scene_words() -> frozenset[str]:
    """What people put before or after their town in a hashtag or handle ("eats", "makers")."""
    return _single_words("scene")


@cache
def jokes() -> frozenset[str]:
    """What people write where a place was asked for, as name keys."""
    return _phrases("jokes")


@cache
def _lists() -> dict[str, str]:
    # All of it is lists in three quotes: a TOML parser is not worth its import, which a search would pay for.
    return dict(_LIST.findall(_FILE.read_text("utf-8")))


def _single_words(name: str) -> frozenset[str]:
    return frozenset(name_key(word) for word in _lists()[name].split())


def _phrases(name: str) -> frozenset[str]:
    return frozenset(name_key(phrase) for phrase in _lists()[name].replace("\n", " ").split(",") if phrase.strip())
