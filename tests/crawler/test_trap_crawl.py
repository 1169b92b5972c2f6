"""Sites without an end in a real crawl over loopback: each is left after a bounded number of requests, and said so.

Every page of theirs links to a dozen others of its kind and shows nobody; a small blog beside them is read whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from rich.console import Console

from app.progress import DiscoveryProgress
from catalog.store import open_catalog
from catalog.tasks import HostReport
from catalog.traps import HOST_BARREN, SHAPE_BARREN
from crawler.progress import CrawlReport
from tests.crawler.crawling import crawl, loopback, seed, start_job
from tests.crawler.site import Reply, Site, feed, serve

A_VISIT = 8  # requests that may be on their way when a kind is closed
CALENDAR, SHOP, SESSIONS, PAGING = "calendar.example", "shop.example", "forum.example", "paging.example"
BLOG = "rolls.example"


def _page(host: str, links: list[str]) -> Reply:
    anchors = "".join(f'<li><a href="{link}">Archive</a></li>' for link in links)
    head = f'<title>{host}</title><link rel="next" href="{links[-1]}">'
    return Reply(
        f"<html><head>{head}</head><body><ul>{anchors}</ul></body></html>".encode(),
        headers={"Content-Type": "text/html"},
    )


def _calendar(path: str, _query: dict[str, list[str]], _nth: int) -> Reply:
    month = int(path.rpartition("/")[2] or 1) if path.startswith("/calendar/") else 0
    return _page(CALENDAR, [f"/calendar/2026/{month + step}" for step in range(1, 13)])


def _shop(path: str, query: dict[str, list[str]], _nth: int) -> Reply:
    facets = "&".join(f"{name}={value[0]}" for name, value in query.items())
    size = len(query)
    return _page(SHOP, [f"/shop?{facets}{'&' if facets else ''}facet{size}={colour}" for colour in range(12)])


def _sessions(path: str, _query: dict[str, list[str]], nth: int) -> Reply:
    names = (f"PHPSESSID=s{nth}", f"sid={nth:032x}", f"jsessionid=s{nth}")
    marks = (f"?{names[0]}", f"?{names[1]}", f";{names[2]}")
    return _page(SESSIONS, [f"/{room}{mark}" for room in ("rooms", "rules", "help") for mark in marks])


def _paging(path: str, query: dict[str, list[str]], _nth: int) -> Reply:
    at = int(query.get("page", ["0"])[0])
    return _page(PAGING, [f"/list?page={at + step}" for step in range(1, 13)])


class Endless(dict[str, Reply]):
    """Routes of hosts that have a page for every address."""

    makers: ClassVar[dict[str, Callable[[str, dict[str, list[str]], int], Reply]]] = {
        CALENDAR: _calendar, SHOP: _shop, SESSIONS: _sessions, PAGING: _paging,
    }  # fmt: skip
    nth = 0

    def get(self, url: str, default: Reply) -> Reply:  # type: ignore[override]
        parts = urlsplit(f"https://{url}")
        maker = self.makers.get(parts.netloc)
        if maker is None or parts.path == "/robots.txt":
            return super().get(url, default)
        self.nth += 1
        return maker(parts.path, parse_qs(parts.query), self.nth)


@dataclass(frozen=True)
class Ran:
    site: Site
    report: CrawlReport
    data: Path

    def asked(self, host: str) -> list[str]:
        return [url for url in self.site.urls() if url.startswith(f"{host}/") and not url.endswith("/robots.txt")]

    def said(self, host: str) -> HostReport:
        return next(one for one in self.report.troubles if one.key == host)


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    data = tmp_path_factory.mktemp("traps")
    routes = Endless({f"{BLOG}/feed": feed(BLOG, "Sushi at noon", "Sushi at night")})
    with serve(routes) as site:
        fronts = [seed(f"https://{host}/", "page", "page") for host in Endless.makers]
        job = start_job(data, [*fronts, seed(f"https://{BLOG}/feed")])
        yield Ran(site, crawl(loopback(data, job, site, terms=("sushi",))), data)


@pytest.mark.parametrize("host", [CALENDAR, SHOP, PAGING])
def test_a_site_without_an_end_is_left_and_counted(ran: Ran, host: str) -> None:
    assert SHAPE_BARREN <= len(ran.asked(host)) <= HOST_BARREN + A_VISIT
    said = ran.said(host)
    assert said.left_out > 0
    assert any("brought nothing new" in why for why in said.traps)


def test_session_ids_are_one_address_each(ran: Ran) -> None:
    assert len(ran.asked(SESSIONS)) == 4, ran.asked(SESSIONS)  # the front page and three rooms


def test_the_crawl_ends_and_keeps_what_is_no_trap(ran: Ran) -> None:
    assert ran.report.outcome == "done"
    assert (ran.report.relevant, ran.report.posts) == (1, 2)


def test_it_is_shown_at_the_end_and_in_the_doctor(ran: Ran) -> None:
    out = StringIO()
    with DiscoveryProgress(Console(file=out, width=300)) as progress:
        progress.crawled(ran.report)
    for host in (CALENDAR, SHOP, PAGING):
        assert f"{host}: " in out.getvalue()
    assert out.getvalue().count("addresses left out") == 3
    with open_catalog(ran.data, create=False) as catalog:
        assert {host.key for host in catalog.info().hosts if host.left_out} == {CALENDAR, SHOP, PAGING}
