"""With what names of places begin, and which names are looked for inside joined words: worked out when the gazetteer is
compiled, since reading it from three hundred thousand names takes most of a second.
"""

import sqlite3
from typing import Final, NamedTuple

from places.words import SMALL_STARTS, uncapitalised_words

RARE_SPELLING: Final = (
    100_000  # weight; a spelling of a town with less than half a million people is mostly another word
)
SMALL_TOWN: Final = 15_000  # weight; below, a town counts in running text only with its state or country behind it
KNOWN_WHEN_SMALL: Final = 50_000  # weight; without its capital a lesser town's name is mostly another word
_KNOWN_EVERYWHERE: Final = 400_000  # people; below, a name inside a handle is as often a family name
_SCHEMA: Final = """
CREATE TABLE starts (part INTEGER PRIMARY KEY, names TEXT);
CREATE TABLE strong (name TEXT, key TEXT, weight REAL, source TEXT);
"""


class NameStarts(NamedTuple):
    """With what names begin. ``known`` holds those names of one word that are read without a capital, too."""

    words: frozenset[str]  # first words of all names
    single: frozenset[str]  # names of one word
    known: frozenset[str]
    pairs: frozenset[str]  # the first two words of longer names
    after_small: frozenset[str]  # second words of names whose first is of ``words.SMALL_STARTS``
    lone: frozenset[str]  # names of one word that need no state or country behind them where small towns do not count
    areas: frozenset[str]  # first words of all that states and countries are called


def write_tables(connection: sqlite3.Connection) -> None:
    """Add both tables to a gazetteer whose places and names are there."""
    connection.executescript(_SCHEMA)
    connection.executemany(
        "INSERT INTO starts VALUES (?, ?)",
        [(part, "\n".join(sorted(names))) for part, names in enumerate(_starts_of(connection))],
    )
    connection.execute(
        "INSERT INTO strong SELECT name.name, name.key, name.weight, name.source FROM name"
        " JOIN place ON place.key = name.key WHERE name.source = 'nick' OR name.source = 'local'"
        " OR (name.source = 'name' AND (place.kind != 'city' OR place.population >= ?)) ORDER BY name.weight",
        (_KNOWN_EVERYWHERE,),
    )


def read_starts(connection: sqlite3.Connection) -> NameStarts:
    """What ``write_tables`` found."""
    rows = connection.execute("SELECT names FROM starts ORDER BY part").fetchall()
    starts = NameStarts(*(frozenset(names.split("\n")) for (names,) in rows))
    return starts._replace(known=starts.known - uncapitalised_words())


def _starts_of(connection: sqlite3.Connection) -> NameStarts:
    """Codes and spellings that hardly anybody uses are left out."""
    rows = connection.execute(
        "SELECT name, MAX(weight) FROM name WHERE source IN ('name', 'nick', 'local')"
        " OR (source = 'spelling' AND weight > ?) GROUP BY name",
        (RARE_SPELLING,),
    ).fetchall()
    pairs = frozenset(" ".join(name.split(" ", 2)[:2]) for name, _ in rows if " " in name)
    dial_codes = frozenset(pair[4:] for pair in pairs if pair.startswith("the ") and pair[4:].isdigit())
    single = frozenset(name for name, _ in rows if " " not in name).union(dial_codes)
    known = frozenset(name for name, weight in rows if weight >= KNOWN_WHEN_SMALL and name in single)
    parted = [pair.partition(" ") for pair in pairs]
    words = single.union(first for first, _, _ in parted)
    after_small = frozenset(second for first, _, second in parted if first in SMALL_STARTS)
    lone = connection.execute(
        "SELECT DISTINCT name FROM name WHERE weight >= ? AND source != 'code'"
        " AND (source != 'spelling' OR weight > ?)",
        (SMALL_TOWN, RARE_SPELLING),
    )
    areas = connection.execute("SELECT DISTINCT name FROM name WHERE key LIKE 'a:%' OR key LIKE 'c:%'")
    return NameStarts(
        words,
        single,
        known,
        pairs,
        after_small,
        lone=single.intersection(name for (name,) in lone).union(dial_codes),
        areas=frozenset(name.partition(" ")[0] for (name,) in areas),
    )
