"""Other words for a theme, from the lexicon of themes: what else is looked for, and what the sentence model reads.

A name of one word is as good as the word that was asked for. The words of longer names and of telling phrases ("second
hand", "small batch") mean something only together, so they are left out; telling words only suggest the theme, so they
count as a vocabulary does, with less weight, and only for a theme that the lexicon knows as a whole ("computing" tells
nothing of "quantum computing").
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from indexer.vocabulary import Vocabulary, Word
from niche.themes import Found, themes_in
from text.frequency import Frequency, ask_ahead
from text.stems import stem
from text.stopwords import is_stopword
from text.tokens import tokenize

TELLING: Final = 0.6  # weight of a telling word, where the index itself teaches none
MOST_MEMBERS: Final = 40  # of an umbrella: the commonest in the index


class Wording(NamedTuple):
    """A theme in other words, each one known to the index. ``explained``: the share of the theme's words it is for."""

    read: str  # what the sentence model reads
    names: tuple[str, ...] = ()  # single words that mean the theme, or a part of it
    telling: tuple[str, ...] = ()
    explained: float = 0.0


def wording_of(theme: str, frequency: Frequency) -> Wording:
    """``frequency``: in how many documents of the index a word stands."""
    found = themes_in(theme)
    if not found:
        return Wording(theme)
    asked = tokenize(theme)
    named = (name for each in found for name in (*each.same, *each.members, *each.telling))
    ask_ahead(frequency, (word for name in named for word in tokenize(name)))
    names = [tokenize(name) for each in found for name in _names(each, frequency)]
    single = _known((words[0] for words in names if len(words) == 1), frequency, without=asked)
    explained = min(1.0, sum(len(each.words) for each in found) / len(asked))
    telling = [words[0] for each in found for words in map(tokenize, each.telling) if len(words) == 1]
    return Wording(
        read=_in_english(theme, found),
        names=single,
        telling=_known(telling, frequency, without=(*asked, *single)) if explained == 1.0 else (),
        explained=explained,
    )


def told_by(wording: Wording, languages: Sequence[str]) -> Vocabulary | None:
    """A vocabulary of the telling words, for a theme of which the index teaches none."""
    words: dict[str, Word] = {}
    for written in wording.telling:
        for stemmed in dict.fromkeys(stem([written], language)[0] for language in languages):
            words.setdefault(stemmed, Word(stemmed, TELLING, written))
    return Vocabulary(0, tuple(words.values())) if words else None


def _names(found: Found, frequency: Frequency) -> Sequence[str]:
    """Other names of a concept, and what an umbrella holds: the commonest in the index first."""
    members = sorted(found.members, key=lambda name: -min(map(frequency, tokenize(name)), default=0))
    return (*found.same, *members[:MOST_MEMBERS])


def _known(words: Iterable[str], frequency: Frequency, *, without: Iterable[str]) -> tuple[str, ...]:
    passed = dict.fromkeys(without)
    return tuple(
        word for word in dict.fromkeys(words) if word not in passed and not is_stopword(word) and frequency(word) > 0
    )


def _in_english(theme: str, found: Iterable[Found]) -> str:
    """The theme with its foreign names in English: the sentence model reads nothing else."""
    words = theme.split()
    for each in found:
        if each.language != "en":
            words = [word for word in words if not set(tokenize(word)) & set(each.words)] + [each.name]
    return " ".join(words)
