"""Crawling by itself, in real processes: schedules, a worker that is stopped or killed, the brakes, a refresh."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.indexing import build
from tests.conftest import ROOT, Ran, nichescout
from tests.crawler.site import Reply, Site, feed, serve
from tests.test_crash import _kill_with_descendants

pytestmark = pytest.mark.slow

QUERY = "east coast sushi"
NAMES = [f"h{number}.example" for number in range(12)]
FEEDS = [f"{name}/feed" for name in NAMES]


@dataclass
class Post:
    """A data folder with a schedule over the site."""

    site: Site
    data: Path
    env: dict[str, str]

    def run(self, *arguments: str, **env: str) -> Ran:
        return nichescout("--data", str(self.data), *arguments, env={**self.env, **env})

    def start_worker(self) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), "--data", str(self.data), "worker"],
            env={**os.environ, "PYTHONPATH": str(ROOT), **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def fetched(self) -> set[str]:
        """The feeds whose answer is in the catalog."""
        return {
            url for url in FEEDS if self.ask("SELECT 1 FROM address WHERE url = ? AND state = 'ok'", f"https://{url}")
        }

    def ask(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.data / "catalog.sqlite", isolation_level=None, timeout=30)) as database:
            return database.execute(statement, values).fetchall()


def routes() -> dict[str, Reply | list[Reply]]:
    return {f"{name}/feed": feed(name, f"sushi number {name[1:-8]} in Boston", ETag=f'"{name}"') for name in NAMES}


def newer() -> Reply:
    """One feed a while later."""
    return feed("h3.example", "sushi number 3 in Boston", "new sushi", ETag='"new"')


def loopback_to(site: Site) -> dict[str, str]:
    return {"NICHESCOUT_LOOPBACK": site.address, "NICHESCOUT_DELAY": "0"}


@pytest.fixture(scope="module")
def scheduled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with one schedule, an index of nobody and all vectors, to be copied: those take long to make."""
    folder = tmp_path_factory.mktemp("scheduled")
    (folder / "hosts.toml").write_text(f"[feed]\nhosts = {json.dumps([f'https://{url}' for url in FEEDS])}\n")
    env = {"NICHESCOUT_HOSTS": str(folder / "hosts.toml")}
    added = nichescout("--data", str(folder / "data"), "schedule", "add", QUERY, "--every", "7d", env=env)
    assert (added.code, added.out) == (0, f"“{QUERY}” every 7 days, next: now.\n"), added
    build(folder / "data")
    warm = folder / "warm"
    shutil.copytree(folder / "data", warm)
    with serve(routes() | {"h3.example/feed": newer()}) as site:
        ran = nichescout("--data", str(warm), "crawl", "--due", env=env | loopback_to(site))
    assert ran.code == 0, ran.err
    shutil.move(warm / "vectors.sqlite", folder / "data" / "vectors.sqlite")
    shutil.rmtree(warm)
    return folder


@pytest.fixture
def post(tmp_path: Path, scheduled: Path) -> Iterator[Post]:
    shutil.copytree(scheduled, tmp_path, dirs_exist_ok=True)
    with serve(routes()) as site:
        yield Post(site, tmp_path / "data", loopback_to(site) | {"NICHESCOUT_HOSTS": str(tmp_path / "hosts.toml")})


