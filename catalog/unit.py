"""One transaction in the making: its connection, its moment, and what it has touched so far."""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Connection, Executable, Insert, Row, Table, bindparam, insert

from catalog.items import Alias
from catalog.suppression import Suppression
from catalog.tasks import CommitReport

T = TypeVar("T")
_EPOCH = date(1970, 1, 1)
CHUNK = 500  # values in one IN (...): below every database's limit


@dataclass(slots=True, kw_only=True)
class Unit:
    """What one write transaction knows and collects. Not shared between threads."""

    connection: Connection
    now: datetime
    suppression: Suppression
    dirty_accounts: set[str] = field(default_factory=set)  # their creators get a new revision
    dirty_creators: set[str] = field(default_factory=set)
    relink: set[str] = field(default_factory=set)  # accounts whose names, links or readability changed
    seed_labels: dict[int, str] = field(default_factory=dict)  # those that were needed so far
    addresses_to_ask: set[str] = field(default_factory=set)  # of accounts whose consent nobody knows
    purged: bool = False  # something was deleted that somebody asked us not to keep
    accounts: int = 0
    posts: int = 0
    kept_back: int = 0
    new_tasks: int = 0
    archivable: bool = True

    def keep_back(self, count: int = 1) -> None:
        """Count something that consent or suppression kept out; its page must not be archived."""
        self.kept_back += count
        self.archivable = self.archivable and not count

    def is_suppressed(self, aliases: Iterable[Alias]) -> bool:
        """Whether anybody of these names asked to be forgotten."""
        return self.suppression.holds(self.connection, aliases)

    def insert(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, if any, in one call to the driver."""
        if rows:
            self.connection.execute(_insert(table), rows)

    def fetch(self, statement: Executable, values: Iterable[object]) -> list[Row[Any]]:
        """Rows of a statement with ``bindparam("values", expanding=True)``, in as many parts as needed."""
        return fetch(self.connection, statement, values)

    def report(self) -> CommitReport:
        """What was done so far."""
        return CommitReport(
            accounts=self.accounts,
            posts=self.posts,
            kept_back=self.kept_back,
            new_tasks=self.new_tasks,
            archivable=self.archivable,
        )


def fetch(connection: Connection, statement: Executable, values: Iterable[object]) -> list[Row[Any]]:
    """Rows of a statement with ``bindparam("values", expanding=True)``, in as many parts as needed.

    Statements are made once, at import: making one costs five times as much as running it.
    """
    found: list[Row[Any]] = []
    for part in chunks(values):
        found += connection.execute(statement, {"values": part})
    return found


def values_in(column: ColumnElement[Any]) -> ColumnElement[bool]:
    """The condition of such a statement."""
    return column.in_(bindparam("values", expanding=True))


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
