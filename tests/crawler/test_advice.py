"""What a source knows of an answer beyond its status, in a real crawl over loopback: rests, hints, another way."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.config import Config
from app.sources_view import source_rows
from crawler.progress import CrawlReport
from crawler.sources import all_sources
from crawler.sources.base import Advice
from tests.crawler.crawling import crawl, loopback, outcomes, seed, start_job
from tests.crawler.site import Reply, feed, robots, serve

WP = "/wp-json/wp/v2/posts?per_page=20"
SE = "/2.3/search/advanced?q=sushi&site=cooking.stackexchange.com"
FEED = "/xrpc/app.bsky.feed.getAuthorFeed?actor=did%3Aplc%3Amika"
MIKA = {"id": 1, "name": "Mika Tan", "link": "https://open.example/author/mika/", "slug": "mika"}
POST = {
    "id": 7, "date_gmt": "2026-02-01T12:00:00", "link": "https://open.example/rice/", "slug": "rice",
    "status": "publish", "title": {"rendered": "Rice"}, "author": 1, "_embedded": {"author": [MIKA]},
    "content": {"rendered": "<p>Short grain.</p>", "protected": False},
}  # fmt: skip
THROTTLED = {"error_name": "throttle_violation", "error_message": "more requests available in 99 seconds"}


def answer(body: object, status: int = 200, **headers: str) -> Reply:
    return Reply(json.dumps(body).encode(), status, {"Content-Type": "application/json"} | headers)


ROUTES: dict[str, Reply | list[Reply]] = {
    f"closed.example{WP}": answer({"code": "rest_not_logged_in", "message": "No."}, 401),
    "closed.example/feed/": feed("closed.example", "nigiri at the harbour"),
    "shut.example/robots.txt": robots("User-agent: *\nDisallow: /wp-json/\n"),
    "shut.example/feed/": feed("shut.example", "maki on the hill"),
    f"open.example{WP}": answer([POST], **{"X-Robots-Tag": "noindex", "X-WP-TotalPages": "1"}),
    "search.example/search?format=json&q=sushi": Reply(b"<html>Forbidden</html>", 403, {"Content-Type": "text/html"}),
    f"tired.example{SE}": answer(THROTTLED, 400),
    f"sky.example{FEED}": answer({"error": "AccountTakedown", "message": "Account has been suspended"}, 400),
}


@dataclass(frozen=True)
class Crawled:
    data: Path
    report: CrawlReport
    ends: dict[str, tuple[str, str]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    data = tmp_path_factory.mktemp("advice")
    seeds = [
        *(seed(f"https://{host}.example{WP}", "wordpress", "posts") for host in ("closed", "shut", "open")),
        seed("https://search.example/search?format=json&q=sushi", "searxng", "results"),
        seed(f"https://tired.example{SE}", "stackexchange", "items"),
        seed(f"https://sky.example{FEED}", "bluesky", "feed"),
    ]
    with serve(ROUTES) as site:
        job = start_job(data, seeds)
        report = crawl(loopback(data, job, site, pages=12))
        yield Crawled(data, report, outcomes(data))


def test_a_closed_api_is_read_by_its_feed(crawled: Crawled) -> None:
    assert crawled.ends[f"https://closed.example{WP}"][1] == "refused"
    assert crawled.ends["https://closed.example/feed/"] == ("done", "ok")


def test_so_is_one_that_robots_txt_forbids(crawled: Crawled) -> None:
    assert crawled.ends[f"https://shut.example{WP}"][1] == "robots"
    assert crawled.ends["https://shut.example/feed/"] == ("done", "ok")


def test_noindex_on_the_document_does_not_hide_the_posts(crawled: Crawled) -> None:
    assert crawled.ends[f"https://open.example{WP}"] == ("done", "ok")
    assert "https://open.example/feed/" not in crawled.ends
    assert crawled.report.posts >= 3


def test_the_operator_is_told_what_to_mend(crawled: Crawled) -> None:
    [hint] = crawled.report.hints
    assert "search.example" in hint
    assert "settings.yml" in hint


def test_an_error_that_names_a_wait_is_asked_again(crawled: Crawled) -> None:
    assert crawled.ends[f"https://tired.example{SE}"][1] == "retry"


def test_an_account_that_was_switched_off_is_gone(crawled: Crawled) -> None:
    assert [end for url, end in crawled.ends.items() if url.startswith("https://sky.example")] == [("done", "gone")]


def test_refusals_of_robots_txt_stand_with_the_source_that_asked(crawled: Crawled) -> None:
    rows = {row.name: row for row in source_rows(Config(data=crawled.data))}
    assert rows["wordpress"].refused == {"shut.example": 1}
    assert "shut.example 1" in rows["wordpress"].cells()
    assert rows["feed"].refused == {}


@pytest.mark.parametrize(
    ("body", "rest"),
    [
        ({"items": [], "backoff": 10, "quota_remaining": 5}, 10.0),
        ({"items": [], "quota_remaining": 5}, None),
        ({"items": [], "quota_remaining": 0}, 86_400.0),
        (THROTTLED, 99.0),
        ({"error_name": "throttle_violation", "error_message": "no"}, 86_400.0),
        ({"error_name": "bad_parameter", "error_message": "site is required"}, None),
        ({"items": [], "backoff": -3}, None),
        ({"items": [], "backoff": 10**9}, 86_400.0),
    ],
)
def test_rests_that_a_body_asks_for(body: dict[str, object], rest: float | None) -> None:
    said = json.dumps(body).encode()
    assert all_sources()["stackexchange"].advice("https://api.stackexchange.com/2.3/x", "items", 200, said).rest == rest


@pytest.mark.parametrize(
    ("page", "status", "body", "gone"),
    [
        ("feed", 400, {"error": "AccountTakedown", "message": "Account has been suspended"}, True),
        ("profile", 400, {"error": "AccountDeactivated", "message": "Account is deactivated"}, True),
        ("feed", 400, {"error": "InvalidRequest", "message": "Profile not found"}, True),
        ("feed", 400, {"error": "InvalidRequest", "message": "Error: Params must have the property actor"}, False),
        ("profiles", 400, {"error": "AccountTakedown"}, False),
        ("feed", 502, {"error": "UpstreamFailure"}, False),
    ],
)
def test_who_is_gone_by_the_words_of_a_body(page: str, status: int, body: dict[str, str], gone: bool) -> None:
    url = "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=did:plc:mika"
    assert all_sources()["bluesky"].advice(url, page, status, json.dumps(body).encode()).gone is gone


@pytest.mark.parametrize("status", [None, 200, 400, 401, 403, 404, 500])
@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b"<html>", b"\xff\xfe", b'{"backoff": "x"}'])
def test_advice_is_given_on_any_answer(status: int | None, body: bytes) -> None:
    for source in all_sources().values():
        for page in source.pages:
            assert isinstance(source.advice("https://any.example/x", page, status, body), Advice)
