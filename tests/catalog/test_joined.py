"""Why accounts are one, as ``show`` tells it."""

from tests.catalog.builders import World, account

PIXEL, BLOG = "https://pixel.example/@mika", "https://mika.example/@mika"


def test_joins_are_told_while_they_hold(world: World) -> None:
    world.page(account(me=(BLOG,)))
    world.page(account(host="mika.example", me=(PIXEL,)))
    creator = world.catalog.resolve("mika@pixel.example")
    assert creator is not None
    (join,) = world.catalog.joins(creator)
    assert (join.kind, {join.url, join.other}) == ("rel_me", {PIXEL, BLOG})
    world.clock.later(days=9)
    world.page(account(me=()))
    assert world.catalog.joins(creator) == ()


def test_nobody_is_joined_with_nobody(world: World) -> None:
    assert world.catalog.joins("01J00000000000000000000000") == ()
