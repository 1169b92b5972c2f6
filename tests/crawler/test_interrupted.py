"""Crawls that are stopped, killed or orphaned: nothing that was acknowledged is lost, nothing stays behind."""

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from base.failpoints import FAILPOINTS
from crawler.archive import ARCHIVE_NAME, archive_clock
from crawler.errors import CrawlError
from crawler.workers import bury_dead, living, register
from tests.conftest import ROOT
from tests.crawler.crawling import crawl, crawl_apart, dump, loopback, outcomes, seed, start_job
from tests.crawler.site import Site, feed, serve

HOSTS = [f"h{number}.example" for number in range(6)]
SEEDS = [seed(f"https://{host}/feed") for host in HOSTS]
LONG = [seed(f"https://h0.example/{n}") for n in range(60)]  # at one a second more than whoever does not stop is given
OF_THE_CRAWL = ["leased", "fetched", "before_commit", "after_commit", "inside_warc_member"]


def world() -> dict[str, object]:
    return {f"{host}/feed": feed(host, f"sushi {host}", "rice") for host in HOSTS}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve(world()) as running:  # type: ignore[arg-type]
        yield running


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, site: Site) -> str:
    """The dump of a crawl that nothing disturbed."""
    data = tmp_path_factory.mktemp("whole")
    assert crawl(loopback(data, start_job(data, SEEDS), site)).outcome == "done"
    return dump(data)


def test_killed_at_every_failpoint_in_turn_and_run_again(tmp_path: Path, site: Site, whole: str) -> None:
    settings = loopback(tmp_path, start_job(tmp_path, SEEDS), site, archive=tmp_path / "archive")
    log = tmp_path / "hit"
    for failpoint in OF_THE_CRAWL:
        assert failpoint in FAILPOINTS
        child = crawl_apart(settings, {"NICHESCOUT_FAILPOINT": f"{failpoint}:2", "NICHESCOUT_FAILPOINT_LOG": str(log)})
        assert child.stdin is not None
        with child.stdin:  # open until it is dead: its end means "stop"
            assert child.wait(timeout=60) == -signal.SIGKILL
    assert log.read_text().split() == OF_THE_CRAWL
    assert crawl(settings).outcome == "done"
    assert dump(tmp_path) == whole
    archive_clock(tmp_path / "archive" / ARCHIVE_NAME)  # whole again


def test_a_crash_of_the_child_is_told_in_one_line(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NICHESCOUT_FAILPOINT", "fetched:2")
    with pytest.raises(CrawlError, match="signal 9") as caught:
        crawl(loopback(tmp_path, start_job(tmp_path, SEEDS), site))
    assert str(tmp_path / "logs") in str(caught.value)


PARENT = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job that a shell put into the background ignores it
from crawler.run import CrawlSettings, run_crawl
report = run_crawl(CrawlSettings.from_json(sys.stdin.readline()), on_progress=lambda p: print("told", flush=True))
print(report.outcome, flush=True)
"""


def parent(settings: str) -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PARENT)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(settings + "\n")
    process.stdin.flush()
    return process


def wait_for_the_first_page(site: Site) -> None:
    deadline = time.monotonic() + 120
    while not any(url.endswith("/feed") for url in site.urls()):
        assert time.monotonic() < deadline
        site.closing.wait(0.02)


def be_quick(data: Path) -> None:
    """Forget how long each host was left alone between two requests."""
    with closing(sqlite3.connect(data / "catalog.sqlite")) as database, database:
        database.execute("UPDATE host SET delay = 0")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_cleanly_and_a_second_run_goes_on(number: int, tmp_path: Path, whole: str) -> None:
    with serve(world()) as site:  # type: ignore[arg-type]
        job = start_job(tmp_path, [*SEEDS, *LONG])
        running = parent(loopback(tmp_path, job, site, delay=1.0).to_json())
        wait_for_the_first_page(site)
        running.send_signal(number)
        out, _ = running.communicate(timeout=len(LONG) * 0.9)
        assert out.split()[-1] == "stopped"
        states = {state for state, _ in outcomes(tmp_path).values()}
        assert states == {"done", "waiting"}  # nothing half done
        be_quick(tmp_path)
        report = crawl(loopback(tmp_path, job, site))
    assert report.outcome == "done"
    assert all(line in dump(tmp_path) for line in whole.splitlines() if line.startswith("post"))


def test_a_killed_parent_leaves_no_child(tmp_path: Path) -> None:
    with serve(world()) as site:  # type: ignore[arg-type]
        job = start_job(tmp_path, [*LONG, *SEEDS])
        running = parent(loopback(tmp_path, job, site, delay=1.0).to_json())
        wait_for_the_first_page(site)
        running.kill()
        running.communicate(timeout=60)
        deadline = time.monotonic() + len(LONG) * 0.9
        while living(tmp_path):  # the child's registration ends with the child
            assert time.monotonic() < deadline
            site.closing.wait(0.05)
        assert "leased" not in {state for state, _ in outcomes(tmp_path).values()}


def test_the_dead_are_found_once_and_the_living_are_left_alone(tmp_path: Path) -> None:
    dead = "import sys; from pathlib import Path; from crawler.workers import register\n"
    dead += "kept = register(Path(sys.argv[1])); kept.__enter__(); import os; os._exit(9)"
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", dead, str(tmp_path)], env=env, check=False)
    with register(tmp_path) as name:
        buried: list[str] = []
        bury_dead(tmp_path, buried.append)
        bury_dead(tmp_path, buried.append)
        assert len(buried) == 1
        assert living(tmp_path) == [name] != buried
    assert living(tmp_path) == []


def test_bounds_end_a_run_and_the_next_one_goes_on(tmp_path: Path, site: Site, whole: str) -> None:
    job = start_job(tmp_path, SEEDS)
    for bound, outcome, fetched in (({"pages": 3}, "pages", 3), ({"minutes": 0.0}, "minutes", 0)):
        report = crawl(loopback(tmp_path, job, site, **bound))
        assert (report.outcome, report.fetched) == (outcome, fetched)
    assert crawl(loopback(tmp_path, job, site)).outcome == "done"
    assert dump(tmp_path) == whole
