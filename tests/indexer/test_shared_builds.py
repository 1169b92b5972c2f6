"""Builds of several machines into one Elasticsearch from one PostgreSQL: nothing lost, nothing of before comes last.

Both servers are real. A machine is a folder of its own; who is killed is a process.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.items import Consent
from catalog.store import open_catalog
from indexer import catch_up, sharing
from indexer.backends.elastic import editions
from indexer.backends.elastic.opening import connect, open_for_reading, open_for_writing
from indexer.build import BuildReport, build_with, verify_index
from indexer.catch_up import Tools
from indexer.errors import IndexLocked
from indexer.locations import Server
from indexer.vector_cache import VectorCache
from places.gazetteer import open_gazetteer
from tests.catalog.builders import World, account, post
from tests.catalog.test_many_writers import at_once
from tests.indexer.records import HashEmbedder
from tests.indexer.test_build import no_encoder
from tests.indexer.test_elastic import MODEL, names_found, opened
from tests.indexer.test_passages import starts
from tests.indexer.worlds import creator

ROOT = Path(__file__).parents[2]
PEOPLE = 16


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "data", on_postgres=True)
    made.page(*(account(f"n{n}") for n in range(PEOPLE)), *(post(f"n{n}", text=f"Sushi {n}.") for n in range(PEOPLE)))
    yield made
    made.close()


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many commits, and parts that are shared out however few creators there are."""
    monkeypatch.setattr(catch_up, "_WINDOW_CREATORS", 3)
    monkeypatch.setattr(sharing, "_FEW", 0)


def machine(server: Server, name: str) -> Server:
    return server._replace(folder=server.folder / name)


def build(world: World, server: Server, name: str, *, rebuild: bool = False) -> BuildReport:
    """As one machine does it."""
    place = machine(server, name)
    with (
        open_catalog(world.place, clock=world.clock) as catalog,
        closing(open_gazetteer()) as gazetteer,
        VectorCache(place.folder / "vectors.sqlite") as cache,
    ):
        tools = Tools(
            embedder=HashEmbedder(), cache=cache, gazetteer=gazetteer, piece_starts=starts, split=lambda word: [word]
        )
        return build_with(catalog, place, tools, write_encoder=no_encoder, rebuild=rebuild)


def check_whole(world: World, server: Server) -> None:
    """The index is what the catalog is."""
    verified = verify_index(world.catalog, world.folder, location=server)
    assert verified.differences == ()
    assert verified.creators == len(list(world.catalog.creator_ids()))
    with closing(open_for_reading(server)) as index:
        assert index.info().feed_seq == world.catalog.head().seq
        assert index.info().posts == sum(len(record.posts) for record in world.records())


@pytest.mark.usefixtures("small_windows")
def test_two_first_builds_at_once_share_the_work(world: World, server: Server) -> None:
    one, other = at_once(lambda: build(world, server, "one"), lambda: build(world, server, "other"))
    assert one.creators + other.creators == PEOPLE
    assert not (one.others and other.others)  # the last to end says that all is there
    check_whole(world, server)


@pytest.mark.usefixtures("small_windows")
def test_builds_beside_writers_end_as_the_catalog_is(world: World, server: Server) -> None:
    """People change and withdraw while two machines index them again and again."""
    written = threading.Event()

    def write() -> None:
        for turn in range(3):
            world.clock.later(minutes=1)
            world.page(
                *(account(f"n{n}", bio=f"turn {turn}") for n in range(0, PEOPLE, 2)),
                *(post(f"n{n}", text=f"Ramen {turn} {n}.") for n in range(0, PEOPLE, 2)),
            )
            world.page(*(account(f"n{n}", consent=Consent.DENIED) for n in range(turn * 3 + 1, turn * 3 + 3)))
            world.page(account(f"n{turn * 3 + 1}", consent=Consent.FULL))
        written.set()

    def follow(name: str) -> None:
        while not written.is_set():
            build(world, server, name)

    at_once(write, lambda: follow("one"), lambda: follow("other"))
    assert not build(world, server, "one").others
    check_whole(world, server)


_CHILD = """
import sys
from pathlib import Path
from catalog.place import CatalogPlace
from indexer import catch_up, sharing
from indexer.locations import Server
from tests.catalog.builders import Clock
from tests.indexer.test_shared_builds import build
catch_up._WINDOW_CREATORS, sharing._FEW = 3, 0
class There:
    place = CatalogPlace(Path(sys.argv[1]), sys.argv[2])
    clock = Clock()
build(There, Server(sys.argv[3], Path(sys.argv[4])), "killed")
"""


