"""What somebody keeps writing about, in their own words: those of many of their texts that are rare in ordinary ones.

A word's weight is p · ln(p / q), with p its share of the texts and q the share of ordinary texts that hold it (as in
``indexer.vocabulary``), doubled where somebody says so in tags or profile. Words are taken greedily, and a text that an
earlier one covers counts a quarter, so that one theme does not fill the list. A text may belong to several topics or to
none; shares are of all texts.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import chain
from math import log
from typing import Final

from text.stems import stem
from text.stopwords import stopwords

MOST: Final = 5
FEWEST: Final = 3  # texts that use a word: twice is a coincidence
LEAST_SHARE: Final = 0.2
LEAST_OWN_SHARE: Final = 0.1  # ... for a word that stands in tags or profile too
OWN: Final = 2.0
COVERED: Final = 0.25
ALIKE: Final = 0.6
LIFT: Final = 4.0  # how many times as common as in ordinary texts
USUAL: Final = 0.03  # a word of so many ordinary texts is nobody's topic
SHORTEST: Final = 3  # letters
RAREST: Final = 0.002  # no word counts as rarer than that in ordinary texts: names would win over themes


def topics_of(
    texts: Sequence[Sequence[str]],
    *,
    language: str | None,
    ordinary: Callable[[str], float],
    own: Collection[str] = (),
    places: Collection[str] = (),
) -> tuple[tuple[str, float], ...]:
    """Topics as (a word as mostly written, share of the texts that use it), the widest first.

    ``texts`` are tokens; ``ordinary`` gives the share of ordinary texts that hold a word; ``own`` are the words of tags
    and profile, ``places`` words that name where somebody is and so no topic.
    """
    written, holders = _holders(texts, language)
    said = set(stem([*own], language or "en"))
    elsewhere = set(places)
    weights: dict[str, float] = {}
    for key, held in holders.items():
        share = len(held) / len(texts)
        if len(held) < FEWEST or share < (LEAST_OWN_SHARE if key in said else LEAST_SHARE):
            continue
        usual = max(RAREST, ordinary(written[key]))
        if usual < USUAL and share >= LIFT * usual and written[key] not in elsewhere:
            weights[key] = (OWN if key in said else 1.0) * log(share / usual)
    found = ((written[key], round(len(holders[key]) / len(texts), 4)) for key in _chosen(weights, holders))
    return tuple(sorted(found, key=lambda topic: (-topic[1], topic[0])))


def _chosen(weights: Mapping[str, float], holders: Mapping[str, set[int]]) -> list[str]:
    chosen: list[str] = []
    covered: set[int] = set()
    left = set(weights)
    while left and len(chosen) < MOST:
        gains = {key: (len(holders[key] - covered) + COVERED * len(holders[key] & covered)) for key in left}
        best = max(left, key=lambda key: (gains[key] * weights[key], key))
        chosen.append(best)
        covered |= holders[best]
        left = {key for key in left - {best} if not _same(holders[key], holders[best])}
    return chosen


def _same(one: set[int], other: set[int]) -> bool:
    """Two words that nearly always stand together are one topic."""
    return len(one & other) > ALIKE * len(one | other)


def _holders(texts: Sequence[Sequence[str]], language: str | None) -> tuple[dict[str, str], dict[str, set[int]]]:
    """Stem → how it is mostly written, and which texts hold it; rare ones may be missing."""
    held = [set(tokens) for tokens in texts]
    counts = Counter(chain.from_iterable(held))
    telling = counts.keys() - stopwords() - stopwords(language)
    words = [word for word in telling if (len(word) >= SHORTEST or word[0] > "\u2e7f") and not word[0].isdigit()]
    spellings: dict[str, list[str]] = {}
    for word, key in zip(words, stem(words, language or "en"), strict=True):
        spellings.setdefault(key, []).append(word)
    least = max(FEWEST, LEAST_OWN_SHARE * len(texts))
    often = {key: each for key, each in spellings.items() if sum(counts[word] for word in each) >= least}
    keys = {word: key for key, each in often.items() for word in each}
    holders: dict[str, set[int]] = {key: set() for key in often}
    for number, own in enumerate(held):
        for word in own & keys.keys():
            holders[keys[word]].add(number)
    written = {key: min(each, key=lambda word: (-counts[word], word)) for key, each in often.items()}
    return written, holders
