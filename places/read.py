"""Texts of one creator → the places that the creator is believed to be tied to, with doubt and reasons.

Each naming of a place is evidence for a home there, in log-odds; evidence of one kind (bio, posts, ...) adds up to a
cap, because repeating oneself proves little. A name shared by several places supports each by its share of the people,
and support for a state or quarter also supports the town in question. Probabilities come out against the
alternative that the home is none of those named. The weights were set by hand on a development collection.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from math import exp, log
from typing import Final, Literal

from places.cues import cue_before
from places.gazetteer import Gazetteer, NamedPlace
from places.geo import distance_km
from places.joined import in_joined_word
from places.location import of_location
from places.mentions import Mention, find_mentions
from places.model import Place, PlaceGuess, PlaceReason, PlaceText, Role
from places.words import is_person_name, jokes, name_key

_Kind = Literal["location", "bio", "name", "handle", "link", "tag", "post_place", "post"]

_WEIGHTS: Final[dict[_Kind, float]] = {
    "location": 2.4, "bio": 1.6, "name": 1.1, "handle": 1.4, "link": 0.6, "tag": 0.3, "post_place": 0.7, "post": 0.35,
}  # fmt: skip
"""Log-odds for a home there, from one naming without any cue."""
_CAPS: Final[dict[_Kind, float]] = {
    "location": 2.4, "bio": 3.0, "name": 1.4, "handle": 1.6, "link": 0.9, "tag": 1.5, "post_place": 2.5, "post": 3.2,
}  # fmt: skip
_SAID_SO: Final = 2.8  # "based in Boston", "I live in Boston"
_LOCAL_FACTOR: Final = 2.2  # quarters and teams: people name them at home
_STATE_FACTOR: Final = 1.5  # a state named apart settles which of its namesakes a town is
_AREA_FACTOR: Final = 0.7  # a country or region says less
_MOST_SUPPORT: Final = 3.0
_NONE: Final = 0.2  # log-odds that the home is none of the places named
_LIST_FROM: Final = 4  # as many towns in one text are a list ("NYC | LA | Miami | Paris | ...")
_MOST_POSTS: Final = 120
_MOST_CHARACTERS: Final = 700  # of a post
_MOST_GUESSES: Final = 8
_LEAST: Final = 0.03
_MOVE: Final = re.compile(r"[→➡⟶]|->|>>")
_LATER_FACTOR: Final = 0.5  # of the second place of a location ("Boston / Berlin", "BOS ✈ BER")
_NEIGHBOUR_FACTOR: Final = 1.0  # a town named beside its suburb or metropolis
_NEIGHBOUR_KM: Final = 45.0
_VERY_BIG: Final = 400_000
_FLATTEN: Final = 0.8  # exponent: the biggest of namesakes is not meant quite as often as its people say
_AUDIENCE: Final = 1.5  # of the United States, in texts that do not say where they come from
_ROLE_WORDS: Final[dict[Role, str]] = {"home": "named", "visits": "visited", "former": "named as a former home"}


@dataclass(slots=True)
class _Case:
    """What speaks for one place: log-odds by kind, and the best quotation of each kind."""

    place: Place
    share: float = 0.0  # the best share of the people who bear its name
    by_kind: dict[_Kind, float] = field(default_factory=lambda: defaultdict(float))
    reasons: dict[_Kind, PlaceReason] = field(default_factory=dict)

    def add(self, kind: _Kind, weight: float, share: float, reason: PlaceReason) -> None:
        self.by_kind[kind] = min(_CAPS[kind] if weight < _SAID_SO else _SAID_SO, self.by_kind[kind] + weight)
        self.share = max(self.share, share)
        self.reasons.setdefault(kind, reason)

    @property
    def weight(self) -> float:
        return sum(self.by_kind.values())


def read_places(texts: Sequence[PlaceText], gazetteer: Gazetteer) -> tuple[PlaceGuess, ...]:
    """The places of one creator, the surest home first, then visits and former homes; at most eight.

    ``texts`` in any order; of posts the first 120 count, so pass the newest and most telling first. An empty tuple
    means that nothing is known.
    """
    cases: dict[Role, dict[str, _Case]] = {"home": {}, "visits": {}, "former": {}}
    for text in _bounded(texts):
        for evidence in _evidence(text, gazetteer):
            _add(cases[evidence.role], evidence)
    homes = _home_guesses(cases["home"], gazetteer)
    others = [
        PlaceGuess(
            place=case.place,
            role=role,
            confidence=_squash(case.weight) * case.share,
            reasons=tuple(case.reasons.values()),
        )
        for role in ("visits", "former")
        for case in cases[role].values()
    ]
    others.sort(key=lambda guess: (-guess.confidence, guess.place.key))
    return (*homes, *others[: max(0, _MOST_GUESSES - len(homes))])


def _bounded(texts: Sequence[PlaceText]) -> Iterator[PlaceText]:
    posts = 0
    for text in texts:
        if text.kind == "post":
            posts += 1
            if posts > _MOST_POSTS:
                continue
        yield text


@dataclass(frozen=True, slots=True)
class _Evidence:
    kind: _Kind
    role: Role
    readings: tuple[NamedPlace, ...]
    weight: float
    reason: PlaceReason


def _evidence(text: PlaceText, gazetteer: Gazetteer) -> Iterator[_Evidence]:
    """What one text says about places."""
    if text.kind in ("handle", "tag", "link"):
        yield from _joined_evidence(text, gazetteer)
        return
    body = text.text[:_MOST_CHARACTERS]
    if text.kind == "location" and name_key(body) in jokes():
        return
    mentions = list(_mentions(text, body, gazetteer))
    if text.kind == "location":
        mentions = of_location(body, mentions)
    towns = {mention.readings[0].place.key for mention in mentions if mention.readings[0].place.kind == "city"}
    share = 1.0 if len(towns) < _LIST_FROM or text.kind == "post" else 1.5 / len(towns)
    for at, mention in enumerate(mentions):
        found = _weigh(text.kind, body, mention)
        if found is not None and text.kind == "location" and _MOVE.search(body, mention.end):
            found = ("former", 1.5)  # "Boston → Austin"
        if found is not None:
            role, weight = found
            if text.kind == "location" and at and role == "home" and not _MOVE.search(body, 0, mention.start):
                weight *= _LATER_FACTOR
            yield _Evidence(text.kind, role, mention.readings, weight * share, _reason(text, body, mention, role))


def _mentions(text: PlaceText, body: str, gazetteer: Gazetteer) -> Iterable[Mention]:
    if text.kind in ("location", "post_place"):
        return find_mentions(body, gazetteer, cased=False, codes=True)
    return find_mentions(body, gazetteer, cased=True, small_towns=False)


def _weigh(kind: _Kind, body: str, mention: Mention) -> tuple[Role, float] | None:
    """Role and log-odds of one naming, None where it is no evidence."""
    cue = cue_before(body, mention.start)
    if cue == "former":
        return "former", 1.5
    if cue == "visit":
        return "visits", 1.0
    strong = mention.qualified or mention.readings[0].source in ("local", "nick")
    weight = _WEIGHTS[kind]
    if kind == "name" and (
        is_person_name(body[mention.start : mention.end]) or not (strong or _is_well_known(mention.readings[0]))
    ):
        return None
    if kind in ("location", "post_place"):
        return ("home", weight) if mention.sure or strong or len(body.split()) == 1 else None
    if (
        cue == "none"
        and not strong
        and (kind == "post" or not mention.sure or is_person_name(body[mention.start : mention.end]))
    ):
        return None
    if not mention.sure and cue != "home" and not strong:
        return None
    if cue == "located" and _begins_a_name(body, mention):
        return None
    if cue == "home":
        return "home", _SAID_SO if kind == "bio" else 3 * weight
    return "home", weight * (_LOCAL_FACTOR if mention.readings[0].source == "local" else 1)


def _is_well_known(reading: NamedPlace) -> bool:
    """Whether a word in a person's name is more likely a place than one more family name."""
    return reading.source == "name" and (reading.place.kind != "city" or reading.place.population >= _VERY_BIG)


