"""The ids of creators, or of posts, by position; and back, of those that were named: a leg's are asked for next."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.tables import Array, strings

Positions = NDArray[np.int64]
_MOST: Final = 1 << 16  # names that are remembered


class Names:
    """Of one role in one snapshot."""

    def __init__(self, records: Array, heap: Array, *, again: bool) -> None:
        """``again``: whether a name is read again and again, as those of creators are, of which there are fewer."""
        self._records = records
        self._heap = heap
        self._again = again
        self._read: NDArray[np.object_] | None = None  # made when somebody asks: opening costs nothing
        self._known: dict[str, int] = {}

    def of(self, positions: Positions) -> list[str]:
        """The ids at these positions."""
        if len(self._known) >= _MOST:
            self._known, self._read = {}, None
        if not self._again:
            return self._strings(positions)
        kept = self._read
        if kept is None:
            kept = self._read = np.full(len(self._records), None)
        names: list[str] = kept[positions].tolist()
        if None in names:
            missing = positions[[name is None for name in names]]
            kept[missing] = self._strings(missing)
            names = kept[positions].tolist()
        return names

    def recall(self, ids: Sequence[str]) -> tuple[dict[str, int], list[str]]:
        """Positions of the ids that were named already, and the other ids."""
        known, found, others = self._known, dict[str, int](), list[str]()
        for name in ids:
            at = known.get(name)
            if at is None:
                others.append(name)
            else:
                found[name] = at
        return found, others

    def _strings(self, positions: Positions) -> list[str]:
        names = strings(self._heap, self._records["ids"][positions], self._records["id_size"][positions])
        self._known.update(zip(names, positions.tolist(), strict=True))
        return names
