"""The places in a query: where each name stands, in what relation, what it could mean, and the targets that follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from niche import vocabulary as words
from niche.dishes import is_style, offer_places_of_dishes
from niche.draft import Draft
from niche.errors import QueryError
from niche.homonyms import meant, query_language, settle
from niche.naming import read_places, spoken
from niche.numbers import radius_after, radius_before
from niche.overrides import Overrides
from niche.spelling import Mended, mend_places
from places.gazetteer import Gazetteer, NamedPlace
from places.mentions import Mention, find_mentions
from places.model import Place, PlaceTarget, Relation
from places.targets import make_target
from places.words import name_key

_KNOWN_TOWN: Final = 50_000  # weight; a lighter name needs "in", "near" or its state to be read as a town
_SMALL_TOWN: Final = 15_000  # a name lighter than this and known as a word to the index is that word
_MOST_ALTERNATIVES: Final = 5
_OWN_BORDER_D0: Final = 10.0  # km at which nearness has fallen to one half where the town's own border was asked for
_QUARTERS_KM: Final = 30.0

IsKnown = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class _Wish:
    """One place name with the words around it, ``[start, end)`` in the query."""

    start: int
    end: int
    relation: Relation
    radius_km: float | None
    readings: tuple[NamedPlace, ...]


def take_places(
    draft: Draft, gazetteer: Gazetteer, overrides: Overrides, is_known: IsKnown | None
) -> tuple[PlaceTarget, ...]:
    """The places asked for; their words leave the draft. Options win over words."""
    if overrides.no_place:
        return ()
    language = query_language(draft)
    offer_places_of_dishes(draft, gazetteer)
    wishes = _wishes(draft, gazetteer, is_known)
    near = _forced(overrides.near, "--near", gazetteer)[:1] if overrides.near is not None else []
    settled = _settled(wishes, near, language, gazetteer)
    targets = () if overrides.places else _targets(draft, wishes, settled, gazetteer, overrides)
    _take_wishes(draft, wishes, settled, gazetteer)
    if overrides.places:
        targets = tuple(
            target for name in overrides.places for target in _forced_targets(draft, name, overrides, gazetteer)
        )
    elif near and not any(target.relation != "not" for target in targets):
        targets = (*targets, _target(near[0], "near", overrides.radius_km, gazetteer))
    against = [_forced(name, "-place:", gazetteer)[0] for name in overrides.not_places]
    return (*targets, *(_target(place, "not", None, gazetteer) for place in against))


def _forced(name: str, option: str, gazetteer: Gazetteer) -> list[Place]:
    places = read_places(name, gazetteer)
    if not places:
        raise QueryError(
            f"{option}: no place {name!r} is known; try its English name, or add the state: “Portland, Maine”"
        )
    return places


def _forced_targets(draft: Draft, name: str, overrides: Overrides, gazetteer: Gazetteer) -> list[PlaceTarget]:
    places = _forced(name, "--place", gazetteer)
    _note_several(draft, name, places, gazetteer)
    return [_target(place, "in", overrides.radius_km, gazetteer) for place in places]


def _wishes(draft: Draft, gazetteer: Gazetteer, is_known: IsKnown | None) -> list[_Wish]:
    mended = mend_places(draft, gazetteer, is_known)
    wishes: list[_Wish] = []
    for mention in find_mentions(mended.text, gazetteer, cased=False):
        wish = _wish(draft, mended, mention, wishes[-1] if wishes else None, gazetteer, is_known)
        if wish is not None:
            wishes.append(wish)
    return wishes


def _wish(
    draft: Draft,
    mended: Mended,
    mention: Mention,
    before: _Wish | None,
    gazetteer: Gazetteer,
    is_known: IsKnown | None,
) -> _Wish | None:
    """A mention with its relation; None where it is rather a word of the theme."""
    name_start, end = mended.start(mention.start), mended.end(mention.end)
    at = next(number for number, word in enumerate(draft.words()) if word.end > name_start)
    radius = radius_before(draft.rest, name_start)
    start, relation, strongly = _relation(draft, at, before)
    if radius is None and not _is_place(draft, mention, name_start, end, strongly=strongly, is_known=is_known):
        return None
    if not strongly and is_style(draft, name_start, end, spoken(mention.readings[0].place, gazetteer)):
        return None
    if radius is not None:
        start, relation = min(start, radius.at), "near"
    end, relation = _after(draft, end, relation)
    trailing = radius_after(draft.rest, end)
    if trailing is not None and radius is None:
        radius, end, relation = trailing, trailing.at, "near"
    return _Wish(start, end, relation or "in", radius.km if radius else None, mention.readings)


def _relation(draft: Draft, at: int, before: _Wish | None) -> tuple[int, Relation | None, bool]:
    """Where the words before the name begin, the relation they say, and whether they are said of places only."""
    found = draft.words()
    first = at
    while first > 0 and draft.joined(first) and found[first - 1].text in words.ARTICLES:
        first -= 1
    for end_of_words in dict.fromkeys((at, first)):
        phrase = words.RELATION.before(draft, end_of_words) if draft.joined(end_of_words) else None
        if phrase is not None:
            relation: Relation = "near" if phrase[1] == "near" else "not" if phrase[1] == "not" else "in"
            return found[phrase[0]].start, relation, phrase[1] != "weakly"
    if before is not None and draft.rest[before.end : found[first].start].strip(" \n").lower() in words.AND:
        return before.end, before.relation, True
    return found[first].start, None, False


def _is_place(
    draft: Draft, mention: Mention, start: int, end: int, *, strongly: bool, is_known: IsKnown | None
) -> bool:
    """Whether a name is meant as a place: its state follows, or words of place come before, or it is plainly one."""
    best = mention.readings[0]
    if mention.qualified:
        return True
    if not strongly:
        return mention.sure and (best.place.kind != "city" or best.weight >= _KNOWN_TOWN)
    if best.weight >= (_SMALL_TOWN if mention.sure else _KNOWN_TOWN) or best.place.kind != "city":
        return True
    is_a_word = is_known is not None and is_known(name_key(draft.text[start:end]))
    return mention.sure and draft.text[start].isupper() and not is_a_word


def _after(draft: Draft, end: int, relation: Relation | None) -> tuple[int, Relation | None]:
    found = draft.words()
    at = next((number for number, word in enumerate(found) if word.start >= end), len(found))
    touches = at < len(found) and draft.rest[end : found[at].start] in (" ", "-")
    phrase = words.AROUND_IT.at(draft, at) if touches else None
    if phrase is None:
        return end, relation
    return found[phrase[0] - 1].end, ("near" if phrase[1] == "near" else relation)


def _settled(
    wishes: Sequence[_Wish], anchors: Sequence[Place], language: str, gazetteer: Gazetteer
) -> list[list[NamedPlace]]:
    """The readings of each wish, weighted by the other places of the query and ``anchors``.

    A place against ("portland, not maine") takes the readings inside it from the wanted ones, and is itself read
    inside what is wanted ("massachusetts except cambridge").
    """
    tops = [wish.readings[0].place for wish in wishes]
    against = {wish.readings[0].place.key for wish in wishes if wish.relation == "not"}
    settled = []
    for number, wish in enumerate(wishes):
        others = [place for other, place in enumerate(tops) if other != number]
        readings = wish.readings
        if wish.relation != "not":
            others = [place for place in others if place.key not in against]
            readings = tuple(one for one in readings if not against & set(gazetteer.parents(one.place.key))) or readings
        settled.append(settle(readings, [*others, *anchors], language, gazetteer))
    return settled


def _targets(
    draft: Draft,
    wishes: Sequence[_Wish],
    settled: Sequence[Sequence[NamedPlace]],
    gazetteer: Gazetteer,
    overrides: Overrides,
) -> tuple[PlaceTarget, ...]:
    """Targets in the order of the query, names against last."""
    targets: list[PlaceTarget] = []
    for wish, readings in sorted(zip(wishes, settled, strict=True), key=lambda pair: pair[0].relation == "not"):
        places = meant(readings, gazetteer)
        _note_several(draft, draft.typed(wish.start, wish.end), places, gazetteer)
        for place in places:
            radius = wish.radius_km
            if overrides.radius_km is not None and wish.relation != "not":
                radius = overrides.radius_km
            targets.append(_target(place, wish.relation, radius, gazetteer))
    return tuple({(target.place.key, target.relation): target for target in targets}.values())


def _note_several(draft: Draft, typed: str, places: Sequence[Place], gazetteer: Gazetteer) -> None:
    if len(places) > 1:
        names = [spoken(place, gazetteer) for place in places]
        listed = f"{', '.join(names[:-1])} or {names[-1]}"
        draft.notes.append(f"“{typed}” may mean {listed}; all count, for one of them use --place “{names[0]}”")


def _take_wishes(
    draft: Draft, wishes: Sequence[_Wish], settled: Sequence[Sequence[NamedPlace]], gazetteer: Gazetteer
) -> None:
    for wish, readings in zip(wishes, settled, strict=True):
        places = meant(readings, gazetteer)
        shown = " or ".join(spoken(place, gazetteer) for place in places)
        value = shown if wish.relation == "in" else f"{wish.relation} {shown}"
        others = [reading.place for reading in readings if reading.place not in places and reading.source != "local"]
        alternatives = [spoken(place, gazetteer) for place in (places if len(places) > 1 else [])]
        alternatives += [spoken(place, gazetteer) for place in others[: _MOST_ALTERNATIVES - len(alternatives)]]
        draft.add(wish.start, wish.end, "place", value, option="--place", alternatives=dict.fromkeys(alternatives))
        if len(places) == 1 and others and others[0].kind == "city" and places[0].kind == "city":
            draft.notes.append(
                f"“{draft.typed(wish.start, wish.end)}” was read as {shown}; for {alternatives[0]} use"
                f" --place “{alternatives[0]}”"
            )


def _target(place: Place, relation: Relation, radius_km: float | None, gazetteer: Gazetteer) -> PlaceTarget:
    """The target of one place; a radius of 0 means the town's own border, with its quarters."""
    if radius_km != 0 or place.kind != "city":
        return make_target(place, relation, gazetteer, radius_km=radius_km or None)
    keys = {place.key} | {
        town.key
        for town in gazetteer.towns_near(place.lat, place.lon, _QUARTERS_KM)
        if any(
            reading.place.key == place.key and reading.source == "local"
            for reading in gazetteer.readings(name_key(town.name))
        )
    }
    return PlaceTarget(place=place, relation=relation, radius_km=0.0, keys=frozenset(keys), d0_km=_OWN_BORDER_D0)
