"""What was said of a creator wins over what was read, in whatever order it is indexed."""

from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import BadMark, UnknownCreator
from catalog.records import Mark
from indexer.build import build_with
from indexer.bundles import CreatorDocument, MarkView
from indexer.catch_up import Build, Tools
from indexer.connect import open_index
from indexer.corrections import SURE, mark_views, said_kind, said_places
from indexer.vector_cache import VectorCache
from places.gazetteer import Gazetteer, open_gazetteer
from places.model import PlaceGuess
from tests.catalog.builders import World, account, post
from tests.indexer.records import HashEmbedder
from tests.indexer.test_passages import starts

WHEN = datetime(2026, 11, 3, tzinfo=UTC)
BOSTON, CAMBRIDGE, LISBON = "g:4930956", "g:4931972", "g:2267057"
MASSACHUSETTS, EAST_COAST = "a:US.MA", "r:us-east-coast"


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with closing(open_gazetteer()) as opened:
        yield opened


def said(gazetteer: Gazetteer, *marks: Mark) -> tuple[MarkView, ...]:
    return mark_views([Mark(kind=m.kind, value=m.value, reason=m.reason, at=WHEN) for m in marks], gazetteer)


def guess(key: str, confidence: float, gazetteer: Gazetteer, role: str = "home") -> PlaceGuess:
    place = gazetteer.get(key)
    assert place is not None
    return PlaceGuess(place, role, confidence)  # type: ignore[arg-type]


def homes(guesses: tuple[PlaceGuess, ...]) -> dict[str, float]:
    return {each.place.key: round(each.confidence, 4) for each in guesses if each.role == "home"}


def test_the_kind_that_was_said(gazetteer: Gazetteer) -> None:
    marks = said(gazetteer, Mark(kind="kind", value="aggregator"), Mark(kind="hide"))
    assert said_kind(marks, "person") == "aggregator"
    assert said_kind(marks[1:], "person") == "person"
    assert [mark.words for mark in marks] == ["is an aggregator", "hidden"]


def test_a_home_that_was_said_is_the_only_home(gazetteer: Gazetteer) -> None:
    derived = (
        guess(LISBON, 0.9, gazetteer),
        guess(CAMBRIDGE, 0.05, gazetteer),
        guess(LISBON, 0.5, gazetteer, "visits"),
    )
    (mark,) = said(gazetteer, Mark(kind="place", value=BOSTON, reason="met her"))
    found = said_places((mark,), derived, gazetteer)
    assert homes(found) == {BOSTON: SURE}
    assert [each.role for each in found] == ["home", "visits"]
    assert found[0].reasons[0].text == "you said, 2026-11-03 (met her)"
    assert mark.words == "lives in Boston, MA, US"


@pytest.mark.parametrize("area", [MASSACHUSETTS, EAST_COAST, "c:US"])
def test_of_an_area_the_towns_read_inside_it_stay(area: str, gazetteer: Gazetteer) -> None:
    derived = (guess(LISBON, 0.5, gazetteer), guess(CAMBRIDGE, 0.4, gazetteer))
    found = said_places(said(gazetteer, Mark(kind="place", value=area)), derived, gazetteer)
    assert homes(found) == {area: SURE, CAMBRIDGE: 0.4}


@pytest.mark.parametrize(("area", "left"), [(BOSTON, 2), (MASSACHUSETTS, 1), (EAST_COAST, 1), (LISBON, 2), ("c:FR", 3)])
def test_a_home_inside_of_what_was_denied_goes_and_no_other_is_surer(
    area: str, left: int, gazetteer: Gazetteer
) -> None:
    derived = (guess(BOSTON, 0.5, gazetteer), guess(CAMBRIDGE, 0.2, gazetteer), guess(LISBON, 0.2, gazetteer))
    found = said_places(said(gazetteer, Mark(kind="not-in", value=area)), derived, gazetteer)
    assert len(found) == left
    assert set(found) <= set(derived)


def test_a_place_that_no_gazetteer_has_changes_nothing(gazetteer: Gazetteer) -> None:
    derived = (guess(BOSTON, 0.5, gazetteer),)
    assert said_places(said(gazetteer, Mark(kind="place", value="g:1")), derived, gazetteer) == derived


# Over a real catalog


class Indexed:
    """A catalog's index, built in steps, beside one made anew."""

    def __init__(self, folder: Path, world: World, gazetteer: Gazetteer) -> None:
        self.folder = folder
        self.world = world
        self.cache = VectorCache(folder / "vectors.sqlite")
        self.tools = Tools(
            embedder=HashEmbedder(),
            cache=self.cache,
            gazetteer=gazetteer,
            piece_starts=starts,
            split=lambda word: [word],
        )

    def build(self, name: str = "steps", *, rebuild: bool = False) -> None:
        build_with(
            self.world.catalog, self.folder / name, self.tools, write_encoder=lambda folder: None, rebuild=rebuild
        )

    def held(self, name: str = "steps") -> tuple[dict[str, CreatorDocument], dict[str, tuple[MarkView, ...]], int]:
        ids = list(self.world.catalog.creator_ids())
        with closing(open_index(self.folder / name)) as index:
            return dict(index.get(ids)), dict(index.marked()), index.info().creators


