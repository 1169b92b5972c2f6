"""Index workers share the feed by leased parts; the same on both databases, and beside many writers on PostgreSQL."""

import threading
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.errors import FeedEpochChanged
from catalog.feed import part_of
from catalog.records import PARTS, FeedPosition
from catalog.sharing import FeedPart
from catalog.store import Catalog, open_catalog
from tests.catalog.builders import START, World, account, result, seed
from tests.catalog.test_many_writers import at_once, workers

TTL = timedelta(minutes=5)


def take(world: World, worker: str = "w") -> FeedPart:
    (part,) = world.catalog.take_parts("index", worker, ttl=TTL, upto=world.catalog.head())
    return part


def nothing_for(world: World, worker: str, reader: str = "index") -> bool:
    return world.catalog.take_parts(reader, worker, ttl=TTL, upto=world.catalog.head()) == ()


def people(world: World, number: int = 40) -> list[str]:
    world.page(*(account(f"n{n}") for n in range(number)))
    return list(world.catalog.creator_ids())


def test_every_change_is_in_one_part_and_parts_are_had_once(world: World) -> None:
    ids = people(world)
    taken: dict[int, FeedPart] = {}
    while parts := world.catalog.take_parts("index", f"w{len(taken)}", ttl=TTL, upto=world.catalog.head(), most=3):
        assert not taken.keys() & {part.number for part in parts}
        taken |= {part.number: part for part in parts}
    assert set(taken) == {part_of(one) for one in ids}
    assert all(number < PARTS for number in taken)
    found = [
        change.creator_id
        for part in taken.values()
        for change in world.catalog.changes(part.position, limit=99, part=part.number)
    ]
    assert sorted(found) == sorted(ids)


def test_what_is_acknowledged_does_not_come_again(world: World) -> None:
    ids = people(world, 3)
    for _ in range(len({part_of(one) for one in ids})):
        part = take(world)
        changes = world.catalog.changes(part.position, limit=9, part=part.number)
        further = world.catalog.pass_part(part, changes[-1].seq, ttl=TTL)
        assert further is not None
        assert world.catalog.changes(further.position, limit=9, part=part.number) == []
        world.catalog.give_back_part(further)
    assert nothing_for(world, "w")
    assert world.catalog.parts_reached("index", world.catalog.head())
    assert not nothing_for(world, "w", "another index")


def test_a_dead_workers_part_is_taken_over_where_it_stopped(world: World) -> None:
    people(world, 1)
    dead = take(world, "dead")
    assert nothing_for(world, "other")
    world.clock.later(minutes=5)
    heir = take(world, "heir")
    assert (heir.number, heir.position) == (dead.number, dead.position)
    seq = world.catalog.head().seq
    assert world.catalog.pass_part(dead, seq, ttl=TTL) is None  # it comes back, too late
    world.catalog.give_back_part(dead)
    assert world.catalog.pass_part(heir, seq, ttl=TTL) is not None


def test_positions_do_not_go_back(world: World) -> None:
    people(world, 1)
    part = take(world)
    seq = world.catalog.head().seq
    further = world.catalog.pass_part(part, seq, ttl=TTL)
    assert further is not None
    assert world.catalog.pass_part(further, seq - 1, ttl=TTL) is None


def test_who_starts_again_has_at_once_what_it_had(world: World) -> None:
    people(world, 1)
    before = take(world)
    again = take(world)
    assert (again.number, again.token != before.token) == (before.number, True)


def test_only_what_was_there_at_the_beginning_is_shared_out(world: World) -> None:
    beginning = world.catalog.head()
    people(world, 1)
    assert world.catalog.take_parts("index", "w", ttl=TTL, upto=beginning) == ()
    assert not world.catalog.parts_reached("index", world.catalog.head())
    assert world.catalog.parts_reached("index", beginning)


