"""Where places are named in a text, and which places each name may mean. No judgement on whose home it is.

Homonyms are settled by what follows ("Portland, Maine") as far as possible; the readings that remain keep weights.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from places.gazetteer import Gazetteer, NamedPlace
from places.name_starts import KNOWN_WHEN_SMALL, RARE_SPELLING, SMALL_TOWN
from places.scan import Word, Words, small_lines, starts_in
from places.scripts import cut_names, declined, is_of_another_script
from places.words import everyday_words, uncapitalised_words
from text.stopwords import is_stopword

_LONGEST_NAME: Final = 5  # words
_GAPS: Final = frozenset({" ", "-", "'", ". ", ".", "’", "\u00a0", "–", " - ", "/", " ("})
_QUALIFIER_GAPS: Final = frozenset({" ", ", ", ",", " (", "/", " - ", " / ", ", in ", " | ", "-", "), "})
_FEWEST_SHARE: Final = 0.02  # readings lighter than this part of the heaviest are dropped
_FOLLOWING_WORDS: Final = 3
# Codes that are also words in a language a query may come in; written small they count only after a comma.
_WORDY_CODE_LIST: Final = """
al as at be by ch co de do es hi id il in is it la ma me mo my no oh ok on or pa se so to us va act can per est and
"""
_WORDY_CODES: Final = frozenset(_WORDY_CODE_LIST.split())
_ENGLISH_WORD_LIST: Final = "as at be by do in is it my no on or so to us act can per est and"
_ENGLISH_WORDS: Final = frozenset(_ENGLISH_WORD_LIST.split())
_STOP_LANGUAGES: Final = ("en", "de", "es", "fr")

_SPACES: Final = re.compile(r"\s+")
_PARTS: Final = re.compile(r"[,;/|()\[\]•·✈→➡:>\n]|\s[-–—]+\s")  # between the parts of a profile's location
_MOST_WORDS_OF_CODES: Final = 4  # a longer text is an address or a firm, where "NAS" is no airport
_SHORT: Final = 3  # capitals that are an abbreviation ("NUS", "UB") and mostly not the town so named
_UNMISTAKABLE: Final = 3  # words of a name that means nothing else ("Freiburg im Breisgau")
_KNOWN_BY_SO_FEW: Final = 100_000  # people


class Mention(NamedTuple):
    """A name at ``[start, end)``, its qualifier included, and its readings, heaviest first.

    ``name_end`` is where the name itself ends. ``sure`` is False for an everyday word that only may be a place.
    """

    start: int
    end: int
    name_end: int
    readings: tuple[NamedPlace, ...]
    sure: bool

    @property
    def qualified(self) -> bool:
        """Whether a state or country follows the name."""
        return self.end > self.name_end


def find_mentions(
    text: str,
    gazetteer: Gazetteer,
    *,
    cased: bool,
    codes: bool = False,
    small_towns: bool = True,
    english: bool = False,
) -> list[Mention]:
    """The places named in ``text``, in order, the longest name first at each point.

    ``cased``: the text keeps the usual capitals, so that a small word is no place name. ``codes``: a bare postal code
    or airport ("MA", "MUC") counts where it stands apart. Without ``small_towns`` a town counts from 15,000 people on
    or with its state or country. ``english``: no word of another language is expected, so that "ma" and "va" after a
    town are states also in small letters. A set phrase ("Boston cream pie") names no place.
    """
    small = small_lines(text)
    starts = starts_in(text, gazetteer.name_starts(), small_towns=small_towns, small=small) if cased else None
    if starts == []:
        return []
    wordy = _ENGLISH_WORDS if english else _WORDY_CODES
    words = Words(text, cut_names(text, gazetteer), small)
    reader = _Reader(text, words, gazetteer, cased, codes, small_towns, wordy, starts)
    return list(reader.mentions())


def phrase_spans(text: str) -> list[tuple[int, int]]:
    """``[start, end)`` of dishes and the like with a place in their name."""
    words = Words(text)
    return [(words[first].start, words[end - 1].end) for first, end in words.phrases()]


@dataclass(slots=True)
class _Reader:
    text: str
    words: Words
    gazetteer: Gazetteer
    cased: bool
    codes: bool
    small_towns: bool
    wordy: frozenset[str]  # codes that are words, unless they stand in capitals or after a comma
    starts: Sequence[int] | None  # the words with which names may begin, if that is known already

    def mentions(self) -> Iterator[Mention]:
        starts = self._starts()
        if not starts:
            return
        phrases = self.words.phrases(names=not self.codes)
        taken = {at for first, end in phrases for at in range(first, end)}
        after = 0
        for at in starts:
            found = self._at(at) if at >= after and at not in taken else None
            if found is not None:
                mention, after = found
                yield mention

    def _starts(self) -> Sequence[int]:
        """The words with which a name may begin."""
        if not self.cased:
            return range(len(self.words))
        if self.starts is not None:
            return self.starts
        known = self.words.starts(self.gazetteer.name_starts(), small_towns=self.small_towns)
        return sorted({*known, *self.words.of_other_scripts()}) if is_of_another_script(self.text) else known

    def _at(self, at: int) -> tuple[Mention, int] | None:
        """The mention that begins with word ``at``, and the number of the word after it."""
        small = self.cased and self.words.is_small(at)
        for count in range(self._reach(at), 0, -1):
            if count > 1 and self.cased and not small and self.words.written[at + count - 1][0].islower():
                continue
            known = self._known(at, count)
            if not known or (count == 1 and self.codes and self._ends_a_name(at)):
                continue
            if count == 1 and small and self.words.folded[at] in uncapitalised_words():
                continue
            readings = self._readings(known, at, count)
            if not readings:
                continue
            settled, after = self._qualify(readings, at + count)
            mention = self._judge(settled, at, count, after, small=small)
            if mention is not None:
                return mention, after
        return None

    def _known(self, at: int, count: int) -> tuple[NamedPlace, ...]:
        """All readings of ``count`` words from ``at`` on; "401" is read as "the 401" where it can be no number."""
        if count == 1 and self.words.folded[at].isdigit():
            named = len(self.words) == 1 or self.words.is_dial_code(at)
            return self.gazetteer.readings(f"the {self.words.folded[at]}") if named else ()
        known = self.gazetteer.readings(self.words.folded[at] if count == 1 else self.words.key(at, count))
        if known or count > 1:
            return known
        cases = map(self.gazetteer.readings, declined(self.words.folded[at]))
        return next((readings for readings in cases if readings), ())

    def _reach(self, at: int) -> int:
        """How many words from ``at`` on may be one name."""
        count = 1
        is_latin = not is_of_another_script(self.words.written[at])
        if self.cased and is_latin and self.words.key(at, 2) not in self.gazetteer.name_starts().pairs:
            return count
        while count < _LONGEST_NAME and at + count < len(self.words):
            if self.words.gap_before(at + count) not in _GAPS:
                break
            count += 1
        return count

    def _readings(self, readings: tuple[NamedPlace, ...], at: int, count: int) -> tuple[NamedPlace, ...]:
        """Those ``readings`` of ``count`` words from ``at`` on that the way they are written allows."""
        word = self.words.folded[at]
        if count == 1 and _too_common(word, cased=self.cased) and not self.words.written[at].isupper():
            whole = self.codes and len(self.words) == 1  # "la" as all that a profile's location says
            return tuple(reading for reading in readings if reading.source == "nick") if whole else ()
        if "code" not in [reading.source for reading in readings]:
            return readings
        return self._with_codes(readings, at) if count == 1 else ()

    def _with_codes(self, readings: tuple[NamedPlace, ...], at: int) -> tuple[NamedPlace, ...]:
        """``readings`` of one word without the codes that it is no place for ("AT&T", "IT center")."""
        plain = tuple(reading for reading in readings if reading.source != "code")
        if not self.codes:
            return plain
        if len(self.words) > 1:
            if not self.words[at].upper:
                return plain
            states = tuple(
                reading for reading in readings if reading.source == "code" and reading.place.key.startswith("a:US.")
            )
            before, after = self.words.gap_before(at), self.words.gap_before(at + 1)
            if not (_parts(after) or self.words[at + 1].text.isdigit()):
                return plain
            if states and "," in before:
                return states  # "Somewhere, CA" is in California, known town or not
            if not _parts(before) or len(self.words) > _MOST_WORDS_OF_CODES:
                return plain or states
        return plain if any(reading.source == "nick" for reading in plain) else readings

    def _ends_a_name(self, at: int) -> bool:
        """Whether an everyday word belongs to the one before ("Stanford University, CA" is not University, Canada)."""
        return self.words[at].text in everyday_words() and self.words.gap_before(at) == " "

    def _qualify(self, readings: tuple[NamedPlace, ...], after: int) -> tuple[tuple[NamedPlace, ...], int]:
        """``readings`` narrowed by the state or country that follows, and the word after it."""
        if after >= len(self.words):
            return readings, after
        # Of running text, for whoever asks a question has not loaded the tables of starts.
        if self.cased and self.words.folded[after] not in self.gazetteer.name_starts().areas:
            return readings, after
        gap = _SPACES.sub(" ", self.words.gap_before(after))
        if gap not in _QUALIFIER_GAPS:
            return readings, after
        for count in range(min(_FOLLOWING_WORDS, len(self.words) - after), 0, -1):
            word = self.words[after]
            areas = {
                reading.place.key
                for reading in self.gazetteer.readings(self.words.key(after, count))
                if reading.place.kind in ("state", "country") and self._may_qualify(reading, word, gap, after)
            }
            if not areas:
                continue
            inside = tuple(reading for reading in readings if areas & set(self.gazetteer.parents(reading.place.key)))
            # Newton was called Cambridge long ago; who says "Cambridge, Mass." does not mean it
            inside = tuple(reading for reading in inside if reading.source != "spelling") or inside
            if inside:
                # "Portland, Oregon, USA": what follows may follow again
                return self._qualify(inside, after + count)
        return readings, after

    def _may_qualify(self, reading: NamedPlace, word: Word, gap: str, at: int) -> bool:
        if reading.source != "code" or word.upper or "," in gap:
            return True
        last = at == len(self.words) - 1
        return not self.cased and (word.text not in self.wordy or (last and gap == " "))

    def _judge(
        self, readings: tuple[NamedPlace, ...], at: int, count: int, after: int, *, small: bool
    ) -> Mention | None:
        """A mention of these readings, or None where the name is too weak to be one.

        ``count`` words from ``at`` on are the name, and what qualifies it ends before ``after``.
        """
        words = self.words
        qualified = after > at + count
        if not qualified:
            least = readings[0].weight * _FEWEST_SHARE
            if not self.small_towns:
                least = max(least, KNOWN_WHEN_SMALL if small and count == 1 else SMALL_TOWN)
            readings = tuple(
                [
                    reading
                    for reading in readings
                    if reading.weight >= least
                    and (reading.source != "spelling" or reading.weight > RARE_SPELLING or count >= _UNMISTAKABLE)
                ]
            )
            if count == 1 and len(words.folded[at]) <= _SHORT and words.written[at].isupper():
                readings = tuple(each for each in readings if each.source != "name" or each.weight >= _KNOWN_BY_SO_FEW)
        if not readings:
            return None
        sure = qualified or "-".join(words.folded[at : at + count]) not in everyday_words()
        start, name_end = words.span(at)
        if count > 1:
            name_end = words.span(at + count - 1)[1]
        return Mention(start, words.span(after - 1)[1] if qualified else name_end, name_end, readings, sure)


def _parts(gap: str) -> bool:
    return _PARTS.search(gap) is not None


@lru_cache(1 << 16)
def _too_common(word: str, *, cased: bool) -> bool:
    """Whether a word that is not in capitals is a function word, or too short to be a name."""
    return (cased and len(word) < 3) or any(is_stopword(word, language) for language in _STOP_LANGUAGES)
