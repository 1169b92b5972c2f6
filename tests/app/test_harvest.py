"""``nichescout harvest``, and how a harvest is told while a crawl runs and at its end."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from app.by_itself import told
from app.progress import DiscoveryProgress
from catalog.items import AccountItem
from catalog.store import Catalog, open_catalog
from cli import main
from crawler.progress import CrawlReport, Progress, from_line, to_line
from tests.catalog.builders import START, Clock, account, leases, link, result, seed

TAG, LISTS = "https://pixel.example/tags/sushi", "https://lists.example/"


def crawled(catalog: Catalog, query: str, *, relevant: bool = True, judged: bool = True) -> str:
    """A job of three pages: a hashtag that shows two people, of whom one fits, what it links to, and a list."""
    people = (account(f"mika-{query.split()[0]}"), account("tax"))
    job = catalog.start_job(query, [seed(TAG, "#sushi", 0.9), seed(LISTS, "a list", 0.3)])
    for held in leases(catalog, job):
        for task in held.tasks:
            shown: tuple[AccountItem, ...] = people if task.url == TAG else ()
            names = tuple(one.aliases[0] for one in shown[:1]) if relevant else ()
            links = (link(f"https://{query.split()[0]}.example/"),) if shown else ()
            catalog.commit_page(result(task, accounts=shown, relevant=names, judged=judged, links=links))
        catalog.release(held, next_allowed_at=START)
    catalog.finish_job(job, "done")
    return job


@pytest.fixture
def data(tmp_path: Path) -> Path:
    clock = Clock()
    with open_catalog(tmp_path, clock=clock) as catalog:
        crawled(catalog, "sushi")
        clock.later(days=2)
        crawled(catalog, "ramen", relevant=False)
        clock.later(days=2)
        crawled(catalog, "who", judged=False)
    return tmp_path


def harvest(data: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--data", str(data), "harvest", *arguments])


def test_an_earlier_crawl_by_source_and_seed(data: Path) -> None:
    ran = harvest(data, "sushi")
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.splitlines() == [
        "“sushi”, 2026-05-01 12:00 UTC: 3 pages, 1 relevant (33.3 per 100 pages)",
        "  source mastodon: 1 on 2 pages (50.0 per 100)",
        "  source page: 0 on 1 pages (0.0 per 100)",
        "  seed #sushi: 1 on 2 pages (50.0 per 100)",
        "  seed a list: 0 on 1 pages (0.0 per 100)",
    ]


def test_every_crawl_in_a_line_the_newest_first(data: Path) -> None:
    lines = harvest(data, "--all").stdout.splitlines()
    assert [line.partition("”")[0] for line in lines] == ["“who", "“ramen", "“sushi"]
    assert "nobody was judged" in lines[0]
    assert lines[1].endswith("3 pages, 0 relevant (0.0 per 100 pages)")
    assert harvest(data).stdout == lines[0] + "\n"  # the newest


def test_as_json(data: Path) -> None:
    said: dict[str, Any] = json.loads(harvest(data, "sushi", "--json").stdout)
    assert (said["query"], said["pages"], said["relevant"], said["per_100"]) == ("sushi", 3, 1, 33.33)
    assert said["by_source"][0] == {"name": "mastodon", "pages": 2, "relevant": 1, "per_100": 50.0}
    assert said["by_seed"][0] == {"name": "#sushi", "pages": 2, "relevant": 1, "per_100": 50.0, "left_out": 0}
    unknown = json.loads(harvest(data, "who", "--json").stdout)
    assert (unknown["judged"], unknown["relevant"], unknown["per_100"]) == (False, None, None)
    assert len(harvest(data, "--all", "--json").stdout.splitlines()) == 3


def test_a_query_that_was_not_crawled_and_an_empty_catalog(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ran = harvest(data, "soba")
    assert (ran.exit_code, ran.stderr) == (
        1,
        "nichescout: nothing was crawled for “soba”; what was: nichescout harvest --all\n",
    )
    empty = tmp_path_factory.mktemp("empty")
    open_catalog(empty).close()
    assert harvest(empty).stderr == 'nichescout: nothing was crawled yet; begin with: nichescout discover "QUERY"\n'
    assert harvest(empty / "nowhere").exit_code == 1


def test_it_is_told_on_the_way_at_the_end_and_by_a_worker(data: Path) -> None:
    out = StringIO()
    on_the_way = Progress(pages=40, relevant=6)
    report = CrawlReport(outcome="done", pages=40, relevant=6, fetched=41)
    with DiscoveryProgress(Console(file=out, width=200)) as progress, open_catalog(data, create=False) as catalog:
        progress.crawling(on_the_way)
        progress.crawled(report)
        progress.harvested(catalog.harvest(catalog.jobs_for("sushi")[0]))
        progress.harvested(catalog.harvest(catalog.jobs_for("who")[0]))  # nothing was judged: nothing is said
    said = out.getvalue()
    assert "40 pages · 6 relevant (15.0 per 100 pages) · " in said
    assert said.count("Harvest: ") == 1
    assert "Harvest: 1 relevant (33.3 per 100 pages)" in said
    assert "  seed #sushi: 1 on 2 pages (50.0 per 100)" in said
    assert told(report).endswith("6 relevant (15.0 per 100 pages), all read")
    assert from_line(to_line(report)) == report


def test_what_is_not_judged_is_not_told() -> None:
    out = StringIO()
    with DiscoveryProgress(Console(file=out, width=200)) as progress:
        progress.crawling(Progress(pages=40))
    assert "relevant" not in out.getvalue()
