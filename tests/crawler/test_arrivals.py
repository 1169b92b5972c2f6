"""The arrival log of a real server is the judge: never two requests to one host closer than its delay.

Redirects across hosts, robots.txt (also one that lies on another host), retries, Retry-After and a crawl-delay are all
in the world; it is crawled by one process, by four, and by two of which one is stopped and woken when its hosts are
somebody else's.
"""

import fcntl
import itertools
import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from catalog.identity import politeness_key
from catalog.tasks import Seed
from crawler.run import CrawlSettings
from tests.crawler.crawling import crawl, crawl_apart, outcomes, seed, start_job
from tests.crawler.site import Reply, Site, feed, robots, serve

DELAY = 0.12
SLOW = 0.4  # of the host that asks for it
HOSTS = [f"h{number}.example" for number in range(5)]
PER_HOST = 5


def world() -> dict[str, Reply | list[Reply]]:
    routes: dict[str, Reply | list[Reply]] = {}
    for number, host in enumerate(HOSTS):
        for page in range(PER_HOST):
            routes[f"{host}/{page}"] = feed(host, f"note {page}")
        other = HOSTS[(number + 1) % len(HOSTS)]
        routes[f"{host}/moved"] = Reply(b"", 302, {"Location": f"https://{other}/target"})
        routes[f"{host}/target"] = feed(host, "a target")
        routes[f"{host}/failing"] = [Reply(b"", 503, {"Retry-After": "0"}), feed(host, "at last")]
        routes[f"{host}/busy"] = [Reply(b"", 429, {"Retry-After": "1"}), feed(host, "at last, too")]
    routes["h0.example/robots.txt"] = robots(f"User-agent: *\nCrawl-delay: {SLOW}\nDisallow: /closed\n")
    routes["h1.example/robots.txt"] = Reply(b"", 301, {"Location": "https://h2.example/their-robots.txt"})
    routes["h2.example/their-robots.txt"] = robots("User-agent: *\nDisallow: /4\n")
    routes["h3.example/robots.txt"] = [Reply(b"", 301, {"Location": "/robots2.txt"})]
    routes["h3.example/robots2.txt"] = robots("User-agent: *\nAllow: /\n")
    return routes


def seeds() -> list[Seed]:
    paths = [*map(str, range(PER_HOST)), "moved", "failing", "busy"]
    return [seed(f"https://{host}/{path}") for host in HOSTS for path in paths]


def settings(data: Path, job: str, site: Site, **fields: Any) -> CrawlSettings:
    told: dict[str, Any] = {"timeout": 2.0, "delay": DELAY, "patience_seconds": 30.0} | fields
    return CrawlSettings(data_dir=data, job_id=job, loopback=site.address, **told)


def assert_never_too_close(site: Site) -> None:
    arrivals: dict[str, list[float]] = {}
    for asked in site.asked:
        arrivals.setdefault(politeness_key(f"https://{asked.url}"), []).append(asked.at)
    for key, moments in arrivals.items():
        moments.sort()
        # The very first request of h0 is its robots.txt, which says how slow it wants to be asked.
        delay = SLOW if key == "h0.example" else DELAY
        gaps = [after - before for before, after in itertools.pairwise(moments)]
        assert min(gaps, default=delay) >= delay, (key, gaps)


def assert_complete(data: Path, site: Site, processes: int = 1) -> None:
    ended = outcomes(data)
    assert ended.pop("https://h1.example/4") == ("failed", "robots")  # by the rules that lie on h2
    assert {state for state, _ in ended.values()} == {"done"}
    asked = site.urls()
    assert "h1.example/4" not in asked
    for host in HOSTS:
        assert f"{host}/target" in asked
        # While the host that keeps h1's rules is busy, each process may learn for itself where they lie.
        assert 1 <= asked.count(f"{host}/robots.txt") <= (processes if host == "h1.example" else 1)
    assert set(site.most_at_once.values()) == {1}


