"""Lists, watches and discoveries in the catalog: what joins, merges, purges and forgetting do to them."""

from datetime import timedelta
from pathlib import Path

import pytest

from catalog.discoveries import MOST_WAITING
from catalog.errors import BadList, TooManyWaiting, UnknownCreator, UnknownDiscovery, UnknownList
from catalog.records import Mark
from catalog.store import Catalog, open_catalog
from tests.catalog.builders import Clock, World, account, post

TTL = timedelta(minutes=5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalog(tmp_path: Path, clock: Clock) -> Catalog:
    return open_catalog(tmp_path, clock=clock)


def known(catalog: Catalog, *names: str) -> list[str]:
    people = [account(name) for name in names]
    catalog.import_items(people, [post(name) for name in names], plan="test")
    found = [catalog.resolve(f"{name}@pixel.example") for name in names]
    return [key for key in found if key]


def test_a_list_follows_creators_that_are_joined_and_parted(catalog: Catalog) -> None:
    one, two = known(catalog, "mika", "noor")
    made = catalog.add_list("L")
    catalog.put_entry(made.id, one, {"note": "first"})
    catalog.put_entry(made.id, two, {"note": "second"})
    catalog.add_mark("mika@pixel.example", Mark(kind="same-as", value="noor@pixel.example"))
    (joined,) = catalog.entries(made.id)
    assert joined.creator_id == catalog.resolve("noor@pixel.example")
    assert catalog.lists()[0].creators == 1
    catalog.put_entry(made.id, two, {"note": "both"})
    catalog.undo_mark()
    assert {entry.note for entry in catalog.entries(made.id)} == {"both"}
    assert len(catalog.entries(made.id)) == 2


def test_who_is_on_a_list_is_not_purged_for_age(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    for name in ("noor", "ida"):
        world.page(account(name), url=f"https://pixel.example/@{name}")
    world.catalog.put_entry(world.catalog.add_list("L").id, "ida@pixel.example", {})
    world.clock.later(days=400)
    assert world.catalog.purge_stale(days=365) == 1
    assert world.catalog.resolve("noor@pixel.example") is None
    assert world.catalog.resolve("ida@pixel.example") is not None


def test_names_of_lists_are_one_of_a_kind(catalog: Catalog) -> None:
    catalog.add_list("Autumn")
    for name in ("autumn", " AUTUMN ", "", " ", "x" * 101):
        with pytest.raises(BadList):
            catalog.add_list(name)
    assert catalog.list_called("aUTUMN").name == "Autumn"
    with pytest.raises(UnknownList):
        catalog.list_called("winter")
    with pytest.raises(BadList):
        catalog.set_brands(1, ["&&&"])
    with pytest.raises(UnknownList):
        catalog.set_brands(7, ["a"])


def test_nobody_unknown_gets_on_a_list(catalog: Catalog) -> None:
    made = catalog.add_list("L")
    with pytest.raises(UnknownCreator):
        catalog.put_entry(made.id, "nobody@pixel.example", {})
    with pytest.raises(UnknownList):
        catalog.put_entry(99, *known(catalog, "mika"), {})


def test_forgetting_takes_entries_notes_watches_and_jobs(catalog: Catalog, tmp_path: Path) -> None:
    gone, stays = known(catalog, "mika", "noor")
    made = catalog.add_list("People like mika@pixel.example", ["mika@pixel.example", "Alder"])
    for key, note in ((gone, "wrote to her"), (stays, "knows mika@pixel.example")):
        catalog.put_entry(made.id, key, {"note": note})
    mine = catalog.add_watch("W", "sushi", {})
    catalog.keep_matches(mine.id, [gone, stays])
    catalog.add_watch("V", "like mika@pixel.example", {})
    catalog.ask_discovery("mika@pixel.example and friends", {})
    held = [one.text for one in catalog.holdings("mika@pixel.example") if one.kind in ("list", "watch")]
    assert len(held) == 2
    assert any("wrote to her" in text for text in held)
    assert catalog.forget("mika@pixel.example", reference="r-1").wiped
    (entry,) = catalog.entries(made.id)
    assert (entry.creator_id, entry.note) == (stays, "")
    assert [one.creator_id for one in catalog.shown(mine.id)] == [stays]
    assert [watch.name for watch in catalog.watches()] == ["W"]
    assert catalog.discoveries() == []
    assert catalog.one_list(made.id).brands == ("Alder",)
    catalog.close()
    assert b"mika" not in (tmp_path / "catalog.sqlite").read_bytes()


def test_a_watch_tells_each_once(catalog: Catalog) -> None:
    one, two = known(catalog, "mika", "noor")
    watch = catalog.add_watch("W", "sushi", {"tier": "nano"}, webhook="https://hooks.example/")
    assert catalog.keep_matches(watch.id, [one, one]) == [one]
    assert catalog.due_deliveries() == []
    assert catalog.keep_matches(watch.id, [one, two]) == [two]
    assert catalog.due_deliveries()[0].creator_ids == (two,)
    assert catalog.keep_matches(watch.id, [two]) == []
    assert catalog.watch_called("w").options == {"tier": "nano"}
    with pytest.raises(BadList):
        catalog.add_watch("w", "ramen", {})
    catalog.remove_watch(watch.id)
    assert catalog.due_deliveries() == []
    with pytest.raises(UnknownList):
        catalog.one_watch(watch.id)


def test_a_discovery_is_one_workers_at_a_time(catalog: Catalog, clock: Clock) -> None:
    asked = catalog.ask_discovery("sushi", {"pages": 5})
    assert catalog.ask_discovery("sushi", {"pages": 5}).id == asked.id
    assert catalog.ask_discovery("sushi", {"pages": 6}).id != asked.id
    taken = catalog.take_discovery("a", ttl=TTL)
    assert taken is not None
    assert taken.id == asked.id
    assert catalog.tell_discovery(asked.id, "a", {"pages": 1}, ttl=TTL)
    assert not catalog.tell_discovery(asked.id, "b", {"pages": 9}, ttl=TTL)
    clock.later(minutes=6)
    again = catalog.take_discovery("b", ttl=TTL)
    assert again is not None
    assert again.id == asked.id
    assert not catalog.tell_discovery(asked.id, "a", {"pages": 2}, ttl=TTL)
    catalog.end_discovery(asked.id, "a", "failed", "too late to say")
    assert catalog.discovery(asked.id).state == "running"
    catalog.reclaim("b")
    assert catalog.discovery(asked.id).state == "waiting"
    third = catalog.take_discovery("c", ttl=TTL)
    assert third is not None
    catalog.end_discovery(third.id, "c", "done", "3 fit")
    assert catalog.discovery(third.id).is_over
    assert catalog.cancel_discovery(third.id).state == "done"
    with pytest.raises(UnknownDiscovery):
        catalog.discovery("none")


def test_not_more_wait_than_can_be_done(catalog: Catalog) -> None:
    for number in range(MOST_WAITING):
        catalog.ask_discovery(f"sushi {number}", {})
    with pytest.raises(TooManyWaiting):
        catalog.ask_discovery("one more", {})
    assert catalog.ask_discovery("sushi 3", {}).state == "waiting"


def test_an_end_that_was_asked_for_reaches_the_worker(catalog: Catalog) -> None:
    asked = catalog.ask_discovery("sushi", {})
    catalog.take_discovery("a", ttl=TTL)
    assert catalog.cancel_discovery(asked.id).state == "running"
    assert not catalog.tell_discovery(asked.id, "a", {}, ttl=TTL)
    catalog.end_discovery(asked.id, "a", "cancelled", "")
    assert catalog.discovery(asked.id).state == "cancelled"
    assert catalog.take_discovery("b", ttl=TTL) is None


def test_the_desk_stands_in_the_dump_without_ids(tmp_path: Path) -> None:
    dumps = []
    for folder, order in (("a", ("mika", "noor")), ("b", ("noor", "mika"))):
        with open_catalog(tmp_path / folder, clock=Clock()) as catalog:
            for name in order:
                known(catalog, name)
            catalog.add_key("tool", scope="read", per_minute=60)
            made = catalog.add_list("Autumn", ["Alder"])
            watch = catalog.add_watch("W", "sushi", {"tier": "nano"}, webhook="https://hooks.example/")
            keys = {name: str(catalog.resolve(f"{name}@pixel.example")) for name in order}
            catalog.put_entry(made.id, keys["mika"], {"note": "met her"}, query="sushi")
            catalog.keep_matches(watch.id, [keys["mika"]])
            catalog.keep_matches(watch.id, [keys["noor"]])
            catalog.ask_discovery("sushi", {"pages": 5})
            kinds = ("key", "list", "listed", "watch", "watched", "delivery", "discovery")
            dump = catalog.canonical_dump()
            dumps.append([line for line in dump.splitlines() if line.partition("\t")[0] in kinds])
            assert not any(key in line for key in keys.values() for line in dumps[-1])
    assert dumps[0] == dumps[1]
    assert {line.partition("\t")[0] for line in dumps[0]} == set(kinds)
    assert any("met her" in line for line in dumps[0])
