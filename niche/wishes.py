"""Where places stand in a query and in what relation; which place each name means is decided in ``homonyms``."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from niche import vocabulary as words
from niche.dishes import is_style
from niche.draft import Draft
from niche.naming import spoken
from niche.numbers import radius_after, radius_before
from niche.spelling import Mended, mend_places
from places.gazetteer import Gazetteer, NamedPlace
from places.mentions import Mention, find_mentions
from places.model import Relation
from places.words import name_key

_KNOWN_TOWN: Final = 50_000  # weight; a lighter name needs "in", "near" or its state to be read as a town
_SMALL_TOWN: Final = 15_000  # a name lighter than this and known as a word to the index is that word
_MOST_PLACES: Final = 24  # of one query; the rest stays theme
_WORDY_CODE_LIST: Final = "al as de hi id in la ma me mo my oh ok or pa va ca co"
_WORDY_CODES: Final = frozenset(_WORDY_CODE_LIST.split())
"""Codes of states that are words in a language of ours or mean more than the state."""
_CODED: Final = ("a:US.", "a:CA.")

IsKnown = Callable[[str], bool]


class Wish(NamedTuple):
    """One place name with the words around it, ``[start, end)``. ``said``: a word says that it is a place."""

    start: int
    end: int
    name_start: int
    name_end: int
    relation: Relation
    radius_km: float | None
    readings: tuple[NamedPlace, ...]
    said: bool


def find_wishes(draft: Draft, gazetteer: Gazetteer, is_known: IsKnown | None) -> list[Wish]:
    """The places asked for and against, in order, none overlapping."""
    reader = _Reader(draft, gazetteer, is_known)
    wishes: list[Wish] = []
    for mention in reader.mentions():
        if len(wishes) == _MOST_PLACES:
            break
        wish = reader.wish(mention, wishes[-1] if wishes else None)
        if wish is None:
            continue
        merged = reader.narrowed(wishes[-1], wish) if wishes else None
        if merged is not None:
            wishes[-1] = merged
        else:
            wishes.append(wish)
    return [wish for wish in wishes if wish.said or not _is_said_elsewhere(wish, wishes)]


def _is_said_elsewhere(wish: Wish, wishes: Sequence[Wish]) -> bool:
    """Whether the same name stands a second time, as a place: the first of "Essen in Essen" is a meal."""
    return any(other.said and other.readings == wish.readings for other in wishes)


class _Reader:
    """What there is to ask about one query."""

    __slots__ = ("draft", "gazetteer", "is_known", "mended")

    def __init__(self, draft: Draft, gazetteer: Gazetteer, is_known: IsKnown | None) -> None:
        self.draft = draft
        self.gazetteer = gazetteer
        self.is_known = is_known
        self.mended: Mended = mend_places(draft, gazetteer, is_known)

    def mentions(self) -> Iterator[Mention]:
        """Names and codes of places, offsets as typed, in order."""
        after = 0
        codes = list(self._codes())
        for mention in find_mentions(self.mended.text, self.gazetteer, cased=False):
            start, end = self.mended.start(mention.start), self.mended.end(mention.end)
            moved = replace(mention, start=start, end=end, name_end=min(end, self.mended.end(mention.name_end)))
            yield from (code for code in codes if after <= code.start and code.end <= start)
            yield moved
            after = end
        yield from (code for code in codes if after <= code.start)

    def wish(self, mention: Mention, before: Wish | None) -> Wish | None:
        """A mention with its relation; None where it is rather a word of the theme."""
        draft, at = self.draft, self._word_at(mention.start)
        if self._is_in_relation(at):
            return None
        radius = radius_before(draft.rest, mention.start)
        start, relation, strongly = self._relation(at, before)
        if radius is not None:
            start, relation, strongly = min(start, radius.at), "near", True
        if not self._is_place(mention, strongly=strongly):
            return None
        if not strongly and is_style(draft, mention.start, mention.end, self._spoken(mention)):
            return None
        end, relation = self._after(mention.end, relation)
        trailing = radius_after(draft.rest, end) if radius is None else None
        if trailing is not None:
            radius, end, relation = trailing, trailing.at, "near"
        km = radius.km if radius is not None else None
        said = strongly or mention.qualified
        return Wish(start, end, mention.start, mention.end, relation or "in", km, mention.readings, said)

    def narrowed(self, wish: Wish, area: Wish) -> Wish | None:
        """``wish`` read inside ``area`` where that only says where it lies: "the east coast of the USA"."""
        if area.relation == "not" or wish.relation == "not" or self.draft.rest[wish.end : area.start].strip(" ,"):
            return None
        between = self.draft.rest[wish.end : area.name_start].strip(" \n").lower()
        if between in words.AND - {","}:
            return None
        for reading in area.readings:
            inside = tuple(one for one in wish.readings if self._lies_in(one, reading))
            if inside:
                return wish._replace(end=area.end, readings=inside, said=True)
        return None

    def _lies_in(self, reading: NamedPlace, area: NamedPlace) -> bool:
        return area.place.key in self.gazetteer.parents(reading.place.key)

    def _codes(self) -> Iterator[Mention]:
        """Postal codes of states: in capitals ("tacos TX"), or after a word of place ("in nj")."""
        shouted = self.draft.text.isupper()
        for at, word in enumerate(self.draft.words()):
            if len(word.text) != 2 or not word.text.isalpha():
                continue
            relation = words.RELATION.before(self.draft, at) if self.draft.joined(at) else None
            said = relation is not None and relation[1] != "weakly"
            capital = self.draft.text[word.start : word.end].isupper() and not shouted
            if (said and (capital or word.text not in _WORDY_CODES)) or (capital and word.text not in _WORDY_CODES):
                readings = tuple(
                    reading
                    for reading in self.gazetteer.readings(word.text)
                    if reading.source == "code" and reading.place.key.startswith(_CODED)
                )
                if readings:
                    yield Mention(word.start, word.end, word.end, readings[:1], True)

    def _word_at(self, start: int) -> int:
        return next(number for number, word in enumerate(self.draft.words()) if word.end > start)

    def _is_in_relation(self, at: int) -> bool:
        """Whether word ``at`` is inside the words of a relation ("in der Nähe von"; Nahe is a town too)."""
        for first in range(max(0, at - 2), at):
            phrase = words.RELATION.at(self.draft, first)
            if phrase is not None and phrase[0] > at + 1:
                return True
        return False

    def _relation(self, at: int, before: Wish | None) -> tuple[int, Relation | None, bool]:
        """Where the words before the name begin, the relation they say, and whether they are said of places only."""
        draft, found = self.draft, self.draft.words()
        first = at
        while first > 0 and draft.joined(first) and found[first - 1].text in words.ARTICLES:
            first -= 1
        for end in dict.fromkeys((at, first)):
            phrase = words.RELATION.before(draft, end) if draft.joined(end) else None
            if phrase is not None and (before is None or found[phrase[0]].start >= before.end):
                relation: Relation = "near" if phrase[1] == "near" else "not" if phrase[1] == "not" else "in"
                return found[phrase[0]].start, relation, phrase[1] != "weakly"
        start = found[first].start
        if before is not None and draft.rest[before.end : start].strip(" \n").lower() in words.AND:
            return before.end, before.relation, before.said
        return start, None, False

    def _is_place(self, mention: Mention, *, strongly: bool) -> bool:
        """Whether a name is meant as a place: its state follows, words of place come before, or it is plainly one."""
        best = mention.readings[0]
        if mention.qualified or best.source == "code":
            return True
        typed = self.draft.text[mention.start : mention.end]
        if self.draft.is_prose and not (strongly and typed[0].isupper()):
            return False
        if best.source == "spelling" and typed.isalpha() and not ((strongly and mention.sure) or typed[0].isupper()):
            return False  # a spelling in one of fifty languages is mostly a word in another ("vin", "mosca")
        is_area = best.place.kind != "city"
        if not strongly:
            return mention.sure and (is_area or best.weight >= _KNOWN_TOWN)
        if is_area or best.weight >= (_SMALL_TOWN if mention.sure else _KNOWN_TOWN):
            return True
        is_a_word = self.is_known is not None and self.is_known(name_key(typed))
        return mention.sure and typed[0].isupper() and not is_a_word

    def _after(self, end: int, relation: Relation | None) -> tuple[int, Relation | None]:
        draft, found = self.draft, self.draft.words()
        at = next((number for number, word in enumerate(found) if word.start >= end), len(found))
        touches = at < len(found) and draft.rest[end : found[at].start] in (" ", "-")
        phrase = words.AROUND_IT.at(draft, at) if touches else None
        if phrase is None:
            return end, relation
        return found[phrase[0] - 1].end, ("near" if phrase[1] == "near" else relation)

    def _spoken(self, mention: Mention) -> str:
        return spoken(mention.readings[0].place, self.gazetteer)
