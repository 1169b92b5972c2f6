"""How well a short text fits the words that led to it: stems that both have, whatever the language."""

from collections.abc import Set

from text.stems import stem
from text.stopwords import is_stopword
from text.tokens import tokenize


def stems(words: str) -> set[str]:
    """The words' English stems without stop words: enough to meet "roll" in "Rolls"."""
    return set(stem([token for token in tokenize(words) if not is_stopword(token)], "en"))


def share_of(wanted: Set[str], text: str) -> float:
    """The share of the wanted stems that a text has; a name written together ("sushiboston") counts. 0 for none."""
    if not wanted:
        return 0.0
    found, joined = stems(text), "".join(text.casefold().split())
    return sum(word in found or word in joined for word in wanted) / len(wanted)
