"""A page that another job has read hands its links on, judged for the theme at hand, without being asked for again."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.run import CrawlSettings
from tests.crawler.crawling import crawl, loopback, outcomes, seed, start_job
from tests.crawler.site import Reply, Site, page, serve

HUB = "https://hub.example/"
LINKS = ("https://a-bakes.example/rye-bread/", "https://z-boats.example/sushi-rice/", "https://away.example/notes/")


def friends(*links: str, **headers: str) -> Reply:
    """A page with a blogroll."""
    anchors = "".join(f'<li><a href="{link}">notes</a></li>' for link in links)
    body = f"<title>Friends</title><p>Whom I read.</p><h3>Blogroll</h3><ul class='blogroll'>{anchors}</ul>"
    return Reply(body.encode(), headers={"Content-Type": "text/html; charset=utf-8"} | headers)


ROUTES: dict[str, Reply] = {
    "hub.example/": friends(*LINKS, ETag='"one"'),
    **{link.removeprefix("https://"): page("Alone") for link in LINKS},
}


def look(data: Path, site: Site, query: str, *, pages: int | None = None, fresh_for: timedelta) -> CrawlSettings:
    """Crawl from the hub for a theme; what was asked for is in ``site``."""
    job = start_job(data, [seed(HUB, "page")], query=query, fresh_for=fresh_for)
    settings = loopback(data, job, site, terms=(query,), pages=pages)
    crawl(settings)
    return settings


def scores(data: Path) -> dict[str, list[float]]:
    """Address → its score in each job, oldest first. Hosts are asked side by side, so their order tells nothing."""
    found: dict[str, list[float]] = {}
    with closing(sqlite3.connect(data / "catalog.sqlite")) as database:
        asked = "select url, score from task join address on address.id = task.address_id order by task.id"
        for url, score in database.execute(asked):
            found.setdefault(url, []).append(score)
    return found


def asked_for(site: Site, since: int) -> list[str]:
    return [f"https://{url}" for url in site.urls()[since:] if "robots.txt" not in url]


@pytest.mark.parametrize(
    ("fresh_for", "of_the_hub"), [(timedelta(days=1), []), (timedelta(0), [HUB])], ids=["answered", "unchanged"]
)
def test_links_of_a_page_that_was_read_for_another_theme(
    tmp_path: Path, fresh_for: timedelta, of_the_hub: list[str]
) -> None:
    with serve(ROUTES) as site:
        look(tmp_path, site, "rye bread", pages=1, fresh_for=timedelta(days=1))
        assert asked_for(site, 0) == [HUB]
        since = len(site.urls())
        look(tmp_path, site, "sushi", fresh_for=fresh_for)
        asked = asked_for(site, since)
    assert [url for url in asked if url == HUB] == of_the_hub  # conditionally, and answered with 304
    theirs = [url for url in asked if url in LINKS]
    assert sorted(theirs) == sorted(LINKS)
    bakes, boats, _ = (scores(tmp_path)[link] for link in LINKS)
    assert bakes[0] > boats[0], "judged for bread"
    assert boats[1] > bakes[1], "judged for sushi"


def test_it_goes_on_through_pages_that_were_read_as_well(tmp_path: Path) -> None:
    beyond = "https://beyond.example/notes/"
    routes = ROUTES | {
        "z-boats.example/sushi-rice/": friends(beyond),
        "beyond.example/notes/": friends("https://far.example/feed"),
        "far.example/feed": Reply(b"", headers={"Content-Type": "text/html"}),
    }
    with serve(routes) as site:
        look(tmp_path, site, "rye bread", fresh_for=timedelta(days=1))
        done = len(site.urls())
        look(tmp_path, site, "sushi", fresh_for=timedelta(days=1))
        asked = asked_for(site, done)
    assert "https://far.example/feed" in asked, "three pages on; it could not be read the first time"
    assert not {HUB, *LINKS, beyond} & set(asked), "all of these were read a moment ago"
    assert {state for state, _ in outcomes(tmp_path).values()} <= {"done", "answered", "failed"}
