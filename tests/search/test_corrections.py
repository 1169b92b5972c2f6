"""What the operator said decides who is in an answer and who comes first; scores and weights stay as they are."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bundles import MarkView
from niche.model import Niche, NicheFilters
from places.gazetteer import Gazetteer, open_gazetteer
from search.engine import Engine
from search.results import Answer, Result, answer_json
from search.weights import Limits
from tests.search.memory_index import MemoryIndex
from tests.search.test_engine import IN_BOSTON, PEOPLE, SCHEMA
from tests.search.world import NOW, WordEncoder, bundles, niche

WHEN = datetime(2026, 11, 3, tzinfo=UTC)


def said(kind: str, query: str | None = None, *, minutes: int = 0) -> MarkView:
    return MarkView(kind, "", query, "", WHEN + timedelta(minutes=minutes), f"{kind} {query}")


def asked(gazetteer: Gazetteer, query: str | Niche, marks: dict[str, Sequence[MarkView]], **options: Any) -> Answer:
    people = [
        replace(person, extra={"marks": tuple(marks[person.id])}) if person.id in marks else person for person in PEOPLE
    ]
    answer = Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer).search(query, now=NOW, limit=50, **options)
    jsonschema.validate(json.loads(answer_json(answer)), SCHEMA)
    return answer


def names(answer: Answer) -> list[str]:
    return [result.creator.id for result in answer.results]


def result_of(answer: Answer, key: str) -> Result:
    return next(result for result in answer.results if result.creator.id == key)


def test_whoever_is_hidden_is_in_no_answer(gazetteer: Gazetteer) -> None:
    before = asked(gazetteer, "sushi", {})
    hidden = asked(gazetteer, "sushi", {"mika": [said("hide")]})
    assert names(hidden) == [name for name in names(before) if name != "mika"]
    assert hidden.total == before.total - 1
    assert any("you hid" in note for note in hidden.query.notes)


@pytest.mark.parametrize("query", ["sushi", None, "SUSHI", "on mastodon: sushi"])
def test_whoever_does_not_fit_is_left_out_and_named(query: str | None, gazetteer: Gazetteer) -> None:
    answer = asked(gazetteer, "sushi", {"mika": [said("not-relevant", query)]})
    assert "mika" not in names(answer)
    assert any("do not fit: mika (2026-11-03)" in note for note in answer.query.notes)


def test_whoever_fits_comes_first_and_keeps_the_score(gazetteer: Gazetteer) -> None:
    before = asked(gazetteer, "sushi", {})
    last = names(before)[-1]
    after = asked(gazetteer, "sushi", {last: [said("relevant", "sushi")]})
    assert names(after) == [last, *names(before)[:-1]]
    assert after.results[0].match._replace(rank=0, you_said=None) == before.results[-1].match._replace(rank=0)
    assert after.results[0].match.you_said is not None
    assert after.results[0].match.you_said.text == "you said, 2026-11-03: relevant sushi"
    assert [result.match.you_said for result in after.results[1:]] == [None] * (len(names(before)) - 1)


def test_whoever_fits_is_there_though_nothing_else_says_so(gazetteer: Gazetteer) -> None:
    assert "ted" not in names(asked(gazetteer, "sushi", {}))
    answer = asked(gazetteer, "sushi", {"ted": [said("relevant", "sushi")]})
    assert names(answer)[0] == "ted"
    assert answer.outcome == "matches"
    assert "ted" not in names(asked(gazetteer, "sourdough", {"ted": [said("relevant", "sushi")]}))


def test_the_conditions_of_a_query_still_hold(gazetteer: Gazetteer) -> None:
    marks = {"ted": [said("relevant")]}
    wanted = niche("sushi", filters=NicheFilters(platforms=("podcast",)))
    assert names(asked(gazetteer, wanted, marks)) == []
    assert names(asked(gazetteer, replace(wanted, filters=NicheFilters(platforms=("blog",))), marks))[0] == "ted"
    assert "mika" not in names(
        asked(gazetteer, niche("sushi", filters=NicheFilters(min_followers=50_000)), {"mika": [said("relevant")]})
    )


def test_a_word_on_the_theme_is_no_word_on_the_place(gazetteer: Gazetteer) -> None:
    """Tomo lives in Reno: said to fit sushi, tomo does not fit sushi in Boston before those who live there."""
    in_boston = niche("sushi", places=(IN_BOSTON,))
    theme = {"tomo": [said("relevant", "sushi")], "mika": [said("relevant", "sushi")]}
    answer = asked(gazetteer, in_boston, theme, min_confidence=0.0)
    assert result_of(answer, "mika").match.you_said is not None
    assert result_of(answer, "tomo").match.you_said is None
    placed = asked(
        gazetteer, replace(in_boston, text="sushi in boston"), {"tomo": [said("relevant", "sushi in boston")]}
    )
    assert names(placed)[0] == "tomo"


@pytest.mark.parametrize(
    ("of", "query", "is_out"),
    [
        ("sushi", "sushi in boston", True),
        ("sushi in boston", "sushi in boston", True),
        ("sushi near boston", "sushi in boston", True),
        ("sushi in boston", "sushi", False),
        ("sushi in boston", "sushi in reno", False),
        ("sourdough", "sushi", False),
        ("sushi knives", "sushi", False),
        ("sushi like mika", "sushi", False),
        ("", "sushi", False),
    ],
)
def test_of_which_queries_a_mark_speaks(of: str, query: str, is_out: bool, gazetteer: Gazetteer) -> None:
    answer = asked(gazetteer, query, {"noor": [said("not-relevant", of)]}, min_confidence=0.0)
    assert ("noor" not in names(answer)) is is_out


def test_the_word_on_the_query_goes_before_the_word_on_all(gazetteer: Gazetteer) -> None:
    marks = [said("not-relevant", minutes=2), said("relevant", "sushi", minutes=1)]
    assert names(asked(gazetteer, "sushi", {"noor": marks}))[0] == "noor"
    assert "noor" not in names(asked(gazetteer, "lunch", {"noor": marks}, min_confidence=0.0))


def test_measuring_does_not_listen_to_the_operator(gazetteer: Gazetteer) -> None:
    def ranking(**extra: object) -> list[Any]:
        people = [replace(person, extra=extra) if person.id == "mika" else person for person in PEOPLE]
        return Engine(MemoryIndex(bundles(people)), WordEncoder(), gazetteer).rank("sushi", 50, now=NOW)

    assert ranking(marks=(said("hide"),)) == ranking()


@pytest.mark.parametrize(("area", "fits"), [("g:4930956", 0.0), ("a:US.MA", 0.0), ("a:US.ME", 0.9), ("g:4975802", 0.9)])
def test_whoever_does_not_live_there_fits_no_place_inside(area: str, fits: float, gazetteer: Gazetteer) -> None:
    mark = MarkView("not-in", area, None, "", WHEN, "does not live there")
    answer = asked(gazetteer, niche("sushi", places=(IN_BOSTON,)), {"mika": [mark]}, min_confidence=0.0)
    assert result_of(answer, "mika").match.parts.place == pytest.approx(fits, abs=0.02)


def test_hiding_the_best_brings_the_next(gazetteer: Gazetteer) -> None:
    """Whoever is left out takes nobody's place among those who are looked at."""
    people = [replace(PEOPLE[0], id=f"p{number}", bio=f"I write about sushi, part {number}.") for number in range(9)]

    def answer(hidden: set[str]) -> Answer:
        extra = {"marks": (said("hide"),)}
        index = MemoryIndex(bundles(replace(p, extra=extra if p.id in hidden else {}) for p in people))
        limits = Limits(leg_creators=3, scored=3)
        return Engine(index, WordEncoder(), gazetteer, limits=limits).search("sushi", now=NOW)

    first = names(answer(set()))
    second = names(answer(set(first)))
    assert len(first) == len(second) == 3
    assert not set(first) & set(second)


MARKS = st.builds(
    said,
    st.sampled_from(["hide", "relevant", "not-relevant"]),
    st.sampled_from(["sushi", "sushi in boston", "bread", None]),
    minutes=st.integers(0, 3),
)


@given(marks=st.dictionaries(st.sampled_from([person.id for person in PEOPLE]), st.lists(MARKS, max_size=3)))
def test_nobody_is_scored_otherwise_for_what_was_said_of_others(marks: dict[str, list[MarkView]]) -> None:
    with open_gazetteer() as gazetteer:
        plain = asked(gazetteer, "sushi", {}, min_confidence=0.0)
        answer = asked(gazetteer, "sushi", marks, min_confidence=0.0)
    rest = [name for name in names(plain) if name not in marks]
    assert [name for name in names(answer) if name not in marks] == rest
    for name in rest:
        after, before = result_of(answer, name).match, result_of(plain, name).match
        assert after._replace(rank=0) == before._replace(rank=0)
    for name, said_of in marks.items():
        hidden = any(mark.kind == "hide" for mark in said_of)
        assert not (hidden and name in names(answer))
    praised = [result.match.you_said is not None for result in answer.results]
    assert praised == sorted(praised, reverse=True)
