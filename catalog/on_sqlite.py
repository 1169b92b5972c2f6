"""What SQLite does in its own way: one file, one writer, a write-ahead log that must not keep what was deleted.

Every write transaction takes the write lock when it begins, so that what it reads is what it changes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from catalog.errors import CatalogBusy, CatalogDamaged, CatalogError, CatalogMissing, CatalogUnusable
from catalog.place import CatalogPlace

_BUSY_SECONDS: Final = 30
_STATEMENTS: Final = 512  # that a connection keeps compiled; a page needs about a hundred different ones
_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",  # forgetting is physical, however SQLite was compiled
    f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA wal_autocheckpoint=4000",  # pages: a crawl writes the same ones again and again
)


def make_engine(place: CatalogPlace, *, create: bool) -> Engine:
    """An engine on the file of a place, migrated or not. Raises CatalogMissing, CatalogUnusable."""
    if not place.file.exists():
        if not create:
            raise CatalogMissing(
                f"no catalog in {place.folder}: run `nichescout discover` or `nichescout import` first"
            )
        try:
            place.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogUnusable(f"cannot make the folder {place.folder}: {error.strerror}") from error
    engine = create_engine(
        f"sqlite+pysqlite:///{place.file}",
        connect_args={"timeout": _BUSY_SECONDS, "cached_statements": _STATEMENTS},
        pool_size=8,
    )
    event.listen(engine, "connect", _set_up_connection)
    return engine


def in_words(place: CatalogPlace, error: DBAPIError) -> CatalogError | None:
    """What the driver's error means to a person; None: it is a bug."""
    said = str(error.orig)
    if isinstance(error, OperationalError):
        if "locked" in said or "busy" in said:
            return CatalogBusy(f"{place} is being written by another process: try again when it is done")
        if "unable to open" in said or "readonly" in said or "full" in said:
            return CatalogUnusable(f"cannot write {place}: {said}")
    elif isinstance(error, DatabaseError) and ("not a database" in said or "malformed" in said):
        return CatalogDamaged(f"{place} is damaged ({said}): restore a backup, or move it away to begin anew")
    return None


def begin(connection: Connection, *, write: bool) -> None:
    """Begin a transaction: one that writes takes the write lock at once.

    Said here and not by a listener of the engine: an engine that has one pays for it with every statement.
    """
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def alone(_connection: Connection) -> None:
    """Nothing to do: whoever writes is alone."""


def settle(engine: Engine) -> None:
    """To disk now, and out of the write-ahead log."""
    with _outside_transactions(engine) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def wipe(engine: Engine) -> bool:
    """The database is written anew, its log is emptied; False while another process holds on to an old state."""
    with _outside_transactions(engine) as cursor:
        cursor.execute(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA temp_store=FILE")  # a large catalog does not fit in memory
        try:
            cursor.execute("VACUUM")
        finally:
            cursor.execute("PRAGMA temp_store=MEMORY")
        [busy, *_] = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def copy_database(engine: Engine, file: Path) -> None:
    """A consistent copy, made while others go on writing (SQLite's own way of doing that)."""
    raw = engine.raw_connection()
    try:
        source = raw.driver_connection
        assert isinstance(source, sqlite3.Connection)
        with closing(sqlite3.connect(file)) as target:
            source.backup(target, pages=4096)
    finally:
        raw.close()


@contextmanager
def _outside_transactions(engine: Engine) -> Iterator[DBAPICursor]:
    """A cursor of the driver, for what SQLite does only between transactions."""
    engine.dispose()  # idle connections of our own would hold on to an old state
    raw = engine.raw_connection()
    try:
        yield raw.cursor()
    finally:
        raw.close()


def _set_up_connection(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    assert isinstance(connection, sqlite3.Connection)
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in _PRAGMAS:
        connection.execute(pragma)
