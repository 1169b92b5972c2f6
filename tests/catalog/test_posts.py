from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.items import Consent, Interaction, Moment, PostItem
from tests.catalog.builders import START, World, account, post

COPIES = {
    "api": post(native="1", provenance="api", text="Sushi in Boston, whole."),
    "page": post(native="https://pixel.example/@mika/p1", provenance="page", text="Sushi in Boston, whole. Menu"),
    "feed": post(native="guid", provenance="feed", text="Sushi in Boston, whole feed."),
    "excerpt": post(native="1", provenance="api", text="Sushi ...", complete=False),
}


def one_post(world: World) -> object:
    [record] = world.records()
    [found] = record.posts
    return found


@pytest.mark.parametrize(
    "order",
    [["api", "page", "feed", "excerpt"], ["excerpt", "feed", "page", "api"], ["page", "excerpt", "api", "feed"]],
)
def test_copies_are_one_post_and_the_best_is_shown(world: World, order: list[str]) -> None:
    world.page(account())
    for name in order:
        item = COPIES[name]
        url = "https://pixel.example/@mika/p1"
        world.page(PostItem(**{field: getattr(item, field) for field in item.__slots__} | {"url": url}))
    found = one_post(world)
    assert (found.text, found.provenance, found.native_id) == ("Sushi in Boston, whole.", "api", "1")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(sorted(COPIES)), min_size=1, max_size=5), st.data())
def test_copies_in_any_order(new_world: Callable[[], World], names: list[str], data: st.DataObject) -> None:
    dumps = []
    for order in (names, data.draw(st.permutations(names))):
        world = new_world()
        world.page(account(), url="https://a.example/")
        for name in order:
            item = COPIES[name]
            fields = {field: getattr(item, field) for field in item.__slots__}
            world.page(PostItem(**fields | {"url": "https://pixel.example/@mika/p1"}), url=f"https://{name}.example/")
        dumps.append(world.facts())
    assert dumps[0] == dumps[1]


def test_an_edit_replaces_the_text_and_is_remembered(world: World) -> None:
    world.page(account(), post(text="first"))
    world.clock.later(hours=1)
    world.page(post(text="second"))
    assert one_post(world).text == "second"
    history = [line for line in world.facts().splitlines() if line.startswith("post history")]
    assert len(history) == 1
    assert "first" not in world.facts()


def test_a_permalink_belongs_to_its_own_host(world: World) -> None:
    world.page(account("planet", host="planet.example"), account())
    there = post("planet", host="planet.example", native="x", url="https://pixel.example/@mika/p1", text="copied " * 9)
    world.page(there)
    world.page(post())
    assert world.texts() == ["Sushi in Boston."]
    world.page(there)
    assert world.texts() == ["Sushi in Boston."]


def test_counts_are_observed_on_change_once_a_day(world: World) -> None:
    world.page(account())
    for hours, likes in ((0, 3), (1, 3), (1, 4), (24, 9), (1, None)):
        world.clock.later(hours=hours)
        world.page(post(interaction=Interaction(likes=likes, comments=2)))
    assert one_post(world).interaction == Interaction(likes=9, comments=2)
    assert sum(line.startswith("interaction") for line in world.facts().splitlines()) == 2


@pytest.mark.parametrize(
    ("at", "kept"),
    [
        (START + timedelta(hours=23), True),
        (START + timedelta(hours=25), False),
        (datetime(1989, 12, 31, tzinfo=UTC), False),
        (datetime(1990, 1, 1, tzinfo=UTC), True),
    ],
)
def test_unbelievable_dates_are_unknown(world: World, at: datetime, kept: bool) -> None:
    world.page(account(), post(published=Moment(at)))
    assert one_post(world).published == (Moment(at) if kept else None)


def test_a_date_is_not_lost_with_a_better_copy(world: World) -> None:
    for first, second in ((Moment(START), None), (None, Moment(START))):
        world.page(account(), post(native="n", url="", published=first, text="short"))
        world.page(post(native="n", url="", published=second, text="a longer text"))
        assert one_post(world).published == Moment(START)


def test_newest_first_then_native_id(world: World) -> None:
    day = timedelta(days=1)
    world.page(
        account(),
        post(native="b", url="", published=Moment(START - 2 * day)),
        post(native="a", url="", published=Moment(START - 2 * day)),
        post(native="c", url="", published=Moment(START - day)),
        post(native="d", url="", published=None),
    )
    [record] = world.records()
    assert [found.native_id for found in record.posts] == ["c", "a", "b", "d"]


def test_a_post_without_words_is_not_kept(world: World) -> None:
    report = world.page(account(), post(text="", title=""), post(native="t", url="", text="", title="Only a title"))
    assert report.posts == 1


@pytest.mark.parametrize("whole", [True, False])
def test_an_account_is_read_where_its_own_words_were_kept(world: World, whole: bool) -> None:
    def is_read() -> list[bool]:
        return [found.read for record in world.records() for found in record.accounts]

    world.page(account(text_complete=whole))
    assert is_read() == [whole]
    world.page(post())
    assert is_read() == [True]
    world.clock.later(hours=1)
    world.page(account(consent=Consent.PROFILE, text_complete=whole))
    assert is_read() == [whole]
