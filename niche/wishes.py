"""Where places stand in a query and in what relation; which place each name means is decided in ``homonyms``."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from niche import vocabulary as words
from niche.asked import is_beside_voice
from niche.dishes import is_style
from niche.draft import TAKEN, Draft, Word
from niche.naming import spoken
from niche.nations import NATIONS
from niche.numbers import radius_after, radius_before
from niche.spelling import Mended, mend_places
from places.gazetteer import Gazetteer, NamedPlace
from places.geo import distance_km
from places.mentions import Mention, find_mentions
from places.model import Place, Relation
from places.postal import PostalCode, postal_codes
from places.words import name_key
from text.fold import fold
from text.frequency import Frequency

_KNOWN_TOWN: Final = 50_000  # weight; a lighter name needs "in", "near" or its state to be read as a town
_SMALL_TOWN: Final = 15_000  # a name lighter than this and known as a word to the index is that word
_VILLAGE: Final = 3_000
_BIG: Final = 1_000_000
_MUCH: Final = 10  # times the weight
_MOST_PLACES: Final = 24  # of one query; the rest stays theme
_WORDY_CODE_LIST: Final = "al as de hi id in la ma me mo my ne oh ok or pa va ca co"
_WORDY_CODES: Final = frozenset(_WORDY_CODE_LIST.split())
"""Codes of states that are words in a language of ours or mean more than the state."""
_AFTER_LA: Final = frozenset(
    ("area", "metro", "county", "based")
)  # else only "in la" is Los Angeles, not "en la playa"
_PLAIN_CODES: Final = frozenset(("ny", "nj", "tx", "nh", "nc", "wv"))  # no words in any of our languages
_CODED: Final = ("a:US.", "a:CA.")
_PLAIN: Final = "plain"  # source of a reading that can be nothing but the place


_SHORT_NAME: Final = 2  # words
_SAINTS: Final = frozenset(("bad", "sankt", "st", "saint", "sainte", "san", "santa", "são"))
_BESIDE: Final = (" ", ", ", ",")  # between a name and its postal code
_POSTAL_KM: Final = 60.0
_OWN_CODES: Final = 4.0  # times the weight of a code of a country where the query's language is spoken


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


def find_wishes(draft: Draft, gazetteer: Gazetteer, frequency: Frequency | None, language: str) -> list[Wish]:
    """The places asked for and against, in order, none overlapping."""
    reader = _Reader(draft, gazetteer, frequency, language)
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


def _is_plainly_a_town(typed: str) -> bool:
    """Whether a name is formed like a town's only: "Rothenburg ob der Tauber", "Saint-Malo", "Bad Tölz"."""
    words_of_it = name_key(typed).split()
    is_saint = words_of_it[0] in _SAINTS and typed[0].isupper()
    return len(words_of_it) > _SHORT_NAME or (len(words_of_it) == _SHORT_NAME and (is_saint or "-" in typed))


def _without_kinds(text: str) -> str:
    """The text with "city of" and "state of" blanked: the City of London is one square mile."""
    for kind in ("city of ", "state of "):
        at = text.lower().find(kind)
        if at >= 0 and len(text.lower()) == len(text):
            text = text[:at] + " " * len(kind) + text[at + len(kind) :]
    return text


