"""Engines for many askers at once: a few over one index, each used by one thread at a time, one query encoder for all.

An engine follows the index: what another process committed, or a new edition, is seen by the next query. While a server
does not answer and the index on this machine does, the server is asked every half minute, beside the queries.
"""

import queue
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from base.garbage import spare_the_collector
from indexer.bundles import Vector
from indexer.connect import open_index
from indexer.contract import IndexInfo
from indexer.errors import SearchIndexError
from indexer.forgotten import Forgotten
from indexer.locations import Location
from places.gazetteer import open_gazetteer
from search.engine import Engine
from search.errors import EnginesBusy
from search.opening import open_for_asking
from search.query import Encoder

LOOK_AGAIN: Final = 30.0  # seconds
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


class _Returning:
    """Whether an index that did not answer answers again; asked in a thread of its own, for that may take long."""

    def __init__(self, location: Location, every: float) -> None:
        self._location = location
        self._every = every
        self._asked = time.monotonic()
        self._looking: threading.Thread | None = None
        self._answers = False
        self._lock = threading.Lock()

    def went(self) -> None:
        """It did not answer just now."""
        with self._lock:
            self._asked, self._answers = time.monotonic(), False

    def is_back(self) -> bool:
        """What the last look said; begins the next one when it is time."""
        with self._lock:
            if self._answers:
                return True
            resting = self._looking is None or not self._looking.is_alive()
            if resting and time.monotonic() - self._asked >= self._every:
                self._asked = time.monotonic()
                self._looking = threading.Thread(target=self._look, daemon=True)
                self._looking.start()
            return False

    def _look(self) -> None:
        with suppress(SearchIndexError):
            open_index(self._location).close()
            self._answers = True


class EnginePool:
    """At most ``size`` engines over the index of a data folder; opened when they are first needed."""

    def __init__(
        self,
        data: Path,
        location: Location | None = None,
        *,
        fallback: bool = False,
        size: int = 2,
        wait: float = 5.0,
        look_again: float = LOOK_AGAIN,
    ) -> None:
        """``location`` and ``fallback`` as for ``open_engine``.

        ``wait``: seconds that somebody waits for a free engine before EnginesBusy. ``look_again``: seconds between two
        looks whether the index at ``location`` answers again.
        """
        self._data = data
        self._location = location or data / "index"
        self._fallback = data / "index" if fallback else None
        self._wait = wait
        self._free: queue.LifoQueue[Engine | None] = queue.LifoQueue()
        for _ in range(size):
            self._free.put(None)
        self._size = size
        self._encoders: dict[str, SharedEncoder] = {}  # by model: an index of another one may stand in
        self._opening = threading.Lock()
        self._server = _Returning(self._location, look_again)

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
        if engine is not None and engine.degraded is not None and self._server.is_back():
            engine.close()
            engine = None
        if engine is not None:
            try:
                engine.refresh()
            except SearchIndexError:  # of another model or schema, or gone: opened anew, which says what is wrong
                engine.close()
                self._encoders.clear()
            else:
                return engine
        return self._open()

    def _open(self) -> Engine:
        engine = self._opened()
        spare_the_collector()
        return engine

    def _opened(self) -> Engine:
        found = open_for_asking(self._location, self._fallback)
        try:
            if found.degraded is not None:
                self._server.went()
            model = found.index.info().model
            with self._opening:
                if model not in self._encoders:
                    self._encoders[model] = SharedEncoder(found.encoder_beside(one_query=False)())
                encoder = self._encoders[model]
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
