from itertools import permutations

import pytest

from catalog.grouping import group
from catalog.identity import actor_alias
from catalog.items import Consent
from catalog.joins import MAX_ONE_WAY
from catalog.records import Mark
from tests.catalog.builders import World, account

PIXEL, BLOG = "https://pixel.example/@mika", "https://mika.example/@mika"


def pixel(**more: object) -> object:
    return account("mika", **more)


def blog(**more: object) -> object:
    return account("mika", host="mika.example", **more)


TOGETHER = [["mika@mika.example", "mika@pixel.example"]]
APART = [["mika@mika.example"], ["mika@pixel.example"]]


@pytest.mark.parametrize("order", [0, 1])
def test_rel_me_in_both_directions(world: World, order: int) -> None:
    pages = [pixel(me=(BLOG,)), blog(me=(PIXEL,))]
    world.page(pages[order])
    world.clock.later(seconds=1)
    assert len(world.people()) == 1
    world.page(pages[1 - order])
    assert world.people() == TOGETHER


def test_one_direction_or_equal_names_join_nobody(world: World) -> None:
    world.page(pixel(me=(BLOG,)), blog())
    assert world.people() == APART


def test_both_pages_must_have_been_read(world: World) -> None:
    world.page(pixel(me=(BLOG,)), blog(me=(PIXEL,), text_complete=False))
    assert world.people() == APART


def test_a_verified_link_and_a_move(world: World) -> None:
    world.page(pixel(verified=(BLOG,)), blog())
    assert world.people() == TOGETHER
    world.page(account("old", moved_to=actor_alias("https://pixel.example/users/mika")))
    assert world.people() == [["mika@mika.example", "mika@pixel.example", "old@pixel.example"]]


def test_the_oldest_creator_survives_and_the_others_redirect(world: World) -> None:
    world.page(blog(me=(PIXEL,)))
    old = world.catalog.resolve("mika@mika.example")
    world.page(pixel())
    young = world.catalog.resolve("mika@pixel.example")
    world.clock.later(hours=1)
    position = world.catalog.head()
    world.page(pixel(me=(BLOG,)))
    assert old is not None
    assert young is not None
    assert (world.catalog.resolve(young), world.catalog.resolve("mika@pixel.example")) == (old, old)
    changes = {change.creator_id: change.gone for change in world.catalog.changes(position, limit=9)}
    assert changes == {old: False, young: True}
    assert world.catalog.creators([young]) == {}


def test_revoking_splits_and_gives_the_old_id_back(world: World) -> None:
    world.page(blog(me=(PIXEL,)))
    world.page(pixel())
    old, young = (world.catalog.resolve(f"mika@{host}") for host in ("mika.example", "pixel.example"))
    world.clock.later(hours=1)
    world.page(pixel(me=(BLOG,)))
    assert old is not None
    world.catalog.add_mark("mika@pixel.example", Mark(kind="not-same-as", value="mika@mika.example"))
    assert world.people() == APART
    assert world.catalog.resolve("mika@pixel.example") == young
    world.clock.later(hours=1)
    world.page(pixel(me=(BLOG,), bio="changed"))
    assert world.people() == APART


def test_evidence_that_goes_and_comes_back(world: World) -> None:
    for me, people in (((BLOG,), TOGETHER), ((), APART), ((BLOG,), TOGETHER)):
        world.page(pixel(me=me), blog(me=(PIXEL,)), url="https://a.example/")
        world.clock.later(hours=1)
        assert world.people() == people


def test_no_consent_no_join(world: World) -> None:
    world.page(pixel(me=(BLOG,)), blog(me=(PIXEL,)))
    world.clock.later(hours=1)
    world.page(blog(consent=Consent.DENIED, me=(PIXEL,)))
    assert world.people() == [["mika@pixel.example"]]
    world.clock.later(hours=1)
    world.page(blog(me=(PIXEL,)))
    assert world.people() == TOGETHER


@pytest.mark.parametrize("strangers", [MAX_ONE_WAY, MAX_ONE_WAY + 1])
def test_a_copied_rel_me(world: World, strangers: int) -> None:
    world.page(pixel(me=(BLOG,)), blog(me=(PIXEL,)))
    world.page(*(account(f"stranger{n}", me=(BLOG,)) for n in range(strangers)))
    assert (["mika@mika.example", "mika@pixel.example"] in world.people()) is (strangers <= MAX_ONE_WAY)


def test_a_link_hub_joins_nobody(world: World) -> None:
    world.page(pixel(me=("https://linktr.ee/@mika",)), account("mika", host="linktr.ee", me=(PIXEL,)))
    assert len(world.people()) == 2


def test_large_sets_wait_for_review(world: World) -> None:
    def one(number: int) -> object:
        around = tuple(f"https://host{other}.example/@mika" for other in (number - 1, number + 1) if 0 <= other < 10)
        return account("mika", host=f"host{number}.example", me=around)

    world.page(*(one(number) for number in range(10)))
    assert sorted(len(people) for people in world.people()) == [2, 8]
    assert world.catalog.info().joins_waiting == 1


def test_groups_do_not_depend_on_direction() -> None:
    for pairs in permutations([("a", "b"), ("c", "d"), ("b", "c")]):
        groups, applied = group(list("abcde"), pairs)
        assert sorted(groups) == [["a", "b", "c", "d"], ["e"]]
        assert applied == set(pairs)


def test_revisions_only_rise(world: World) -> None:
    seen: dict[str, int] = {}
    for me in ((BLOG,), (), (BLOG,)):
        position = world.catalog.head()
        world.page(pixel(me=me), blog(me=(PIXEL,)), url="https://a.example/")
        world.clock.later(hours=1)
        for change in world.catalog.changes(position, limit=9):
            assert change.revision > seen.get(change.creator_id, 0)
            seen[change.creator_id] = change.revision
    assert len(seen) == 2
