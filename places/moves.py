"""Who moved: homes that somebody gave up, came to, or that recent posts no longer tell of.

What a naming is worth and how all adds up is in ``read.py``.

Profiles are seldom brought up to date. A move shows where posts say so ("finally left Boston", "first month in
Lisbon"), and where the newer posts are written from one place and the older ones, or only the profile, name another.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Final, NamedTuple

from places.evidence import Evidence
from places.gazetteer import Gazetteer
from places.geo import distance_km
from places.model import Place

_LEFT: Final = 3.0  # log-odds against a home that was given up ("goodbye Boston")
_GONE: Final = 7.0  # ... for good ("moved away from Boston")
_OLDER: Final = 4.0  # against other homes than the one newly moved to
_NO_LONGER: Final = 2.0  # against a home of which only older posts tell
_NEVER: Final = 1.0  # ... of which no post tells, when many tell of another
_FEWEST: Final = 2  # newer posts from another place that tell of a move
_MANY: Final = 5  # as many tell it as surely as it can be told so
_NEIGHBOUR_KM: Final = 45.0
_NEIGHBOUR_DEGREES: Final = _NEIGHBOUR_KM / 111.0  # of latitude


class Moves(NamedTuple):
    """Homes given up, and those since the last arrival, in every reading; and the places of posts, the newest first."""

    gone: Sequence[Place]
    left: Sequence[Place]
    settled: Sequence[Place]
    posts: Sequence[Place]

    def against(self, place: Place, gazetteer: Gazetteer) -> float:
        """Log-odds by which moves speak against a home there."""
        if self.gone and is_around(place, self.gone, gazetteer):
            return _GONE
        if self.left and is_around(place, self.left, gazetteer):
            return _LEFT
        if self.settled:
            return 0.0 if is_around(place, self.settled, gazetteer) else _OLDER
        return self._no_longer(place, gazetteer)

    def _no_longer(self, place: Place, gazetteer: Gazetteer) -> float:
        """Log-odds against a place that posts newer than all about it do not name, while they agree on another."""
        newer: list[Place] = []
        about: dict[str, bool] = {}  # posts name the same few places
        for post in self.posts:
            if post.key not in about:
                about[post.key] = _is_about(post, place, gazetteer)
            if about[post.key]:
                break
            newer.append(post)
        if len(newer) < _FEWEST:
            return 0.0
        times = Counter(post.key for post in newer)
        distinct = {post.key: post for post in newer}.values()
        most = max(
            [
                sum([times[other.key] for other in distinct if _is_beside(other, one, gazetteer)])
                for one in {post.key: post for post in newer[:_MANY]}.values()
            ]
        )
        if most < _FEWEST or 2 * most <= len(newer):
            return 0.0
        worth = _NO_LONGER if len(newer) < len(self.posts) else _NEVER
        return worth * min(1.0, most / _MANY)


def moves_of(found: Sequence[Evidence], away: Collection[str]) -> Moves:
    """What texts, posts the newest first, tell of moves, unless a newer one is written from there.

    "Left Boston at five" is no move when the next post is from Boston again. ``away`` are the posts about visits.
    """
    gone: dict[str, Place] = {}
    left: dict[str, Place] = {}
    settled: dict[str, Place] = {}
    newer: dict[str, Place] = {}
    for each in found:
        places = {reading.place.key: reading.place for reading in each.readings}
        is_post = each.source.kind == "post"
        if each.role == "former" and each.tie in ("said", "new") and newer.keys().isdisjoint(places):
            (gone if each.tie == "new" else left).update(places)
        elif is_post and each.role == "home":
            newer.update(places)
            if each.tie == "new" and not settled:
                settled = dict(newer)
    return Moves(list(gone.values()), list(left.values()), list(settled.values()), _of_posts(found, away))


def _of_posts(found: Iterable[Evidence], away: Collection[str]) -> list[Place]:
    """The place of each post that names one, the newest first."""
    by_post: dict[str, Place] = {}
    for each in found:
        is_post = each.source.kind in ("post", "post_place", "tag") and each.role == "home"
        if is_post and each.source.url not in away and each.readings[0].place.kind == "city":
            by_post.setdefault(each.source.url, each.readings[0].place)
    return list(by_post.values())


def is_near(one: Place, other: Place) -> bool:
    """Whether two towns lie within a metropolitan area's reach."""
    close = -_NEIGHBOUR_DEGREES < one.lat - other.lat < _NEIGHBOUR_DEGREES
    return close and distance_km(one.lat, one.lon, other.lat, other.lon) <= _NEIGHBOUR_KM


def is_around(place: Place, others: Iterable[Place], gazetteer: Gazetteer) -> bool:
    """Whether ``place`` is one of ``others``, lies in it, or is a town beside it."""
    return any(_is_beside(place, other, gazetteer) for other in others)


def _is_beside(place: Place, other: Place, gazetteer: Gazetteer) -> bool:
    """Likewise for one."""
    if place.key == other.key:
        return True
    if other.kind == "city":  # nothing lies in a town
        return place.kind == "city" and is_near(place, other)
    return other.key in gazetteer.parents(place.key)


def _is_about(post: Place, place: Place, gazetteer: Gazetteer) -> bool:
    """Whether either is the other, lies in it or beside it."""
    if post.kind == place.kind == "city":  # the same both ways
        return post.key == place.key or is_near(post, place)
    return _is_beside(post, place, gazetteer) or _is_beside(place, post, gazetteer)
