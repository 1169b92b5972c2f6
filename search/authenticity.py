"""Whether texts are written to be read or to be found: repeated words, profiles that are lists. Pure.

BM25 saturates, so a word said nine times in a sentence gains little by itself, but a short text of nothing else is
also nearest in meaning to a short query. In judged collections of real and of invented people the commonest content
word of a text, beyond its first mention, is .02 to .04 of the words, for all but one text in a thousand below .14, and
below .09 in a creator's mean: nobody who writes for readers is damped.
"""

import re
from collections import Counter
from collections.abc import Iterable
from typing import Final

from text.lists import lists
from text.stopwords import is_stopword
from text.tokens import tokenize

NATURAL: Final = 0.15  # share of repetitions up to which nothing is held against anybody
STUFFED: Final = 0.35  # ... and from which a text is a list of keywords
LEAST: Final = 0.5  # what is left of somebody who writes only such texts
LISTED: Final = 10  # items of a profile that lists everything; of people who write for readers none has so many
WORDS: Final = 8  # a shorter text shows no habit
_NOT_PROSE: Final = re.compile(r"https?://\S+|[#@]\w+")  # tags are lists by nature


def authenticity_of(texts: Iterable[str]) -> float:
    """A factor in [``LEAST``, 1] by the mean over texts of some length; 1 where there is nothing to judge."""
    shares = [share for share in map(repetition, texts) if share is not None]
    if not shares:
        return 1.0
    beyond = (sum(shares) / len(shares) - NATURAL) / (STUFFED - NATURAL)
    return 1.0 - (1.0 - LEAST) * min(1.0, max(0.0, beyond))


def repetition(text: str) -> float | None:
    """Share of a text's words that only repeat its commonest content word; None below ``WORDS`` words."""
    words = tokenize(_NOT_PROSE.sub(" ", text))
    if len(words) < WORDS:
        return None
    repeated = (count for word, count in Counter(words).items() if count > 1 and not is_stopword(word))
    return (max(repeated, default=1) - 1) / len(words)


def lists_everything(bio: str) -> bool:
    """Whether a profile is a list of themes and towns, made to be found by all of them."""
    return lists(bio, LISTED)
