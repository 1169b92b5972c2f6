"""The places that a query asks for: what its names mean, the targets that follow, and how a person can correct them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from niche import vocabulary as words
from niche.dishes import offer_places_of_dishes
from niche.draft import Draft
from niche.errors import QueryError
from niche.homonyms import is_plain, meant, query_language, settle
from niche.naming import is_quarter, read_name, read_places, spoken
from niche.overrides import Overrides
from niche.themes import themes_in
from niche.wishes import Wish, find_wishes
from places.gazetteer import Gazetteer, NamedPlace
from places.geo import distance_km
from places.model import Place, PlaceTarget, Relation
from places.targets import make_target
from places.words import is_person_name, name_key
from text.frequency import Frequency

_MOST_ALTERNATIVES: Final = 5
_WORTH_A_NOTE: Final = 0.08  # share of the weight of what is meant
_WELL_KNOWN: Final = 200_000  # weight from which on "-boston" is a place and no word
_OWN_BORDER_D0: Final = 10.0  # km at which nearness has fallen to one half where the town's own border was asked for
_QUARTERS_KM: Final = 30.0


def take_places(
    draft: Draft, gazetteer: Gazetteer, overrides: Overrides, frequency: Frequency | None
) -> tuple[PlaceTarget, ...]:
    """The places asked for; their words leave the draft. Options win over words."""
    if overrides.no_place:
        return ()
    language = query_language(draft)
    offer_places_of_dishes(draft, gazetteer)
    wishes = find_wishes(draft, gazetteer, frequency, language)
    near = _forced(overrides.near, "--near", gazetteer)[:1] if overrides.near is not None else []
    settled = _settled(wishes, near, language, gazetteer)
    targets = _targets(draft, wishes, settled, gazetteer, overrides)
    _take_wishes(draft, wishes, settled, gazetteer)
    if overrides.places:
        forced = (target for name in overrides.places for target in _forced_targets(draft, name, overrides, gazetteer))
        targets = (*forced, *(target for target in targets if target.relation == "not"))
    elif near and not any(target.relation != "not" for target in targets):
        targets = (*targets, _target(near[0], "near", overrides.radius_km, gazetteer))
    against = [_forced(name, "-place:", gazetteer)[0] for name in overrides.not_places]
    return (*targets, *(_target(place, "not", None, gazetteer) for place in against))


def take_places_against(draft: Draft, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Well-known places after a minus sign ("-boston"): they are places against, not words against."""
    against: list[str] = []
    for number, part in enumerate(draft.parts):
        word = part.text.removeprefix("-")
        readings = read_name(word, gazetteer) if part.option == "--exclude" and word.isalpha() else ()
        if not readings or readings[0].weight < _WELL_KNOWN or is_person_name(word) or readings[0].source == "code":
            continue
        against.append(word)
        name = spoken(readings[0].place, gazetteer)
        draft.parts[number] = replace(
            part, kind="place", value=f"not {name}", alternatives=(f"without {word}",), option="--place"
        )
    return tuple(against)


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
    _note_homonym(draft, name, settle(read_name(name, gazetteer), (), "en", gazetteer), places, gazetteer)
    return [_target(place, "in", overrides.radius_km, gazetteer) for place in places]


def _settled(
    wishes: Sequence[Wish], anchors: Sequence[Place], language: str, gazetteer: Gazetteer
) -> list[list[NamedPlace]]:
    """The readings of each wish, weighted by the other places of the query and ``anchors``.

    A place against ("portland, not maine") takes the readings inside it from the wanted ones, and is itself read
    inside what is wanted ("massachusetts except cambridge").
    """
    tops = [wish.readings[0].place if is_plain(wish.readings) else None for wish in wishes]
    against = {wish.readings[0].place.key for wish in wishes if wish.relation == "not"}
    settled = []
    for number, wish in enumerate(wishes):
        others = [place for other, place in enumerate(tops) if other != number and place is not None]
        readings = wish.readings
        if wish.relation != "not":
            others = [place for place in others if place.key not in against]
            readings = tuple(one for one in readings if not against & set(gazetteer.parents(one.place.key))) or readings
        settled.append(settle(readings, [*others, *anchors], language, gazetteer))
    return settled


