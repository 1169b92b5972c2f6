"""The vocabulary of a theme: what those who keep writing about it write besides. Pure; backends count, this judges.

Writers of a theme are the creators who name it in enough of their posts. A stem tells something when many of them use
it and few others do: its weight is p · ln(p / q), with p its share of the writers and q its share of all creators (the
pointwise Kullback-Leibler term of query expansion: Carpineto et al., TOIS 19, 2001). Nothing is stored for it: live
counts decide, so an index that was built in steps gives the same words as one rebuilt.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import chain
from math import log
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from text.lists import lists

ASKED: Final = 120
"""Creators whose profile names the theme, best first, among whom writers are looked for."""
SPELT: Final = 12
"""Words that may be shown, the most telling."""
WRITERS: Final = 30
"""Writers that are learned from, at most; the first of those asked."""
FULL_POST: Final = 3.0
"""BM25, of the theme and of its vocabulary, from which a post counts as wholly on the theme."""

WITH_WORD: Final = 3
"""Writers who use a word, at least."""
FEWEST: Final = 5
"""Fewer writers are no niche but a coincidence."""

_NAMED: Final = 2  # posts that name the theme, at least,
_NAMED_SHARE: Final = 0.25  # ... and this share of all posts
_LIFT: Final = 4.0  # how many times as common a word must be among them
_WORDS: Final = 30
_SHORTEST: Final = 3  # letters
_A_LIST: Final = 10  # a bio of so many short items names everything: its owner teaches nothing


class Word(NamedTuple):
    """A stem, its weight in (0, 1] (1: the most telling), and how one of the writers writes it ("" after ``SPELT``)."""

    stem: str
    weight: float
    written: str


class Vocabulary(NamedTuple):
    """The most telling words first."""

    writers: int  # creators it was learned from
    words: tuple[Word, ...]


def keeps_writing(named: int, posts: int) -> bool:
    """Whether somebody with ``named`` of ``posts`` posts on the theme is one of its writers."""
    return named >= _NAMED and named >= _NAMED_SHARE * posts


def teaches(bio: str) -> bool:
    """Whether a writer's words tell about one theme rather than about all of them."""
    return not lists(bio, _A_LIST)


def vocabulary_of(
    texts: Collection[tuple[str, str]],
    *,
    asked: Collection[str],
    creators: int,
    frequency: Callable[[str], int],
) -> Vocabulary | None:
    """The vocabulary of writers; None when they are too few or have nothing in common.

    ``texts``: surface and stems of each writer's profile field, as indexed. ``asked``: the theme's own words.
    ``creators``: all in the index. ``frequency``: how many of them use a stem.
    """
    used = Counter(chain.from_iterable(set(stems.split()) for _, stems in texts))
    return vocabulary_of_counts(
        used, writers=len(texts), asked=asked, creators=creators, frequency=frequency,
        written=lambda stems: as_written(stems, texts),
    )  # fmt: skip


def vocabulary_of_counts(
    used: Mapping[str, int],
    *,
    writers: int,
    asked: Collection[str],
    creators: int,
    frequency: Callable[[str], int],
    written: Callable[[Collection[str]], Mapping[str, str]],
) -> Vocabulary | None:
    """As ``vocabulary_of``, of writers whose stems are counted already.

    ``used``: how many of the ``writers`` use a stem, of all stems that ``WITH_WORD`` of them use. ``written``: how the
    first of them writes each of some stems.
    """
    if writers < FEWEST:
        return None
    weights = _telling(used, writers, asked, creators, frequency)
    if not weights:
        return None
    words, top = written([*weights][:SPELT]), max(weights.values())
    return Vocabulary(
        writers, tuple([Word(stem, weight / top, words.get(stem, "")) for stem, weight in weights.items()])
    )


def can_tell(used: NDArray[np.int64], held: NDArray[np.int64], writers: int, creators: int) -> NDArray[np.bool_]:
    """Which words are common enough among writers, and rare enough elsewhere, to set the writers apart.

    ``used``: how many of the ``writers`` use each; ``held``: how many of all ``creators`` do.
    """
    lift: NDArray[np.float64] = used / writers * creators / np.maximum(used, held)
    return (used >= WITH_WORD) & (lift >= _LIFT)


def _telling(
    used: Mapping[str, int], writers: int, asked: Collection[str], creators: int, frequency: Callable[[str], int]
) -> dict[str, float]:
    """Weights of the words that set the writers apart, best first, equal ones by word."""
    by_count: dict[int, list[str]] = {}
    for stem, count in used.items():
        if count >= WITH_WORD and len(stem) >= _SHORTEST and stem not in asked and not stem.isdigit():
            by_count.setdefault(count, []).append(stem)
    telling: list[tuple[float, str]] = []
    for count in sorted(by_count, reverse=True):
        share = count / writers
        most = -share * log(max(1.0, share * creators / count))  # weighs a word that nobody else uses
        if len(telling) >= _WORDS and most > sorted(telling)[_WORDS - 1][0]:
            break  # and those that fewer use weigh less still: the index need not be asked for them
        for stem in by_count[count]:
            lift = share * creators / max(count, frequency(stem))
            if lift >= _LIFT:
                telling.append((-share * log(lift), stem))
    return {stem: -weight for weight, stem in sorted(telling)[:_WORDS]}


def as_written(stems: Collection[str], texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """How the first of the writers who uses a stem writes it."""
    written: dict[str, str] = {}
    for surface, stemmed in texts:
        missing = [stem for stem in stems if stem not in written]
        if not missing:
            break
        words, of = surface.split(), stemmed.split()
        held = set(of)
        written.update((stem, words[of.index(stem)]) for stem in missing if stem in held)
    return written
