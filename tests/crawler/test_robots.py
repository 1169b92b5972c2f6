"""robots.txt by RFC 9309, and X-Robots-Tag."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.items import PageDirectives
from catalog.tasks import RobotsRow
from crawler.robots import FRESH, RETRY_AFTER, decide, header_directives, is_fresh, origin_of, robots_url

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PAGE = "https://pixel.example/notes/1"


def row(status: int | None, body: bytes = b"") -> RobotsRow:
    return RobotsRow(origin=origin_of(PAGE), status=status, body=body, fetched_at=NOW)


FORBIDS_ALL = b"User-agent: *\nDisallow: /\n"


@pytest.mark.parametrize(
    ("status", "body", "allowed", "unreachable"),
    [
        (200, b"", True, False),
        (200, FORBIDS_ALL, False, False),
        (200, b"User-agent: nichescout\nDisallow:\n\n" + FORBIDS_ALL, True, False),
        (200, b"User-agent: *\nDisallow:\n\nUser-agent: nichescout\nDisallow: /notes/", False, False),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /notes", False, False),
        (200, b"\xff\xfe<html>not found</html>", True, False),
        (404, FORBIDS_ALL, True, False),
        (403, b"", True, False),
        (302, b"", True, False),
        (500, b"", False, True),
        (503, b"", False, True),
        (429, b"", False, True),
        (None, b"", False, True),
    ],
)
def test_what_an_answer_means(status: int | None, body: bytes, allowed: bool, unreachable: bool) -> None:
    decision = decide(row(status, body), PAGE)
    assert (decision.allowed, decision.unreachable) == (allowed, unreachable)


def test_crawl_delay_of_our_group() -> None:
    body = b"User-agent: *\nCrawl-delay: 90\n\nUser-agent: nichescout\nCrawl-delay: 2.5\n"
    assert decide(row(200, body), PAGE).crawl_delay == 2.5
    assert decide(row(200, b"User-agent: *\nDisallow: /x"), PAGE).crawl_delay is None


def test_an_answer_is_kept_a_day_and_a_failure_half_an_hour() -> None:
    assert is_fresh(row(200), NOW + FRESH - timedelta(seconds=1))
    assert not is_fresh(row(200), NOW + FRESH)
    assert is_fresh(row(503), NOW + RETRY_AFTER - timedelta(seconds=1))
    assert not is_fresh(row(503), NOW + RETRY_AFTER)


def test_each_origin_has_its_own() -> None:
    assert origin_of("http://pixel.example/a") == "http://pixel.example:80"
    assert robots_url("https://pixel.example/a?b") == "https://pixel.example/robots.txt"


@pytest.mark.parametrize(
    ("values", "noindex", "nofollow"),
    [
        ([], False, False),
        (["noindex"], True, False),
        (["NoIndex, NoFollow"], True, True),
        (["none"], True, True),
        (["all"], False, False),
        (["otherbot: noindex"], False, False),
        (["otherbot: noindex, nofollow"], False, False),
        (["nichescout: noindex"], True, False),
        (["otherbot: nofollow", "nichescout: none"], True, True),
        (["unavailable_after: 25 Jun 2026 15:00:00 PST, noindex"], True, False),
        (["max-snippet: 20, nofollow"], False, True),
        (["noarchive", "nofollow"], False, True),
    ],
)
def test_x_robots_tag(values: list[str], noindex: bool, nofollow: bool) -> None:
    assert header_directives(values) == PageDirectives(noindex=noindex, nofollow=nofollow)


@given(st.binary(max_size=300), st.lists(st.text(max_size=60), max_size=4))
def test_nothing_that_a_stranger_sends_breaks_the_parsers(body: bytes, headers: list[str]) -> None:
    decide(row(200, body), PAGE)
    header_directives(headers)
