"""Connections, migrations, and everything that differs from one database to the next.

No other module of the catalog knows which database it talks to. Every write transaction takes the write lock
when it begins, so that what it reads is what it changes.
"""

import functools
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, Select, Table, bindparam, create_engine, event, func, inspect, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import ConnectionPoolEntry

from catalog.errors import CatalogBusy, CatalogDamaged, CatalogMissing, CatalogTooNew, CatalogUnusable
from catalog.types import Json

FILE_NAME: Final = "catalog.sqlite"
HEAD: Final = "0008"  # the newest migration; a test holds it to migrations/versions
_KNOWN: Final = ("0001", "0002", "0003", "0004", HEAD)
_BUSY_SECONDS: Final = 30
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


def open_engine(location: Path | str, *, create: bool) -> Engine:
    """An engine on a migrated catalog. ``location`` is the data folder.

    Raises CatalogMissing (and ``create`` is False), CatalogTooNew, CatalogDamaged, CatalogBusy, CatalogUnusable.
    """
    if isinstance(location, str) and "://" in location:
        raise CatalogUnusable(f"catalogs on a server are not supported yet: give a folder, not {_no_secrets(location)}")
    folder = Path(location)
    file = folder / FILE_NAME
    if not file.exists():
        if not create:
            raise CatalogMissing(f"no catalog in {folder}: run `nichescout discover` or `nichescout import` first")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogUnusable(f"cannot make the folder {folder}: {error.strerror}") from error
    engine = create_engine(f"sqlite+pysqlite:///{file}", connect_args={"timeout": _BUSY_SECONDS}, pool_size=8)
    event.listen(engine, "connect", _set_up_connection)
    event.listen(engine, "begin", _begin)
    try:
        with explained(file):
            _migrate(engine, file)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def explained(file: Path | str) -> Iterator[None]:
    """Turns what the driver says about a bad file, a full queue or a read-only folder into a line for a person."""
    try:
        yield
    except OperationalError as error:
        said = str(error.orig)
        if "locked" in said or "busy" in said:
            raise CatalogBusy(f"{file} is being written by another process: try again when it is done") from error
        if "unable to open" in said or "readonly" in said or "full" in said:
            raise CatalogUnusable(f"cannot write {file}: {said}") from error
        raise
    except DatabaseError as error:
        said = str(error.orig)
        if "not a database" in said or "malformed" in said:
            raise CatalogDamaged(
                f"{file} is damaged ({said}): restore a backup, or move it away to begin anew"
            ) from error
        raise


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back on any exception."""
    with engine.connect().execution_options(nichescout_write=True) as connection, connection.begin():
        yield connection


@functools.cache
def _insert_new(dialect: str, table: Table) -> Any:
    kind = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return kind(table).on_conflict_do_nothing()


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that leaves rows with a known key alone (both databases have it, each under its own class)."""
    return _insert_new(connection.dialect.name, table)


def insert_or_update(
    dialect: str, table: Table, keys: Sequence[str], changes: Mapping[str, Any], newer: Sequence[str] = ()
) -> Any:
    """An INSERT that makes ``changes`` where a row has these keys already, and takes the ``newer`` columns over."""
    kind: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = kind(table)
    taken = {name: statement.excluded[name] for name in newer}
    return statement.on_conflict_do_update(index_elements=list(keys), set_={**changes, **taken})


def listed(name: str) -> Select[Any]:
    """The values of a list that is bound as one parameter, so that a statement is the same for every length."""
    return select(func.json_each(bindparam(name, type_=Json())).table_valued("value").c.value)


def settle(engine: Engine) -> None:
    """After a deletion that was promised to somebody: to disk now, and out of the write-ahead log."""
    with _outside_transactions(engine) as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def wipe(engine: Engine) -> bool:
    """Leave nothing that was deleted in any file: the database is written anew, its log is emptied.

    False while another process holds on to an old state; doing it again later is enough.
    """
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


def _begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("nichescout_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _migrate(engine: Engine, file: Path) -> None:
    with engine.connect() as connection:
        version = _version(connection, file)
    if version == HEAD:
        return
    with writing(engine) as connection:
        if _version(connection, file) != HEAD:  # somebody else may have been quicker
            _upgrade(connection)


def _version(connection: Connection, file: Path) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise CatalogDamaged(f"{file} holds another program's tables: give another folder with --data")
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version not in _KNOWN:
        raise CatalogTooNew(f"{file} was written by a newer nichescout (schema {version}): update nichescout")
    return version


def _upgrade(connection: Connection) -> None:
    from alembic import command  # 0.3 s, needed once in a catalog's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _no_secrets(location: str) -> str:
    return location.rpartition("@")[2]
