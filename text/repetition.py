"""How much of a text only repeats one word; what that means is judged in ``search.authenticity``."""

import re
from collections import Counter
from typing import Final

from text.stopwords import is_stopword
from text.tokens import tokenize

WORDS: Final = 8  # a shorter text shows no habit
_NOT_PROSE: Final = re.compile(r"https?://\S+|[#@]\w+")  # tags are lists by nature


def repetition(text: str) -> float | None:
    """Share of a text's words that only repeat its commonest content word; None below ``WORDS`` words."""
    marked = "#" in text or "@" in text or "://" in text  # as a pattern, looking for these takes longest of all
    words = tokenize(_NOT_PROSE.sub(" ", text) if marked else text)
    if len(words) < WORDS:
        return None
    most = 1
    for word, count in Counter(words).items():
        if count > most and not is_stopword(word):  # in this order: most words stand once
            most = count
    return (most - 1) / len(words)
