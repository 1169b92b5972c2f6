"""One, two and four crawl workers on one catalog on PostgreSQL, over 500 hosts that answer in 50 to 300 ms.

Politeness and not the CPU is what a live crawl waits for: a host is asked every four seconds here, a worker has 32
hosts at once. Measured are pages a second in a window after the start, as the site's own log has them. Then two workers
crawl a web to its end while one of them is killed (-9) every five seconds: every page must be there, none twice, no
host asked too soon. ``python -m benchmarks.scale.crawl [SECONDS]``

Budget: two workers ≥ 1.8 × one, while there is CPU left (which the line says).
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.scale.cpu import used
from benchmarks.scale.frontier import filled, real_server
from crawler.run import CrawlSettings
from tests.crawler.crawling import crawl_apart
from tests.postgresql import Server

_BUDGET: Final = 1.8
_DELAY: Final = 4.0
_KILL_DELAY: Final = 0.5
_KILLS: Final = 20  # on a busy machine workers that only start would be killed for ever
_ROOT: Final = Path(__file__).parents[2]
_WARM_UP: Final = 10.0  # seconds until all workers have all the hosts that they work on at once
_ENDED: Final = (  # pages of the web that are done, and all that is done (front pages that sites lead to, too)
    "SELECT count(*) FILTER (WHERE a.url ~ '/[0-9]+$'), count(*) FROM task t JOIN address a ON a.id = t.address_id "
    "WHERE t.state = 'done' AND t.key <> 'seed.example'"
)
_LOCKED: Final = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
_AT_WORK: Final = "SELECT count(DISTINCT lease_worker) FROM host WHERE lease_token IS NOT NULL"
_SLACK: Final = 0.002  # seconds: two clocks


@contextmanager
def site() -> Iterator["subprocess.Popen[str]"]:
    """The web, a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.scale.slow_site"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=_ROOT,
        env=os.environ | {"PYTHONHASHSEED": "1"},
    ) as server:  # fmt: skip
        try:
            yield server
        finally:
            server.terminate()


def ask(server: "subprocess.Popen[str]", since: float = 0.0, until: float = 0.0, delay: float = 0.0) -> Any:
    """What the site saw."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps({"since": since, "until": until, "delay": delay - _SLACK}) + "\n")
    server.stdin.flush()
    return json.loads(server.stdout.readline())


def told(folder: Path, job: str, address: str, port: int, delay: float, **more: Any) -> CrawlSettings:
    """What each worker is told."""
    return CrawlSettings(
        data_dir=folder, catalog=address, job_id=job, loopback=f"127.0.0.1:{port}", delay=delay, **more
    )


@dataclass(frozen=True, slots=True)
class Speed:
    """What a window saw. CPU in milliseconds a page; ``locked``: backends that waited for a lock, on average."""

    pages: float  # a second
    idle: float  # share of all CPUs
    workers: float
    database: float
    locked: float

    def __str__(self) -> str:
        return (
            f"{self.pages:6.1f} pages/s, {100 * self.idle:.0f}% of the CPUs idle; CPU a page: {self.workers:.0f} ms of "
            f"workers, {self.database:.0f} ms of PostgreSQL; {self.locked:.1f} backends waited for locks"
        )


def speed(server: Server, workers: int, seconds: float) -> Speed:
    """Let so many workers crawl, and look on after a while."""
    with site() as web, tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        assert web.stdout is not None
        port = int(web.stdout.readline())
        catalog, job, address = filled(server, Path(folder), size=500 * 40, hosts=500)
        settings = told(Path(folder), job, address, port, _DELAY)
        running = [stack.enter_context(crawl_apart(settings)) for _ in range(workers)]
        try:
            database = address.partition("?")[0].rpartition("/")[2]
            while server.run(_AT_WORK, database) != [(workers,)]:
                time.sleep(0.5)
            time.sleep(_WARM_UP)
            took = [used(one.pid for one in running), used(_backends(server))]
            idle, began, locked = _idle(), time.monotonic(), []
            while time.monotonic() < began + seconds:
                locked.append(server.run(_LOCKED)[0][0])
                time.sleep(0.5)
            idle, ended = _idle() - idle, time.monotonic()
            took = [used(one.pid for one in running) - took[0], used(_backends(server)) - took[1]]
        finally:
            for one in running:
                one.kill()
        saw = ask(web, began, ended, _DELAY)
        catalog.close()
    if saw["too_close"] or saw["most_at_once"] > 1:
        raise SystemExit(f"impolite: {saw}")
    pages = max(1, saw["in_window"])
    return Speed(
        saw["in_window"] / (ended - began), idle / ((ended - began) * (os.cpu_count() or 1)),
        1000 * took[0] / pages, 1000 * took[1] / pages, sum(locked) / len(locked),
    )  # fmt: skip


def survives(server: Server, hosts: int, pages: int) -> str:
    """Crawl a web to its end while workers are killed; what became of it, in words."""
    rng = random.Random(7)
    with site() as web, tempfile.TemporaryDirectory() as folder:
        assert web.stdout is not None
        port = int(web.stdout.readline())
        catalog, job, address = filled(server, Path(folder), size=hosts * pages, hosts=hosts)
        settings = told(
            Path(folder), job, address, port, _KILL_DELAY, timeout=3.0, lease_seconds=9.0, patience_seconds=20.0
        )
        running = [crawl_apart(settings) for _ in range(2)]
        kills = 0
        try:
            while catalog.next_due(job) is not None:
                time.sleep(5.0)
                if kills == _KILLS:
                    continue
                which = rng.randrange(2)
                running[which].kill()
                running[which].wait()
                kills += 1
                running[which] = crawl_apart(settings)
        finally:
            for one in running:
                one.kill()
                one.wait()
        counts, saw = catalog.progress(job), ask(web, delay=_KILL_DELAY)
        catalog.close()
    [(done, ended)] = server.run(_ENDED, address.partition("?")[0].rpartition("/")[2])
    lost, twice = hosts * pages - done, counts.pages - ended
    polite = not saw["too_close"] and saw["most_at_once"] == 1
    verdict = "met" if not lost and not twice and not counts.failed and polite else "missed"
    return (
        f"{kills} workers killed: {lost} of {hosts * pages} pages lost, {twice} counted twice, {counts.failed} failed, "
        f"{saw['requests']} requests, {saw['too_close']} too soon, {saw['most_at_once']} at once to a host: {verdict}"
    )


def _backends(server: Server) -> list[int]:
    """The processes of PostgreSQL."""
    return [int(pid) for pid in Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()]


def _idle() -> float:
    """Seconds that all CPUs together were idle since the machine started."""
    first = Path("/proc/stat").read_text().splitlines()[0].split()
    return int(first[4]) / os.sysconf("SC_CLK_TCK")


def main(seconds: float) -> int:
    speeds = {}
    with real_server() as server:
        for workers in (1, 2, 4):
            seen = speed(server, workers, seconds)
            speeds[workers] = seen.pages
            print(f"{workers} workers: {seen}", flush=True)
        print(survives(server, hosts=40, pages=6), flush=True)
    ratio = speeds[2] / speeds[1]
    print(f"2 workers: {ratio:.2f} × 1 (budget {_BUDGET}): {'met' if ratio >= _BUDGET else 'missed'}")
    return 0 if ratio >= _BUDGET else 1


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 20.0))
