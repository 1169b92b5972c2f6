"""Many processes write one catalog on PostgreSQL: nothing is lost, doubled, skipped or leased twice."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine

from catalog import feed
from catalog.engine import HEAD, open_engine
from catalog.errors import SuppressionKeyMissing
from catalog.items import Outcome
from catalog.place import CatalogPlace
from catalog.records import FeedPosition
from catalog.schema import metadata
from catalog.server_clock import ServerClock
from catalog.store import Catalog, open_catalog
from catalog.unit import Unit
from tests import postgresql
from tests.catalog.builders import START, World, account, link, post, result, seed


@contextmanager
def workers(world: World, number: int) -> Iterator[list[Catalog]]:
    """Further catalogs on the same database, each with connections of its own."""
    opened = [open_catalog(world.place, clock=world.clock) for _ in range(number)]
    try:
        yield opened
    finally:
        for catalog in opened:
            catalog.close()


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """Each in a thread of its own, begun together; their results, or the first exception."""
    start = threading.Barrier(len(work))

    def begin(one: Callable[[], Any]) -> Any:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(work)) as threads:
        return [done.result() for done in [threads.submit(begin, one) for one in work]]


def test_ten_workers_that_start_together_migrate_once(tmp_path: Path) -> None:
    there = postgresql.server()
    place = CatalogPlace(tmp_path, there.address(there.new_database()))

    def begin() -> str:
        with open_catalog(place) as catalog:
            return catalog.head().epoch

    epochs = at_once(*[begin] * 10)
    assert len(set(epochs)) == 1
    engine = open_engine(place, create=False)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT version_num FROM alembic_version").all() == [(HEAD,)]
        assert connection.exec_driver_sql("SELECT count(*) FROM meta WHERE key = 'epoch'").scalar() == 1
    engine.dispose()


def test_the_migrations_make_the_schema_here_too(server_world: World) -> None:
    with server_world.catalog._engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)
    assert [(what, index.name) for what, index in found] == [("remove_index", "ix_task_waiting")]  # of PostgreSQL alone


def test_samples_of_the_planner_are_forgotten_too(server_world: World) -> None:
    for n in range(9):
        server_world.page(account(f"secretive{n}"), post(f"secretive{n}", native=str(n), text="a secretive omakase"))
    server_world.sql("ANALYZE")
    samples = "SELECT count(*) FROM pg_stats WHERE concat(most_common_vals, histogram_bounds) LIKE '%%secretive%%'"
    assert server_world.sql(samples) != [(0,)]
    for n in range(9):
        assert server_world.catalog.forget(f"secretive{n}@pixel.example", reference=f"letter {n}").wiped
    assert server_world.sql(samples) == [(0,)]
    assert b"secretive" not in server_world.everything()


def test_another_key_than_the_hashes_were_made_with(server_world: World, tmp_path: Path) -> None:
    server_world.catalog.forget("mika@pixel.example", reference="letter")
    elsewhere = CatalogPlace(tmp_path / "elsewhere", server_world.place.server)
    with pytest.raises(SuppressionKeyMissing, match="restore it from a backup"):
        open_catalog(elsewhere)
    (elsewhere.folder / "suppression.key").write_text("ab" * 32)
    with pytest.raises(SuppressionKeyMissing, match="is not the key of this catalog"):
        open_catalog(elsewhere)


def test_two_machines_that_forget_their_first_person_at_once_do_not_use_two_keys(
    server_world: World, tmp_path: Path
) -> None:
    with open_catalog(CatalogPlace(tmp_path / "other", server_world.place.server), clock=server_world.clock) as other:
        server_world.catalog.forget("mika@pixel.example", reference="letter")
        with pytest.raises(SuppressionKeyMissing, match="cannot be read"):
            other.forget("noor@pixel.example", reference="letter")


def test_a_key_is_leased_once_however_many_ask_at_once(server_world: World) -> None:
    hosts = 30
    job = server_world.catalog.start_job("q", [seed(f"https://h{n}.example/", f"s{n % 3}") for n in range(hosts)])
    with workers(server_world, 6) as catalogs:

        def take(catalog: Catalog, name: str) -> list[str]:
            taken = []
            while (lease := catalog.lease(job, name)) is not None:
                taken.append(lease.key)
            return taken

        taken = at_once(*(lambda c=c, n=n: take(c, f"w{n}") for n, c in enumerate(catalogs)))
    keys = [key for mine in taken for key in mine]
    assert len(keys) == len(set(keys))
    assert len(keys) + len(list(iter(lambda: server_world.catalog.lease(job, "last"), None))) == len(
        {f"h{n}.example" for n in range(hosts) if n < 3} | set(keys)
    )


def test_a_web_is_crawled_once_by_many(server_world: World) -> None:
    """Every page links to many that others link to, too: each is a task once, each is committed once."""
    pages, hosts = 60, 10

    def url(number: int) -> str:
        return f"https://h{number % hosts}.example/{number}"

    job = server_world.catalog.start_job("q", [seed(url(n), f"seed {n}") for n in range(3)], fresh_for=timedelta(0))
    committed: Counter[str] = Counter()
    holders: dict[str, str] = {}
    guard = threading.Lock()

    def crawl(catalog: Catalog, name: str) -> None:
        while catalog.next_due(job) is not None:
            lease = catalog.lease(job, name, tasks=4)
            if lease is None:
                continue
            with guard:
                assert lease.key not in holders, "two workers hold one host"
                holders[lease.key] = name
            for task in lease.tasks:
                number = int(task.url.rpartition("/")[2])
                links = tuple(link(url(n)) for n in (2 * number + 1, 2 * number + 2, number + 7, 5) if n < pages)
                people = (account(f"n{number}"), account("everywhere"))
                report = catalog.commit_page(
                    result(task, accounts=people, posts=(post(f"n{number}", native=str(number)),), links=links)
                )
                assert not report.stale
                with guard:
                    committed[task.url] += 1
            with guard:
                del holders[lease.key]
            catalog.release(lease, next_allowed_at=START)

    with workers(server_world, 4) as catalogs:
        at_once(*(lambda c=c, n=n: crawl(c, f"w{n}") for n, c in enumerate(catalogs)))
    assert set(committed) == {url(n) for n in range(pages)}
    assert set(committed.values()) == {1}
    progress = server_world.catalog.progress(job)
    assert (progress.pages, progress.waiting, progress.accounts, progress.posts) == (pages, 0, pages + 1, pages)
    [(counted,)] = server_world.sql("SELECT sum(pages) FROM seed")
    assert counted == pages
    assert len(server_world.people()) == pages + 1


def test_what_commits_late_and_out_of_order_is_not_skipped_and_comes_once(server_world: World) -> None:
    names = [f"n{number}" for number in range(6)]
    server_world.page(*(account(name) for name in names))
    catalog = server_world.catalog
    ids = {name: catalog.resolve(f"{name}@pixel.example") or "" for name in names}
    start = catalog.head()
    engine: Engine = catalog._engine
    open_ones = {}
    for name in names[:4]:  # begun in this order
        connection = engine.connect()
        connection.begin()
        unit = Unit(connection=connection, now=START, suppression=catalog._suppression, seed_labels={})
        unit.dirty_creators.add(ids[name])
        feed.publish(unit)
        open_ones[name] = connection
    seen: list[str] = []
    position = start

    def read() -> list[str]:
        nonlocal position
        found = catalog.changes(position, limit=2)
        while found:
            seen.extend(change.creator_id for change in found)
            position = FeedPosition(position.epoch, found[-1].seq)
            found = catalog.changes(position, limit=2)
        return [name for name in names if ids[name] in seen]

    assert read() == []
    for name in ("n2", "n3"):  # the later ones commit first
        open_ones[name].commit()
    assert read() == []  # nobody may pass the first, which still runs
    assert catalog.head() == start
    open_ones["n0"].rollback()
    assert read() == []
    server_world.page(account("n5", bio="new words"))  # began and ended while n1 still runs
    assert read() == []
    open_ones["n1"].commit()
    assert read() == ["n1", "n2", "n3", "n5"]
    assert len(seen) == len(set(seen)) == 4
    assert read() == ["n1", "n2", "n3", "n5"]
    assert len(seen) == 4
    for connection in open_ones.values():
        connection.close()


def test_a_reader_beside_many_writers_sees_every_last_revision_once(server_world: World) -> None:
    people, rounds = 12, 4
    seen: dict[str, list[int]] = {}
    position = server_world.catalog.head()
    done = threading.Event()

    def write(catalog: Catalog, number: int) -> None:
        for turn in range(rounds):
            items = [account(f"n{(number + n) % people}", bio=f"{turn} by {number}") for n in range(6)]
            job = catalog.start_job(f"{turn} {number}", [seed(f"https://s{turn}-{number}.example/")])
            lease = catalog.lease(job, f"w{number}")
            assert lease is not None
            at = START + timedelta(minutes=turn)
            catalog.commit_page(result(lease.tasks[0], at=at, accounts=tuple(items[::-1] if number % 2 else items)))

    def read(catalog: Catalog) -> None:
        nonlocal position
        while True:
            last = done.is_set()
            for change in catalog.changes(position, limit=3):
                seen.setdefault(change.creator_id, []).append(change.revision)
                position = FeedPosition(position.epoch, change.seq)
            if last and position == catalog.head():
                return

    with workers(server_world, 4) as catalogs:

        def write_all() -> None:
            try:
                at_once(*(lambda c=c, n=n: write(c, 5 * n) for n, c in enumerate(catalogs[:3])))
            finally:
                done.set()

        at_once(write_all, lambda: read(catalogs[3]))
    for creator_id, record in server_world.catalog.creators(list(seen)).items():
        assert seen[creator_id] == sorted(set(seen[creator_id])), "twice, or backwards"
        assert seen[creator_id][-1] == record.revision, "the last one was skipped"
    assert len(seen) == people


def test_two_pages_that_name_each_other_join_whoever_commits_first(server_world: World) -> None:
    """Neither transaction alone sees both claims; were they not kept apart, nobody would join the two."""
    pairs = 4
    with workers(server_world, 2) as catalogs:
        for number in range(pairs):
            here, there = f"https://a{number}.example/@mika", f"https://b{number}.example/@mika"
            tasks = []
            for catalog, url in zip(catalogs, (here, there), strict=True):
                job = catalog.start_job(f"job {url}", [seed(url)], fresh_for=timedelta(0))
                lease = catalog.lease(job, "w")
                assert lease is not None
                tasks.append(lease.tasks[0])
            at_once(
                lambda t=tasks[0], n=number, me=there: catalogs[0].commit_page(
                    result(t, accounts=(account(host=f"a{n}.example", me=(me,), provenance="page"),))
                ),
                lambda t=tasks[1], n=number, me=here: catalogs[1].commit_page(
                    result(t, accounts=(account(host=f"b{n}.example", me=(me,), provenance="page"),))
                ),
            )
    assert [len(group) for group in server_world.people()] == [2] * pairs


def test_one_account_under_two_names_at_once_is_one_account(server_world: World) -> None:
    with workers(server_world, 3) as catalogs:
        for number in range(3):
            jobs = [
                catalog.start_job(f"job {number} {n}", [seed(f"https://s{number}-{n}.example/")])
                for n, catalog in enumerate(catalogs)
            ]
            leases = [catalog.lease(job, "w") for catalog, job in zip(catalogs, jobs, strict=True)]
            at_once(
                *(
                    lambda c=c, one=one, n=number: c.commit_page(
                        result(one.tasks[0], accounts=(account(f"n{n}", native=str(n), bio=f"{one.key}"),))
                    )
                    for c, one in zip(catalogs, leases, strict=True)
                )
            )
    assert len(server_world.people()) == 3
    [(accounts,)] = server_world.sql("SELECT count(*) FROM account")
    assert accounts == 3


def test_a_lease_that_is_taken_back_while_its_page_commits(server_world: World) -> None:
    """Either the page is in before the lease ends, or it is stale: never both."""
    with workers(server_world, 2) as catalogs:
        for number in range(5):
            job = catalogs[0].start_job(f"job {number}", [seed(f"https://c{number}.example/")])
            lease = catalogs[0].lease(job, f"dead{number}")
            assert lease is not None
            report, _ = at_once(
                lambda one=lease: catalogs[0].commit_page(result(one.tasks[0])),
                lambda n=number: catalogs[1].reclaim(f"dead{n}"),
            )
            again = catalogs[1].lease(job, "next")
            assert report.stale == (again is not None)


def test_a_deadlock_is_tried_again(server_world: World) -> None:
    """Two writers that lock two names in opposite order: the server ends one, which then succeeds."""
    first, second = threading.Event(), threading.Event()
    tries: Counter[str] = Counter()

    def work(name: str, mine: str, other: str, done: threading.Event, wait: threading.Event) -> Callable[[Unit], str]:
        def run(unit: Unit) -> str:
            tries[name] += 1
            unit.lock([mine])
            done.set()
            wait.wait(60)
            unit.lock([other])
            return name

        return run

    with workers(server_world, 2) as catalogs:
        ended = at_once(
            lambda: catalogs[0]._write(work("a", "one", "two", first, second)),
            lambda: catalogs[1]._write(work("b", "two", "one", second, first)),
        )
    assert ended == ["a", "b"]
    assert sum(tries.values()) == 3


def test_a_connection_that_the_server_ends_is_made_anew(server_world: World) -> None:
    server_world.page(account())
    with psycopg.connect(str(server_world.place.server), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                      " AND datname = current_database()")  # fmt: skip
    server_world.page(account("noor"))
    assert len(server_world.people()) == 2


def test_what_no_text_of_the_server_can_hold_is_left_out(server_world: World) -> None:
    server_world.page(account(bio="sushi\0and\0more"), post(text="roll\0s", tags=("a\0b",)))
    assert server_world.texts() == ["rolls"]
    assert server_world.records()[0].accounts[0].bio == "sushiandmore"


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.RETRY])
def test_counts_of_a_job_are_those_of_all_its_workers(outcome: Outcome, server_world: World) -> None:
    job = server_world.catalog.start_job("q", [seed(f"https://h{n}.example/", "one") for n in range(1)])
    lease = server_world.catalog.lease(job, "w")
    assert lease is not None
    server_world.catalog.commit_page(result(lease.tasks[0], outcome, links=(link("https://x.example/"),)))
    assert server_world.catalog.progress(job).pages == int(outcome is Outcome.OK)


def test_time_is_the_servers(server_world: World) -> None:
    told, passed = [START, START + timedelta(hours=1)], [0.0]
    clock = ServerClock(lambda: told.pop(0), lambda: passed[0])
    passed[0] = 59.0
    clock.compare()
    assert clock() == START + timedelta(seconds=59)
    passed[0] = 61.0
    clock.compare()
    assert clock() == START + timedelta(hours=1)
    with open_catalog(server_world.place) as catalog:
        [(moment,)] = server_world.sql("SELECT clock_timestamp()")
        assert abs(catalog.now() - moment) < timedelta(minutes=1)
