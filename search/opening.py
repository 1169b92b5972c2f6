"""The index that answers, and its query encoder, opened side by side; another index where the first does not answer."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from base.beside import Beside
from indexer.connect import open_index
from indexer.contract import Index
from indexer.encoder import QueryEncoder, open_encoder, open_encoder_for
from indexer.errors import IndexUnavailable
from indexer.locations import Location


@dataclass(frozen=True, slots=True)
class Opened:
    """``degraded`` says why the index is not the one that was asked for."""

    index: Index
    location: Location
    degraded: str | None

    def encoder_beside(self, *, one_query: bool) -> Callable[[], QueryEncoder]:
        """Begin to open its encoder; the call waits for it."""
        if isinstance(self.location, Path):
            folder = self.location
            return Beside(lambda: open_encoder(folder, one_query=one_query)).result
        server, model = self.location, self.index.info().model
        return Beside(lambda: open_encoder_for(server, model, one_query=one_query)).result


def open_for_asking(location: Location, fallback: Path | None) -> Opened:
    """Open ``location``; where a server does not answer, the folder ``fallback``.

    Raises IndexMissing, IndexMismatch, IndexDamaged or IndexUnavailable.
    """
    try:
        index, degraded = open_index(location), None
    except IndexUnavailable as error:
        if fallback is None:
            raise
        location, degraded = fallback, f"{error}; this answer is from the index on this machine"
        index = open_index(location)
    return Opened(index, location, degraded)
