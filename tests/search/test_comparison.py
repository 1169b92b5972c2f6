"""Reports side by side: the same rows for all, differences marked, missing cells in words."""

from dataclasses import replace
from datetime import timedelta

import pytest

from indexer.bundles import Reactions
from places.gazetteer import Gazetteer
from search.comparison import Comparison, Row, compare
from search.engine import Engine
from search.errors import ComparisonInvalid
from tests.search.memory_index import MemoryIndex
from tests.search.world import NOW, Person, WordEncoder, bundle, niche

POSTS = ["Sushi at the harbour by Alder & Pine.", "Trains.", "I bought rice for sushi.", "Rain."]
PEOPLE = [
    Person("mika", POSTS, followers=4_000),
    Person("tomo", POSTS[::-1], followers=5_000),
    Person("lou", [], followers=None, dates=False),
    Person("big", POSTS * 3, followers=90_000, extra={"kind": "organisation"}),
]


@pytest.fixture
def engine(gazetteer: Gazetteer) -> Engine:
    return Engine(MemoryIndex(map(bundle, PEOPLE)), WordEncoder(), gazetteer)


def rows(comparison: Comparison) -> dict[str, Row]:
    return {row.name: row for row in comparison.rows}


def side_by_side(engine: Engine, *names: str) -> Comparison:
    return compare([engine.vet(name, niche=niche("sushi"), brands=("Alder & Pine",), now=NOW) for name in names])


def test_every_row_has_a_cell_for_each_creator_in_the_order_asked(engine: Engine) -> None:
    comparison = side_by_side(engine, "tomo", "mika", "lou")
    assert [creator.id for creator in comparison.creators] == ["tomo", "mika", "lou"]
    assert {len(row.cells) for row in comparison.rows} == {3}
    assert rows(comparison)["posts on it"].cells[1].words == "50% (2 of 4)"
    assert [cell.value for cell in rows(comparison)["names Alder & Pine"].cells] == [1, 1, 0]


def test_much_more_is_a_difference_and_a_little_more_is_none(engine: Engine) -> None:
    alike, apart = rows(side_by_side(engine, "mika", "tomo")), rows(side_by_side(engine, "mika", "big"))
    assert not alike["followers"].differs
    assert apart["followers"].differs
    assert not alike["kind"].differs
    assert apart["kind"].differs
    assert apart["posts read"].differs
    assert not alike["best evidence"].differs


def test_dates_differ_by_months(engine: Engine, gazetteer: Gazetteer) -> None:
    made = bundle(PEOPLE[0])
    old = tuple(replace(post, published_at=NOW - timedelta(days=100)) for post in made.posts)
    silent = Engine(MemoryIndex([replace(made, posts=old)]), WordEncoder(), gazetteer)
    reports = [engine.vet("tomo", now=NOW), silent.vet("mika", now=NOW)]
    assert rows(compare(reports))["last post"].differs
    assert not rows(side_by_side(engine, "mika", "tomo"))["last post"].differs


def test_what_is_missing_is_said_and_makes_no_difference(engine: Engine) -> None:
    found = rows(side_by_side(engine, "mika", "lou"))
    assert found["followers"].cells[1] == (None, "no account shows a number", "")
    assert found["comments a post"].cells[1].words == "not visible"
    assert found["own words"].cells[1].value is None
    assert not found["followers"].differs
    assert not found["last post"].differs


def test_reactions_stand_beside_those_of_the_same_size(gazetteer: Gazetteer) -> None:
    made = []
    for number in range(32):
        one = bundle(Person(f"c{number:02}", POSTS, followers=1000))
        account = one.creator.accounts[0]._replace(reactions=Reactions(2.0 + number, 8, ("likes",)))
        made.append(replace(one, creator=replace(one.creator, accounts=(account,))))
    engine = Engine(MemoryIndex(made), WordEncoder(), gazetteer)
    low, high = rows(side_by_side(engine, "c00", "c31"))["reactions"].cells
    assert low.words == "0.2% react, less than with 81% of nano accounts on blog (8 posts)"
    assert high.words == "3.3% react, more than with 79% of nano accounts on blog (8 posts)"


def test_own_words_are_a_quotation_with_its_address(engine: Engine) -> None:
    cell = rows(side_by_side(engine, "mika", "lou"))["own words"].cells[0]
    assert (cell.value, cell.url) == ("I bought rice for sushi.", "https://blogs.example/mika/2")


@pytest.mark.parametrize("names", [["mika"], ["mika", "mika"], ["mika", "tomo", "lou", "big", "mika", "tomo"]])
def test_two_to_five_different_creators_are_compared(engine: Engine, names: list[str]) -> None:
    with pytest.raises(ComparisonInvalid, match="two to 5 different"):
        side_by_side(engine, *names)