def test_one_process(tmp_path: Path) -> None:
    with serve(world()) as site:
        report = crawl(settings(tmp_path, start_job(tmp_path, seeds()), site))
    assert report.outcome == "done"
    assert_complete(tmp_path, site)
    assert_never_too_close(site)


@contextmanager
def workers(told: Sequence[CrawlSettings]) -> Iterator[list["subprocess.Popen[str]"]]:
    with ExitStack() as stack:
        running = [stack.enter_context(crawl_apart(each)) for each in told]
        try:
            yield running
        finally:
            for each in running:
                each.kill()


def agents(site: Site) -> set[str]:
    return {asked.headers["user-agent"] for asked in site.asked}


def test_four_processes_on_one_job(tmp_path: Path) -> None:
    with serve(world()) as site:
        job = start_job(tmp_path, seeds())
        told = [settings(tmp_path, job, site, user_agent=f"worker {number}") for number in range(4)]
        with workers(told) as running:
            assert [each.wait(timeout=120) for each in running] == [0] * 4
    assert_complete(tmp_path, site, processes=4)
    assert_never_too_close(site)
    assert len(agents(site)) > 1


def test_a_worker_that_is_stopped_and_woken_sends_nothing_more(tmp_path: Path) -> None:
    pages = 14
    routes: dict[str, Reply | list[Reply]] = {
        f"{host}/{page}": feed(host, f"note {page}") for host in HOSTS for page in range(pages)
    }
    wanted = [seed(f"https://{host}/{page}") for host in HOSTS for page in range(pages)]
    with serve(routes) as site:
        job = start_job(tmp_path, wanted)

        def told(who: str) -> CrawlSettings:
            return settings(tmp_path, job, site, user_agent=who, timeout=1.5, lease_seconds=4.5, delay=0.2)

        with workers([told("sleeper")]) as [sleeper]:
            wait_until(site, lambda: len(site.asked) >= 2 * len(HOSTS))
            stop_between_transactions(sleeper, tmp_path, site)
            seen = {asked.url for asked in site.asked}
            with workers([told("other")]) as [other]:
                wait_until(site, lambda: len({a.url for a in site.asked if a.headers["user-agent"] == "other"}) > 8)
                sleeper.send_signal(signal.SIGCONT)
                assert other.wait(timeout=120) == 0
                assert sleeper.wait(timeout=120) == 0
    hosts_of_the_other = {a.url.partition("/")[0] for a in site.asked if a.headers["user-agent"] == "other"}
    assert {url.partition("/")[0] for url in seen} & hosts_of_the_other  # it took over what was leased
    ended = outcomes(tmp_path)
    assert {state for state, _ in ended.values()} == {"done"}
    assert {ended[one.link.url] for one in wanted} == {("done", "ok")}
    assert_gaps(site, 0.2)


def stop_between_transactions(worker: "subprocess.Popen[str]", data: Path, site: Site) -> None:
    """Stop it where it holds no lock: SQLite lets nobody write while a transaction is open, whoever sleeps in it."""
    for _ in range(200):
        worker.send_signal(signal.SIGSTOP)
        os.waitpid(worker.pid, os.WUNTRACED)
        try:
            with closing(sqlite3.connect(data / "catalog.sqlite", timeout=0, isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                database.execute("ROLLBACK")
            with (data / "workers" / "roll").open("ab") as roll:
                fcntl.flock(roll, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (sqlite3.OperationalError, OSError):
            worker.send_signal(signal.SIGCONT)
            site.closing.wait(0.01)
        else:
            return
    pytest.fail("it is always in a transaction")


def assert_gaps(site: Site, delay: float) -> None:
    arrivals: dict[str, list[float]] = {}
    for asked in site.asked:
        arrivals.setdefault(asked.url.partition("/")[0], []).append(asked.at)
    for host, moments in arrivals.items():
        moments.sort()
        gaps = [after - before for before, after in itertools.pairwise(moments)]
        assert min(gaps) >= delay, (host, gaps)


def wait_until(site: Site, condition: Any) -> None:
    for _ in range(3000):
        if condition():
            return
        site.closing.wait(0.02)
    pytest.fail("the crawl does not go on")
