"""What reaches a terminal or a spreadsheet: nothing that moves the cursor, nothing that runs as a formula."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from app.exporting import COLUMNS, answer_csv
from app.terminal import answer_lines, clean, report_lines
from search.engine import open_engine
from search.results import Answer, CreatorView
from tests.conftest import QUERY, Demo


@pytest.fixture(scope="module")
def shown(demo: Demo) -> tuple[Answer, CreatorView]:
    with open_engine(demo.data) as engine:
        answer = engine.search(QUERY)
        view = engine.show(answer.results[0].creator.id)
    assert view is not None
    return answer, view


def printed(*parts: object) -> str:
    out = io.StringIO()
    Console(file=out, width=10_000, markup=False, highlight=False).print(*parts)
    return out.getvalue()


@given(st.text())
def test_clean_text_is_one_printable_line(text: str) -> None:
    assert clean(text).isprintable()
    assert "\n" not in clean(text)


def test_an_answer_shows_who_where_why_and_when(shown: tuple[Answer, CreatorView]) -> None:
    answer, _ = shown
    text = printed(answer_lines(answer))
    for result in answer.results:
        assert clean(result.creator.name) in text
        assert any(clean(reason.quote) in text and reason.url in text for reason in result.match.reasons)


def test_escape_sequences_and_markup_in_names_stay_text(shown: tuple[Answer, CreatorView]) -> None:
    answer, view = shown
    creator = answer.results[0].creator._replace(name="\x1b[2J[red]roll[/red]\x07")
    forged = answer._replace(results=(answer.results[0]._replace(creator=creator),))
    for text in (printed(answer_lines(forged)), printed(report_lines(view._replace(creator=creator)))):
        assert "\x1b" not in text
        assert "[red]roll[/red]" in text


def test_nobody_is_said_plainly(shown: tuple[Answer, CreatorView]) -> None:
    empty = shown[0]._replace(results=(), nearest=(), outcome="none", total=0)
    assert "Nobody in the index fits" in printed(answer_lines(empty))


def test_csv_has_one_line_per_creator_and_no_formulas(shown: tuple[Answer, CreatorView]) -> None:
    answer, _ = shown
    creator = answer.results[0].creator._replace(name='=HYPERLINK("http://evil.example")')
    forged = answer._replace(results=(answer.results[0]._replace(creator=creator), *answer.results[1:]))
    rows = list(csv.reader(io.StringIO(answer_csv(forged))))
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) == 1 + len(answer.results)
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)


def test_progress_goes_to_stderr_and_says_what_was_held_back(demo: Demo) -> None:
    assert "kept back by" in demo.progress
    assert "Indexed" in demo.progress
    assert json.loads(demo.answer_json)["schema_version"] == 1
