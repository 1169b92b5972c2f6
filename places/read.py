"""Texts of one creator → the places that the creator is believed to be tied to, with doubt and reasons.

Each naming of a place (``evidence.py``) speaks for a home there, in log-odds; what one kind of text says adds up to a
cap, because repeating oneself proves little. A name shared by several places supports each by its share of the people,
and support for a state or quarter also supports the town in question. Probabilities come out against the alternative
that the home is none of those named. The weights were fitted on a development collection (benchmarks/places.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import exp, log
from typing import Final

from places.evidence import Evidence, Kind, Tie, evidence_of
from places.gazetteer import Gazetteer
from places.model import Place, PlaceGuess, PlaceReason, PlaceText, Role
from places.moves import Moves, is_around, is_near, moves_of

_WEIGHTS: Final[Mapping[Kind, Mapping[Tie, float]]] = {
    "location": {"new": 2.4, "said": 2.4, "local": 3.0, "exact": 2.4, "located": 2.4, "bare": 2.4},
    "bio": {"new": 2.8, "said": 2.8, "local": 3.3, "exact": 2.5, "located": 2.4, "bare": 1.8},
    "name": {"new": 1.1, "said": 1.1, "local": 1.1, "exact": 1.4, "located": 1.1, "bare": 1.1},
    "handle": {"bare": 2.4},
    "link": {"bare": 0.6},
    "tag": {"bare": 0.3},
    "post_place": {"new": 0.7, "said": 0.7, "local": 1.5, "exact": 1.0, "located": 0.5, "bare": 0.5},
    "post": {"new": 2.5, "said": 1.05, "local": 0.8, "exact": 0.5, "located": 0.35, "bare": 0.2},
}
"""Log-odds for a home there, from one naming."""
_CAPS: Final[Mapping[Kind, float]] = {
    "location": 3.0, "bio": 3.5, "name": 1.4, "handle": 2.4, "link": 0.9, "tag": 1.5, "post_place": 2.5, "post": 3.2,
}  # fmt: skip
_ELSEWHERE: Final[Mapping[Role, float]] = {"visits": 1.0, "former": 1.5}  # of one naming
_VISITED: Final = 0.5  # part of what posts about a place count whose writer told of a visit there
_STATE_FACTOR: Final = 1.7  # a state named apart settles which of its namesakes a town is
_AREA_FACTOR: Final = 0.7  # a country or region says less
_MOST_SUPPORT: Final = 4.0
_NONE: Final = 0.2  # log-odds that the home is none of the places named
_NEWER: Final = 0.3  # the newest post counts so much more, and the oldest less: people move
_MOST_POSTS: Final = 120
_TAG_LIST_FROM: Final = 5  # as many towns in the hashtags are a list
_POST_LIST_FROM: Final = 4  # more towns in the posts are a topic (sport, travel, politics)
_MOST_GUESSES: Final = 8
_LEAST: Final = 0.03
_NEIGHBOUR_FACTOR: Final = 1.5  # a town named beside its suburb or metropolis
_FLATTEN: Final = 0.9  # exponent: the biggest of namesakes is not meant quite as often as its people say
_AUDIENCE: Final = 2.0  # of the United States, in texts that do not say where they come from


class _Case:
    """What speaks for one place: log-odds by kind of text, and the first naming of each kind."""

    __slots__ = ("by_kind", "by_post", "first", "place", "share")

    def __init__(self, place: Place) -> None:
        self.place = place
        self.share = 0.0  # the best share of the people who bear its name
        self.by_kind: dict[Kind, float] = {}
        self.by_post: dict[str, float] = {}
        self.first: dict[Kind, Evidence] = {}

    def add(self, evidence: Evidence, weight: float, share: float) -> None:
        """Add one naming; a post and the place it was sent from are one event."""
        kind, url = evidence.source.kind, evidence.source.url
        if kind in ("post", "post_place") and url:
            counted = self.by_post.get(url, 0.0)
            self.by_post[url] = max(counted, weight)
            weight = max(0.0, weight - counted)
        self.by_kind[kind] = min(_CAPS[kind], self.by_kind.get(kind, 0.0) + weight)
        self.share = max(self.share, share)
        self.first.setdefault(kind, evidence)

    @property
    def weight(self) -> float:
        return sum(self.by_kind.values())

    @property
    def reasons(self) -> tuple[PlaceReason, ...]:
        return tuple(evidence.reason() for evidence in self.first.values())


_Cases = dict[Role, dict[str, _Case]]


def read_places(texts: Sequence[PlaceText], gazetteer: Gazetteer) -> tuple[PlaceGuess, ...]:
    """The places of one creator, the surest home first, then visits and former homes; at most eight.

    ``texts`` in any order but for posts, the newest first: recent ones count more, and only the first 120 at all. What
    belongs to one post has its address. An empty tuple means that nothing is known.
    """
    found: list[Evidence] = []
    for text in _bounded(texts):
        found += evidence_of(text, gazetteer)
    return guess_homes(found, gazetteer)


def guess_homes(found: Sequence[Evidence], gazetteer: Gazetteer) -> tuple[PlaceGuess, ...]:
    """The places that all this evidence speaks for, as ``read_places`` gives them."""
    cases: _Cases = {"home": {}, "visits": {}, "former": {}}
    newness, shares, away = _newness(found), _list_shares(found), _visits(found)
    visited, moves = _places_visited(found), moves_of(found, away)
    for evidence in found:
        role, kind, url = evidence.role, evidence.source.kind, evidence.source.url
        if kind in ("post", "post_place") and role == "home" and url in away and evidence.tie in _WEAK_TIES:
            role = "visits"
        if role == "home":
            weight = _WEIGHTS[kind][evidence.tie] * evidence.share * newness.get(url, 1.0)
            if evidence.tie not in _TOLD:
                weight *= shares.get(kind, 1.0)
                if visited and kind in _OF_POSTS and is_around(evidence.readings[0].place, visited, gazetteer):
                    weight *= _VISITED
        else:
            weight = _ELSEWHERE[role]
        _add(cases[role], evidence, weight)
    homes = _home_guesses(cases["home"], moves, gazetteer)
    others = [
        PlaceGuess(case.place, role, _squash(case.weight) * case.share, case.reasons)
        for role in _ELSEWHERE
        for case in cases[role].values()
    ]
    others.sort(key=lambda guess: (-guess.confidence, guess.place.key))
    return (*homes, *others[: max(0, _MOST_GUESSES - len(homes))])


_WEAK_TIES: Final = frozenset({"exact", "located", "bare"})
_TOLD: Final = frozenset({"new", "said"})
_OF_POSTS: Final = frozenset({"post", "post_place", "tag"})


def _bounded(texts: Sequence[PlaceText]) -> Iterable[PlaceText]:
    return texts if len(texts) <= _MOST_POSTS else _first_posts(texts)


def _first_posts(texts: Sequence[PlaceText]) -> Iterator[PlaceText]:
    posts = 0
    for text in texts:
        if text.kind == "post":
            posts += 1
            if posts > _MOST_POSTS:
                continue
        yield text


def _newness(found: Sequence[Evidence]) -> dict[str, float]:
    """A factor for each post that names a place, by its address: above one for the newer half."""
    urls = list(dict.fromkeys(each.source.url for each in found if each.source.kind in ("post", "post_place", "tag")))
    last = len(urls) - 1
    return {url: 1 + _NEWER * (1 - 2 * at / last) for at, url in enumerate(urls)} if last > 0 else {}


def _list_shares(found: Sequence[Evidence]) -> dict[Kind, float]:
    """The part of a full naming that hashtags and posts count, as they name many places."""
    tags, posts = (
        {each.readings[0].place.key for each in found if each.source.kind == kind and each.tie not in _TOLD}
        for kind in ("tag", "post")
    )
    return {
        "tag": 1.0 if len(tags) < _TAG_LIST_FROM else 2.0 / len(tags),
        "post": min(1.0, _POST_LIST_FROM / max(1, len(posts))),
    }


def _visits(found: Sequence[Evidence]) -> set[str]:
    """The addresses of posts that tell of a visit: where they were sent from is no home."""
    return {each.source.url for each in found if each.source.kind == "post" and each.role == "visits"} - {""}


def _places_visited(found: Sequence[Evidence]) -> list[Place]:
    """Where a post tells of a visit."""
    return [each.readings[0].place for each in found if each.role == "visits" and each.source.kind == "post"]


def _add(cases: dict[str, _Case], evidence: Evidence, weight: float) -> None:
    if len(evidence.readings) == 1:
        people = [1.0]
    else:
        people = [
            reading.weight**_FLATTEN * (_AUDIENCE if reading.place.country == "US" else 1)
            for reading in evidence.readings
        ]
    total = sum(people)
    for reading, share in zip(evidence.readings, people, strict=True):
        case = cases.get(reading.place.key)
        if case is None:
            case = cases[reading.place.key] = _Case(reading.place)
        case.add(evidence, weight, share / total)


def _home_guesses(cases: dict[str, _Case], moves: Moves, gazetteer: Gazetteer) -> list[PlaceGuess]:
    """Probabilities over the most exact places: a state that a named town lies in supports the town instead."""
    areas = [key for key, case in cases.items() if case.place.kind != "city"]
    towns = [case for case in cases.values() if case.place.kind == "city"]
    weights = {key: case.weight for key, case in cases.items()}
    supported: set[str] = set()
    scores: dict[str, float] = {}
    for key, case in cases.items():
        inside = [area for area in areas if area != key and _lies_in(key, area, gazetteer)]
        supported.update(inside)
        support = sum([_factor(cases[area].place) * weights[area] for area in inside])
        if case.place.kind == "city":
            near = _neighbours(case, towns)
            support += _NEIGHBOUR_FACTOR * sum([weights[other.place.key] * other.share for other in near])
        scores[key] = log(case.share) + weights[key] + min(support, _MOST_SUPPORT)
        scores[key] -= moves.against(case.place, gazetteer)
    leaves = {key: score for key, score in scores.items() if key not in supported}
    total = exp(_NONE) + sum([exp(score) for score in leaves.values()])
    sure = [(-min(0.99, exp(score) / total), key) for key, score in leaves.items()]
    sure.sort()
    return [
        PlaceGuess(place=cases[key].place, role="home", confidence=-against, reasons=cases[key].reasons)
        for against, key in sure[:_MOST_GUESSES]
        if -against >= _LEAST
    ]


def _neighbours(case: _Case, towns: Iterable[_Case]) -> Iterator[_Case]:
    """The other towns named within a metropolitan area's reach."""
    for other in towns:
        if other is not case and other.place.country == case.place.country and is_near(other.place, case.place):
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