def killed_build(world: World, server: Server, failpoint: str) -> None:
    log = world.folder / "failpoints"
    child = subprocess.run(
        [sys.executable, "-c", _CHILD, str(world.place.folder), str(world.place.server), server.address, server.folder],
        env=os.environ | {"NICHESCOUT_FAILPOINT": failpoint, "NICHESCOUT_FAILPOINT_LOG": str(log)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert child.returncode == -signal.SIGKILL, child.stderr
    assert log.read_text().strip() == failpoint.partition(":")[0]


@pytest.mark.usefixtures("small_windows")
@pytest.mark.parametrize("failpoint", ["vectors_appended:4", "index_commit:4"])
def test_of_two_builds_one_is_killed(world: World, server: Server, failpoint: str) -> None:
    """The other one does the rest; what the dead one had waits for its lease, or for its own return."""

    def join() -> BuildReport:
        while not world.sql("SELECT 1 FROM feed_part WHERE token IS NOT NULL"):
            pass
        return build(world, server, "other")

    _, other = at_once(lambda: killed_build(world, server, failpoint), join)
    assert other.others
    assert other.creators < PEOPLE
    # The dead one sent some of them and never showed them.
    world.page(*(account(f"n{number}", consent=Consent.DENIED) for number in range(PEOPLE) if number % 3))
    back = build(world, server, "killed")
    assert not back.others
    check_whole(world, server)


@pytest.mark.usefixtures("small_windows")
def test_what_a_dead_machine_had_is_taken_over_when_its_lease_ends(world: World, server: Server) -> None:
    build(world, server, "one")
    world.page(*(account(f"n{n}", bio="new") for n in range(PEOPLE)))
    reader = _reader(server)
    (taken, *_) = world.catalog.take_parts(reader, "dead", ttl=sharing.LEASE, upto=world.catalog.head(), most=3)
    waiting = build(world, server, "one")
    assert waiting.others
    assert not waiting.nothing_new
    assert build(world, server, "one").others
    with closing(open_for_reading(server)) as index:
        assert index.info().feed_seq < world.catalog.head().seq
    world.clock.later(seconds=sharing.LEASE.total_seconds() + 1)
    assert not build(world, server, "one").others
    check_whole(world, server)
    assert world.catalog.pass_part(taken, world.catalog.head().seq, ttl=timedelta(minutes=1)) is None


def _reader(server: Server) -> str:
    with closing(connect(server)) as cluster:
        return cluster.identity(editions.current(cluster).creators)


def test_an_index_that_was_put_back_to_before_is_brought_up_again(world: World, server: Server) -> None:
    """As a snapshot of the cluster does it: its positions count, not what the catalog remembers of it."""
    build(world, server, "one")
    _forget_positions(server)
    assert build(world, server, "one").creators == PEOPLE
    check_whole(world, server)


def _forget_positions(server: Server) -> None:
    with closing(connect(server)) as cluster:
        index = editions.current(cluster).creators
        for number in range(64):
            cluster._client.options(ignore_status=404).delete(index=index, id=f"#part-{number}", refresh=True)
        cluster._client.delete(index=index, id="#state", refresh=True)


@pytest.mark.usefixtures("small_windows")
def test_two_rebuilds_at_once_fill_one_edition(world: World, server: Server) -> None:
    build(world, server, "one")

    def join() -> BuildReport:
        while not world.catalog.parts_followed(_newest(server, 2), timedelta(hours=1)):
            pass
        return build(world, server, "other", rebuild=True)

    one, other = at_once(lambda: build(world, server, "one", rebuild=True), join)
    assert one.creators + other.creators == PEOPLE
    check_whole(world, server)


def _newest(server: Server, number: int) -> str:
    """The name in the feed of an edition, once it is there."""
    with closing(connect(server)) as cluster:
        newest = editions.all_editions(cluster)[-1]
        return cluster.identity(newest.creators) if newest.number == number else ""


def test_whoever_is_gone_stays_gone_when_a_slow_machine_sends_them(server: Server) -> None:
    slow, quick = opened(machine(server, "slow")), opened(machine(server, "quick"))
    quick.delete(["c"], revisions={"c": 2})  # never seen by this one
    quick.commit(epoch="e", seq=2)
    slow.upsert([creator("c", ["sushi"], revision=1)])
    slow.commit(epoch="e", seq=1)
    quick.refresh()
    assert names_found(quick, "sushi") == []
    assert quick.get(["c"]) == {}
    assert quick.info().feed_seq == 2
    slow.upsert([creator("c", ["sushi"], revision=3)])  # they are back
    slow.commit(epoch="e", seq=3)
    quick.refresh()
    assert names_found(quick, "sushi") == ["c"]
    slow.close()
    quick.close()


def test_a_build_of_another_catalog_is_refused(server: Server) -> None:
    one, other = opened(machine(server, "one")), opened(machine(server, "other"))
    one.commit(epoch="e", seq=1)
    with pytest.raises(IndexLocked, match=r"another build wrote the index .* run again"):
        other.commit(epoch="another", seq=2)
    one.close()
    other.close()


def test_the_first_index_is_founded_once(server: Server) -> None:
    machines = [machine(server, f"m{number}") for number in range(3)]
    indices = at_once(
        *(lambda m=m: open_for_writing(m, model=MODEL, dimension=HashEmbedder().model.dimension) for m in machines)
    )
    assert len({index.sharing.reader for index in indices}) == 1
    assert len({index.sharing.worker for index in indices}) == 3
    for index in indices:
        index.close()
