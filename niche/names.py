"""What a bare name says: "chicagofoodblogger" → Chicago; food; blogger. For lists where nothing else is known.

Most names say nothing, and parting one takes a millisecond: a quick look for the words that count comes first.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from niche.model import Niche
from niche.themes import themes_in, words_of_themes
from places.gazetteer import Gazetteer
from places.joined import in_joined_word
from places.match import place_match
from places.model import PlaceGuess
from text.split import seams, split_words
from text.stems import stem
from text.stopwords import is_stopword
from text.tokens import tokenize

_SHORTEST: Final = 4  # letters of a word that is looked for inside a longer one
_MOST_CACHED: Final = 50_000
_SURE: Final = 0.8  # confidence of a place in a name
_THEME, _PLACE, _VOICE = 0.5, 0.3, 0.2
"""How much a niche's word, its place and a word for a voice count; together 1."""
_VOICES: Final = frozenset(
    """bites blog blogger bloggers blogging bloguera bloguero blogs chronicles creator creators daily diaries diary
    eater eating eats explorer explores guide influencer insider journal kocht kritzelt liest mag magazine newsletter
    notes photographer photography photos pod podcast podcaster podcasts reader reads review reviews scene stories
    tales tiktoker tries tv videos vlog vlogger vlogs voice wanders weekly writer writes youtuber zine""".split()  # noqa: SIM905
)
"""Words by which a name says that somebody publishes."""


@dataclass(frozen=True, slots=True)
class NameWords:
    """``words`` of a name (folded), and the places in it as (key, letters); both empty where it says nothing."""

    words: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class NameFit:
    """How much a name says for a niche, in [0, 1], and which of its words and places say it."""

    score: float
    words: tuple[str, ...]
    places: tuple[str, ...]  # labels


def read_name(name: str, gazetteer: Gazetteer) -> NameWords:
    """The words and places in ``name`` (a handle without "@" and host, or a host), if any of them says something."""
    places = tuple((found.place.key, letters) for found, letters in in_joined_word(name, gazetteer))
    if not places and not _may_say_something(name):
        return NameWords()
    words = _split(name)
    says = any(word in _telling_words() for word in words) or (places and len(words) > 1)
    return NameWords(words if says else (), places)


def fit_in_general(name: NameWords, gazetteer: Gazetteer) -> NameFit:
    """Without a niche: a word of any theme, a word for a voice, a place."""
    local = {letters for _, letters in name.places}
    themes = [word for word in name.words if word in words_of_themes() and word not in _VOICES and word not in local]
    voices = [word for word in name.words if word in _VOICES and word not in local]
    places = _labels(name, gazetteer)
    score = _THEME * bool(themes) + _VOICE * bool(voices) + _PLACE * bool(places)
    told = [word for word in name.words if word in (*themes, *voices)]
    return NameFit(score, tuple(dict.fromkeys(told)), places)


class NicheWords:
    """A niche as it is looked for in names: made once, asked for many."""

    def __init__(self, niche: Niche, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._targets = niche.places
        own = {word for word in tokenize(niche.theme) if not is_stopword(word)}
        other = {
            word: 0.8
            for found in themes_in(niche.theme)
            for name in (*found.same, *found.members, *found.telling)
            if len(tokenize(name)) == 1
            for word in tokenize(name)
        }
        self._weights = other | dict.fromkeys(own, 1.0)
        self._stems = {_stem(word): weight for word, weight in self._weights.items()}
        self._inside = tuple(word for word in own if len(word) >= _SHORTEST)

    def fit(self, name: str, words: NameWords) -> NameFit | None:
        """How well a name fits; None when neither a word nor a place of the niche is in it."""
        if not words.words and any(word in name for word in self._inside):  # words of no known theme, too
            words = NameWords(_split(name), words.places)
        weights = {word: self._weight(word) for word in words.words}
        theme = max(weights.values(), default=0.0)
        guesses = [
            PlaceGuess(place, "home", _SURE)
            for key, _ in words.places
            if (place := self._gazetteer.get(key)) is not None
        ]
        match = place_match(guesses, self._targets, self._gazetteer)
        local = match.inside and bool(guesses) and any(target.relation != "not" for target in self._targets)
        if not theme and not local:
            return None
        voices = [word for word in words.words if word in _VOICES]
        score = _THEME * theme + _PLACE * local + _VOICE * bool(voices)
        if guesses and self._targets and not match.inside:
            score *= 0.5  # the name says that they are somewhere else
        told = [word for word, weight in weights.items() if weight or word in voices]
        return NameFit(round(score, 3), tuple(told), _labels(words, self._gazetteer))

    def _weight(self, word: str) -> float:
        return self._weights.get(word) or self._stems.get(_stem(word), 0.0)


def _labels(name: NameWords, gazetteer: Gazetteer) -> tuple[str, ...]:
    found = (gazetteer.get(key) for key, _ in name.places)
    return tuple(dict.fromkeys(place.label for place in found if place is not None))


def _stem(word: str) -> str:
    return stem([word], "en")[0]


@lru_cache(_MOST_CACHED)
def _split(name: str) -> tuple[str, ...]:
    return tuple(word for word in split_words(name) if not word.isdigit())


def _may_say_something(name: str) -> bool:
    """Whether a telling word stands between seams or, if it is long enough, anywhere."""
    heads = _heads()
    for part in seams(name):
        if part in _telling_words():
            return True
        for at in range(len(part) - _SHORTEST + 1):
            for word in heads.get(part[at : at + _SHORTEST], ()):
                if part.startswith(word, at):
                    return True
    return False


@cache
def _heads() -> dict[str, tuple[str, ...]]:
    """Telling words by their first letters."""
    found: dict[str, list[str]] = {}
    for word in _telling_words():
        if len(word) >= _SHORTEST:
            found.setdefault(word[:_SHORTEST], []).append(word)
    return {head: tuple(words) for head, words in found.items()}


@cache
def _telling_words() -> frozenset[str]:
    return words_of_themes() | _VOICES
