"""What a platform lets us keep for a time only leaves the catalog when it was not read again."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.keeping import expire_texts
from catalog.items import Counts
from crawler.sources import all_sources
from tests.catalog.builders import World, account, post


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "data")


def tube(who: str = "mika", **more: object):  # type: ignore[no-untyped-def]
    return account(who, platform="youtube", bio=f"{who} canary bio", counts=Counts(followers=700), **more)


def test_old_texts_and_counts_go_and_the_name_stays(world: World) -> None:
    world.page(tube(), post(text="canary words of a video"))
    assert world.texts() == ["canary words of a video"]
    world.clock.later(days=31)
    assert expire_texts(world.catalog, world.clock()) == 2
    assert world.texts() == []
    dump = world.catalog.canonical_dump()
    assert "canary" not in dump
    assert "700" not in dump
    assert "mika@pixel.example" in dump


def test_nothing_is_left_in_the_files(file_world: World) -> None:
    world = file_world
    world.page(tube(), post(text="canary words of a video"))
    files = [file for file in world.folder.iterdir() if "sqlite" in file.name]
    assert any(b"canary words" in file.read_bytes() for file in files)
    world.clock.later(days=31)
    expire_texts(world.catalog, world.clock())
    world.catalog.close()
    assert not any(b"canary words" in file.read_bytes() for file in world.folder.iterdir() if file.is_file())


def test_what_was_read_again_stays(world: World) -> None:
    world.page(tube(), post(text="canary words"))
    world.clock.later(days=20)
    world.page(tube(), post(text="canary words"))
    world.clock.later(days=20)
    assert expire_texts(world.catalog, world.clock()) == 0
    assert world.texts() == ["canary words"]


def test_other_platforms_and_other_ways_of_knowing_are_left_alone(world: World) -> None:
    world.page(account("odile"), post("odile", text="a status"))
    world.page(tube(provenance="feed"), post(text="from the public feed", provenance="feed"))
    world.clock.later(days=400)
    assert expire_texts(world.catalog, world.clock()) == 0
    assert world.texts() == ["a status", "from the public feed"]


def test_an_expiry_is_told_to_the_index(world: World) -> None:
    world.page(tube(), post())
    before = world.catalog.head()
    world.clock.later(days=31)
    expire_texts(world.catalog, world.clock())
    assert world.catalog.changes(before, limit=10)


def test_what_has_to_go_and_when_is_declared_by_the_sources() -> None:
    bound = {name: source.keep_for for name, source in all_sources().items() if source.keep_for}
    assert bound["youtube"] == timedelta(days=30)
    assert bound["reddit"] <= timedelta(days=2)
