"""What the niche is called, and how far a text, a tag or an address speaks of it. Pure.

The names come from the niche's own words and from the lexicon (``niche/themes.py``): a theme under its other names,
in other languages, and the words that its people use among themselves. How a crawl acts on it is in ``focus.py``.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

from niche.themes import themes_in
from text.fold import fold
from text.stopwords import is_stopword
from text.tokens import tokenize

PARTLY: Final = 0.5
"""The most that a text counts which has some of the words of a theme that is named by all of them together."""
ONE_TELLING: Final = 0.4
SOME_TELLING: Final = 0.8
"""Words that people of the niche use: one may be chance, two different ones are not."""
_SHORTEST_INSIDE: Final = 5  # letters of a name that is looked for inside a handle; shorter ones meet by chance
_MOST_TOKENS: Final = 3000  # of one text
_AUDIENCE: Final = frozenset("lovers lover nerds nerd fans fan enthusiasts makers artists people bloggers".split())  # noqa: SIM905

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """The names of a niche as folded words. Without any, nothing can be judged (``bool`` is False)."""

    names: frozenset[Phrase] = frozenset()
    telling: frozenset[Phrase] = frozenset()
    together: frozenset[str] = frozenset()  # words of a theme that the lexicon does not know
    _names_by_first: Mapping[str, tuple[Phrase, ...]] = field(init=False, repr=False, compare=False)
    _telling_by_first: Mapping[str, tuple[Phrase, ...]] = field(init=False, repr=False, compare=False)
    _inside: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        set_ = object.__setattr__
        set_(self, "_names_by_first", _by_first(self.names))
        set_(self, "_telling_by_first", _by_first(self.telling))
        joined = {"".join(phrase) for phrase in self.names} | {"".join(sorted(self.together))}
        set_(self, "_inside", tuple(sorted(name for name in joined if len(name) >= _SHORTEST_INSIDE)))

    def __bool__(self) -> bool:
        return bool(self.names or self.together)

    def grade(self, text: str) -> float:
        """How far a text speaks of the niche: 1 where it names it, 0 where nothing points to it."""
        words = tokenize(text)[:_MOST_TOKENS]
        if next(_found(words, self._names_by_first), None) is not None:
            return 1.0
        share = len(self.together.intersection(words)) / len(self.together) if self.together else 0.0
        if share == 1.0:
            return 1.0
        told = len(set(_found(words, self._telling_by_first)))
        return max(PARTLY * share, SOME_TELLING if told > 1 else ONE_TELLING if told else 0.0)

    def grade_word(self, word: str) -> float:
        """The same for a hashtag or handle, whose words are written together."""
        folded = fold(word)
        return 1.0 if any(name in folded for name in self._inside) else self.grade(word)

    def grade_address(self, url: str) -> float:
        """The same for the words in host, path and query of an address."""
        parts = urlsplit(url)
        return self.grade_word(f"{parts.hostname or ''} {unquote(parts.path)} {unquote(parts.query)}")


@lru_cache(maxsize=8)
def topic_of(terms: tuple[str, ...]) -> Topic:
    """The topic of a plan's terms: the theme first, then its hashtags; both may be missing.

    A hashtag that is only one word of a longer theme names no theme.
    """
    theme, hashtags = (terms[0], terms[1:]) if terms else ("", ())
    words = [word for word in tokenize(theme) if not is_stopword(word)]
    telling_nothing = frozenset(words) if len(words) > 1 else frozenset()
    tags = {tuple(tokenize(tag)) for tag in hashtags if tag and tag not in telling_nothing}
    found = themes_in(theme)
    names = {tuple(words)} if words else set()
    telling: set[Phrase] = set()
    for one in found:
        names |= {one.words} | _phrases((one.name, *one.same, *one.members))
        telling |= _phrases(one.telling)
    together = frozenset() if found else frozenset(word for word in words if word not in _AUDIENCE)
    return Topic(_with_plurals(names | tags) - {()}, frozenset(telling - names) - {()}, together)


def _phrases(texts: Iterable[str]) -> set[Phrase]:
    return {tuple(tokenize(text)) for text in texts}


def _with_plurals(phrases: Collection[Phrase]) -> frozenset[Phrase]:
    more = {(*phrase[:-1], phrase[-1] + "s") for phrase in phrases if phrase and phrase[-1].isascii()}
    return frozenset(phrases) | more


def _by_first(phrases: Iterable[Phrase]) -> Mapping[str, tuple[Phrase, ...]]:
    found: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in sorted(phrases):
        found[phrase[0]].append(phrase)
    return {first: tuple(each) for first, each in found.items()}


def _found(words: list[str], by_first: Mapping[str, tuple[Phrase, ...]]) -> Iterator[Phrase]:
    for at, word in enumerate(words):
        for phrase in by_first.get(word, ()):
            if tuple(words[at : at + len(phrase)]) == phrase:
                yield phrase