class _Reader:
    """What there is to ask about one query."""

    __slots__ = ("draft", "frequency", "gazetteer", "language", "mended", "postal")

    def __init__(self, draft: Draft, gazetteer: Gazetteer, frequency: Frequency | None, language: str) -> None:
        self.draft = draft
        self.gazetteer = gazetteer
        self.frequency = frequency
        self.language = language
        self.mended: Mended = mend_places(draft, gazetteer, frequency)
        self.postal: Sequence[PostalCode] = [] if draft.is_prose else list(postal_codes(draft.rest, gazetteer))

    def mentions(self) -> Iterator[Mention]:
        """Names and codes of places, offsets as typed, in order."""
        after = 0
        named = [self._with_postal_code(mention) for mention in self._named()]
        codes = sorted((*self._named_otherwise(), *self._postal_codes_alone(named)), key=lambda code: code.start)
        for mention in named:
            yield from (code for code in codes if after <= code.start and code.end <= mention.start)
            yield mention
            after = mention.end
        yield from (code for code in codes if after <= code.start)

    def _named(self) -> Iterator[Mention]:
        """The names in the mended text, with the offsets that they have in the text as typed."""
        text = self._without_directions(_without_kinds(self.mended.text))
        for mention in find_mentions(text, self.gazetteer, cased=False, english=self.language == "en"):
            start, end = self.mended.start(mention.start), self.mended.end(mention.end)
            yield mention._replace(start=start, end=end, name_end=min(end, self.mended.end(mention.name_end)))

    def _with_postal_code(self, mention: Mention) -> Mention:
        """A name together with the postal code that stands right before or after it."""
        for code in self.postal:
            first, last = sorted(((code.start, code.end), (mention.start, mention.end)))
            if self.draft.rest[first[1] : last[0]] not in _BESIDE:
                continue
            usual = ("name", "nick", "script", mention.readings[0].source)
            named = [one for one in mention.readings if one.source in usual]
            own = [one for one in named if any(self._is_of(one.place, each.place) for each in code.readings)]
            if own or not code.weak:
                readings = tuple(replace(one, source=_PLAIN) for one in own or mention.readings)
                return mention._replace(start=first[0], end=last[1], readings=readings, sure=True)
        return mention

    def _is_of(self, named: Place, coded: Place) -> bool:
        """Whether a code may belong to a place: its own, its state's, or a town's near by."""
        inside = named.key == coded.key or coded.key in self.gazetteer.parents(named.key)
        is_town = named.kind == coded.kind == "city"
        return inside or (is_town and distance_km(named.lat, named.lon, coded.lat, coded.lon) <= _POSTAL_KM)

    def _postal_codes_alone(self, named: Sequence[Mention]) -> Iterator[Mention]:
        """The codes that stand for a place of their own; a district's ("SE15") only after a word of place."""
        for code in self.postal:
            written = self.draft.rest[code.start : code.end]
            if any(one.start <= code.start < one.end for one in named) or written.endswith("00"):
                continue
            at = self._word_at(code.start)
            relation = words.RELATION.before(self.draft, at) if self.draft.joined(at) else None
            if code.sure or (relation is not None and relation[1] != "weakly") or not code.weak:
                countries = words.LANGUAGE_COUNTRIES[self.language]
                own = tuple(one for one in code.readings if one.place.country in countries)
                readings = tuple(
                    replace(one, source=_PLAIN, weight=one.weight * (_OWN_CODES if one in own else 1.0))
                    for one in code.readings
                )
                yield Mention(code.start, code.end, code.end, readings, True)

    def _without_directions(self, text: str) -> str:
        """The text with "north" blanked before a big name that it is no part of: East London is in South Africa."""
        found = self.draft.words() if text == self.draft.rest else []
        for at, word in enumerate(found[:-1]):
            if word.text not in words.DIRECTIONS or not self.draft.joined(at + 1):
                continue
            name = found[at + 1].text
            whole, part = (self.gazetteer.readings(key) for key in (f"{word.text} {name}", name))
            longer = f"{word.text} {name} {found[at + 2].text}" if at + 2 < len(found) else ""
            is_big = bool(part) and part[0].weight >= _BIG and not self.gazetteer.readings(longer)
            is_town = not whole or (whole[0].place.kind == "city" and whole[0].weight < part[0].weight / _MUCH)
            if is_big and is_town:
                text = text[: word.start] + " " * len(word.text) + text[word.end :]
        return text

    def wish(self, mention: Mention, before: Wish | None) -> Wish | None:
        """A mention with its relation; None where it is rather a word of the theme."""
        draft, at = self.draft, self._word_at(mention.start)
        if self._is_in_relation(at):
            return None
        if words.NAMED_FOR.before(draft, at) is not None and draft.joined(at):
            self._offer(draft.typed(mention.start, mention.end), mention)
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
        readings = self._of_kind(mention.readings, at)
        if relation == "not":  # Manhattan, not all of New York that it is a part of
            readings = tuple(one for one in readings if one.source != "local") or readings
        said = strongly or mention.qualified
        return Wish(start, end, mention.start, mention.end, relation or "in", km, readings, said)

    def _of_kind(self, readings: tuple[NamedPlace, ...], at: int) -> tuple[NamedPlace, ...]:
        """Only the states after "state of", only the towns after "city of"."""
        before = [word.text for word in self.draft.words()[max(0, at - 2) : at]]
        if len(before) == 2 and before[1] == "of" and before[0] in ("city", "state"):
            return tuple(one for one in readings if one.place.kind == before[0]) or readings
        return readings

    def narrowed(self, wish: Wish, area: Wish) -> Wish | None:
        """``wish`` read inside ``area`` where that only says where it lies: "the east coast of the USA"."""
        if area.relation == "not" or wish.relation == "not" or self.draft.rest[wish.end : area.start].strip(" ,"):
            return None
        between = self.draft.rest[wish.end : area.name_start].strip(f" {TAKEN}").lower()
        if between in words.AND - {","}:
            return None
        for reading in area.readings:
            inside = tuple(one for one in wish.readings if self._lies_in(one, reading))
            if inside:
                return wish._replace(end=area.end, readings=inside, said=True)
        return None

    def _lies_in(self, reading: NamedPlace, area: NamedPlace) -> bool:
        return area.place.key in self.gazetteer.parents(reading.place.key)

    def _named_otherwise(self) -> Iterator[Mention]:
        """Places said by a state's postal code ("tacos TX", "in nj") or an adjective ("mexican bloggers")."""
        draft = self.draft
        for at, word in enumerate(draft.words()):
            readings = self._code(at, word) if len(word.text) == 2 and word.text.isalpha() else ()
            nation = NATIONS.get(word.text, "")
            if nation and (is_beside_voice(draft, at, at + 1, ("who", "one", "what")) or self._is_all_said(at)):
                place = self.gazetteer.get(nation)
                readings = (NamedPlace(place, max(1.0, place.population), _PLAIN),) if place is not None else ()
            if readings:
                yield Mention(word.start, word.end, word.end, readings, True)

    def _is_all_said(self, at: int) -> bool:
        """Whether nothing but a platform stands beside the word, as in "french youtubers"."""
        others = (word.text for number, word in enumerate(self.draft.words()) if number != at)
        return any(part.option == "--platform" for part in self.draft.parts) and words.ARTICLES.issuperset(others)

    def _code(self, at: int, word: Word) -> tuple[NamedPlace, ...]:
        relation = words.RELATION.before(self.draft, at) if self.draft.joined(at) else None
        said = relation is not None and relation[1] != "weakly"
        capital = self.draft.text[word.start : word.end].isupper() and not self.draft.text.isupper()
        following = self.draft.words()[at + 1].text if self.draft.joined(at + 1) else ""
        if word.text == "la" and (following in _AFTER_LA or (not following and (capital or said))):
            return tuple(replace(one, source=_PLAIN) for one in self.gazetteer.readings("los angeles"))[:1]
        if following and any(one.weight >= _BIG for one in self.gazetteer.readings(following)):
            return ()  # "NE England", "SC Freiburg"
        wordy = word.text in _WORDY_CODES
        if not (word.text in _PLAIN_CODES or (said and (capital or not wordy)) or (capital and not wordy)):
            return ()
        if word.text == "ny":  # like the name, it means the town as often
            return self.gazetteer.readings("new york")
        codes = (one for one in self.gazetteer.readings(word.text) if one.source == "code")
        return tuple(replace(one, source=_PLAIN) for one in codes if one.place.key.startswith(_CODED))[:1]

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
        if before is not None and draft.rest[before.end : start].strip(f" {TAKEN}").lower() in words.AND:
            return before.end, before.relation, True
        return start, None, False

    def _is_place(self, mention: Mention, *, strongly: bool) -> bool:
        """Whether a name is meant as a place: its state follows, words of place come before, or it is plainly one."""
        best = mention.readings[0]
        if mention.qualified or best.source == _PLAIN:
            return True
        typed = self.draft.text[mention.start : mention.end]
        if self.draft.is_prose and not (strongly and typed[0].isupper()):
            return False
        if best.source == "spelling" and typed.isalpha() and not ((strongly and mention.sure) or typed[0].isupper()):
            return False  # a spelling in one of fifty languages is mostly a word in another ("vin", "mosca")
        is_team = typed.lower().endswith("s") and all(one.source == "local" for one in mention.readings)
        if is_team and not strongly:
            return False  # "brewers" are in Milwaukee only for those who follow the league
        if not strongly and fold(typed) in words.MOSTLY_PEOPLE:
            self._offer(typed, mention)
            return False
        is_area = best.place.kind != "city"
        plain = mention.start == 0 or typed[0].islower()
        if not strongly and plain and fold(typed) in words.MOSTLY_THINGS:
            self._offer(typed, mention)
            return False
        if not strongly:
            least = _VILLAGE if _is_plainly_a_town(typed) else _KNOWN_TOWN
            return mention.sure and (is_area or best.weight >= least)
        if is_area or best.weight >= _KNOWN_TOWN or (mention.sure and self._is_small_town(best, typed)):
            return True
        self._offer(typed, mention)
        return False

    def _is_small_town(self, best: NamedPlace, typed: str) -> bool:
        """Whether a light name after a word of place is a town: in capitals, or where the query's language is used."""
        near = best.place.country in words.LANGUAGE_COUNTRIES[self.language]
        if not typed[0].isupper() and not (near and best.weight >= _VILLAGE):
            return False
        is_a_word = self.frequency is not None and self.frequency(name_key(typed))
        return best.weight >= _SMALL_TOWN or not is_a_word

    def _offer(self, typed: str, mention: Mention) -> None:
        self.draft.notes.append(f"“{typed}” stays a word; for the place use --place “{self._spoken(mention)}”")

    def _after(self, end: int, relation: Relation | None) -> tuple[int, Relation | None]:
        draft, found = self.draft, self.draft.words()
        if draft.rest[end : end + 2] in ("'s", "’s"):
            return end + 2, relation
        at = next((number for number, word in enumerate(found) if word.start >= end), len(found))
        touches = at < len(found) and draft.rest[end : found[at].start] in (" ", "-")
        phrase = words.AROUND_IT.at(draft, at) if touches else None
        if phrase is None:
            return end, relation
        return found[phrase[0] - 1].end, ("near" if phrase[1] == "near" else relation)

    def _spoken(self, mention: Mention) -> str:
        return spoken(mention.readings[0].place, self.gazetteer)