def test_an_index_that_was_put_back_gets_all_again(world: World) -> None:
    people(world, 1)
    part = take(world)
    seq = world.catalog.head().seq
    world.catalog.follow_parts("index", {part.number: 0})  # in somebody's hands
    further = world.catalog.pass_part(part, seq, ttl=TTL)
    assert further is not None
    world.catalog.give_back_part(further)
    world.catalog.follow_parts("index", {part.number: seq})
    assert nothing_for(world, "w")
    world.catalog.follow_parts("index", {})
    assert take(world).position.seq == 0


def test_indices_that_nobody_reads_for_are_dropped(world: World) -> None:
    people(world, 1)
    take(world)
    assert world.catalog.parts_followed("index", timedelta(hours=1))
    world.clock.later(days=61)
    assert not world.catalog.parts_followed("index", timedelta(hours=1))
    world.catalog.follow_parts("the next one", {})
    assert not world.catalog.parts_followed("index", timedelta(days=99))
    assert not world.catalog.parts_followed("the next one", timedelta(days=99))  # nobody has taken anything yet


def test_a_part_of_another_copy_is_refused(world: World) -> None:
    people(world, 1)
    part = take(world)
    with pytest.raises(FeedEpochChanged):
        world.catalog.changes(FeedPosition("another", part.position.seq), limit=1, part=part.number)


def test_workers_beside_writers_lose_and_reorder_nothing(server_world: World) -> None:
    """Two index workers, one of which dies again and again, and two writers: the index ends as the catalog is."""
    rounds, number = 5, 10
    index: dict[str, int] = {}  # creator -> revision, as an index with external versions would hold it
    sent: dict[str, list[int]] = {}
    guard = threading.Lock()
    written = threading.Event()

    def write(catalog: Catalog, who: int) -> None:
        for turn in range(rounds):
            job = catalog.start_job(f"{who} {turn}", [seed(f"https://s{who}-{turn}.example/")])
            lease = catalog.lease(job, f"w{who}")
            assert lease is not None
            shown = tuple(account(f"n{n}", bio=f"{turn} by {who}") for n in range(who, number + who))
            catalog.commit_page(result(lease.tasks[0], at=START + timedelta(minutes=turn), accounts=shown))

    def follow(catalog: Catalog, name: str, *, dies: bool) -> None:
        turns = 0
        while True:
            last = written.is_set()
            parts = catalog.take_parts("index", name, ttl=TTL, upto=catalog.head())
            if not parts:
                if last:
                    return
                continue
            (part,) = parts
            changes = catalog.changes(part.position, limit=2, part=part.number)
            records = catalog.creators([change.creator_id for change in changes])
            with guard:
                for creator_id, record in records.items():
                    sent.setdefault(creator_id, []).append(record.revision)
                    if record.revision > index.get(creator_id, 0):
                        index[creator_id] = record.revision
            turns += 1
            if dies and turns % 3 == 0:  # before it could acknowledge: its lease is taken back as if it had run out
                server_world.sql(f"UPDATE feed_part SET lease_until = 0 WHERE part = {part.number}")
                continue
            further = catalog.pass_part(part, changes[-1].seq, ttl=TTL)
            if further is not None:
                catalog.give_back_part(further)

    with workers(server_world, 4) as catalogs:

        def write_all() -> None:
            try:
                at_once(*(lambda c=c, n=n: write(c, n) for n, c in enumerate(catalogs[:2])))
            finally:
                written.set()

        at_once(
            write_all,
            lambda: follow(catalogs[2], "steady", dies=False),
            lambda: follow(catalogs[3], "dying", dies=True),
        )
    assert index == {record.id: record.revision for record in server_world.records()}
    assert len(index) == number + 1


def test_a_copy_knows_nothing_of_readers_of_the_other_feed(world: World, tmp_path: Path) -> None:
    people(world, 1)
    take(world)
    with open_catalog(tmp_path / "copy", clock=world.clock) as copy:
        world.catalog.copy_into(copy)
        assert not copy.parts_followed("index", timedelta(hours=1))
        assert len(copy.take_parts("index", "w", ttl=TTL, upto=copy.head(), most=9)) == 1
