"""Killed at a failpoint, the catalog holds all of a page or nothing of it, and the crawl goes on."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.store import open_catalog
from tests.catalog.builders import Clock, account, link, post, result, seed

SCRIPT = """
import sys
from pathlib import Path
from tests.catalog.test_crash import crawl
crawl(Path(sys.argv[1]))
"""


def crawl(folder: Path) -> str:
    """Crawl three pages to the end, going on from whatever is there; returns the dump."""
    clock = Clock()
    with open_catalog(folder, clock=clock) as catalog:
        job = catalog.start_job("sushi", [seed("https://c.example/0")])
        catalog.reclaim("crawl")
        while (lease := catalog.lease(job, "crawl")) is not None:
            for task in lease.tasks:
                number = int(task.url.rpartition("/")[2])
                links = (link(f"https://c.example/{number + 1}"),) if number < 2 else ()
                person = account(f"n{number}")
                catalog.commit_page(
                    result(task, at=clock(), accounts=(person,), posts=(post(f"n{number}"),), links=links)
                )
            catalog.release(lease, next_allowed_at=clock())
        return catalog.canonical_dump()


@pytest.mark.parametrize("failpoint", ["leased", "before_commit:2", "after_commit", "after_commit:3"])
def test_killed_and_run_again(tmp_path: Path, failpoint: str) -> None:
    expected = crawl(tmp_path / "whole")
    log = tmp_path / "log"
    killed = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "killed")],
        env=os.environ | {"NICHESCOUT_FAILPOINT": failpoint, "NICHESCOUT_FAILPOINT_LOG": str(log)},
        cwd=Path(__file__).parents[2],
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert log.read_text().split() == [failpoint.partition(":")[0]]
    assert crawl(tmp_path / "killed") == expected
