"""The words of one text, and those with which a place name may begin. What a name means is in ``mentions.py``.

Most texts name no place, and most words of those that do begin none: they are passed by with one look into a set.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import compress, islice, pairwise
from typing import Final, NamedTuple

from places.name_starts import NameStarts
from places.scripts import is_of_another_script
from places.words import SMALL_STARTS, WORD, named_after, phrase_pairs, phrase_starts, set_phrases
from text.fold import fold

_LONGEST_PHRASE: Final = 4  # words
_AHEAD: Final = 6  # words whose places are found with one that is asked for
_BEFORE_DIAL_CODE: Final = frozenset({"the", "representing", "repping"})
_FOR_LIFE: Final = ("for", "life")
_ASCII_WORDS: Final = bytes(code if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
_ASCII_FOLDED: Final = _ASCII_WORDS.lower()
_CAPITAL: Final = re.compile(r"[A-ZÀ-ÖØ-Þ]")

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

    __slots__ = ("_all_small", "_rest", "_small", "_spans", "folded", "text", "written")

    def __init__(
        self, text: str, spans: Sequence[tuple[int, int]] | None = None, small: Sequence[tuple[int, int]] | None = None
    ) -> None:
        """``spans`` are the words and ``small`` the ``small_lines``, where they are known already."""
        self.text = text
        self.written = _written(text) if spans is None else [text[start:end] for start, end in spans]
        self.folded = _folded(text, self.written)
        self._rest = WORD.finditer(text)
        self._spans = [] if spans is None else [*spans]
        lines = small_lines(text) if small is None else small
        self._all_small = bool(lines) if not lines or lines[0] == (0, len(text)) else None
        self._small = self._words_of(lines) if self._all_small is None else []  # words from one to another

    def __len__(self) -> int:
        return len(self.folded)

    def __getitem__(self, at: int) -> Word:
        return Word(self.folded[at], self.written[at], *self.span(at))

    def span(self, at: int) -> tuple[int, int]:
        """``[start, end)`` of word ``at``; what lies behind the last one that was asked for is not looked for yet."""
        spans = self._spans
        if at >= len(spans):
            spans += map(_span, islice(self._rest, at + _AHEAD - len(spans)))
        return spans[at]

    def key(self, at: int, count: int) -> str:
        """These words as ``places.words.name_key`` writes them."""
        return " ".join(self.folded[at : at + count])

    def gap_before(self, at: int) -> str:
        """What stands between word ``at`` and the one before it; both ends of the text part words too."""
        if at in (0, len(self.folded)):
            return "\n"
        return self.text[self.span(at - 1)[1] : self.span(at)[0]]

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
        """Whether word ``at`` is a number that stands for a town."""
        return _is_dial_code(self.folded, at)

    def _words_of(self, lines: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Likewise by numbers of words; a line's end is never inside one."""
        if self._spans:
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
    """What ``Words.starts`` finds, in texts that are read quicker as a whole; None for others.

    An empty list of most posts without a place, and found out quickly. ``small``: the ``small_lines`` of the text.
    """
    if not text.isascii():
        return None  # letters do not tell, or not so simply
    if small and small[0] == (0, len(text)):
        return _starts_in_small(_written(text), known)
    words = _written(text)
    found: list[int] = []
    for at in [at for at, word in enumerate(words) if not word[0].islower()]:
        word = words[at].lower()
        if word in known.after_small and at and _is_begun(words[at - 1], word, known):
            found.append(at - 1)
        if word in known.words and _begins_a_name(words, at, known, small_towns=small_towns):
            found.append(at)
    return sorted({*found, *_starts_in_lines(text, small, known)}) if small else found


def _is_begun(before: str, word: str, known: NameStarts) -> bool:
    """Whether the small word before one begins a name with it ("the Hague")."""
    return before[0].islower() and before.lower() in SMALL_STARTS and f"{before.lower()} {word}" in known.pairs


def _starts_in_lines(text: str, small: Sequence[tuple[int, int]], known: NameStarts) -> Iterator[int]:
    """Likewise in the small lines of an ASCII text that has others, too."""
    number = end = 0
    for first, last in small:
        number += len(_written(text[end:first]))
        words, following = _written(text[first:last]), WORD.search(text, last)
        after = [] if following is None else [following[0].lower()]
        # Numbers are found among the capitals.
        starts = _starts_in_small([*words, *after], known)
        yield from (number + at for at in starts if at < len(words) and not words[at].isdigit())
        number, end = number + len(words), last


def _starts_in_small(words: Sequence[str], known: NameStarts) -> list[int]:
    """Likewise among the words of an ASCII text without any capital."""
    pairs = [*map(" ".join, pairwise(words))]
    if known.known.isdisjoint(words) and known.pairs.isdisjoint(pairs) and not any(map(str.isdigit, words)):
        return []
    found: list[int] = []
    last = len(words) - 1
    for at, word in enumerate(words):
        if word.isdigit():
            fits = word in known.single and _is_dial_code(words, at)
        elif word in SMALL_STARTS and at < last and not words[at + 1][0].islower():
            fits = False
        else:
            fits = word in known.known
        if fits or (at < last and pairs[at] in known.pairs):
            found.append(at)
    return found


def _begins_a_name(words: Sequence[str], at: int, known: NameStarts, *, small_towns: bool) -> bool:
    """Whether one may begin with a word in capitals, or a number, that begins some name."""
    word, after = words[at].lower(), words[at + 1].lower() if at + 1 < len(words) else ""
    if word.isdigit():
        if word in known.single and _is_dial_code([*map(str.lower, words)], at):
            return True
    elif word[0].isdigit():
        return False
    elif word in known.lone or (word in known.single and (small_towns or after in known.areas)):
        return True
    return f"{word} {after}" in known.pairs


def _is_dial_code(words: Sequence[str], at: int) -> bool:
    """Whether a number is written like an area code as the name of a town ("the 305", "305 for life")."""
    return tuple(words[at + 1 : at + 3]) == _FOR_LIFE or (at > 0 and words[at - 1] in _BEFORE_DIAL_CODE)


def _written(text: str) -> list[str]:
    """What ``WORD`` finds."""
    return _ascii_words(text, _ASCII_WORDS) if text.isascii() else WORD.findall(text)


def _ascii_words(text: str, letters: bytes) -> list[str]:
    return text.encode("ascii").translate(letters).decode("ascii").split()


def _folded(text: str, written: list[str]) -> list[str]:
    """The words of a text folded: all at once, where that keeps them apart."""
    if text.isascii():
        return _ascii_words(text, _ASCII_FOLDED)
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