def wait_until(true: Callable[[], object], process: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 200
    while not true():
        assert time.monotonic() < deadline
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def test_what_is_due_is_crawled_indexed_and_due_again_later(post: Post) -> None:
    ran = post.run("crawl", "--due")
    assert ran.code == 0, ran.err
    first, second = ran.out.splitlines()
    assert "“east coast sushi”: " in first
    assert "12 new accounts, 12 new posts, 12 relevant (33.3 per 100 pages), all read: 12 creators indexed" in first
    assert f"next: “{QUERY}”, " in second
    assert post.fetched() == set(FEEDS)
    [shown] = [json.loads(line) for line in post.run("schedule", "list", "--json").out.splitlines()]
    assert (shown["query"], shown["last_outcome"], shown["running"]) == (QUERY, "done", False)
    assert shown["next_at"] > shown["last_at"]

    asked = len(post.site.asked)
    assert post.run("crawl", "--due").out.splitlines()[0].endswith(second.split("next: ")[1])
    assert len(post.site.asked) == asked

    post.ask("UPDATE revisit SET next_at = 0")  # time goes by
    post.site.routes["h3.example/feed"] = newer()
    again = post.run("crawl", "--due")
    assert "looked at again: 13 requests, 0 new accounts, 1 new posts, all read: 1 creators indexed" in again.out
    later = post.site.asked[asked:]
    assert sorted(one.url for one in later) == sorted([*FEEDS, "h3.example/1"])  # robots.txt is known for a day
    assert {one.headers.get("if-none-match") for one in later if one.url in FEEDS} == {f'"{name}"' for name in NAMES}
    assert "Nothing is left to fetch" in post.run("crawl").out


@pytest.mark.parametrize("how", ["SIGTERM", "SIGKILL", "all"])
def test_a_worker_that_is_ended_is_followed_by_one_that_goes_on(how: str, post: Post) -> None:
    worker = post.start_worker()
    wait_until(lambda: len(post.site.asked) >= 4, worker)
    if how == "all":
        _kill_with_descendants(worker.pid)  # as a power cut would
    else:
        os.kill(worker.pid, getattr(signal, how))
    out, err = worker.communicate(timeout=100)
    assert "Traceback" not in err
    if how == "SIGTERM":
        assert worker.returncode == 0, err
        assert "stopped; the next worker goes on from here" in out
        assert post.ask("SELECT count(*) FROM schedule WHERE lease_worker IS NOT NULL") == [(0,)]
    else:
        time.sleep(0 if how == "all" else 3)  # the crawl hears of its parent's end by its input
    ran = post.run("crawl", "--due")  # at once, not after the lease
    assert ran.code == 0, ran.err
    assert post.fetched() == set(FEEDS)
    assert max(len(post.site.requests(url)) for url in FEEDS) <= 2
    assert post.ask("SELECT count(*) FROM post") == [(12,)]
    verified = post.run("index", "verify")
    assert "12 creators, 12 posts" in verified.out, (ran, verified)


def test_two_workers_do_not_do_the_same(post: Post) -> None:
    post.run("schedule", "add", "sushi in maine", "--every", "1d")
    workers = [post.start_worker() for _ in range(2)]
    try:
        for worker in workers:
            wait_until(lambda: post.ask("SELECT count(*) FROM schedule WHERE last_outcome = 'done'") == [(2,)], worker)
    finally:
        for worker in workers:
            worker.terminate()
        outs = [worker.communicate(timeout=100) for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0], outs
    assert {len(post.site.requests(url)) for url in FEEDS} == {1}
    assert max(post.site.most_at_once.values()) == 1


@pytest.mark.parametrize("brake", ["stop file", "disk"])
def test_brakes_pause_cleanly_and_say_so(brake: str, post: Post) -> None:
    env = {"NICHESCOUT_MIN_FREE": "999999999"} if brake == "disk" else {}
    if brake == "stop file":
        (post.data / "stop").touch()
    ran = post.run("crawl", "--due", **env)
    assert ran.code == 0, ran.err
    assert ("remove it to crawl" if brake == "stop file" else "MiB are free") in ran.out
    refused = post.run("discover", QUERY, **env)
    assert refused.code == 1
    assert ("remove it to crawl" if brake == "stop file" else "make room") in refused.err
    assert "Traceback" not in refused.err
    assert post.site.asked == []


def test_a_stop_file_ends_a_running_crawl(post: Post) -> None:
    post.site.longest_stall = 8.0  # pages on their way are waited for
    for name in NAMES:
        post.site.routes[f"{name}/feed"] = replace(feed(name, "slow"), stall=True, declared=9999)
    worker = post.start_worker()
    wait_until(lambda: len(post.site.asked) >= 4, worker)
    (post.data / "stop").touch()
    wait_until(lambda: post.ask("SELECT 1 FROM schedule WHERE last_outcome = 'halted'"), worker)
    asked = len(post.site.asked)
    assert worker.stdout is not None
    assert any("stopped by the stop file" in line for line in worker.stdout)  # told after it was written down
    worker.terminate()
    worker.communicate(timeout=100)
    assert worker.returncode == 0
    assert len(post.site.asked) == asked


def test_a_blocked_host_is_left_alone_and_listed(post: Post) -> None:
    ran = post.run("hosts", "block", "https://h5.example/feed", "--reason", "they asked us")
    assert ran.out == "h5.example and all hosts under it are blocked: they asked us\n"
    post.run("hosts", "pause", "h6.example", "--reason", "too slow")
    listed = post.run("hosts", "list").out.splitlines()
    assert [line.split("  ")[0] for line in listed] == ["h5.example", "h6.example"]
    assert "blocked since" in listed[0]
    assert post.run("hosts", "allow", "h6.example").out == "h6.example may be fetched again.\n"
    assert post.run("hosts", "allow", "h6.example").code == 1
    assert post.run("hosts", "block", "no host", "--reason", "x").code == 2
    post.run("crawl", "--due")
    assert not [one for one in post.site.urls() if one.startswith("h5.example")]
    assert post.fetched() == set(FEEDS) - {"h5.example/feed"}


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["schedule", "add", QUERY, "--every", "often"], 2, "12h, 7d or 2w"),
        (["schedule", "add", QUERY, "--every", "5m"], 2, "an hour is the least"),
        (["schedule", "remove", "ramen"], 1, "schedule list"),
        (["crawl", "--due", "--pages", "3"], 2, "bounds of each schedule"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(arguments: list[str], code: int, says: str, post: Post) -> None:
    ran = post.run(*arguments)
    assert (ran.code, says in ran.err) == (code, True), ran
