"""A whole catalog copied into another one, whichever databases they are: for moving house, back-ups and restores.

One moment of the source, one transaction of the target. The copy has a feed of its own: a new epoch, positions from
one on, so that no index mistakes it for what it was copied from.
"""

from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, Final

from sqlalchemy import Connection, Engine, Table, delete, func, insert, select, text

from catalog import schema
from catalog.engine import reading, writing
from catalog.errors import CatalogUnusable
from catalog.unit import chunks

_ROWS: Final = 2000  # written together
_OF_THE_COPY: Final = ("epoch", "database")  # rows of ``meta`` that name one copy


def copy_catalog(source: Engine, target: Engine, *, replace: bool = False) -> int:
    """Copy all rows into an empty catalog, or in place of what it holds; how many. Raises CatalogUnusable: not empty.

    Both are migrated to the newest schema, which ``open_engine`` sees to.
    """
    copied = 0
    with reading(source) as old, writing(target) as new:
        if replace:
            _empty(new)
        elif new.scalar(select(func.count()).select_from(schema.job)) or _has_people(new):
            raise CatalogUnusable("there is a catalog already at the place to copy to; give an empty one, or --replace")
        new.execute(delete(schema.meta).where(schema.meta.c.key != "database"))
        for table in schema.metadata.sorted_tables:
            if table is schema.feed_part:
                continue  # how far readers are in the other feed
            for rows in chunks(_rows_of(old, table), _ROWS):
                new.execute(insert(table), rows)
                copied += len(rows)
        _count_on(new)
    return copied


def _has_people(connection: Connection) -> bool:
    return connection.scalar(select(schema.account.c.id).limit(1)) is not None


def _empty(connection: Connection) -> None:
    for table in reversed(schema.metadata.sorted_tables):
        if table is not schema.meta:
            connection.execute(delete(table))


def _rows_of(connection: Connection, table: Table) -> Iterator[Mapping[str, Any]]:
    """The rows of a table; what others of it refer to comes first."""
    statement = select(table)
    if table is schema.creator:
        statement = statement.order_by(table.c.redirect_to.is_not(None))
    elif table is schema.feed:
        statement = statement.order_by(table.c.seq)
    numbers = count(1)
    for row in connection.execution_options(yield_per=_ROWS).execute(statement).mappings():
        if table is schema.feed:
            yield {**row, "seq": next(numbers)}
        elif table is not schema.meta or row["key"] not in _OF_THE_COPY:
            yield dict(row)


def _count_on(connection: Connection) -> None:
    """Numbers that the database gives go on behind the largest that was copied (SQLite sees to that itself)."""
    if connection.dialect.name == "sqlite":
        return
    for table in schema.metadata.sorted_tables:
        key = table.autoincrement_column
        if key is not None and table is not schema.feed:
            largest = f"(SELECT coalesce(max({key.name}), 0) + 1 FROM {table.name})"  # noqa: S608 - names of ours
            serial = f"pg_get_serial_sequence('{table.name}', '{key.name}')"
            connection.execute(text(f"SELECT setval({serial}, {largest}, false)"))
