"""Engines for many askers at once: a few over one index, each used by one thread at a time, one query encoder for all.

An engine follows the index: what another process committed, or a new edition, is seen by the next query.
"""

import queue
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from indexer.contract import IndexInfo, Vector
from indexer.errors import SearchIndexError
from indexer.forgotten import Forgotten
from indexer.locations import Location
from places.gazetteer import open_gazetteer
from search.engine import Engine
from search.errors import EnginesBusy
from search.opening import open_for_asking
from search.query import Encoder

KEPT_VECTORS: Final = 1_000  # of queries: 1.5 MB


class SharedEncoder:
    """An encoder for several threads that remembers the vectors of the last texts."""

    def __init__(self, encoder: Encoder, *, keep: int = KEPT_VECTORS) -> None:
        self._encoder = encoder
        self._keep = keep
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def encode(self, text: str) -> Vector:
        """The unit vector of a text. Treat it as read-only."""
        with self._lock:
            if (known := self._known.get(text)) is not None:
                self._known.move_to_end(text)
                return known
        vector = self._encoder.encode(text)  # the session may be used by several threads
        with self._lock:
            self._known[text] = vector
            while len(self._known) > self._keep:
                self._known.popitem(last=False)
        return vector


class EnginePool:
    """At most ``size`` engines over the index of a data folder; opened when they are first needed."""

    def __init__(
        self, data: Path, location: Location | None = None, *, fallback: bool = False, size: int = 2, wait: float = 5.0
    ) -> None:
        """``location`` and ``fallback`` as for ``open_engine``.

        ``wait``: seconds that somebody waits for a free engine before EnginesBusy.
        """
        self._data = data
        self._location = location or data / "index"
        self._fallback = data / "index" if fallback else None
        self._wait = wait
        self._free: queue.LifoQueue[Engine | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)
        self._size = size
        self._encoder: SharedEncoder | None = None
        self._opening = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """An engine for this thread alone, over the index as it is now.

        Raises EnginesBusy, IndexMissing, IndexMismatch, IndexDamaged.
        """
        try:
            held = self._free.get(timeout=self._wait)
        except queue.Empty:
            raise EnginesBusy("too many searches at once; try again in a moment") from None
        engine: Engine | None = None
        try:
            engine = self._current(held)
            yield engine
        finally:
            self._free.put(engine)  # None where it could not be opened: the next one tries again

    def info(self) -> IndexInfo:
        """What the index is now. Raises as ``engine``."""
        with self.engine() as engine:
            return engine.info()

    def close(self) -> None:
        """Let go of the engines that nobody uses."""
        for _ in range(self._size):
            with suppress(queue.Empty):
                engine = self._free.get_nowait()
                if engine is not None:
                    engine.close()

    def _current(self, engine: Engine | None) -> Engine:
        if engine is not None:
            try:
                engine.refresh()
            except SearchIndexError:  # of another model or schema, or gone: opened anew, which says what is wrong
                engine.close()
                self._encoder = None
            else:
                return engine
        return self._open()

    def _open(self) -> Engine:
        found = open_for_asking(self._location, self._fallback)
        try:
            with self._opening:
                if self._encoder is None:
                    self._encoder = SharedEncoder(found.encoder_beside(one_query=False)())
                encoder = self._encoder
            return Engine(
                found.index,
                encoder,
                open_gazetteer(),
                owns_gazetteer=True,
                forgotten=Forgotten(self._data),
                degraded=found.degraded,
            )
        except BaseException:
            with closing(found.index):
                raise
