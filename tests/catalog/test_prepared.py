"""Statements run by the driver itself say and do what they say and do through SQLAlchemy."""

import gc
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Executable, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from catalog import accounts, admission, commits, feed, frontier, joins, posts, prepared, schema, traps
from catalog.engine import insert_new, values_in
from catalog.prepared import Driver
from tests.catalog.builders import World, account, post

NOW = datetime(2026, 5, 2, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def connection(world: World) -> Iterator[Connection]:
    """A transaction on a catalog that holds two people, a post and what is still to fetch."""
    world.page(account("mika"), account("yuna"), post("mika"))
    with world.catalog._engine.connect() as connection, connection.begin():
        yield connection


def _asked(connection: Connection) -> list[tuple[Executable, dict[str, Any]]]:
    """Statements of a page's commit, with values that they find something for."""
    people = list(connection.scalars(select(schema.account.c.id)))
    names = list(connection.scalars(select(schema.account_alias.c.value)))
    kept = list(connection.scalars(select(schema.post_alias.c.value)))
    urls = list(connection.scalars(select(schema.address.c.url)))
    job = connection.scalar(select(schema.job.c.id))
    creators = list(connection.scalars(select(schema.creator.c.id)))
    return [
        (accounts._NAMED, {"values": names}),
        (accounts._ACCOUNTS, {"values": people}),
        (accounts._PROFILES, {"values": people}),
        (accounts._COUNTS, {"values": people}),
        (posts._NAMED, {"values": kept}),
        (admission._ADDRESSES, {"values": urls, "job": job}),
        (joins._READ, {"values": people}),
        (feed._SHOWN, {"values": creators}),
        (frontier._JOB, {"job": job}),
        (traps._SEEN_ACCOUNTS, {"values": people, "job": job, "task": 0}),
        (select(schema.task), {}),
    ]


def test_rows_are_those_of_sqlalchemy_name_by_name(connection: Connection) -> None:
    driver = Driver(connection)
    for statement, values in _asked(connection):
        expected = connection.execute(statement, values)
        names = list(expected.keys())
        rows = expected.all()
        for _ in range(2):  # the second run is the one that is prepared
            found = driver.rows(statement, values)
            assert found == [tuple(row) for row in rows]
            assert rows, statement
            for row, same in zip(found, rows, strict=True):
                for name, value in zip(names, same, strict=True):
                    assert name == "count_1" or getattr(row, name) == value  # which nobody named
                assert [type(value) for value in row] == [type(value) for value in same]


def test_what_is_written_is_read_back(connection: Connection) -> None:
    driver = Driver(connection)
    host, trouble = schema.host, schema.trouble
    new = {"next_allowed_at": NOW, "failures": 0}
    driver.run_many(insert(host), [{"key": name, **new} for name in ("a.example", "b.example")])
    driver.run_many(insert(host), [])
    driver.run_many(insert_new(connection, host), [{"key": "a.example", **new, "failures": 9}])
    assert driver.run(update(host).where(values_in(host.c.key)), {"values": ["a.example"], "failures": 3}) == 1
    rows = connection.execute(select(host).where(host.c.key.in_(["a.example", "b.example"])).order_by(host.c.key)).all()
    assert [(row.key, row.failures, row.next_allowed_at) for row in rows] == [
        ("a.example", 3, NOW),
        ("b.example", 0, NOW),
    ]
    back = insert_new(connection, trouble).returning(trouble.c.key)
    seen = [{"key": key, "outcome": "retry", "times": 1, "message": "", "at": NOW} for key in ("a", "b", "a")]
    assert [row.key for row in driver.rows_of_many(back, seen)] == ["a", "b"]
    assert list(driver.rows_of_many(back, [])) == []


def test_what_the_driver_refuses_is_told_as_by_sqlalchemy(connection: Connection) -> None:
    row = {"key": "a.example", "next_allowed_at": NOW, "failures": 0}
    with pytest.raises(IntegrityError) as told:
        Driver(connection).run_many(insert(schema.host), [row, row])
    assert "host" in str(told.value)


def test_a_connection_that_was_ended_does_not_go_back_to_the_pool(server_world: World) -> None:
    with server_world.catalog._engine.connect() as connection:
        me = connection.scalar(text("SELECT pg_backend_pid()"))
        with server_world.catalog._engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:me)"), {"me": me})
        with pytest.raises(OperationalError) as told:
            Driver(connection).rows(commits._LEASED, {"id": 0, "token": "", "hash": ""})
        assert told.value.connection_invalidated
        assert connection.invalidated


def test_a_statement_that_is_made_for_one_question_is_not_kept(connection: Connection) -> None:
    statement = select(schema.host.c.key)
    Driver(connection).rows(statement, {})
    assert statement in prepared._prepared
    gone = weakref.ref(statement)
    del statement
    gc.collect()
    assert gone() is None


def test_a_list_of_values_is_sought_through_an_index(file_world: World) -> None:
    asked = {
        "post_alias": posts._NAMED,
        "account_alias": accounts._NAMED,
        "address": admission._ADDRESSES,
        "account": accounts._ACCOUNTS,
        "post": select(schema.post.c.id).where(values_in(schema.post.c.id), schema.post.c.complete),
    }
    with file_world.catalog._engine.connect() as connection:
        for table, statement in asked.items():
            sql = str(statement.compile(connection))
            names = statement.compile(connection).positiontup
            assert names is not None
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple("[]" for _ in names)).all()
            told = [row.detail for row in plan]
            assert any(line.startswith(f"SEARCH {table} ") for line in told), told
            assert not any(line.startswith("SCAN ") and "json_each" not in line for line in told), told
