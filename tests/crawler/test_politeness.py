"""Visits, Retry-After, bounds of a run, outcomes of answers and failures."""

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.items import Outcome
from crawler.bounds import Bounds
from crawler.clock import MAX_JUMP, StandingClock
from crawler.crawl_settings import CrawlSettings, Network
from crawler.errors import CrawlDelayTooLong, NotInArchive, RobotsForbids, RobotsUnreachable, UnsafeAddress
from crawler.outcomes import of_answer, of_failure
from crawler.politeness import Visit
from crawler.waits import retry_after
from tests.crawler.builders import NOW, lease, result, task

URL = "https://pixel.example/a"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("9999999999999", 86400.0),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("١٢", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after({"retry-after": value}, NOW) == seconds


@given(st.text(max_size=40))
def test_retry_after_never_breaks(value: str) -> None:
    seconds = retry_after({"retry-after": value}, NOW)
    assert seconds is None or 0 <= seconds <= 86400


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, Outcome.OK),
        (204, Outcome.OK),
        (301, Outcome.REDIRECT),
        (304, Outcome.UNREADABLE),  # nobody asked
        (400, Outcome.UNREADABLE),
        (401, Outcome.REFUSED),
        (403, Outcome.REFUSED),
        (404, Outcome.GONE),
        (408, Outcome.RETRY),
        (410, Outcome.GONE),
        (429, Outcome.RETRY),
        (451, Outcome.REFUSED),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
        (999, Outcome.RETRY),
    ],
)
def test_statuses(status: int, outcome: Outcome) -> None:
    ending = of_answer(URL, status, {"location": "/b", "retry-after": "7"}, conditional=False, now=NOW)
    assert ending.outcome is outcome
    assert ending.redirect_to == ("https://pixel.example/b" if outcome is Outcome.REDIRECT else None)
    assert ending.retry_after == (7.0 if outcome is Outcome.RETRY else None)


def test_a_304_counts_only_when_asked_for() -> None:
    assert of_answer(URL, 304, {}, conditional=True, now=NOW).outcome is Outcome.NOT_MODIFIED


@pytest.mark.parametrize(
    ("location", "outcome"),
    [
        ("file:///etc/passwd", Outcome.BLOCKED),
        ("javascript:alert(1)", Outcome.BLOCKED),
        ("http://[broken", Outcome.UNREADABLE),
        ("", Outcome.UNREADABLE),
        ("//other.example/x", Outcome.REDIRECT),
    ],
)
def test_redirects_to_strange_places(location: str, outcome: Outcome) -> None:
    assert of_answer(URL, 302, {"location": location}, conditional=False, now=NOW).outcome is outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (UnsafeAddress("x"), Outcome.BLOCKED),
        (CrawlDelayTooLong("x"), Outcome.BLOCKED),
        (RobotsForbids("x"), Outcome.ROBOTS),
        (RobotsUnreachable("x", 1800.0), Outcome.RETRY),
        (NotInArchive("x"), Outcome.NOT_ARCHIVED),
        (ValueError("two\nlines"), Outcome.UNREADABLE),
    ],
)
def test_failures(error: Exception, outcome: Outcome) -> None:
    ending = of_failure(error)
    assert ending.outcome is outcome
    assert "\n" not in ending.message


def test_scrapys_failures_are_known_by_their_names() -> None:
    import scrapy.exceptions

    from crawler.outcomes import _SCRAPY_FAILURES

    assert all(hasattr(scrapy.exceptions, name) for name in _SCRAPY_FAILURES)
    assert of_failure(scrapy.exceptions.DownloadTimeoutError("slow")).outcome is Outcome.RETRY
    assert of_failure(scrapy.exceptions.DownloadCancelledError("big")).outcome is Outcome.UNREADABLE


def test_a_visit_ends_when_the_host_asks_for_a_pause() -> None:
    visit = Visit(lease(task(), task(), task()), delay=2.0)
    assert visit.next_task() is not None
    assert visit.next_allowed_at(NOW) == NOW  # nothing was asked yet
    visit.begin_request()
    visit.end_request()
    visit.note(result())
    assert 1.5 < visit.seconds_to_wait() <= 2.0
    assert visit.next_allowed_at(NOW) == NOW + timedelta(seconds=2)
    visit.note(result(outcome=Outcome.RETRY, retry_after=300.0))
    assert visit.next_task() is None
    assert visit.next_allowed_at(NOW) == NOW + timedelta(seconds=300)


def test_a_host_that_has_used_up_a_quota_is_parked_after_a_good_page() -> None:
    visit = Visit(lease(task(), task()), delay=1.0)
    visit.note(result(retry_after=40.0))
    assert visit.next_task() is None
    assert visit.next_allowed_at(NOW) == NOW + timedelta(seconds=40)


def test_what_the_host_asked_for_before_is_kept() -> None:
    slow = dataclasses.replace(lease(task()), delay=5.0)
    assert Visit(slow, delay=1.0).delay == 5.0
    assert Visit(slow, delay=9.0).delay == 9.0


def test_a_lost_lease_ends_the_visit() -> None:
    visit = Visit(lease(task()), delay=1.0)
    visit.lost = True
    assert visit.next_task() is None


def settings(**fields: object) -> CrawlSettings:
    return CrawlSettings(data_dir=Path("data"), job_id="job", **fields)  # type: ignore[arg-type]


def test_pages_on_their_way_count_against_the_bound() -> None:
    bounds = Bounds(settings(pages=2))
    bounds.take_page()
    assert bounds.has_room()
    bounds.take_page()
    assert not bounds.has_room()
    assert not bounds.ended()
    bounds.note_result(result(outcome=Outcome.ROBOTS))  # cost nothing
    assert bounds.has_room()
    bounds.take_page()
    bounds.note_result(result())
    bounds.note_result(result(outcome=Outcome.GONE))
    assert bounds.ended()
    assert bounds.outcome == "pages"


def test_minutes_end_a_run() -> None:
    bounds = Bounds(settings(minutes=0))
    assert not bounds.has_room()
    assert bounds.outcome == "minutes"


def test_live_crawls_are_never_faster_than_one_request_a_second() -> None:
    assert settings(delay=0.1).seconds_between_requests == 1.0
    assert settings(delay=3.0).seconds_between_requests == 3.0
    assert settings(loopback="127.0.0.1:80").seconds_between_requests == 0.0
    assert settings(loopback="127.0.0.1:80", delay=0.2).seconds_between_requests == 0.2
    assert settings().patience > settings().lease_ttl > timedelta(seconds=settings().timeout)


def test_settings_travel_as_one_line() -> None:
    told = settings(replay=Path("a.warc.gz"), terms=("sushi", "boston"), now=NOW, minutes=1.5)
    assert CrawlSettings.from_json(told.to_json()) == told
    assert "\n" not in told.to_json()
    assert told.network is Network.REPLAY


def test_the_user_agent_says_where_to_complain() -> None:
    line = settings(contact="https://scout.example/about").user_agent_line
    assert line.startswith("nichescout/")
    assert line.endswith("(+https://scout.example/about)")


def test_a_standing_clock_jumps_but_not_for_ever() -> None:
    clock = StandingClock(NOW)
    assert clock.advance(NOW + timedelta(minutes=5))
    assert clock() == NOW + timedelta(minutes=5)
    assert clock.advance(NOW)
    assert clock() == NOW + timedelta(minutes=5)
    assert not clock.advance(NOW + MAX_JUMP + timedelta(seconds=1))
