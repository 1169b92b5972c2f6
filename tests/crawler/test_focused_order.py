"""The worlds of ``benchmarks/harvest`` are as hard as the issue asks, and on a small one the focused order wins."""

import asyncio

import pytest

from benchmarks.harvest.__main__ import TUNING, WANTED, WORLDS, measure, measure_demo
from benchmarks.harvest.pages import Pages
from benchmarks.harvest.shape import shape_of
from benchmarks.harvest.world import make_world


def test_the_order_is_not_judged_on_what_it_was_tuned_on() -> None:
    assert not set(TUNING) & set(WORLDS)
    assert len(WORLDS) == 10


@pytest.mark.parametrize("seed", [*TUNING, *WORLDS])
def test_the_worlds_are_hard_enough(seed: int) -> None:
    world = make_world(seed)
    shape, (pages, on_topic) = shape_of(world), Pages(world).sizes()
    assert pages >= 2000
    assert on_topic < pages / 10
    assert shape.unnamed >= 0.4, "no word of the niche in address or anchor"
    assert shape.behind >= 0.2, "behind an off-topic hop"
    assert shape.decoys > 1
    assert shape.relevant < 0.1


def test_a_world_is_the_same_for_the_same_seed() -> None:
    one, other = make_world(7, creators=900), make_world(7, creators=900)
    assert [(c.key, [o.key for o in c.knows()]) for c in one.creators] == [
        (c.key, [o.key for o in c.knows()]) for c in other.creators
    ]


@pytest.mark.slow
def test_focused_beats_breadth_first_and_the_oracle_beats_both() -> None:
    needed = asyncio.run(measure(TUNING[0], creators=500))
    focused, breadth, random, oracle = (
        needed[name] or 10**6 for name in ("focused", "breadth-first", "random", "oracle")
    )
    assert oracle < focused < breadth, needed
    assert focused < random, needed


def test_in_the_demo_world_half_the_pages_of_breadth_first_are_enough() -> None:
    needed = asyncio.run(measure_demo())
    focused, breadth = needed["focused"], needed["breadth-first"]
    assert focused is not None
    assert breadth is not None
    assert focused <= WANTED * breadth, needed
