"""The places in a query: which are meant, in what relation, and what else each name could be."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from niche import vocabulary as words
from niche.draft import Draft
from niche.errors import QueryError
from niche.overrides import Overrides
from niche.spelling import mend_place_words
from places.gazetteer import Gazetteer, NamedPlace
from places.mentions import Mention, find_mentions, phrase_spans
from places.model import Place, PlaceTarget, Relation
from places.targets import make_target

_ALSO_FROM = 0.3  # a reading with as much weight as this part of the best is meant as well
_KNOWN_TOWN = 50_000  # people; a smaller town needs "in", "near" or its state to be read as one
_MOST_ALTERNATIVES = 5


@dataclass(frozen=True, slots=True)
class _Wish:
    """One place name with the words around it, ``[start, end)`` in the query."""

    start: int
    end: int
    relation: Relation
    radius_km: float | None
    readings: tuple[NamedPlace, ...]


def take_places(draft: Draft, gazetteer: Gazetteer, overrides: Overrides) -> tuple[PlaceTarget, ...]:
    """The places asked for; their words leave the draft. Options win over words."""
    if overrides.no_place:
        return ()
    _note_phrases(draft, gazetteer)
    if overrides.places:
        _take_wishes(draft, _wishes(draft, gazetteer))
        return tuple(_forced(name, "--place", "in", overrides, gazetteer) for name in overrides.places)
    mend_place_words(draft, gazetteer)
    wishes = _wishes(draft, gazetteer)
    targets = _targets(draft, wishes, gazetteer, overrides)
    _take_wishes(draft, wishes)
    if overrides.near is not None and not any(target.relation != "not" for target in targets):
        targets = (*targets, _forced(overrides.near, "--near", "near", overrides, gazetteer))
    return targets


def _forced(name: str, option: str, relation: Relation, overrides: Overrides, gazetteer: Gazetteer) -> PlaceTarget:
    mentions = find_mentions(name, gazetteer, cased=False, codes=True)
    whole = [mention for mention in mentions if mention.start == 0 and mention.end >= len(name.rstrip())]
    if not whole:
        raise QueryError(
            f"{option}: no place {name!r} is known; try its English name, or add the state: “Portland, Maine”"
        )
    return make_target(whole[0].readings[0].place, relation, gazetteer, radius_km=overrides.radius_km or None)


def _note_phrases(draft: Draft, gazetteer: Gazetteer) -> None:
    """A dish with a place in its name stays theme; the place is offered as the other reading."""
    for start, end in phrase_spans(draft.rest):
        phrase = draft.text[start:end]
        for found in re.finditer(r"\S+(?: \S+)?", phrase):
            for name in (found.group(), found.group().split()[0]):
                places = gazetteer.lookup(name)
                if places:
                    draft.notes.append(
                        f"“{phrase}” was read as one thing; for the place use --place “{places[0].label}”"
                    )
                    return


def _wishes(draft: Draft, gazetteer: Gazetteer) -> list[_Wish]:
    wishes: list[_Wish] = []
    for mention in find_mentions(draft.rest, gazetteer, cased=False):
        relation, start, radius = _relation(draft.rest, mention, wishes)
        if relation is None and not _stands_alone(mention):
            continue
        wishes.append(_Wish(start, _end(draft.rest, mention.end), relation or "in", radius, mention.readings))
    return wishes


def _relation(text: str, mention: Mention, before: Sequence[_Wish]) -> tuple[Relation | None, int, float | None]:
    """Relation (None: no word says any), where its words begin, and the radius they state."""
    found = words.RELATION.search(text[: mention.start])
    if found is None:
        if before and words.AND.match(text[before[-1].end : mention.start]):
            return before[-1].relation, before[-1].end, before[-1].radius_km
        article = words.BEFORE_PLACE.search(text[: mention.start])
        return None, article.start() if article else mention.start, None
    if found["distance"]:
        km = float(found["distance"].replace(",", "."))
        return "near", found.start(), km * (words.KM_PER_MILE if found["unit"].lower().startswith("m") else 1.0)
    relation: Relation = "not" if found["not"] else "near" if found["near"] or found["around"] else "in"
    return relation, found.start(), None


def _stands_alone(mention: Mention) -> bool:
    """Whether a name without any word of place before it is plainly a place."""
    best = mention.readings[0]
    return mention.qualified or (mention.sure and (best.place.kind != "city" or best.weight >= _KNOWN_TOWN))


def _end(text: str, end: int) -> int:
    after = words.AFTER_PLACE.match(text[end:])
    return end + after.end() if after else end


def _targets(
    draft: Draft, wishes: Sequence[_Wish], gazetteer: Gazetteer, overrides: Overrides
) -> tuple[PlaceTarget, ...]:
    """Targets in the order of the query; names against come last, so that they are read inside what is wanted."""
    targets: list[PlaceTarget] = []
    for wish in sorted(wishes, key=lambda wish: wish.relation == "not"):
        meant = _meant(wish, targets, gazetteer)
        if len(meant) > 1:
            labels = " and ".join(place.label for place in meant)
            draft.notes.append(f"“{draft.text[wish.start : wish.end].strip()}” may mean {labels}; all count")
        for place in meant:
            radius = wish.radius_km
            if overrides.radius_km is not None and wish.relation != "not":
                radius = overrides.radius_km or None
            targets.append(make_target(place, wish.relation, gazetteer, radius_km=radius))
    return tuple(targets)


def _meant(wish: _Wish, others: Sequence[PlaceTarget], gazetteer: Gazetteer) -> list[Place]:
    """The readings that are meant: those in the places already asked for, else those that many people would mean."""
    readings = wish.readings
    keys = frozenset[str]().union(*(target.keys for target in others if target.relation != "not"))
    inside = [reading for reading in readings if keys & {reading.place.key, *gazetteer.parents(reading.place.key)}]
    if wish.relation == "not" and inside:
        readings = tuple(inside)
    meant = [reading.place for reading in readings if reading.weight >= _ALSO_FROM * readings[0].weight]
    towns = {place.key for place in meant if place.kind == "city"}
    # Berlin the town and Berlin the state are one place
    return [place for place in meant if place.kind != "state" or not _is_city_state(place, towns, gazetteer)]


def _is_city_state(state: Place, towns: set[str], gazetteer: Gazetteer) -> bool:
    inside = [town for key in towns if (town := gazetteer.get(key)) and state.key in gazetteer.parents(key)]
    return any(town.population > 0.4 * state.population for town in inside)


def _take_wishes(draft: Draft, wishes: Sequence[_Wish]) -> None:
    for wish in wishes:
        others = [reading.place.label for reading in wish.readings[1:] if reading.source != "local"]
        draft.add(
            wish.start, wish.end, "place", wish.readings[0].place.label,
            option="--place", alternatives=list(dict.fromkeys(others))[:_MOST_ALTERNATIVES],
        )  # fmt: skip
