"""What reaches a terminal or a spreadsheet: nothing that moves the cursor, nothing that runs as a formula."""

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from app.answer_view import answer_lines
from app.exporting import COLUMNS, answer_csv
from app.query_view import understood_lines
from app.terminal import clean
from app.vetting_view import report_lines
from niche.overrides import PLATFORM_GROUPS
from search.engine import open_engine
from search.report import VettingReport
from search.results import Answer, Engagement, PlaceAsked, QueryResult
from tests.conftest import QUERY, Demo


@pytest.fixture(scope="module")
def shown(demo: Demo) -> tuple[Answer, VettingReport]:
    with open_engine(demo.data) as engine:
        answer = engine.search(QUERY)
        view = engine.vet(answer.results[0].creator.id, niche=QUERY)
    return answer, view


def printed(*parts: object) -> str:
    out = io.StringIO()
    Console(file=out, width=10_000, markup=False, highlight=False).print(*parts)
    return out.getvalue()


@given(st.text())
def test_clean_text_is_one_printable_line(text: str) -> None:
    assert clean(text).isprintable()
    assert "\n" not in clean(text)


def test_an_answer_shows_who_where_why_and_when(shown: tuple[Answer, VettingReport]) -> None:
    answer, _ = shown
    text = printed(answer_lines(answer))
    for result in answer.results:
        assert clean(result.creator.name) in text
        assert any(clean(reason.quote) in text and reason.url in text for reason in result.match.reasons)


def test_escape_sequences_and_markup_in_names_stay_text(shown: tuple[Answer, VettingReport]) -> None:
    answer, view = shown
    creator = answer.results[0].creator._replace(name="\x1b[2J[red]roll[/red]\x07")
    forged = answer._replace(results=(answer.results[0]._replace(creator=creator),))
    for text in (printed(answer_lines(forged)), printed(report_lines(view._replace(creator=creator)))):
        assert "\x1b" not in text
        assert "[red]roll[/red]" in text


def test_a_report_fits_in_80_columns_and_gives_an_address_for_every_quote(shown: tuple[Answer, VettingReport]) -> None:
    report = shown[1]
    out = io.StringIO()
    Console(file=out, width=80, markup=False, highlight=False).print(report_lines(report))
    assert max(len(line) for line in out.getvalue().splitlines()) <= 80
    flat = printed(report_lines(report))
    assert report.niche is not None
    for quote in (*report.niche.best, *report.niche.latest):
        assert clean(quote.quote) in flat
        assert quote.url in flat
    for heading in ("Writes about", "Posts by month", "Do people answer?", "Paid posts", "Not known"):
        assert f"\n{heading}" in flat


def test_what_is_not_known_is_said_and_never_a_zero(shown: tuple[Answer, VettingReport]) -> None:
    report = shown[1]
    account = report.creator.accounts[0]._replace(followers=None, engagement=Engagement())
    creator = report.creator._replace(accounts=(account,), tier=None)
    text = printed(report_lines(report._replace(creator=creator, comments=None, unknown=("who comments",))))
    assert "followers not known" in text
    assert "not visible" in text
    assert "who comments" in text


def test_one_home_is_where_they_live_and_others_are_alternatives(shown: tuple[Answer, VettingReport]) -> None:
    report = shown[1]
    home = next(place for place in report.creator.places if place.role == "home")
    other = home._replace(name="Oslo, NO", confidence=0.1)
    creator = report.creator._replace(
        places=(home, other, other._replace(name="Rome, IT", role="visits"), home._replace(role="visits"))
    )
    text = printed(report_lines(report._replace(creator=creator)))
    assert f"lives in {home.name}" in text
    assert "or perhaps in Oslo, NO (10% sure)" in text
    assert "may have visited Rome, IT" in text
    assert f"visits {home.name}" not in text
    assert home.name in text.partition("Places")[0]


def test_a_home_more_likely_wrong_is_no_plain_statement(shown: tuple[Answer, VettingReport]) -> None:
    report = shown[1]
    guess = report.creator.places[0]._replace(name="Salem, OR, US", role="home", confidence=0.3, reasons=())
    text = printed(report_lines(report._replace(creator=report.creator._replace(places=(guess,)))))
    assert "  may live in Salem, OR, US (30% sure)\n" in text


def test_nobody_is_said_plainly(shown: tuple[Answer, VettingReport]) -> None:
    empty = shown[0]._replace(results=(), nearest=(), outcome="none", total=0)
    assert "Nobody in the index fits" in printed(answer_lines(empty))


def test_csv_has_one_line_per_creator_and_no_formulas(shown: tuple[Answer, VettingReport]) -> None:
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


def test_every_condition_is_told_with_the_option_that_changes_it() -> None:
    filters = {"min_followers": 1_000, "max_followers": 9_999, "platforms": ("mastodon",), "languages": ("en",),
               "active_within_days": 31, "kinds": ("person",), "include": ("organisation",), "min_engagement": 0.02,
               "excluded": ("cat",), "mentions": ("Umi",), "no_mentions": ("@rolls",)}  # fmt: skip
    asked = QueryResult(text="", theme="sushi", filters=filters, notes=(), parts=(), places=(
        PlaceAsked(name="Boston, MA, US", kind="city", relation="in", radius_km=45.0),
        PlaceAsked(name="Cambridge, MA, US", kind="city", relation="not", radius_km=None),
    ))  # fmt: skip
    text = printed(*understood_lines(asked))
    assert "Looking for sushi in Boston, MA, US (within 45 km), not in Cambridge, MA, US" in text
    options = ("--tier", "--platform", "--language", "--active-within", "--kind", "--include", "--min-engagement",
               "--exclude", "--mentions", "--no-mentions")  # fmt: skip
    assert all(f"({option}" in text for option in options)
    assert "1,000 to 9,999 followers" in text
    blogs = asked._replace(filters={"platforms": PLATFORM_GROUPS["blog"]})
    assert "on blog (--platform)" in printed(*understood_lines(blogs))
    assert "only:" not in printed(*understood_lines(asked._replace(filters={})))
