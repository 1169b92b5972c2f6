"""A catalog's files, clock and transactions: what every half of ``Catalog`` stands on."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import Final, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from base.clock import Clock, system_clock
from catalog import feed
from catalog.engine import database_of, explained, is_conflict, reading, server_time, settle, writing
from catalog.errors import CatalogBusy
from catalog.locking import NameLocks
from catalog.place import CatalogPlace
from catalog.server_clock import ServerClock
from catalog.suppression import Suppression
from catalog.unit import Unit

_T = TypeVar("_T")
_ATTEMPTS: Final = 8  # of a transaction that other writers got in the way of
_PAUSE: Final = 0.02  # seconds before the second; twice as long before each further one


class Transactions:
    """Opens read and write transactions. Use as a context manager, or call ``close``."""

    def __init__(self, engine: Engine, place: CatalogPlace, clock: Clock) -> None:
        self._engine = engine
        self._place = place
        self._folder = place.folder
        self._clock = clock
        if clock is system_clock and place.server is not None:
            with explained(place):
                self._clock = ServerClock(lambda: server_time(engine))
        self._many_writers = engine.dialect.name != "sqlite"
        self._suppression = Suppression(place.folder)
        self._seed_labels: dict[int, str] = {}
        with self._reading() as connection:
            self._suppression.check(connection)
            epoch = feed.epoch(connection)
            is_own = feed.is_of(connection, database_of(connection))
        self._epoch = epoch if epoch is not None and is_own else self._name_copy()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files. Twice is once."""
        self._engine.dispose()

    def _name_copy(self) -> str:
        """Give a catalog that is new, or was brought here by the server's own means, the name of a copy of its own."""

        def work(unit: Unit) -> str:
            return feed.claim(unit, database_of(unit.connection))

        self._epoch = self._write(work)
        return self._epoch

    def now(self) -> datetime:
        """The moment of the catalog's clock; asks nobody, so also for an event loop."""
        return self._clock()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._place), reading(self._engine) as connection:
            yield connection

    def _write(self, work: Callable[[Unit], _T]) -> _T:
        """One write transaction; where another writer got in the way it is done again, as if it had come later."""
        for attempt in range(_ATTEMPTS):
            try:
                with self._unit() as unit:
                    return work(unit)
            except DBAPIError as error:
                if not is_conflict(error):
                    raise
                conflict = error
            time.sleep(_PAUSE * 2**attempt * random.random())  # noqa: S311 - only to come at different moments
        raise CatalogBusy(f"{self._place} is being written by too many at once: try again") from conflict

    @contextmanager
    def _unit(self) -> Iterator[Unit]:
        with explained(self._place):
            if isinstance(self._clock, ServerClock):
                self._clock.compare()
            try:
                with writing(self._engine) as connection:
                    unit = Unit(
                        connection=connection,
                        now=self._clock(),
                        suppression=self._suppression,
                        seed_labels=self._seed_labels,
                        locks=NameLocks(connection) if self._many_writers else None,
                    )
                    yield unit
                    if unit.purged:
                        feed.count_deletion(unit)
                    unit.finish()
            except BaseException:
                self._seed_labels.clear()  # some may be of seeds that were rolled back
                raise
            if unit.purged:
                settle(self._engine)
