"""Start crawls in tests and look at what they left behind."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from catalog.items import Link
from catalog.store import open_catalog
from catalog.tasks import Seed
from crawler.clock import StandingClock
from crawler.run import CrawlReport, CrawlSettings, Progress, run_crawl
from tests.conftest import ROOT
from tests.crawler.builders import NOW
from tests.crawler.site import Site
from tests.crawler.stream import Stream


def seed(url: str, source: str = "feed", page: str = "", score: float = 0.5) -> Seed:
    return Seed(label=f"seed {url}", link=Link(url=url, source=source, page=page or source, score=score))


def start_job(
    data: Path, seeds: Sequence[Seed], *, query: str = "sushi", fresh_for: timedelta = timedelta(days=1)
) -> str:
    with open_catalog(data, clock=StandingClock(NOW)) as catalog:
        return catalog.unfinished_job(query) or catalog.start_job(query, seeds, fresh_for=fresh_for)


def loopback(data: Path, job: str, site: Site | Stream, **fields: Any) -> CrawlSettings:
    """Settings over a local site, with a clock that stands so that waiting costs nothing."""
    base: dict[str, Any] = {"loopback": site.address, "now": NOW, "timeout": 5.0}
    return CrawlSettings(data_dir=data, job_id=job, **(base | fields))


def crawl(settings: CrawlSettings, told: list[Progress] | None = None) -> CrawlReport:
    return run_crawl(settings, on_progress=(told if told is not None else []).append)


def crawl_apart(settings: CrawlSettings, env: Mapping[str, str] = {}) -> subprocess.Popen[str]:
    """The crawl process alone, as ``run_crawl`` starts it, to be killed."""
    child = subprocess.Popen(
        [sys.executable, "-m", "crawler.run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), **env},
    )
    assert child.stdin is not None
    child.stdin.write(settings.to_json() + "\n")
    child.stdin.flush()
    return child


def outcomes(data: Path) -> dict[str, tuple[str, str]]:
    """Address → (state, last outcome) of every task."""
    with sqlite3.connect(data / "catalog.sqlite") as database:
        rows = database.execute(
            "select address.url, task.state, task.outcome from task join address on address.id = task.address_id"
        ).fetchall()
    database.close()
    return {url: (state, outcome) for url, state, outcome in rows}


def dump(data: Path) -> str:
    with open_catalog(data, clock=StandingClock(NOW), create=False) as catalog:
        return catalog.canonical_dump()