def _begins_a_name(body: str, mention: Mention) -> bool:
    """Whether a bare town name goes on in capitals ("Paris Hilton", "Boston Globe")."""
    best = mention.readings[0]
    bare = best.place.kind == "city" and best.source == "name" and not mention.qualified
    return bare and re.match(r" [A-Z][a-z]", body[mention.end :]) is not None


def _joined_evidence(text: PlaceText, gazetteer: Gazetteer) -> Iterator[_Evidence]:
    for reading, written in in_joined_word(text.text, gazetteer):
        reason = PlaceReason(f"{_KIND_WORDS[text.kind]} holds “{written}”", text.text, text.url)
        yield _Evidence(text.kind, "home", (reading,), _WEIGHTS[text.kind], reason)


_KIND_WORDS: Final[dict[_Kind, str]] = {
    "location": "the profile's location", "bio": "the bio", "name": "the name", "handle": "the handle",
    "link": "a link", "tag": "a hashtag", "post_place": "a post's place", "post": "a post",
}  # fmt: skip


def _reason(text: PlaceText, body: str, mention: Mention, role: Role) -> PlaceReason:
    name = body[mention.start : mention.end]
    start, end = max(0, mention.start - 60), min(len(body), mention.end + 60)
    quote = " ".join(body[start:end].split())
    return PlaceReason(f"“{name}” {_ROLE_WORDS[role]} in {_KIND_WORDS[text.kind]}", quote, text.url)


