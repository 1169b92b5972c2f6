"""One vector against the passages of one snapshot: every row, the rows that pass a filter, or the likely ones of many.

A small index is scanned whole in int8. In a large one the signs of the components say first which rows may be near: 48
bytes a row instead of 384, compared by counting bits. What they choose is scored in int8 like everything else, and what
is returned in float16, so that they decide only who is looked at.
"""

from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.snapshot import Positions, Snapshot
from indexer.backends.embedded.vectors import Floats
from indexer.bundles import Vector
from indexer.contract import Filters

LARGE: Final = 500_000  # rows from which signs choose; below, a whole scan takes no longer
LIKELY: Final = 16_000  # rows that they choose at first
_SPARSE: Final = 0.3  # below this share of passing rows only they are scanned
_SAMPLED: Final = 32  # every so many-th distance tells how they are spread


class PassageScores:
    """Approximate cosines of all passage rows, or only of some (``subset``, ascending)."""

    def __init__(self, values: Floats, subset: Positions | None, *, complete: bool = True) -> None:
        """``complete``: no other row passes."""
        self.values = values
        self.complete = complete
        self._subset = subset

    def rows(self, at: Positions) -> Positions:
        """The passage rows of indexes into ``values``."""
        return at if self._subset is None else self._subset[at]

    def drop(self, values: Floats, snapshot: Snapshot, creator: int) -> None:
        """Take a creator's rows out of a copy of ``values``: they lie side by side."""
        first = int(snapshot.creators[creator]["rows"])
        last = first + int(snapshot.creators[creator]["row_count"])
        if self._subset is not None:
            first, last = (int(at) for at in np.searchsorted(self._subset, (first, last)))
        values[first:last] = -np.inf


class PassageScan:
    """What is known of one vector; serves consecutive questions with other filters."""

    def __init__(self, snapshot: Snapshot, vector: Vector) -> None:
        """Nothing is compared before the first question."""
        self.vector = vector.copy()
        self._snapshot = snapshot
        self._full: Floats | None = None

    def is_of(self, snapshot: Snapshot, vector: Vector) -> bool:
        """Whether this is the scan of that vector in that snapshot."""
        return self._snapshot is snapshot and np.array_equal(self.vector, vector)

    def scores(self, filters: Filters, likely: int | None = None) -> PassageScores:
        """Scores of what passes; of a large index at least of the ``likely`` (LIKELY) rows that look nearest."""
        likely = likely or LIKELY
        passages = self._snapshot.passages
        mask = self._snapshot.row_mask(filters)
        subset = None if mask is None else np.flatnonzero(mask)
        passing = len(passages) if subset is None else len(subset)
        if passing > likely and len(passages) >= LARGE:
            chosen = _nearest(self._distances, subset, likely)
            return PassageScores(passages.scan(self.vector, chosen), chosen, complete=len(chosen) == passing)
        if self._full is None and subset is not None and passing < _SPARSE * len(passages):
            return PassageScores(passages.scan(self.vector, subset), subset)
        if self._full is None:
            self._full = passages.scan(self.vector)
        return PassageScores(self._full if subset is None else self._full[subset], subset)

    @cached_property
    def _distances(self) -> NDArray[Any]:
        return self._snapshot.passage_signs.distances(self.vector)


def _nearest(distances: NDArray[Any], subset: Positions | None, count: int) -> Positions:
    """At least ``count`` rows with the smallest distances, ascending; of ``subset`` where one is given.

    Distances are few whole numbers, so a bound from a sample takes as many as are wanted, or somewhat more.
    """
    given = distances if subset is None else distances[subset]
    at = np.flatnonzero(given <= _bound(given[::_SAMPLED], count // _SAMPLED + _SAMPLED))
    if len(at) < count:  # the sample was unlucky
        at = np.flatnonzero(given <= _bound(given, count))
    return at if subset is None else subset[at]


def _bound(distances: NDArray[Any], count: int) -> int:
    """The distance that ``count`` of them do not exceed. Counted: sorting is slow where most are the same."""
    up_to = np.cumsum(np.bincount(distances.astype(np.int64)))
    return int(np.searchsorted(up_to, min(count, len(distances))))
