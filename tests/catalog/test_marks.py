"""What the operator said holds, whatever pages, joins and splits come after it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import BadMark, UnknownCreator
from catalog.identity import handle_alias
from catalog.records import CreatorRecord, Mark, MarkKind
from tests.catalog.builders import START, World, account, post

PIXEL, BLOG = "https://pixel.example/@mika", "https://mika.example/@mika"
TOGETHER, APART = [["mika@mika.example", "mika@pixel.example"]], [["mika@mika.example"], ["mika@pixel.example"]]


def join(world: World, *, joined: bool = True) -> None:
    world.clock.later(hours=1)
    world.page(
        account(me=(BLOG,) if joined else ()), account(host="mika.example", me=(PIXEL,)), url="https://a.example/"
    )


def said(world: World, name: str = "mika@pixel.example") -> list[tuple[str, str]]:
    creator_id = world.catalog.resolve(name)
    assert creator_id is not None
    return [(mark.kind, mark.value) for mark in world.catalog.creators([creator_id])[creator_id].marks]


def test_a_mark_is_told_with_its_date_and_the_feed_moves(world: World) -> None:
    world.page(account(), post())
    before = world.catalog.head()
    mark = Mark(kind="relevant", query="sushi in boston", reason="met her")
    world.catalog.add_mark("mika@pixel.example", mark)
    [record] = world.records()
    assert record.marks == (replace(mark, at=START),)
    [change] = world.catalog.changes(before, limit=9)
    assert change.revision == record.revision
    after = world.catalog.head()
    world.catalog.add_mark(record.id, mark)
    assert world.catalog.head() == after
    assert len(world.catalog.marks()) == 1


def test_the_newest_word_on_a_subject_holds_and_undoing_brings_the_older_back(world: World) -> None:
    world.page(account())
    for kind, value in (("kind", "person"), ("kind", "aggregator"), ("place", "Boston"), ("hide", "")):
        world.clock.later(minutes=1)
        world.catalog.add_mark("mika@pixel.example", Mark(kind=kind, value=value))
    assert said(world) == [("hide", ""), ("place", "Boston"), ("kind", "aggregator")]
    world.catalog.add_mark("mika@pixel.example", Mark(kind="not-in", value="boston"))
    assert ("place", "Boston") not in said(world)
    row = world.catalog.undo_mark("mika@pixel.example", kind="kind")
    assert row is not None
    assert (row.mark.value, row.undone_at) == ("aggregator", world.clock())
    assert ("kind", "person") in said(world)
    for _ in range(4):
        world.catalog.undo_mark()
    assert said(world) == []
    assert world.catalog.undo_mark() is None
    assert len(world.catalog.marks()) == 5


def test_relevance_is_said_of_a_query(world: World) -> None:
    world.page(account())
    for kind, query in (("relevant", "sushi"), ("not-relevant", "shoes"), ("not-relevant", " Sushi ")):
        world.clock.later(minutes=1)
        world.catalog.add_mark("mika@pixel.example", Mark(kind=kind, query=query))
    [record] = world.records()
    assert [(mark.kind, mark.query) for mark in record.marks] == [
        ("not-relevant", " Sushi "),
        ("not-relevant", "shoes"),
    ]


def test_marks_survive_a_join_a_split_and_a_new_crawl(world: World) -> None:
    world.page(account(), account(host="mika.example"))
    world.catalog.add_mark("mika@mika.example", Mark(kind="place", value="Boston"))
    assert said(world) == []
    join(world)
    assert world.people() == TOGETHER
    assert said(world) == [("place", "Boston")]
    world.catalog.add_mark("mika@pixel.example", Mark(kind="kind", value="person"))
    join(world, joined=False)
    assert world.people() == APART
    assert said(world) == [("kind", "person")]
    assert said(world, "mika@mika.example") == [("kind", "person"), ("place", "Boston")]
    old = world.catalog.resolve("mika@pixel.example")
    world.page(tombstones=(handle_alias("mika", "pixel.example"),))
    assert {row.creator_id for row in world.catalog.marks()} == {world.catalog.resolve("mika@mika.example")}
    world.page(account())
    assert world.catalog.resolve("mika@pixel.example") != old
    assert said(world) == [("kind", "person")]


def test_a_mark_on_a_provisional_account_follows_it(world: World) -> None:
    world.page(account(aliases=(handle_alias("mika", "pixel.example"),)))
    world.catalog.add_mark("mika@pixel.example", Mark(kind="hide", reason="spam"))
    world.clock.later(days=1)
    world.page(account(native="7"))
    assert said(world) == [("hide", "")]


def test_same_as_joins_and_undoing_parts(world: World) -> None:
    world.page(account(), account(host="mika.example", text_complete=False))
    young = world.catalog.resolve("mika@mika.example")
    world.catalog.add_mark("mika@pixel.example", Mark(kind="same-as", value="mika@mika.example"))
    assert world.people() == TOGETHER
    world.page(tombstones=(handle_alias("mika", "mika.example"),))
    world.page(account(host="mika.example"))
    assert world.people() == TOGETHER
    assert young is not None
    world.catalog.undo_mark("mika@pixel.example", kind="same-as")
    assert world.people() == APART


def test_not_same_as_wins_over_every_evidence_until_it_is_undone(world: World) -> None:
    third = "https://third.example/@mika"
    world.page(account(me=(BLOG,), verified=(third,)), account(host="mika.example", me=(PIXEL,), verified=(third,)))
    assert world.people() == TOGETHER
    world.catalog.add_mark("mika@mika.example", Mark(kind="not-same-as", value="mika@pixel.example"))
    assert world.people() == APART
    world.clock.later(days=2)
    world.page(account("mika", host="third.example"))  # joins each of them, but not both
    assert sorted(map(len, world.people())) == [1, 2]
    world.catalog.undo_mark(kind="not-same-as")
    assert list(map(len, world.people())) == [3]


def test_the_newest_word_wins_where_three_cannot_all_be_so(world: World) -> None:
    names = [f"{who}@pixel.example" for who in ("mika", "noor", "tariq")]
    mika, noor, tariq = names
    world.page(*(account(name.partition("@")[0]) for name in names))
    words: list[tuple[str, MarkKind, str]] = [
        (mika, "same-as", noor), (mika, "not-same-as", tariq), (noor, "same-as", tariq)
    ]  # fmt: skip
    for name, kind, other in words:
        world.clock.later(minutes=1)
        world.catalog.add_mark(name, Mark(kind=kind, value=other))
    assert world.people() == [[mika], [noor, tariq]]


def test_the_newest_of_same_and_not_same_holds(world: World) -> None:
    world.page(account(), account(host="mika.example"))
    kinds: tuple[MarkKind, ...] = ("same-as", "not-same-as", "same-as")
    for kind, people in zip(kinds, (TOGETHER, APART, TOGETHER), strict=True):
        world.clock.later(minutes=1)
        world.catalog.add_mark("mika@pixel.example", Mark(kind=kind, value=BLOG))
        assert world.people() == people


@pytest.mark.parametrize(
    ("name", "mark", "error"),
    [
        ("nobody@pixel.example", Mark(kind="hide"), UnknownCreator),
        ("mika@pixel.example", Mark(kind="same-as", value="nobody@pixel.example"), UnknownCreator),
        ("mika@pixel.example", Mark(kind="same-as", value=PIXEL), BadMark),
        ("mika@pixel.example", Mark(kind="kind", value="robot"), BadMark),
        ("mika@pixel.example", Mark(kind="place"), BadMark),
    ],
)
def test_what_cannot_be_said(world: World, name: str, mark: Mark, error: type[Exception]) -> None:
    world.page(account())
    before = world.catalog.canonical_dump()
    with pytest.raises(error):
        world.catalog.add_mark(name, mark)
    assert world.catalog.canonical_dump() == before


WHO = st.sampled_from(["mika@pixel.example", "mika@mika.example", "noor@pixel.example"])
MARKS = st.one_of(
    st.builds(
        Mark, kind=st.sampled_from(["relevant", "not-relevant"]), query=st.sampled_from(["sushi", "shoes", None])
    ),
    st.builds(Mark, kind=st.sampled_from(["place", "not-in"]), value=st.sampled_from(["Boston", "Maine"])),
    st.builds(Mark, kind=st.just("kind"), value=st.sampled_from(["person", "organisation"])),
    st.builds(Mark, kind=st.sampled_from(["same-as", "not-same-as"]), value=WHO),
    st.just(Mark(kind="hide")),
)
STEPS = st.one_of(
    st.tuples(st.just("mark"), WHO, MARKS),
    st.tuples(st.just("undo"), st.none() | WHO, st.none()),
    st.tuples(st.just("gone"), WHO, st.none()),
    st.tuples(st.just("crawl"), st.booleans(), st.none()),
)


def _step(world: World, what: str, who: object, mark: Mark | None) -> None:
    try:
        if what == "mark":
            world.catalog.add_mark(who, mark)
        elif what == "undo":
            world.catalog.undo_mark(who)
        elif what == "gone":
            world.page(tombstones=(handle_alias(*who.split("@")),))
        else:
            world.page(account("noor"))
            join(world, joined=who)
    except (UnknownCreator, BadMark):
        return


def _everybody(world: World) -> dict[str, CreatorRecord]:
    return {record.id: record for record in world.records()}


@settings(max_examples=30)
@given(steps=st.lists(STEPS, max_size=12))
def test_any_sequence(new_world: Callable[[], World], steps: list[tuple[str, object, Mark | None]]) -> None:
    """Readers of the feed hear of every difference, and what the operator said of two accounts is so."""
    world = new_world()
    join(world)
    world.page(account("noor"))
    for step in steps:
        world.clock.later(minutes=1)
        before, position = _everybody(world), world.catalog.head()
        _step(world, *step)
        told = {change.creator_id: change for change in world.catalog.changes(position, limit=99)}
        after = _everybody(world)
        for creator_id in before.keys() | after.keys():
            if before.get(creator_id) != after.get(creator_id):
                assert told[creator_id].gone is (creator_id not in after)
        home = {f"{one.handle}@{one.host}": record.id for record in after.values() for one in record.accounts}
        if step[0] == "mark" and step[2].kind in ("same-as", "not-same-as") and {step[1], step[2].value} <= home.keys():
            assert step[1] == step[2].value or (home[step[1]] == home[step[2].value]) is (step[2].kind == "same-as")
