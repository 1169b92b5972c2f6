"""Statements that are made once, run by the database's driver itself.

For every run SQLAlchemy finds the compiled statement, its parameters and the shape of its rows anew, which takes ten
times as long as the driver needs. Here that is done at a statement's first run; SQLAlchemy still writes the SQL and
owns connection, transaction and errors. It pays for statements that are made once, at import, and is kept as long as
they are.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Executable, Row
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler
from sqlalchemy.types import TypeEngine

Values = Mapping[str, Any]
_Convert = Callable[[Any], Any]


class _Bind(NamedTuple):
    """One parameter of the driver: a named value, or one that the statement itself brings."""

    name: str
    given: bool
    convert: _Convert | None
    constant: Any


class _Prepared:
    """A statement as one kind of database takes it, with what turns values into parameters and rows into values."""

    def __init__(self, statement: Executable, names: tuple[str, ...], dialect: Dialect) -> None:
        columns = dict(statement.exported_columns.items()) if hasattr(statement, "exported_columns") else {}
        compiled = statement.compile(  # type: ignore[attr-defined]  # every statement of ours is a ClauseElement
            dialect=dialect,
            column_keys=list(names),
            for_executemany=not columns,  # nobody asks for the id of a row that does not say that it returns it
        )
        # With lists of constants (``IN (...)``) written out.
        state = compiled.construct_expanded_state({**compiled.construct_params(_check=False), **dict.fromkeys(names)})
        self.sql: str = state.statement
        self._dialect = dialect
        self._binds = tuple(_binds(compiled, state, frozenset(names)))
        self._types: list[TypeEngine[Any]] = [column.type for column in columns.values()]
        # What has no name in the statement is found by its place alone.
        self._make: Callable[[Iterable[Any]], Any] = _row_type(list(columns))._make
        self._converted: list[tuple[int, _Convert]] | None = None  # known once the driver says what it returns

    def parameters(self, values: Values) -> Any:
        """What the driver gets: a list, or a mapping where it wants names."""
        binds = self._binds
        converted = [
            (bind.convert(values[bind.name]) if bind.convert else values[bind.name]) if bind.given else bind.constant
            for bind in binds
        ]
        if self._dialect.positional:
            return converted
        return dict(zip((bind.name for bind in binds), converted, strict=True))

    def rows(self, cursor: DBAPICursor) -> list[Row[Any]]:
        """All that the cursor has, each value of the type of its column."""
        found: Sequence[Any] = cursor.fetchall()
        if not found:
            return []
        if self._converted is None:
            self._converted = self._conversions(cursor.description)
        make = self._make
        if not self._converted:
            return [make(values) for values in found]
        made = []
        for values in map(list, found):
            for at, convert in self._converted:
                values[at] = convert(values[at])
            made.append(make(values))
        return made

    def _conversions(self, described: Sequence[Any]) -> list[tuple[int, _Convert]]:
        converts = (
            type_.dialect_impl(self._dialect).result_processor(self._dialect, told[1])
            for type_, told in zip(self._types, described, strict=True)
        )
        return [(at, convert) for at, convert in enumerate(converts) if convert is not None]


def _row_type(names: list[str]) -> Any:
    return namedtuple("_row", names, rename=True)


def _binds(compiled: SQLCompiler, state: ExpandedState, given: frozenset[str]) -> Iterator[_Bind]:
    dialect = compiled.dialect
    converts: dict[str, _Convert | None] = dict(state.processors)
    for bind, name in compiled.bind_names.items():
        converts.setdefault(name, bind.type.dialect_impl(dialect).bind_processor(dialect))
    for name in (state.positiontup if dialect.positional else state.parameters) or ():
        convert = converts.get(name)
        if name in given:
            yield _Bind(name, True, convert, None)
        else:
            constant = state.parameters[name]
            yield _Bind(name, False, None, convert(constant) if convert else constant)


_prepared: Final[WeakKeyDictionary[Executable, dict[tuple[str, tuple[str, ...]], _Prepared]]] = WeakKeyDictionary()


class Driver:
    """Runs statements that are made once inside the transaction of a connection."""

    __slots__ = ("_connection", "_dialect", "_raw")

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._dialect = connection.dialect
        self._raw = connection.connection

    def rows(self, statement: Executable, values: Values) -> list[Row[Any]]:
        """The rows that a statement finds or returns."""
        prepared = self._prepare(statement, values)
        return prepared.rows(self._execute(prepared.sql, prepared.parameters(values)))

    def rows_of_many(self, statement: Executable, values: Sequence[Values]) -> Sequence[Row[Any]]:
        """What an INSERT with RETURNING says for each of these rows.

        A file is asked for one after the other; to a server SQLAlchemy sends many at once, to save the journeys.
        """
        if not values:
            return []
        if self._dialect.name == "sqlite":
            return [row for each in values for row in self.rows(statement, each)]
        return self._connection.execute(statement, values).all()

    def run(self, statement: Executable, values: Values) -> int:
        """How many rows a statement changed."""
        prepared = self._prepare(statement, values)
        return self._execute(prepared.sql, prepared.parameters(values)).rowcount

    def run_many(self, statement: Executable, values: Sequence[Values]) -> None:
        """The same statement with each of these values; all have the names that the first one has."""
        if len(values) == 1:
            self.run(statement, values[0])
        elif values:
            prepared = self._prepare(statement, values[0])
            self._execute(prepared.sql, [prepared.parameters(each) for each in values], many=True)

    def _prepare(self, statement: Executable, values: Values) -> _Prepared:
        forms = _prepared.get(statement)
        if forms is None:
            forms = _prepared[statement] = {}
        names = tuple(values)
        form = forms.get((self._dialect.name, names))
        if form is None:
            form = forms[self._dialect.name, names] = _Prepared(statement, names, self._dialect)
        return form

    def _execute(self, sql: str, parameters: Any, *, many: bool = False) -> DBAPICursor:
        cursor = self._raw.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(sql, parameters)
        except self._dialect.loaded_dbapi.Error as error:
            raise self._explained(error, sql, cursor) from error
        return cursor

    def _explained(self, error: Exception, sql: str, cursor: DBAPICursor) -> BaseException:
        """The driver's error as SQLAlchemy tells it; a connection that is gone does not go back to the pool."""
        ended = self._dialect.is_disconnect(error, self._raw.dbapi_connection, cursor)  # type: ignore[arg-type]
        if ended:
            self._connection.invalidate(error)
        base = self._dialect.loaded_dbapi.Error
        return DBAPIError.instance(sql, None, error, base, connection_invalidated=ended, dialect=self._dialect)
