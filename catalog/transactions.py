"""A catalog's files, clock and transactions: what every half of ``Catalog`` stands on."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from base.clock import Clock
from catalog import feed
from catalog.engine import explained, settle, writing
from catalog.suppression import Suppression
from catalog.unit import Unit


class Transactions:
    """Opens read and write transactions. Use as a context manager, or call ``close``."""

    def __init__(self, engine: Engine, folder: Path, clock: Clock) -> None:
        self._engine = engine
        self._folder = folder
        self._clock = clock
        self._suppression = Suppression(folder)
        self._seed_labels: dict[int, str] = {}
        with self._reading() as connection:
            self._suppression.check(connection)
            epoch = feed.epoch(connection)
        if epoch is None:
            with self._unit() as unit:
                epoch = feed.name_epoch(unit)
        self._epoch = epoch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the files. Twice is once."""
        self._engine.dispose()

    def now(self) -> datetime:
        """The moment of the catalog's clock."""
        return self._clock()

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with explained(self._folder), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _unit(self) -> Iterator[Unit]:
        with explained(self._folder):
            try:
                with writing(self._engine) as connection:
                    unit = Unit(
                        connection=connection,
                        now=self._clock(),
                        suppression=self._suppression,
                        seed_labels=self._seed_labels,
                    )
                    yield unit
                    if unit.purged:
                        feed.count_deletion(unit)
            except BaseException:
                self._seed_labels.clear()  # some may be of seeds that were rolled back
                raise
            if unit.purged:
                settle(self._engine)
