"""The words of one text, and those with which a place name may begin. What a name means is in ``mentions.py``.

Most texts name no place, and most words of those that do begin none: they are passed by with one look into a set.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from itertools import compress, islice, pairwise
from typing import Final, NamedTuple

from places.name_starts import NameStarts
from places.scripts import is_of_another_script
from places.words import SMALL_STARTS, WORD, named_after, phrase_pairs, phrase_starts, set_phrases
from text.fold import fold

_LONGEST_PHRASE: Final = 4  # words
_BEFORE_DIAL_CODE: Final = frozenset({"the", "representing", "repping"})
_FOR_LIFE: Final = ("for", "life")
_ASCII_WORDS: Final = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
_CAPITAL: Final = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_CAPITALISED: Final = re.compile(r"[A-Z0-9](?<![A-Za-z0-9].)[A-Za-z0-9]*")  # words of an ASCII text


_span: Final = re.Match.span


class Word(NamedTuple):
    """A word of the text."""

    text: str  # folded
    written: str
    start: int
    end: int

    @property
    def upper(self) -> bool:
        """Whether it is written in capitals."""
        return self.written.isupper()


class Words:
    """The words of a text; a ``Word`` is made where somebody looks, as most words of a post are never looked at."""

    __slots__ = ("_all_small", "_small", "_spans", "folded", "text", "written")

    def __init__(
        self, text: str, spans: Sequence[tuple[int, int]] | None = None, small: Sequence[tuple[int, int]] | None = None
    ) -> None:
        """``spans`` are the words and ``small`` the ``small_lines``, where they are known already."""
        self.text = text
        self.written = _written(text) if spans is None else [text[start:end] for start, end in spans]
        self.folded = _folded(text, self.written)
        self._spans: Sequence[tuple[int, int]] | None = spans
        lines = small_lines(text) if small is None else small
        self._all_small = bool(lines) if not lines or lines[0] == (0, len(text)) else None
        self._small = self._words_of(lines) if self._all_small is None else []  # words from one to another

    def __len__(self) -> int:
        return len(self.folded)

    def __getitem__(self, at: int) -> Word:
        return Word(self.folded[at], self.written[at], *self.spans[at])

    @property
    def spans(self) -> Sequence[tuple[int, int]]:
        """``[start, end)`` of each word."""
        if self._spans is None:
            self._spans = [*map(_span, WORD.finditer(self.text))]
        return self._spans

    def some(self, at: int, count: int) -> list[Word]:
        """``count`` words from number ``at`` on."""
        return [self[number] for number in range(at, at + count)]

    def key(self, at: int, count: int) -> str:
        """These words as ``places.words.name_key`` writes them."""
        return " ".join(self.folded[at : at + count])

    def gap_before(self, at: int) -> str:
        """What stands between word ``at`` and the one before it; both ends of the text part words too."""
        if at in (0, len(self.folded)):
            return "\n"
        return self.text[self.spans[at - 1][1] : self.spans[at][0]]

    def is_small(self, at: int) -> bool:
        """Whether word ``at`` stands in a line without a capital, whose writer would write "boston"."""
        if self._all_small is not None:
            return self._all_small
        return any(first <= at < end for first, end in self._small)

    def phrases(self, *, names: bool = True) -> list[tuple[int, int]]:
        """``[first, end)`` of the words that are set phrases, with ``names`` those of clubs and universities too."""
        starts = phrase_starts()
        if starts.isdisjoint(self.folded):
            return []
        found: list[tuple[int, int]] = []
        known = (set_phrases(), named_after()) if names else (set_phrases(),)
        pairs = phrase_pairs()
        for at in self._members(starts):
            if self.key(at, 2) not in pairs:
                continue
            for end in range(min(at + _LONGEST_PHRASE, len(self)), at + 1, -1):
                if any(self.key(at, end - at) in each for each in known):
                    found.append((at, end))
                    break
        return found

    def starts(self, known: NameStarts, *, small_towns: bool = True) -> list[int]:
        """The words with which a name may begin, in a text that keeps the usual capitals or has none at all.

        Without ``small_towns`` a town that counts only with its state or country is left out where none may follow.
        """
        folded, written, last = self.folded, self.written, len(self.folded) - 1
        found: list[int] = []
        for at in self._may_begin(known):
            word = folded[at]
            if written[at][0].isupper():
                fits = word in known.single
                if fits and not small_towns and word not in known.lone:
                    fits = at < last and folded[at + 1] in known.areas
            elif written[at].isdigit():
                fits = word in known.single and self.is_dial_code(at)
            elif at < last and word in SMALL_STARTS and not written[at + 1][0].islower():
                fits = False
            elif self.is_small(at):
                fits = word in known.known
            else:
                continue
            if fits or (at < last and f"{word} {folded[at + 1]}" in known.pairs):
                found.append(at)
        return found

    def of_other_scripts(self) -> list[int]:
        """The words in other than Latin letters with which a name may begin: with a capital, where there are any."""
        return [
            at
            for at, word in enumerate(self.written)
            if len(word) > 1 and is_of_another_script(word) and (not word[0].islower() or self.is_small(at))
        ]

    def _may_begin(self, known: NameStarts) -> Sequence[int]:
        """The words that may begin a name; where capitals are usual, only those and the small words before them."""
        if self._all_small:
            return self._members(known.words)
        folded, found = self.folded, list[int]()
        for at in [at for at, word in enumerate(self.written) if not word[0].islower()]:
            if at and folded[at - 1] in SMALL_STARTS and (not found or found[-1] != at - 1):
                found.append(at - 1)
            if folded[at] in known.words:
                found.append(at)
        if not self._small:
            return found
        small = [at for first, end in self._small for at in range(first, end) if folded[at] in known.words]
        return sorted({*found, *small})

    def is_dial_code(self, at: int) -> bool:
        """Whether number ``at`` is written like an area code as the name of a town ("the 305", "305 for life")."""
        after = tuple(self.folded[at + 1 : at + 3])
        return after == _FOR_LIFE or (at > 0 and self.folded[at - 1] in _BEFORE_DIAL_CODE)

    def _words_of(self, lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Likewise by numbers of words; a line's end is never inside one."""
        if self._spans is not None:
            starts = [start for start, _ in self._spans]
            return [(bisect_left(starts, first), bisect_left(starts, end)) for first, end in lines]
        found: list[tuple[int, int]] = []
        at = words = 0
        for first, end in lines:
            words += len(_written(self.text[at:first]))
            within = len(_written(self.text[first:end]))
            found.append((words, words + within))
            at, words = end, words + within
        return found

    def _members(self, wanted: frozenset[str]) -> Sequence[int]:
        return list(compress(range(len(self.folded)), map(wanted.__contains__, self.folded)))