@pytest.fixture
def indexed(tmp_path: Path, gazetteer: Gazetteer) -> Iterator[Indexed]:
    made = Indexed(tmp_path, World(tmp_path / "data"), gazetteer)
    with made.cache, made.world.catalog:
        yield made


def test_only_what_decides_over_an_answer_is_told_apart(indexed: Indexed) -> None:
    world = indexed.world
    world.page(account(), account("noor"), post())
    for kind, value in (("kind", "organisation"), ("hide", ""), ("place", LISBON)):
        world.catalog.add_mark("mika@pixel.example", Mark(kind=kind, value=value))
    world.catalog.add_mark("noor@pixel.example", Mark(kind="place", value=BOSTON))
    indexed.build()
    documents, marked, _ = indexed.held()
    mika = documents[world.catalog.resolve("mika@pixel.example") or ""]
    assert (mika.kind, {mark.kind for mark in mika.marks}) == ("organisation", {"kind", "hide", "place"})
    assert "c:PT" in mika.place_keys
    assert "c:US" not in mika.place_keys
    assert {key: [mark.kind for mark in marks] for key, marks in marked.items()} == {mika.id: ["hide"]}
    world.catalog.undo_mark(kind="hide")
    indexed.build()
    assert indexed.held()[1] == {}


def test_marks_come_before_what_waits_and_cost_nothing_twice(indexed: Indexed, gazetteer: Gazetteer) -> None:
    world = indexed.world
    world.page(account(), post())
    indexed.build()
    world.page(account("noor"), post("noor", "p2"))  # waits for the next build
    since = world.catalog.head()
    row = world.catalog.add_mark("mika@pixel.example", Mark(kind="kind", value="aggregator"))
    model = indexed.tools.embedder.model
    with closing(open_index(indexed.folder / "steps", mode="write", model=model.identity, dimension=16)) as index:
        Build(world.catalog, index, indexed.tools, lambda *_: None).newest(since)
    documents, _, creators = indexed.held()
    assert creators == 1
    assert documents[row.creator_id or ""].kind == "aggregator"
    indexed.build()
    assert indexed.held()[2] == 2
    indexed.build("anew")
    assert indexed.held() == indexed.held("anew")


def test_joining_and_parting_embeds_nothing_twice(indexed: Indexed) -> None:
    world, embedder = indexed.world, indexed.tools.embedder
    assert isinstance(embedder, HashEmbedder)
    world.page(account(), account("noor"), post(), post("noor", "p2", text="Ramen."))
    indexed.build()
    texts = list(embedder.texts)
    world.catalog.add_mark("mika@pixel.example", Mark(kind="same-as", value="noor@pixel.example"))
    indexed.build()
    assert indexed.held()[2] == 1
    world.catalog.undo_mark()
    indexed.build()
    assert indexed.held()[2] == 2
    assert embedder.texts == texts


WHO = st.sampled_from(["mika@pixel.example", "mika@mika.example", "noor@pixel.example"])
MARKS = st.one_of(
    st.builds(Mark, kind=st.sampled_from(["relevant", "not-relevant"]), query=st.sampled_from(["sushi", None])),
    st.builds(Mark, kind=st.sampled_from(["place", "not-in"]), value=st.sampled_from([BOSTON, MASSACHUSETTS, LISBON])),
    st.builds(Mark, kind=st.just("kind"), value=st.sampled_from(["person", "organisation"])),
    st.builds(Mark, kind=st.sampled_from(["same-as", "not-same-as"]), value=WHO),
    st.just(Mark(kind="hide")),
)
STEPS = st.one_of(
    st.tuples(st.just("mark"), WHO, MARKS),
    st.tuples(st.just("undo"), st.none() | WHO, st.none()),
    st.tuples(st.just("crawl"), WHO, st.none()),
    st.tuples(st.just("build"), st.none(), st.none()),
)


@settings(max_examples=25)
@given(steps=st.lists(STEPS, max_size=10))
def test_an_index_built_in_steps_equals_one_made_anew(
    gazetteer: Gazetteer, steps: list[tuple[str, str | None, Mark | None]]
) -> None:
    with TemporaryDirectory() as folder:
        world = World(Path(folder) / "data")
        indexed = Indexed(Path(folder), world, gazetteer)
        with world.catalog, indexed.cache:
            world.page(account(), account(host="mika.example"), account("noor"), post(), post("noor", "p2"))
            indexed.build()
            for what, who, mark in steps:
                world.clock.later(minutes=1)
                with suppress(BadMark, UnknownCreator):
                    _step(indexed, what, who, mark)
            indexed.build()
            indexed.build("anew")
            assert indexed.held() == indexed.held("anew")
            for document in indexed.held()[0].values():
                for mark in document.marks:
                    assert mark.kind != "kind" or document.kind == mark.value


def _step(indexed: Indexed, what: str, who: str | None, mark: Mark | None) -> None:
    world = indexed.world
    if what == "mark" and who is not None and mark is not None:
        world.catalog.add_mark(who, mark)
    elif what == "undo":
        world.catalog.undo_mark(who)
    elif what == "crawl" and who is not None:
        name, _, host = who.partition("@")
        world.page(account(name, host=host, bio=f"at {world.clock()}"))
    else:
        indexed.build()
