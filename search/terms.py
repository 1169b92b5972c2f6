"""The theme's words inside running text: where they stand, how much of the theme a text covers, whether it denies it.

Index and query share one token chain (``text.analysis``); this is about quotations, which are text for people.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Final, NamedTuple

from indexer.contract import TextQuery
from text.denial import is_denied_after, is_denied_before, without_seeming_denials
from text.fold import fold

ENDING: Final = r"\w{0,4}"  # what a stem may have lost: "bak" + "ing", "bäcker" + "eien"
NO_WORDS: Final = frozenset[str]()
NEAR: Final = 60  # characters before and after a word that are looked at for a denial


class Naming(NamedTuple):
    """How a text names the theme: which share of its words, and whether only to refuse it."""

    coverage: float
    denied: bool


UNNAMED: Final = Naming(0.0, denied=False)


@dataclass(frozen=True)
class ThemeTerms:
    """The theme as a set of words to look for. Build it with ``of``."""

    words: tuple[str, ...]
    others: tuple[str, ...] = ()  # other names of the theme, or of ``explained``, a share of its words
    explained: float = 0.0

    @classmethod
    def of(cls, query: TextQuery, *, others: Iterable[str] = (), explained: float = 0.0) -> "ThemeTerms":
        """Stems and surface words of a query, and its other names; the shorter where one begins another."""
        own = cls._distinct(*query.stems, *query.surface)
        return cls(own, tuple(word for word in cls._distinct(*others) if word not in own), explained)

    @staticmethod
    def _distinct(*given: str) -> tuple[str, ...]:
        words = {fold(word) for word in given if word.strip()}
        shortest = sorted(words, key=lambda word: (len(word), word))
        kept: list[str] = []
        for word in shortest:
            if not any(word.startswith(shorter) and len(shorter) > 2 for shorter in kept):
                kept.append(word)
        return tuple(kept)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        if not self.words:
            return None
        every = (*self.words, *self.others)
        words = "|".join(re.escape(word) for word in sorted(every, key=lambda word: (-len(word), word)))
        return re.compile(rf"(?<!\w)(?:{words})" if any(map(_joined, every)) else rf"\b({words}){ENDING}\b")

    @cached_property
    def _every(self) -> tuple[str, ...]:
        return (*self.words, *self.others) if self.words else ()

    def _whole(self, word: str) -> re.Pattern[str] | None:
        """The pattern of a word's inflections; None for scripts without spaces: it may stand anywhere.

        Made for words that a text holds: most names of a large theme stand nowhere.
        """
        if word not in self._patterns:
            self._patterns[word] = None if _joined(word) else re.compile(rf"\b{re.escape(word)}{ENDING}\b")
        return self._patterns[word]

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str] | None]:
        return {}

    def found(self, text: str) -> frozenset[str]:
        """The theme's words that a text holds."""
        return self._found_in(fold(text))

    def named(self, text: str) -> tuple[str, ...]:
        """The theme's words that a text holds, as the text writes them (small letters): "baking", not "bak"."""
        folded = fold(text)
        shown = text.lower() if len(text.lower()) == len(folded) else folded
        written = []
        for word in self._every:
            if word in folded:
                pattern = self._whole(word)
                match = pattern.search(folded) if pattern is not None else None
                if match or pattern is None:
                    written.append(shown[match.start() : match.end()] if match else word)
        return tuple(sorted(dict.fromkeys(written)))

    def _found_in(self, folded: str) -> frozenset[str]:
        found = [
            word
            for word in self._every
            if word in folded and ((pattern := self._whole(word)) is None or pattern.search(folded) is not None)
        ]
        return frozenset(found) if found else NO_WORDS

    def coverage(self, text: str) -> float:
        """The share of the theme's words that a text holds, in [0, 1]."""
        return self._coverage_of(fold(text))

    def _coverage_of(self, folded: str) -> float:
        found = self._found_in(folded)
        if not found:
            return 0.0
        own = sum(word in found for word in self.words)
        share = own / len(self.words)
        return share if len(found) == own else max(share, self.explained)

    def spots(self, text: str) -> list[int] | None:
        """Where in a text a word of the theme may stand, ascending; None where that cannot be told quickly."""
        folded = fold(text)
        if len(folded) != len(text):
            return None
        held = [word for word in self._every if word in folded]
        return sorted([at for word in held for at in _places_of(word, folded)])

    def naming(self, folded: Sequence[str], may_deny: Sequence[bool]) -> "list[Naming]":
        """``coverage`` and ``denied`` of texts that are folded already, sought through in one go.

        ``may_deny``: which of them hold a word of denial (``text.denial``).
        """
        every = "\n".join(folded)
        ends = list(accumulate(len(text) + 1 for text in folded))
        naming = {bisect_right(ends, at) for word in self._every for at in _places_of(word, every)}
        return [
            Naming(self._coverage_of(text), may_deny[row] and self._denied_in(text)) if row in naming else UNNAMED
            for row, text in enumerate(folded)
        ]

    def meant(self, text: str, *, may_deny: bool = True) -> float:
        """The ``coverage`` of a text that does not deny the theme; 0.0 of one that does.

        ``may_deny``: whether it may hold a word of denial at all (``text.denial``).
        """
        folded = fold(text)
        share = self._coverage_of(folded)
        return 0.0 if share and may_deny and self._denied_in(folded) else share

    def position(self, text: str) -> int:
        """Where the first word of the theme stands, in characters; -1 where none does.

        Exact where folding keeps the length, else a few characters off: good enough to cut a quotation.
        """
        match = self._pattern.search(fold(text)) if self._pattern else None
        return match.start() if match else -1

    def denied(self, text: str) -> bool:
        """Whether the theme is mentioned, and only to be refused: "not a sushi person", "I never eat sushi"."""
        return self._denied_in(fold(text))

    def _denied_in(self, folded: str) -> bool:
        if self._pattern is None:
            return False
        for word in self._every:
            if word in folded:  # most texts hold none, and this is much quicker than a pattern
                break
        else:
            return False
        folded = without_seeming_denials(folded)
        mentions = list(self._pattern.finditer(folded))
        return bool(mentions) and all(_is_denied(folded, match.start(), match.end()) for match in mentions)


def _places_of(word: str, text: str) -> Iterator[int]:
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + 1)


def _joined(word: str) -> bool:
    """Whether a word belongs to a script that is written without spaces."""
    return any(character > "\u2e7f" for character in word)


def _is_denied(folded: str, start: int, end: int) -> bool:
    before = folded[max(0, start - NEAR) : start]
    return is_denied_before(before) or is_denied_after(folded[end : end + NEAR])
