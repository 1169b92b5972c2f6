"""Misspelt words ("east caost", "fsihing"), mended only where hardly anything else can be meant.

A word is one slip away from another when two neighbours are exchanged, a letter is missing, doubled, too much or wrong
(Damerau, 1964: four in five misspellings). The first letter is taken to be right.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from niche import vocabulary as words
from niche.draft import Draft, Word
from places.gazetteer import Gazetteer, NamedPlace
from text.split import split_known
from text.stopwords import is_stopword

_LETTERS: Final = "etaoinsrhldcumfpgwybvkxjqz"
_SHORTEST_PLACE: Final = 5
_SHORTEST_PAIR: Final = 8  # letters of two words together
_SHORTEST_THEME: Final = 4
_WELL_KNOWN: Final = 200_000  # weight of a place that a misspelling may stand for
_MOST_TRIED: Final = 6  # words of a query; a long text of rare words is no misspelt query
_LONGEST: Final = 20
_MOST_ALTERNATIVES: Final = 3
_LANGUAGES: Final = ("en", "de", "es", "fr")

IsKnown = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Mended:
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


def mend_places(draft: Draft, gazetteer: Gazetteer, is_known: IsKnown | None) -> Mended:
    """The draft with misspelt names of well-known places mended; each is noted.

    A single word is tried after a word of place ("in bostn"), or where the index does not know it; two words
    together when letters are exchanged ("east caost").
    """
    edits: list[tuple[int, int, str]] = []
    tried = 0
    found = draft.words()
    for at, word in enumerate(found):
        if tried >= _MOST_TRIED:
            break
        if edits and word.start < edits[-1][1]:
            continue
        pair = _mended_pair(draft, at, gazetteer)
        if pair is not None:
            edits.append((word.start, found[at + 1].end, pair))
            continue
        if not _may_be_place(draft, at, gazetteer, is_known):
            continue
        tried += 1
        name = _place_for(word.text, gazetteer)
        if name is not None:
            edits.append((word.start, word.end, name))
    for start, end, name in edits:
        draft.notes.append(
            f"“{draft.typed(start, end)}” was read as “{name.title()}”; in quotation marks it stays as typed"
        )
    return _mended(draft.rest, edits)


def mend_theme(draft: Draft, found: list[Word], is_known: IsKnown) -> dict[tuple[int, int], str]:
    """Mended words by where they stand; each is noted, and the word as typed is offered. Known words stay."""
    mended: dict[tuple[int, int], str] = {}
    unknown = [word for word in found if _may_be_misspelt(word, is_known)][:_MOST_TRIED]
    for word in unknown:
        likely = list(dict.fromkeys(other for other in _one_slip_away(word.text) if is_known(other)))
        if not likely:
            continue
        mended[word.start, word.end] = likely[0]
        typed = draft.typed(word.start, word.end)
        for other in (*likely[1 : _MOST_ALTERNATIVES + 1], typed):
            draft.offer(word.start, word.end, other)
        draft.notes.append(f"“{typed}” was read as “{likely[0]}”; in quotation marks it stays as typed")
    return mended


def _mended_pair(draft: Draft, at: int, gazetteer: Gazetteer) -> str | None:
    """The place that two words make when two neighbouring letters of one are exchanged."""
    found = draft.words()
    if at + 1 >= len(found) or not draft.joined(at + 1):
        return None
    first, second = found[at].text, found[at + 1].text
    typed = f"{first} {second}"
    if len(typed) <= _SHORTEST_PAIR or not typed.replace(" ", "").isalpha() or len(typed) > 2 * _LONGEST:
        return None
    if any(_is_understood(word) or _is_place(gazetteer, word) for word in (first, second)) or gazetteer.readings(typed):
        return None
    swapped = (f"{one} {second}" for one in _swaps(first)), (f"{first} {other}" for other in _swaps(second))
    return next((pair for pairs in swapped for pair in pairs if _is_place(gazetteer, pair)), None)


def _may_be_place(draft: Draft, at: int, gazetteer: Gazetteer, is_known: IsKnown | None) -> bool:
    word = draft.words()[at].text
    if not _SHORTEST_PLACE <= len(word) <= _LONGEST or not word.isalpha() or _is_understood(word):
        return False
    if gazetteer.readings(word) or any(gazetteer.readings(pair) for pair in _pairs(draft, at)):
        return False
    relation = words.RELATION.before(draft, at) if draft.joined(at) else None
    if is_known is None:
        return relation is not None and relation[1] != "weakly"
    return not is_known(word)


def _pairs(draft: Draft, at: int) -> Iterator[str]:
    """The words before and after with word ``at``."""
    found = draft.words()
    if draft.joined(at):
        yield f"{found[at - 1].text} {found[at].text}"
    if draft.joined(at + 1):
        yield f"{found[at].text} {found[at + 1].text}"


def _place_for(word: str, gazetteer: Gazetteer) -> str | None:
    """The best known place one slip away; a swap or a doubled letter counts before other slips."""
    for slips in (_likely_slips(word), _other_slips(word)):
        names = [name for name in dict.fromkeys(slips) if _is_place(gazetteer, name)]
        if names:
            return max(names, key=lambda name: gazetteer.readings(name)[0].weight)
    return None


def _may_be_misspelt(word: Word, is_known: IsKnown) -> bool:
    text = word.text
    if not _SHORTEST_THEME <= len(text) <= _LONGEST or not (text.isascii() and text.isalpha()):
        return False
    if _is_understood(text) or is_known(text):
        return False
    return split_known(text, is_known) == [text]


def _is_understood(word: str) -> bool:
    return (
        any(is_stopword(word, language) for language in _LANGUAGES)
        or word in words.VOICES or word in words.FILLER or word in words.SIZE or word in words.ACTIVE
    )  # fmt: skip


def _is_place(gazetteer: Gazetteer, name: str) -> bool:
    readings = gazetteer.readings(name)
    return bool(readings) and _is_well_known(readings[0])


def _is_well_known(reading: NamedPlace) -> bool:
    return reading.source in ("name", "nick") and reading.weight >= _WELL_KNOWN


def _one_slip_away(word: str) -> Iterator[str]:
    yield from _likely_slips(word)
    if len(word) > _SHORTEST_THEME:
        yield from _other_slips(word)
    else:
        yield from _with_one_more(word)


def _likely_slips(word: str) -> Iterator[str]:
    yield from _swaps(word)
    for at in range(1, len(word)):
        if word[at] == word[at - 1]:
            yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at - 1] + word[at:]
    yield word + word[-1]


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


def _mended(text: str, edits: list[tuple[int, int, str]]) -> Mended:
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
