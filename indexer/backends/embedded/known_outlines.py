"""Outlines of the creators that were looked at, as columns: what is worked out of one is the same for every query.

They are read from the index when somebody asks for them first: opening costs nothing, and a search that is asked once
reads only its own. They hold for one snapshot; the next one begins anew.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.editions import damaged
from indexer.engagement import Peers
from indexer.outline import Outline
from indexer.outline_table import OutlineTable, Places, outline_table
from indexer.stored import READ_ERRORS

_MOST: Final = 1 << 16  # creators of whom rows are kept: of about 1 KB each
_ROOM: Final = 1 << 10  # rows at first
_UNKNOWN: Final = -1


class KnownOutlines:
    """The outlines of one snapshot's creators, by position."""

    def __init__(self, creators: int, peers: Peers, read: Callable[[NDArray[np.int64]], Sequence[Outline]]) -> None:
        """``read``: the outlines at some positions."""
        self._peers = peers
        self._read = read
        self._lock = Lock()  # several threads may search
        self._rows = np.full(creators, _UNKNOWN, np.int32)  # of each creator
        self._held = 0
        self._places = Places()
        self._table = outline_table([], [], peers, self._places)

    def table(self, creators: Sequence[str], positions: NDArray[np.int64]) -> OutlineTable:
        """The outlines of the creators at these positions. Raises IndexDamaged."""
        with self._lock:
            self._learn(creators, positions)
            return self._table.take(self._rows[positions])

    def learn(self, creators: Sequence[str], positions: NDArray[np.int64]) -> None:
        """Read what is not known of these creators, who will be asked for."""
        with self._lock:
            self._learn(creators, positions)

    def _learn(self, creators: Sequence[str], positions: NDArray[np.int64]) -> None:
        missing = self._rows[positions] == _UNKNOWN
        if not missing.any():
            return
        if self._held + np.count_nonzero(missing) > _MOST:
            self._forget()
            missing[:] = True
        names, new = np.asarray(creators, object)[missing].tolist(), positions[missing]
        try:
            made = outline_table(names, self._read(new), self._peers, self._places)
        except READ_ERRORS as error:
            raise damaged(f"outlines: {error}") from error
        first, self._held = self._held, self._held + len(new)
        if self._held > len(self._table.creators):
            self._table = _with_room(self._table, 2 * self._held)
        columns = self._table.columns()
        for name, column in made.columns().items():
            columns[name][first : self._held] = column
        self._rows[new] = np.arange(first, self._held)

    def _forget(self) -> None:
        self._held = 0
        self._rows[:] = _UNKNOWN
        self._places = Places()
        self._table = outline_table([], [], self._peers, self._places)


def _with_room(table: OutlineTable, rows: int) -> OutlineTable:
    """The table with room for so many rows."""
    columns = {}
    for name, column in table.columns().items():
        columns[name] = np.empty(max(rows, _ROOM), column.dtype)
        columns[name][: len(column)] = column
    return table.with_columns(columns)
