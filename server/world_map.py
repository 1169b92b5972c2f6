"""A map of results, drawn from coordinates and outlines of land (Natural Earth, public domain); no tiles."""

import math
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_LAND: Final = Path(__file__).parent / "data" / "land.txt"
WIDTH: Final = 440
HEIGHT: Final = 400
_LEAST: Final = 3.0  # degrees of latitude that a map shows at least
_ROOM: Final = 0.18  # of the span, on each side
Point = tuple[float, float]


class Pin(NamedTuple):
    """Where somebody lives: a number to link list and map, and where it stands on the map."""

    number: int
    label: str
    anchor: str
    x: float
    y: float


class Place(NamedTuple):
    """A result with its coordinates."""

    number: int
    label: str
    anchor: str
    lat: float
    lon: float


class Map(NamedTuple):
    """Outlines as SVG path data, and pins."""

    land: str
    pins: tuple[Pin, ...]
    width: int = WIDTH
    height: int = HEIGHT


def draw(places: Sequence[Place]) -> Map | None:
    """The map that shows all of these; None without any."""
    if not places:
        return None
    view = _view(places)
    paths = (_path(view.clip(ring), view) for ring, box in _rings() if view.meets(box))
    return Map("".join(filter(None, paths)), tuple(_pins(places, view)))


class _View(NamedTuple):
    """What the map shows, in degrees; ``across`` is the width of a degree of longitude against one of latitude."""

    west: float
    south: float
    east: float
    north: float
    across: float

    def at(self, lon: float, lat: float) -> Point:
        """Degrees to the units of the drawing."""
        return (
            (lon - self.west) / (self.east - self.west) * WIDTH,
            (self.north - lat) / (self.north - self.south) * HEIGHT,
        )

    def meets(self, box: tuple[float, float, float, float]) -> bool:
        """Whether anything in this box could be seen."""
        west, south, east, north = box
        return not (east < self.west or west > self.east or north < self.south or south > self.north)

    def clip(self, ring: Sequence[Point]) -> list[Point]:
        """The part of a ring that is seen (Sutherland and Hodgman)."""
        shown = list(ring)
        for axis, edge, keep_above in (
            (0, self.west, True),
            (0, self.east, False),
            (1, self.south, True),
            (1, self.north, False),
        ):
            shown = list(_cut(shown, axis, edge, keep_above))
        return shown


def _view(places: Sequence[Place]) -> _View:
    lats, lons = [place.lat for place in places], [place.lon for place in places]
    middle, centre = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
    across = max(0.2, math.cos(math.radians(min(abs(middle), 78))))
    tall = max(_LEAST, (max(lats) - min(lats)) * (1 + 2 * _ROOM))
    wide = max(tall * WIDTH / HEIGHT / across, (max(lons) - min(lons)) * (1 + 2 * _ROOM))
    tall = wide * across * HEIGHT / WIDTH
    return _View(centre - wide / 2, middle - tall / 2, centre + wide / 2, middle + tall / 2, across)


def _pins(places: Sequence[Place], view: _View) -> Iterable[Pin]:
    """Those at one place stand in a circle around it, so that each can be clicked."""
    at_one: dict[Point, list[Place]] = {}
    for place in places:
        at_one.setdefault((round(place.lat, 2), round(place.lon, 2)), []).append(place)
    for together in at_one.values():
        for number, place in enumerate(together):
            x, y = view.at(place.lon, place.lat)
            if len(together) > 1:
                turn, away = 2 * math.pi * number / len(together), 9 + 1.6 * len(together)
                x, y = x + away * math.cos(turn), y + away * math.sin(turn)
            yield Pin(place.number, place.label, place.anchor, round(x, 1), round(y, 1))


def _path(ring: Sequence[Point], view: _View) -> str:
    if len(ring) < 3:
        return ""
    points = [view.at(*point) for point in ring]
    told = [f"{round(points[0][0])} {round(points[0][1])}"]
    for x, y in points[1:]:
        step = f"{round(x)} {round(y)}"
        if step != told[-1]:
            told.append(step)
    return f"M{'L'.join(told)}Z" if len(told) > 2 else ""


def _cut(ring: Sequence[Point], axis: int, edge: float, keep_above: bool) -> Iterable[Point]:
    def inside(point: Point) -> bool:
        return (point[axis] >= edge) == keep_above or point[axis] == edge

    for before, point in zip([ring[-1], *ring[:-1]] if ring else [], ring, strict=True):
        if inside(before) != inside(point):
            share = (edge - before[axis]) / (point[axis] - before[axis])
            yield (
                before[0] + share * (point[0] - before[0]),
                before[1] + share * (point[1] - before[1]),
            )
        if inside(point):
            yield point


@cache
def _rings() -> list[tuple[tuple[Point, ...], tuple[float, float, float, float]]]:
    rings = []
    for line in _LAND.read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        pairs = (pair.split(",") for pair in line.split())
        ring = tuple((int(lon) / 100, int(lat) / 100) for lon, lat in pairs)
        lons, lats = [lon for lon, _ in ring], [lat for _, lat in ring]
        rings.append((ring, (min(lons), min(lats), max(lons), max(lats))))
    return rings
