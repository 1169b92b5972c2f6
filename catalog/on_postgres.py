"""What PostgreSQL does in its own way: a pool of connections, many writers, a feed that waits for the slowest of them.

Writers run beside each other (READ COMMITTED) and lock what they need: rows, and names (``locking.py``). Readers see
one moment (REPEATABLE READ). psycopg is imported where an engine is made.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from catalog.errors import CatalogBusy, CatalogError, CatalogUnusable
from catalog.place import CatalogPlace, check_server

READING: Final = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
ROWS_OF_A_TRANSACTION: Final = 20
"""Bits of a feed position that number the rows of one transaction; those above are the transaction's own number."""
NEW_POSITION: Final = (
    f"(pg_current_xact_id()::text::bigint << {ROWS_OF_A_TRANSACTION})"
    f" | (nextval('feed_seq_seq') & {2**ROWS_OF_A_TRANSACTION - 1})"
)
OLDEST_RUNNING: Final = f"(pg_snapshot_xmin(pg_current_snapshot())::text::bigint << {ROWS_OF_A_TRANSACTION})"
_OLDEST_SERVER: Final = 130000  # pg_snapshot_xmin and xid8
_SAMPLES_OF_EMPTY_TABLES: Final = """
    SELECT s.tablename, quote_ident(s.attname), format_type(a.atttypid, a.atttypmod)
    FROM pg_stats s JOIN pg_class c ON c.relname = s.tablename AND c.relnamespace = current_schema()::regnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = s.attname
    WHERE s.schemaname = current_schema() AND c.reltuples = 0
"""
"""What the planner has kept of columns whose tables are empty now, which ANALYZE leaves as it is."""
_LOCK_SECONDS: Final = 5.0  # for which a table that is to be written anew is waited for
_ALONE: Final = 0x6E696368  # key of the lock under which migrations run: "nich"
_CONFLICTS: Final = frozenset({"40001", "40P01", "23505", "23503", "55P03"})
"""SQLSTATE: serialisation, deadlock, two inserted the same, what was referred to has just gone, a lock not got."""


def make_engine(place: CatalogPlace, *, create: bool) -> Engine:
    """An engine with a pool of connections, migrated or not; ``create`` also makes the folder of what is no row.

    Raises CatalogUnusable.
    """
    assert place.server is not None
    if create:
        try:
            place.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CatalogUnusable(f"cannot make the folder {place.folder}: {error.strerror}") from error
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise CatalogUnusable(
            f"a catalog on PostgreSQL needs psycopg ({error}): pip install 'nichescout[postgres]'"
        ) from None
    url = make_url(check_server(place.server)).set(drivername="postgresql+psycopg")
    engine = create_engine(
        url,
        pool_size=4,
        max_overflow=8,
        pool_pre_ping=True,  # a server that was restarted meanwhile is asked anew
        connect_args={"connect_timeout": 10, "application_name": "nichescout"},
    )
    event.listen(engine, "connect", _set_up_connection)
    return engine


def is_conflict(error: DBAPIError) -> bool:
    """Whether another writer got in the way, so that the same again may succeed."""
    return getattr(error.orig, "sqlstate", None) in _CONFLICTS


def in_words(place: CatalogPlace, error: DBAPIError) -> CatalogError | None:
    """What the driver's error means to a person; None: it is a bug, or a conflict that is tried again."""
    state, said = getattr(error.orig, "sqlstate", None) or "", str(error.orig).strip()
    for fits, told in _MEANINGS:
        if fits(state, said):
            return told(str(place), said.splitlines()[0].removeprefix("connection failed: ") if said else state)
    return None


def _state(*states: str) -> Callable[[str, str], bool]:
    return lambda state, _said: any(state.startswith(one) for one in states)


def _says(*parts: str) -> Callable[[str, str], bool]:
    return lambda state, said: not state and any(part in said for part in parts)


def _unusable(words: str) -> Callable[[str, str], CatalogError]:
    return lambda place, said: CatalogUnusable(words.format(place=place, said=said))


