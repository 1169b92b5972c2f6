"""How usual a word is in ordinary English writing. Loads ``wordsegment``'s counts (1 s), so only a build asks."""

from functools import cache
from math import exp
from typing import Any, Final

_WORDS: Final = 1_024_908_267_229  # that the counts are of (Brants and Franz, Web 1T 5-gram)
_TEXT: Final = 40  # words of an ordinary post


def ordinary_share(word: str) -> float:
    """The share of ordinary posts that hold a folded word; 0.0 for a word that English does not know."""
    return 1.0 - exp(-_TEXT * float(_counts().get(word, 0.0)) / _WORDS)


@cache
def _counts() -> Any:
    import wordsegment

    if not wordsegment.UNIGRAMS:
        wordsegment.load()
    return wordsegment.UNIGRAMS
