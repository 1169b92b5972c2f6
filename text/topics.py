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
        count = held.bit_count()
        share = count / len(texts)
        if count < FEWEST or share < (LEAST_OWN_SHARE if key in said else LEAST_SHARE):
            continue
        usual = max(RAREST, ordinary(written[key]))
        if usual < USUAL and share >= LIFT * usual and written[key] not in elsewhere:
            weights[key] = (OWN if key in said else 1.0) * log(share / usual)
    found = ((written[key], round(holders[key].bit_count() / len(texts), 4)) for key in _chosen(weights, holders))
    return tuple(sorted(found, key=lambda topic: (-topic[1], topic[0])))


def _chosen(weights: Mapping[str, float], holders: Mapping[str, int]) -> list[str]:
    chosen: list[str] = []
    covered = 0
    left = set(weights)
    while left and len(chosen) < MOST:
        gains = {
            key: (holders[key] & ~covered).bit_count() + COVERED * (holders[key] & covered).bit_count() for key in left
        }
        best = max(left, key=lambda key: (gains[key] * weights[key], key))
        chosen.append(best)
        covered |= holders[best]
        left = {key for key in left - {best} if not _same(holders[key], holders[best])}
    return chosen


def _same(one: int, other: int) -> bool:
    """Two words that nearly always stand together are one topic."""
    return (one & other).bit_count() > ALIKE * (one | other).bit_count()


def _holders(texts: Sequence[Sequence[str]], language: str | None) -> tuple[dict[str, str], dict[str, int]]:
    """Stem → how it is mostly written, and which texts hold it, one bit each; rare ones may be missing."""
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
    holders = dict.fromkeys(often, 0)
    for number, own in enumerate(held):
        bit = 1 << number
        for word in own & keys.keys():
            holders[keys[word]] |= bit
    written = {key: min(each, key=lambda word: (-counts[word], word)) for key, each in often.items()}
    return written, holders
