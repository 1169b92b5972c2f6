"""Other words for a theme, from the lexicon of themes: what else is looked for, and what the sentence model reads.

A name of one word is as good as the word that was asked for. The words of longer names ("second hand") mean something
only together and telling words only suggest the theme, so both count as part of the vocabulary, with less weight.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, NamedTuple

from indexer.vocabulary import Vocabulary, Word
from niche.themes import Found, themes_in
from text.stems import stem
from text.stopwords import is_stopword
from text.tokens import tokenize

PART_OF_A_NAME: Final = 0.4  # weight of a word of a longer name
TELLING: Final = 0.6  # ... and of a telling word, where the index itself teaches none
RARE: Final = 0.05  # share of posts up to which a theme is rare: one that all write about needs no help to be told
MOST_MEMBERS: Final = 40  # of an umbrella: the commonest in the index

Frequency = Callable[[str], int]


class Wording(NamedTuple):
    """A theme in other words, each one known to the index. ``explained``: the share of the theme's words it is for."""

    read: str  # what the sentence model reads
    names: tuple[str, ...] = ()  # single words that mean the theme, or a part of it
    parts: tuple[str, ...] = ()  # words of longer names
    telling: tuple[str, ...] = ()
    explained: float = 0.0


def wording_of(theme: str, frequency: Frequency) -> Wording:
    """``frequency``: in how many documents of the index a word stands."""
    found = themes_in(theme)
    if not found:
        return Wording(theme)
    asked = tokenize(theme)
    names = [tokenize(name) for each in found for name in _names(each, frequency)]
    single = _known((words[0] for words in names if len(words) == 1), frequency, without=asked)
    longer = (word for words in names if len(words) > 1 for word in words)
    telling = (word for each in found for name in each.telling for word in tokenize(name))
    return Wording(
        read=_in_english(theme, found),
        names=single,
        parts=_known(longer, frequency, without=(*asked, *single)),
        telling=_known(telling, frequency, without=(*asked, *single)),
        explained=min(1.0, sum(len(each.words) for each in found) / len(asked)),
    )


def in_other_words(
    learned: Vocabulary | None, wording: Wording, languages: Sequence[str], *, is_rare: bool
) -> Vocabulary | None:
    """What the index taught, with the words of longer names; with the telling words where it taught nothing.

    ``is_rare``: few posts name the theme. Where many do and still teach nothing, it is what everybody writes about.
    """
    if learned is None and not is_rare:
        return None
    known = {word.stem for word in learned.words} if learned else set()
    weights = dict.fromkeys(wording.parts, PART_OF_A_NAME)
    if learned is None:
        weights = dict.fromkeys(wording.telling, TELLING) | weights
    added: dict[str, Word] = {}
    for written, weight in weights.items():
        for stemmed in dict.fromkeys(stem([written], language)[0] for language in languages):
            if stemmed not in known:
                added.setdefault(stemmed, Word(stemmed, weight, written))
    if learned is None:
        return Vocabulary(0, tuple(added.values())) if added else None
    return learned._replace(words=(*learned.words, *added.values()))


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