_UNREACHABLE: Final = (
    "refused", "No such file", "timeout", "timed out", "starting up", "shutting down", "server closed",
    "closed the connection", "is lost", "is closed", "connection failed",
)  # fmt: skip
_MEANINGS: Final[tuple[tuple[Callable[[str, str], bool], Callable[[str, str], CatalogError]], ...]] = (
    (
        _says("password", "authentication", "no pg_hba.conf entry", "role"),
        _unusable(
            "{place} does not let us in ({said}); the password belongs into nichescout.toml, NICHESCOUT_CATALOG or "
            "~/.pgpass"
        ),
    ),
    (_says("does not exist"), _unusable("{place} is not there ({said}); make it with: createdb")),
    (_says("resolve", "Name or service", "translate host"), _unusable("the host of {place} is not known ({said})")),
    (_says("SSL", "certificate"), _unusable("no safe connection to {place} ({said})")),
    (_says("too many", "slots"), _unusable("{place} takes no more connections ({said}); raise max_connections")),
    (
        _says(*_UNREACHABLE),
        _unusable("cannot reach {place} ({said}); is the server running, and does it listen there?"),
    ),
    (_state("57P", "08"), _unusable("{place} has ended the connection ({said}); try again when the server is back")),
    (_state("53300"), _unusable("{place} takes no more connections ({said}); raise max_connections, or end a worker")),
    (_state("53"), _unusable("{place} has no room left ({said})")),
    (_state("25006"), _unusable("{place} cannot be written ({said}): it is a stand-by, or set to read only")),
    (
        _state("42501", "3F000"),
        _unusable("{place}: this user may not do that ({said}); make it the owner of the database"),
    ),
    (_state("57014"), lambda place, _: CatalogBusy(f"{place} is kept busy by others: try again when they are done")),
)


@dataclass(frozen=True, slots=True)
class ServerState:
    """What an operator should know. ``feed_waits``: seconds for which the writer has run that readers wait for."""

    version: str
    size: int  # bytes of the database
    connections: int
    most_connections: int
    feed_waits: float


def server_state(connection: Connection) -> ServerState:
    """Ask the server."""
    row = connection.execute(
        text(
            "SELECT current_setting('server_version'), pg_database_size(current_database()), "
            "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'), "
            "current_setting('max_connections')::int, "
            "(SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float "
            "FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid())"
        )
    ).one()
    return ServerState(*row)


def begin(_connection: Connection, *, write: bool) -> None:
    """Nothing to do: the driver begins with the first statement."""


def alone(connection: Connection) -> None:
    """Until the end of the transaction nobody else migrates."""
    check_version(connection)
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ALONE})


def database_of(connection: Connection) -> str:
    """Cluster, history and database: another one after a restore, also of the server's own kind."""
    return str(
        connection.execute(
            text(
                "SELECT s.system_identifier || '/' || c.timeline_id || '/' || d.oid FROM pg_control_system() s, "
                "pg_control_checkpoint() c, pg_database d WHERE d.datname = current_database()"
            )
        ).scalar_one()
    )


def check_version(connection: Connection) -> None:
    """Raises CatalogUnusable for a server that is too old or keeps another encoding."""
    version, encoding = connection.execute(
        text("SELECT current_setting('server_version_num')::int, current_setting('server_encoding')")
    ).one()
    if version < _OLDEST_SERVER:
        raise CatalogUnusable(f"PostgreSQL {version // 10000} is too old: 13 or newer is needed")
    if encoding != "UTF8":
        raise CatalogUnusable(f"the database keeps {encoding}: make one with createdb --encoding UTF8 -T template0")


def settle(_engine: Engine) -> None:
    """Nothing to do: a commit is on the server's disk, and its log is the server's."""


def wipe(engine: Engine) -> bool:
    """Every table is written anew, so that no file of it holds what was deleted; False where others are in the way."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET lock_timeout = '{round(_LOCK_SECONDS * 1000)}ms'")
        try:
            connection.exec_driver_sql(f"VACUUM (FULL, ANALYZE) {', '.join(inspect(connection).get_table_names())}")
            for table, column, kind in connection.exec_driver_sql(_SAMPLES_OF_EMPTY_TABLES).all():
                connection.exec_driver_sql(f"ALTER TABLE {table} ALTER COLUMN {column} TYPE {kind}")  # drops samples
            connection.exec_driver_sql("VACUUM (FULL) pg_statistic")
        except DBAPIError as error:
            if not is_conflict(error):
                raise
            return False
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    return True


def _set_up_connection(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    connection.adapters.register_dumper(str, _without_nul())


@functools.cache
def _without_nul() -> Any:
    """PostgreSQL's texts hold no NUL, which pages may: it is left out."""
    from psycopg.types.string import StrDumperUnknown

    class Dumper(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "") if "\0" in obj else obj)

    return Dumper