def _add(cases: dict[str, _Case], evidence: _Evidence) -> None:
    people = [
        reading.weight**_FLATTEN * (_AUDIENCE if reading.place.country == "US" else 1) for reading in evidence.readings
    ]
    total = sum(people)
    for reading, share in zip(evidence.readings, people, strict=True):
        case = cases.setdefault(reading.place.key, _Case(reading.place))
        case.add(evidence.kind, evidence.weight, share / total, evidence.reason)


def _home_guesses(cases: dict[str, _Case], gazetteer: Gazetteer) -> list[PlaceGuess]:
    """Probabilities over the most exact places: a state that a named town lies in supports the town instead."""
    areas = {key for key, case in cases.items() if case.place.kind != "city"}
    towns = [case for case in cases.values() if case.place.kind == "city"]
    supported: set[str] = set()
    scores: dict[str, float] = {}
    for key, case in cases.items():
        inside = [area for area in areas if area != key and _lies_in(key, area, gazetteer)]
        supported.update(inside)
        support = sum(_factor(cases[area].place) * cases[area].weight for area in inside)
        if case.place.kind == "city":
            support += _NEIGHBOUR_FACTOR * sum(other.weight * other.share for other in _neighbours(case, towns))
        scores[key] = log(case.share) + case.weight + min(support, _MOST_SUPPORT)
    leaves = {key: score for key, score in scores.items() if key not in supported}
    total = exp(_NONE) + sum(exp(score) for score in leaves.values())
    guesses = [
        PlaceGuess(
            place=cases[key].place, role="home", confidence=min(0.99, exp(score) / total),
            reasons=tuple(cases[key].reasons.values()),
        )
        for key, score in leaves.items()
    ]  # fmt: skip
    guesses.sort(key=lambda guess: (-guess.confidence, guess.place.key))
    return [guess for guess in guesses if guess.confidence >= _LEAST][:_MOST_GUESSES]


def _neighbours(case: _Case, towns: Iterable[_Case]) -> Iterator[_Case]:
    """The other towns named within a metropolitan area's reach."""
    here = case.place
    for other in towns:
        there = other.place
        if (
            other is not case
            and abs(there.lat - here.lat) < 0.5
            and there.country == here.country
            and distance_km(here.lat, here.lon, there.lat, there.lon) <= _NEIGHBOUR_KM
        ):
            yield other


def _factor(area: Place) -> float:
    return _STATE_FACTOR if area.kind == "state" else _AREA_FACTOR


def _lies_in(key: str, area: str, gazetteer: Gazetteer) -> bool:
    parents = gazetteer.parents(key)
    if area.startswith("r:"):
        parts = gazetteer.parts(area)
        return key in parts or any(parent in parts for parent in parents)
    return area in parents


def _squash(weight: float) -> float:
    return min(0.95, 1 - exp(-weight / 2))