def _targets(
    draft: Draft,
    wishes: Sequence[Wish],
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
            if wish.relation == "not" and any(one.place == place and is_quarter(one, gazetteer) for one in readings):
                radius = 0
            targets.append(_target(place, wish.relation, radius, gazetteer))
    return tuple({(target.place.key, target.relation): target for target in targets}.values())


def _note_several(draft: Draft, typed: str, places: Sequence[Place], gazetteer: Gazetteer) -> None:
    if len(places) > 1:
        names = [spoken(place, gazetteer) for place in places]
        listed = f"{', '.join(names[:-1])} or {names[-1]}"
        draft.notes.append(f"“{typed}” may mean {listed}; all count, for one of them use --place “{names[0]}”")


def _take_wishes(
    draft: Draft, wishes: Sequence[Wish], settled: Sequence[Sequence[NamedPlace]], gazetteer: Gazetteer
) -> None:
    """Record each name as a part with what else it could be, and take its words."""
    for wish, readings in zip(wishes, settled, strict=True):
        places = meant(readings, gazetteer)
        others = _others(readings, places)
        shown = " or ".join(spoken(place, gazetteer) for place in places)
        value = shown if wish.relation == "in" else f"{wish.relation} {shown}"
        alternatives = [*(places if len(places) > 1 else ()), *(reading.place for reading in others)]
        names = list(dict.fromkeys(spoken(place, gazetteer) for place in alternatives[:_MOST_ALTERNATIVES]))
        typed = draft.typed(wish.start, wish.end)
        draft.add(wish.start, wish.end, "place", value, option="--place", alternatives=names)
        _note_homonym(draft, typed, readings, places, gazetteer)
        part = next((one.place for one in others if is_quarter(one, gazetteer)), None)
        if readings[0].source == "local" and part is not None and wish.relation != "not":
            draft.notes.append(
                f"“{typed}” was read as all of {shown}; for that part alone use --place “{spoken(part, gazetteer)}”"
            )


def _others(readings: Sequence[NamedPlace], places: Sequence[Place]) -> list[NamedPlace]:
    """What else a name usually means."""
    usual = ("name", "nick", readings[0].source)
    return [reading for reading in readings if reading.place not in places and reading.source in usual]


def _note_homonym(
    draft: Draft, typed: str, readings: Sequence[NamedPlace], places: Sequence[Place], gazetteer: Gazetteer
) -> None:
    """Offer the other place of a name that is nearly as likely meant."""
    apart = [one for one in _others(readings, places) if not _belong_together(one.place, places, gazetteer)]
    if len(places) == 1 and apart and apart[0].weight >= _WORTH_A_NOTE * readings[0].weight:
        shown, other = spoken(places[0], gazetteer), spoken(apart[0].place, gazetteer)
        draft.notes.append(f"“{typed}” was read as {shown}; for {other} use --place “{other}”")


def names_without_place(draft: Draft, frequency: Frequency | None) -> list[str]:
    """Words that stand where a place would ("sushi in atlantisville"), name none, and that nobody writes."""
    if frequency is None or draft.is_prose:
        return []
    found = draft.words()
    follow = [end for _, end, relation in words.RELATION.all(draft) if relation in ("in", "near") and draft.joined(end)]
    return [
        draft.text[found[at].start : found[at].end]
        for at in follow
        if found[at].text.isalpha() and not frequency(found[at].text) and not themes_in(found[at].text)
    ]


def _belong_together(place: Place, read: Sequence[Place], gazetteer: Gazetteer) -> bool:
    """Whether ``place`` is the state around what was read, or a quarter of it: nothing that needs a choice."""
    return any(
        place.key in gazetteer.parents(one.key)
        or (place.kind == one.kind == "city" and distance_km(place.lat, place.lon, one.lat, one.lon) <= _QUARTERS_KM)
        for one in read
    )


def _target(place: Place, relation: Relation, radius_km: float | None, gazetteer: Gazetteer) -> PlaceTarget:
    """The target of one place; a radius of 0 means the town's own border, with its quarters."""
    if radius_km == 0 and relation == "near":
        relation = "in"
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