def starts_in(
    text: str, known: NameStarts, *, small_towns: bool = True, small: Sequence[tuple[int, int]]
) -> list[int] | None:
    """Where the words begin that ``Words.starts`` finds; None where it must be asked itself.

    An empty list of most posts without a place, and found out quickly. ``small``: the ``small_lines`` of the text.
    """
    if not text.isascii():
        return None  # letters do not tell, or not so simply
    if small:
        return [] if small[0] == (0, len(text)) and not _may_name_small(text, known) else None
    found: list[int] = []
    for capitalised in _CAPITALISED.finditer(text):
        start, word = capitalised.start(), capitalised[0].lower()
        if word in known.after_small:
            before = _word_before(text, start)
            if before[:1].islower() and f"{before.lower()} {word}" in known.pairs and before.lower() in SMALL_STARTS:
                found.append(text.rindex(before, 0, start))
        if word in known.words and _begins_a_name(text, capitalised, known, small_towns=small_towns):
            found.append(start)
    return found


def _begins_a_name(text: str, capitalised: re.Match[str], known: NameStarts, *, small_towns: bool) -> bool:
    """Whether one may begin with a word in capitals, or a number, that begins some name; as ``Words.starts`` has it."""
    word = capitalised[0].lower()
    is_number = word[0].isdigit()
    if not is_number and (word in known.lone or (small_towns and word in known.single)):
        return True
    after = [found[0].lower() for found in islice(WORD.finditer(text, capitalised.end()), 1 + is_number)]
    if is_number:
        if not word.isdigit():
            return False
        is_code = tuple(after) == _FOR_LIFE or _word_before(text, capitalised.start()).lower() in _BEFORE_DIAL_CODE
        if is_code and word in known.single:
            return True
    elif after and after[0] in known.areas and word in known.single:
        return True
    return bool(after) and f"{word} {after[0]}" in known.pairs


def _word_before(text: str, start: int) -> str:
    """The last word of an ASCII text that ends at ``start``; empty where there is none."""
    words = _written(text[:start])
    return words[-1] if words else ""


def _may_name_small(text: str, known: NameStarts) -> bool:
    """Likewise for an ASCII text without any capital."""
    words = _written(text)
    return (
        not known.known.isdisjoint(words)
        or not known.pairs.isdisjoint(map(" ".join, pairwise(words)))
        or any(word.isdigit() and word in known.single for word in words)
    )


def _written(text: str) -> list[str]:
    """What ``WORD`` finds."""
    return text.translate(_ASCII_WORDS).split() if text.isascii() else WORD.findall(text)


def _folded(text: str, written: list[str]) -> list[str]:
    """The words of a text folded: all at once, where that keeps them apart."""
    if text.isascii():
        return " ".join(written).lower().split(" ") if written else []
    folded: list[str] = WORD.findall(fold(text))
    return folded if len(folded) == len(written) else [fold(word) for word in written]


def small_lines(text: str) -> list[tuple[int, int]]:
    """``[start, end)`` of the lines without any capital."""
    if text.islower():
        return [(0, len(text))]
    found: list[tuple[int, int]] = []
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if not _CAPITAL.search(line):
            first = found.pop()[0] if found and found[-1][1] == start else start
            found.append((first, end))
        start = end
    return found
