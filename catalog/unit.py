"""One transaction in the making: its connection, its moment, and what it has touched so far."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Executable, Insert, Row, Table, insert

from catalog.engine import values_in
from catalog.items import Alias
from catalog.locking import NameLocks
from catalog.prepared import Driver, Values
from catalog.suppression import Suppression
from catalog.tasks import CommitReport

__all__ = ["CHUNK", "Unit", "chunks", "day_of", "fetch", "values_in"]

T = TypeVar("T")
_EPOCH = date(1970, 1, 1)
CHUNK = 500  # values in one IN (...): below every database's limit


@dataclass(slots=True, kw_only=True)
class Unit:
    """What one write transaction knows and collects. Not shared between threads."""

    connection: Connection
    now: datetime
    suppression: Suppression
    seed_labels: dict[int, str]  # those that were needed so far, in any transaction: they never change
    locks: NameLocks | None = None  # None: nobody else writes
    forgot_anybody: bool | None = None  # None: not asked yet
    dirty_accounts: set[str] = field(default_factory=set)  # their creators get a new revision
    dirty_creators: set[str] = field(default_factory=set)
    relink: set[str] = field(default_factory=set)  # accounts whose names, links or readability changed
    addresses_to_ask: set[str] = field(default_factory=set)  # of accounts whose consent nobody knows
    purged: bool = False  # something was deleted that somebody asked us not to keep
    accounts: int = 0
    posts: int = 0
    kept_back: int = 0
    new_tasks: int = 0
    new_keys: set[str] = field(default_factory=set)  # politeness keys of new tasks
    archivable: bool = True
    worth_less: bool = False  # further pages of the site at hand
    _last: list[tuple[Executable, Values]] = field(default_factory=list)
    _driver: Driver = field(init=False)

    def __post_init__(self) -> None:
        self._driver = Driver(self.connection)

    def lock(self, names: Iterable[str]) -> bool:
        """Keep other writers off these names; True: some are new, what was read of them may have changed."""
        return self.locks is not None and self.locks.lock(names)

    def lock_all(self) -> None:
        """Keep other writers off everybody."""
        if self.locks is not None:
            self.locks.lock_all()

    def at_last(self, statement: Executable, values: Values) -> None:
        """Run a statement at the end: it changes a row that many transactions change, which so is locked shortly."""
        self._last.append((statement, values))

    def finish(self) -> None:
        """Run what was left for the end; nothing may follow but the commit."""
        for statement, values in self._last:
            self.run(statement, values)
        self._last.clear()

    def keep_back(self, count: int = 1) -> None:
        """Count something that consent or suppression kept out; its page must not be archived."""
        self.kept_back += count
        self.archivable = self.archivable and not count

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, if any, in one call to the driver."""
        self.run_many(_insert(table), rows)

    def fetch(self, statement: Executable, values: Iterable[object], **more: object) -> list[Row[Any]]:
        """Rows of a statement with ``values_in``; none without values. The quicker where it is made once, at import."""
        wanted = list(values)
        return self._driver.rows(statement, {"values": wanted, **more}) if wanted else []

    def rows(self, statement: Executable, values: Values) -> list[Row[Any]]:
        """What a statement that is made once finds or returns."""
        return self._driver.rows(statement, values)

    def rows_of_many(self, statement: Executable, values: Sequence[Values]) -> Sequence[Row[Any]]:
        """What such an INSERT returns for each of these rows that it took in."""
        return self._driver.rows_of_many(statement, values)

    def run(self, statement: Executable, values: Values) -> int:
        """How many rows such a statement changed."""
        return self._driver.run(statement, values)

    def run_many(self, statement: Executable, values: Sequence[Values]) -> None:
        """Run such a statement with each of these values."""
        self._driver.run_many(statement, values)

    def held(self, aliases: Iterable[Alias]) -> frozenset[Alias]:
        """Those of these names whose owners asked to be forgotten."""
        return self.suppression.held(self.connection, aliases) if self.anybody_forgotten() else frozenset()

    def anybody_forgotten(self) -> bool:
        """Whether anybody ever asked to be forgotten; nearly always the cheap end of a question."""
        if self.forgot_anybody is None:
            self.forgot_anybody = self.suppression.in_use(self.connection)
        return self.forgot_anybody

    def report(self) -> CommitReport:
        """What was done so far."""
        return CommitReport(
            accounts=self.accounts,
            posts=self.posts,
            kept_back=self.kept_back,
            new_tasks=self.new_tasks,
            purged=self.purged,
            archivable=self.archivable,
            worth_less=self.worth_less,
        )


def fetch(connection: Connection, statement: Executable, values: Iterable[object], **more: object) -> list[Row[Any]]:
    """Rows of a statement with ``values_in``; none without values.

    Statements are made once, at import: making one costs five times as much as running it.
    """
    wanted = list(values)
    return list(connection.execute(statement, {"values": wanted, **more})) if wanted else []


@functools.cache
def _insert(table: Table) -> Insert:
    return insert(table)


def chunks(values: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The values in lists of at most ``size``."""
    iterator = iter(values)
    while part := list(islice(iterator, size)):
        yield part


def day_of(moment: datetime) -> int:
    """Days since 1970 in UTC."""
    return (moment.astimezone(UTC).date() - _EPOCH).days
