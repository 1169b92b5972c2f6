"""Connections, migrations, and everything that differs from one database to the next.

No other module of the catalog knows which database it talks to. What SQLite and PostgreSQL do each in their own way is
in ``on_sqlite.py`` and ``on_postgres.py``; here is what the others use, whichever it is.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Connection, Engine, Table, bindparam, inspect, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType

from catalog import on_postgres, on_sqlite
from catalog.errors import CatalogDamaged, CatalogMissing, CatalogTooNew
from catalog.place import FILE_NAME, CatalogPlace, place_of
from catalog.types import ListOf

__all__ = ["FILE_NAME", "HEAD"]

HEAD: Final = "0009"  # the newest migration; a test holds it to migrations/versions
_KNOWN: Final = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", HEAD)


def open_engine(location: Path | CatalogPlace, *, create: bool) -> Engine:
    """An engine on a migrated catalog. ``location`` is the data folder, or a place that also names a server.

    Raises CatalogMissing (and ``create`` is False), CatalogTooNew, CatalogDamaged, CatalogBusy, CatalogUnusable.
    """
    place = place_of(location)
    make = on_sqlite.make_engine if place.server is None else on_postgres.make_engine
    engine = make(place, create=create)
    try:
        with explained(place):
            _migrate(engine, place, create=create)
    except BaseException:
        engine.dispose()
        raise
    return engine


@contextmanager
def explained(place: CatalogPlace) -> Iterator[None]:
    """Turns what the driver says about a bad file, a server or a full disk into a line for a person."""
    kind = on_sqlite if place.server is None else on_postgres
    try:
        yield
    except DBAPIError as error:
        told = kind.in_words(place, error)
        if told is None:
            raise
        raise told from error


def is_conflict(error: DBAPIError) -> bool:
    """Whether writers got into each other's way, so that the same again may succeed. SQLite has one writer."""
    return on_postgres.is_conflict(error)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back on any exception."""
    with engine.connect() as connection, connection.begin():
        _kind(engine).begin(connection, write=True)
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction: everything in it is of one moment."""
    options = on_postgres.READING if engine.dialect.name == "postgresql" else {}
    with engine.connect().execution_options(**options) as connection:
        _kind(engine).begin(connection, write=False)
        yield connection


@functools.cache
def insert_new_on(dialect: str, table: Table) -> Any:
    """``insert_new`` for statements that are made once."""
    kind = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return kind(table).on_conflict_do_nothing()


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that leaves rows with a known key alone (both databases have it, each under its own class)."""
    return insert_new_on(connection.dialect.name, table)


def insert_or_update(
    dialect: str, table: Table, keys: Sequence[str], changes: Mapping[str, Any], newer: Sequence[str] = ()
) -> Any:
    """An INSERT that makes ``changes`` where a row has these keys already, and takes the ``newer`` columns over."""
    kind: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = kind(table)
    taken = {name: statement.excluded[name] for name in newer}
    return statement.on_conflict_do_update(index_elements=list(keys), set_={**changes, **taken})


class _OneOf(FunctionElement[bool]):
    """A column that equals one value of a list, bound as one parameter: one statement for every length."""

    name = "one_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> "_OneOf":  # noqa: ARG002
        """As it is among other conditions: ``... IN (...) = 1``, as SQLAlchemy has it, can use no index of SQLite."""
        return self


@compiles(_OneOf, "sqlite")
def _one_of_json(element: _OneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(clause, **more) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - a bound parameter


@compiles(_OneOf, "postgresql")
def _one_of_array(element: _OneOf, compiler: SQLCompiler, **more: Any) -> str:
    column, values = (compiler.process(clause, **more) for clause in element.clauses)
    return f"{column} = ANY ({values})"


def values_in(column: ColumnElement[Any], name: str = "values") -> ColumnElement[bool]:
    """The condition of a statement that is made once: one of a list of any length, bound as ``name``."""
    return _OneOf(column, bindparam(name, type_=ListOf(column.type)))


class _IsSettled(FunctionElement[bool]):
    """A position of the change feed before which no running transaction can still add anything."""

    name = "is_settled"
    type = Boolean()
    inherit_cache = True


@compiles(_IsSettled, "sqlite")
def _always(_element: _IsSettled, _compiler: SQLCompiler, **_more: Any) -> str:
    return "1 = 1"


@compiles(_IsSettled, "postgresql")
def _below_the_oldest(element: _IsSettled, compiler: SQLCompiler, **more: Any) -> str:
    [column] = (compiler.process(clause, **more) for clause in element.clauses)
    return f"{column} < {on_postgres.OLDEST_RUNNING}"


def is_settled(column: ColumnElement[int]) -> ColumnElement[bool]:
    """Whether readers may pass this position: whatever comes before it has been committed, or never will be."""
    return _IsSettled(column)


def database_of(connection: Connection) -> str:
    """What tells this database from every copy of it; empty where a file is copied together with what it says."""
    return on_postgres.database_of(connection) if connection.dialect.name == "postgresql" else ""


def server_time(engine: Engine) -> datetime:
    """The moment of the server's clock."""
    with engine.connect() as connection:
        moment: datetime = connection.scalar(text("SELECT clock_timestamp()"))
        return moment


def server_state(connection: Connection) -> on_postgres.ServerState | None:
    """How the server is; None for a file."""
    return on_postgres.server_state(connection) if connection.dialect.name == "postgresql" else None


def settle(engine: Engine) -> None:
    """After a deletion that was promised to somebody: to disk now, and out of the write-ahead log."""
    _kind(engine).settle(engine)


def wipe(engine: Engine) -> bool:
    """Leave nothing that was deleted in the database's files.

    False while another process holds on to an old state; doing it again later is enough.
    """
    wiped: bool = _kind(engine).wipe(engine)
    return wiped


def _kind(engine: Engine) -> Any:
    return on_postgres if engine.dialect.name == "postgresql" else on_sqlite


def _migrate(engine: Engine, place: CatalogPlace, *, create: bool) -> None:
    with engine.connect() as connection:
        version = _version(connection, place)
    if version == HEAD:
        return
    if version is None and not create and place.server is not None:
        raise CatalogMissing(f"no catalog in {place}: run `nichescout discover` or `nichescout import` first")
    with writing(engine) as connection:
        _kind(engine).alone(connection)
        if _version(connection, place) != HEAD:  # somebody else may have been quicker
            _upgrade(connection)


def _version(connection: Connection, place: CatalogPlace) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise CatalogDamaged(f"{place} holds another program's tables: give {_other(place)}")
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version not in _KNOWN:
        raise CatalogTooNew(f"{place} was written by a newer nichescout (schema {version}): update nichescout")
    return version


def _other(place: CatalogPlace) -> str:
    return "another folder with --data" if place.server is None else "a database of its own"


def _upgrade(connection: Connection) -> None:
    from alembic import command  # 0.3 s, needed once in a catalog's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
