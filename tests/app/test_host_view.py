"""What went wrong on a host, as a person reads it at the end of a crawl and in ``doctor``."""

from io import StringIO

from rich.console import Console

from app.host_view import host_line
from app.progress import DiscoveryProgress
from catalog.tasks import HostReport
from crawler.progress import CrawlReport, from_line, to_line

SHOP = HostReport(
    key="shop.example",
    failures=0,
    counts={"gone": 3, "robots": 1},
    last_error="status 404",
    traps=("/calendar/#/#: 20 pages in a row brought nothing new",),
    left_out=312,
)
DOWN = HostReport(key="down.example", failures=4, counts={"retry": 4}, last_error="status 503")
FINE = HostReport(key="fine.example", failures=0, counts={"gone": 1}, last_error="status 404")


def test_a_line_says_how_often_what_and_why() -> None:
    assert host_line(SHOP) == (
        "3 gone, 1 forbidden by robots.txt, last: status 404, "
        "312 addresses left out (/calendar/#/#: 20 pages in a row brought nothing new)"
    )
    assert host_line(DOWN) == "4 failures in a row, 4 no good answer, last: status 503"


def test_a_report_travels_as_one_line() -> None:
    report = CrawlReport(outcome="done", troubles=(DOWN, SHOP))
    assert from_line(to_line(report)) == report


def test_the_end_of_a_crawl_names_the_hosts_to_look_at() -> None:
    out = StringIO()
    with DiscoveryProgress(Console(file=out, width=200)) as progress:
        progress.crawled(CrawlReport(outcome="done", pages=9, troubles=(DOWN, SHOP, FINE)))
    said = out.getvalue()
    assert "down.example: 4 failures in a row" in said
    assert "shop.example: " in said
    assert "fine.example" not in said
