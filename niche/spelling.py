"""Misspelt words ("east caost", "fsihing"), mended only where hardly anything else can be meant.

A word is one slip away from another when two neighbours are exchanged, a letter is missing, doubled, too much or wrong
(Damerau, 1964: four in five misspellings). The first letter is taken to be right.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from niche import vocabulary as words
from niche.draft import Draft, Word
from niche.size_words import SIZE
from places.gazetteer import Gazetteer
from places.words import name_key
from text.frequency import Frequency, ask_ahead
from text.split import split_known
from text.stopwords import is_stopword

_LETTERS: Final = "etaoinsrhldcumfpgwybvkxjqz"
_SHORTEST_PLACE: Final = 5
_SHORTEST_PAIR: Final = 8  # two words with the space between
_SHORTEST_THEME: Final = 4
_WELL_KNOWN: Final = 200_000  # weight of a place that a misspelling may stand for
_BIG: Final = 1_000_000  # ... where nothing says that it is a place
_SHORTEST_BIG: Final = 6
_MOST_TRIED: Final = 6  # words of a query; a long text of rare words is no misspelt query
_LONG: Final = 9
_LONGEST: Final = 20
_ENDINGS: Final = ("s", "er", "ers", "ing", "ings", "ist", "ists")
_SHORTEST_ROOT: Final = 3  # letters; of less nearly everything is an ending
_MOST_ALTERNATIVES: Final = 3
_OFTEN: Final = 5  # posts with a word from which on it is no slip
_FAR_COMMONER: Final = 50  # times as common a word must be to be meant for one that somebody did write
_LANGUAGES: Final = ("en", "de", "es", "fr")


class _Edit(NamedTuple):
    """``name`` for what was typed at ``[start, end)``."""

    start: int
    end: int
    name: str


class Mended(NamedTuple):
    """A query with some words replaced; ``edits`` are (start, end as typed, start, end now) in order."""

    text: str
    edits: tuple[tuple[int, int, int, int], ...] = ()

    def start(self, at: int) -> int:
        """The place in the query as typed of a name that begins at ``at``."""
        shift = 0
        for typed_start, typed_end, now_start, now_end in self.edits:
            if at < now_start:
                break
            if at < now_end:
                return typed_start
            shift = typed_end - now_end
        return at + shift

    def end(self, at: int) -> int:
        """The place in the query as typed of a name that ends at ``at``."""
        shift = 0
        for _, typed_end, now_start, now_end in self.edits:
            if at <= now_start:
                break
            if at <= now_end:
                return typed_end
            shift = typed_end - now_end
        return at + shift


def mend_places(draft: Draft, gazetteer: Gazetteer, frequency: Frequency | None) -> Mended:
    """The draft with misspelt names of well-known places mended; each is noted.

    Two words are mended together when letters of one are exchanged ("east caost"). A single word is tried after a word
    of place ("in bostn"), where the index does not know it, and otherwise for exchanged letters of a big name only.
    """
    edits: list[_Edit] = []
    tried = _MOST_TRIED if draft.is_prose else 0
    for at, word in enumerate(draft.words()):
        if edits and word.start < edits[-1].end:
            continue
        edit = None if draft.is_prose else _swapped_pair(draft, at, gazetteer)
        if edit is None and tried < _MOST_TRIED and _may_be_place(draft, at, gazetteer):
            tried += 1
            edit = _mended_word(draft, at, gazetteer, frequency)
        if edit is not None and not (edits and edit.start < edits[-1].end):
            edits.append(edit)
    for edit in edits:
        typed = draft.typed(edit.start, edit.end)
        place = gazetteer.readings(edit.name)[0].place.name
        name = place if name_key(place) == edit.name else edit.name.title()
        draft.notes.append(f"“{typed}” was read as “{name}”; in quotation marks it stays as typed")
    return _mended(draft.rest, edits)


def mend_theme(draft: Draft, found: list[Word], frequency: Frequency) -> dict[tuple[int, int], str]:
    """Mended words by where they stand; each is noted, and the word as typed is offered. Words that many write stay."""
    mended: dict[tuple[int, int], str] = {}
    unknown = [word for word in found if _may_be_misspelt(word, frequency)][:_MOST_TRIED]
    for word in unknown:
        likely = _likelier(word.text, frequency)
        if not likely:
            continue
        mended[word.start, word.end] = likely[0]
        typed = draft.typed(word.start, word.end)
        for other in (*likely[1 : _MOST_ALTERNATIVES + 1], typed):
            draft.offer(word.start, word.end, other)
        draft.notes.append(f"“{typed}” was read as “{likely[0]}”; in quotation marks it stays as typed")
    return mended


def _likelier(word: str, frequency: Frequency) -> list[str]:
    """Words one slip away, the commonest first; beside a word that somebody did write only much commoner ones."""
    least = max(1, _FAR_COMMONER * frequency(word))
    others = dict.fromkeys(_one_slip_away(word))
    ask_ahead(frequency, others)
    counts = {other: frequency(other) for other in others}
    found = sorted((other for other, count in counts.items() if count >= least), key=lambda other: -counts[other])
    if found and 0 < counts[found[0]] < _OFTEN and counts[found[0]] > frequency(word):
        return _likelier(found[0], frequency) or found  # that one is rather a slip of something common itself
    return found


def _swapped_pair(draft: Draft, at: int, gazetteer: Gazetteer) -> _Edit | None:
    """The place that two words make when two neighbouring letters of one are exchanged."""
    found = draft.words()
    if at + 1 >= len(found) or not draft.joined(at + 1):
        return None
    first, second = found[at].text, found[at + 1].text
    typed = f"{first} {second}"
    if not _SHORTEST_PAIR <= len(typed) <= 2 * _LONGEST or not typed.replace(" ", "").isalpha():
        return None
    if _weight(gazetteer, first) or _weight(gazetteer, second) or gazetteer.readings(typed):
        return None
    pairs: list[str] = []
    if not _is_understood(first):
        pairs += (f"{swapped} {second}" for swapped in _swaps(first))
    if not _is_understood(second):
        pairs += (f"{first} {swapped}" for swapped in _swaps(second))
    name = next((pair for pair in pairs if _weight(gazetteer, pair)), None)
    return _Edit(found[at].start, found[at + 1].end, name) if name else None


def _may_be_place(draft: Draft, at: int, gazetteer: Gazetteer) -> bool:
    """Whether a word is long enough to be a misspelt name, and nothing else that is known."""
    word = draft.words()[at].text
    if not _SHORTEST_PLACE <= len(word) <= _LONGEST or not word.isalpha() or _is_understood(word):
        return False
    names = (word, *(pair for _, _, pair in _pairs(draft, at, word)))
    if any(reading.source != "spelling" for name in names for reading in gazetteer.readings(name)):
        return False
    return words.PLATFORM.at(draft, at) is None


def _mended_word(draft: Draft, at: int, gazetteer: Gazetteer, frequency: Frequency | None) -> _Edit | None:
    """The best known place that word ``at``, alone or with a neighbour, is one slip away from."""
    word = draft.words()[at]
    if frequency is not None and frequency(word.text):
        return None
    if frequency is None and not _follows_relation(draft, at):
        big = [name for name in _swaps(word.text) if _weight(gazetteer, name) >= _BIG and len(name) >= _SHORTEST_BIG]
        return _Edit(word.start, word.end, big[0]) if big else None
    for slips in (_likely_slips(word.text), _other_slips(word.text), _two_doublings(word.text)):
        edits = [
            _Edit(start, end, name)
            for slip in dict.fromkeys(slips)
            for start, end, name in ((word.start, word.end, slip), *_pairs(draft, at, slip))
        ]
        named = gazetteer.named({edit.name for edit in edits})
        likely = [edit for edit in edits if edit.name in named and _weight(gazetteer, edit.name)]
        if likely:
            return max(likely, key=lambda edit: _weight(gazetteer, edit.name))
    return None


def _follows_relation(draft: Draft, at: int) -> bool:
    """Whether words of place stand before word ``at``, or before the word before it ("in los angelas")."""
    relations = (words.RELATION.before(draft, end) for end in (at, at - 1) if draft.joined(end) and draft.joined(at))
    return any(relation is not None and relation[1] != "weakly" for relation in relations)


def _pairs(draft: Draft, at: int, word: str) -> Iterator[tuple[int, int, str]]:
    """``word`` in the place of word ``at``, with the word before it and with the word after it."""
    found = draft.words()
    if draft.joined(at):
        yield found[at - 1].start, found[at].end, f"{found[at - 1].text} {word}"
    if draft.joined(at + 1):
        yield found[at].start, found[at + 1].end, f"{word} {found[at + 1].text}"


def _may_be_misspelt(word: Word, frequency: Frequency) -> bool:
    text = word.text
    if not _SHORTEST_THEME <= len(text) <= _LONGEST or not (text.isascii() and text.isalpha()):
        return False
    if _is_understood(text):
        return False
    ask_ahead(frequency, _forms(text))
    if any(frequency(form) >= _OFTEN for form in _forms(text)):
        return False
    ask_ahead(frequency, (text[start:end] for start in range(len(text)) for end in range(start + 2, len(text) + 1)))
    return split_known(text, lambda piece: frequency(piece) > 0) == [text]


def _forms(word: str) -> Iterator[str]:
    """A word and what it may be made of: whoever is written of as "craft" may be asked for as "crafters"."""
    yield word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_ROOT:
            yield word.removesuffix(ending)
            yield word.removesuffix(ending) + "e"


def _is_understood(word: str) -> bool:
    return (
        any(is_stopword(word, language) for language in _LANGUAGES)
        or word in words.VOICES or word in words.FILLER or word in SIZE or word in words.ACTIVE
    )  # fmt: skip


def _weight(gazetteer: Gazetteer, name: str) -> float:
    """The weight of a well-known place of this name; 0 for none."""
    readings = gazetteer.readings(name)
    best = readings[0] if readings else None
    return best.weight if best and best.source in ("name", "nick") and best.weight >= _WELL_KNOWN else 0.0


def _one_slip_away(word: str) -> Iterator[str]:
    yield from _likely_slips(word)
    if len(word) > _SHORTEST_THEME:
        yield from _other_slips(word)
    else:
        yield from _with_one_more(word)


def _likely_slips(word: str) -> Iterator[str]:
    yield from _swaps(word)
    yield from _doublings(word)


def _doublings(word: str) -> Iterator[str]:
    """A double letter made single, or a single one double."""
    for at in range(1, len(word)):
        if word[at] == word[at - 1]:
            yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at - 1] + word[at:]
    yield word + word[-1]


def _two_doublings(word: str) -> Iterator[str]:
    """Two of them in a long word: "cincinatti"."""
    if len(word) >= _LONG:
        for once in _doublings(word):
            yield from _doublings(once)


def _other_slips(word: str) -> Iterator[str]:
    yield from _with_one_more(word)
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
    for at in range(1, len(word)):
        for letter in _LETTERS:
            if letter != word[at]:
                yield word[:at] + letter + word[at + 1 :]


def _with_one_more(word: str) -> Iterator[str]:
    for at in range(1, len(word) + 1):
        for letter in _LETTERS:
            yield word[:at] + letter + word[at:]


def _swaps(word: str) -> Iterator[str]:
    for at in range(len(word) - 1):
        if word[at] != word[at + 1]:
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _mended(text: str, edits: list[_Edit]) -> Mended:
    pieces: list[str] = []
    mapped: list[tuple[int, int, int, int]] = []
    at, length = 0, 0
    for start, end, name in edits:
        pieces += [text[at:start], name]
        length += start - at
        mapped.append((start, end, length, length + len(name)))
        length += len(name)
        at = end
    return Mended("".join([*pieces, text[at:]]), tuple(mapped))
