"""Outlines of several creators side by side: columns for who ranks two hundred of them at once.

What follows from an outline and from how its numbers stand among their peers is worked out when its row is made; a
backend may keep rows, as they are the same for every query.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from math import nan
from typing import Any, Final, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from indexer.engagement import Peers
from indexer.outline import Outline, unpack_places
from indexer.signs import out_of_line
from places.matches import ROLES, Guesses
from places.model import Place
from text.letters import first_letters

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.int64]
Objects = NDArray[np.object_]

HEAD: Final = 64  # letters and digits of a bio that tell most apart
_ROLES: Final = {role: number for number, role in enumerate(ROLES)}


class OutlineTable(NamedTuple):
    """``column[row]`` is of one creator. NaN: not known."""

    creators: Objects  # ids, distinct
    kinds: Objects
    followers: Floats
    bios: Objects  # folded
    heads: Objects  # the first ``HEAD`` letters and digits of each
    repetition: Floats  # of the bios; see text.repetition
    may_deny: Flags  # ... text.denial
    doubts: Objects  # codes of what makes profile or numbers doubtful, a tuple of each: signs and rates out of line
    account_lines: Objects  # platform, space and handle of each account, a line each
    rates: Floats  # of the account that stands for the creator,
    reacting: Floats  # ... and where it stands among its peers
    standings: Objects  # of each account with a rate, where it stands, or None; a tuple of each
    packed_guesses: Objects  # number of place, number of role and confidence in turn, a tuple of each
    guessed: Numbers  # how many places
    is_marked: Flags
    places: Sequence[Place]  # without names

    def take(self, rows: Any) -> Self:
        """The same for these rows, in their order."""
        return self.with_columns({name: getattr(self, name)[rows] for name in _COLUMNS})

    def columns(self) -> dict[str, NDArray[Any]]:
        """By name."""
        return {name: getattr(self, name) for name in _COLUMNS}

    def with_columns(self, columns: Mapping[str, Any]) -> Self:
        """The same with other columns."""
        return self._replace(**columns)

    def of(self, creators: Sequence[str]) -> Self:
        """The same for these creators, in their order."""
        known = self.creators.tolist()
        if known == list(creators):
            return self
        rows = {key: row for row, key in enumerate(known)}
        return self.take([rows[key] for key in creators])

    def guesses(self) -> Guesses:
        """All places."""
        packed = np.fromiter(chain.from_iterable(self.packed_guesses), np.float64).reshape(-1, 3)
        numbers = packed[:, :2].astype(np.int64)
        owners = np.repeat(np.arange(len(self.creators)), self.guessed)
        return Guesses(owners, numbers[:, 0], numbers[:, 1], packed[:, 2], self.places)

    def accounts(self, row: int) -> list[tuple[str, str]]:
        """Platform and handle of each account of a creator."""
        lines = self.account_lines[row]
        parted = [line.partition(" ") for line in lines.split("\n")] if lines else []
        return [(platform, handle) for platform, _, handle in parted]


_COLUMNS: Final = tuple(name for name in OutlineTable._fields if name != "places")


class Places:
    """Places by number, each once: many creators live in one."""

    def __init__(self) -> None:
        self.held: list[Place] = []
        self._numbers: dict[tuple[Any, ...], int] = {}

    def packed(self, outlines: Iterable[Outline]) -> list[tuple[float, ...]]:
        """The places of each creator as plain numbers, which the collector of garbage passes over."""
        return [
            tuple([number for *place, role, sure in guesses for number in (self._number(place), _ROLES[role], sure)])
            for guesses in unpack_places(outlines)
        ]

    def _number(self, packed: Sequence[Any]) -> int:
        key, kind, lat, lon, population = place = tuple(packed)
        found = self._numbers.get(place)
        if found is None:
            found = self._numbers[place] = len(self.held)
            self.held.append(Place(key, "", kind, lat=lat, lon=lon, population=population))
        return found


def outline_table(
    creators: Sequence[str], outlines: Sequence[Outline], peers: Peers, places: Places | None = None
) -> OutlineTable:
    """The table of these creators' outlines; ``places``: those that have a number already."""
    numbered = Places() if places is None else places
    standings = [tuple([peers.standing(rate) for rate in outline.rates]) for outline in outlines]
    main = [
        (outline.rates[outline.main].rate, among[outline.main]) if outline.main >= 0 else (None, None)
        for outline, among in zip(outlines, standings, strict=True)
    ]
    guesses = numbered.packed(outlines)
    return OutlineTable(
        creators=_objects(creators),
        kinds=_objects([outline.kind for outline in outlines]),
        followers=_floats([outline.followers for outline in outlines]),
        bios=_objects([outline.bio for outline in outlines]),
        heads=_objects([first_letters(outline.bio, HEAD) for outline in outlines]),
        repetition=_floats([outline.repetition for outline in outlines]),
        may_deny=np.array([outline.may_deny for outline in outlines], np.bool_),
        doubts=_objects([doubts_of(outline, peers) for outline in outlines]),
        account_lines=_objects([outline.account_lines for outline in outlines]),
        rates=_floats([rate for rate, _ in main]),
        reacting=_floats([standing for _, standing in main]),
        standings=_objects(standings),
        packed_guesses=_objects(guesses),
        guessed=np.array([len(packed) // 3 for packed in guesses], np.int64),
        is_marked=np.array([outline.is_marked for outline in outlines], np.bool_),
        places=numbered.held,
    )


def doubts_of(outline: Outline, peers: Peers) -> tuple[str, ...]:
    """The codes of all that makes a creator's profile or numbers doubtful, each once."""
    sides = sorted({side for rate in outline.rates if (side := out_of_line(rate, peers))}) if outline.rates else ()
    if not sides and not outline.signs:
        return ()
    return (*outline.signs.split(), *[f"far_{side}_reactions" for side in sides])


def _floats(values: Sequence[float | None]) -> Floats:
    return np.array([nan if value is None else value for value in values], np.float64)


def _objects(values: Iterable[object]) -> Objects:
    """An array of one object a row, whatever these hold."""
    return np.fromiter(values, np.dtype(object))
