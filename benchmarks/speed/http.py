"""What HTTP adds to a query, and how the endpoint bears a load, over a generated index of 200,000 posts.

python -m benchmarks.speed.http overhead [DATA] [--passes N] [--every N] [--askers N ...] [--json FILE]
python -m benchmarks.speed.http load [DATA] [--requests N] [--clients N] [--kept]

DATA: a folder with an index; without it ``world`` makes one, kept in .cache/bench. The server is a process of its own;
askers are threads of this one with a connection each, which take packed answers (gzip) and do not unpack them. They
share the machine's cores with the server, so a figure is a little too high.

``overhead``: 1, 4 and 16 askers; 200 distinct queries, each asked once of a fresh process, so that no answer is
remembered; the engines are called in this process, as many as the server has and by as many threads. CPU is that of the
whole process that answers, a query: it tells what HTTP costs where other work makes waiting times mean nothing.
``load``: no query is asked twice, or with ``--kept`` 77 in turn, which the server remembers.

Budgets: 3 ms at the median (1 asker); load: no error, p95 250 ms, memory at the end within 5% of that after a tenth.
"""

import argparse
import http.client
import itertools
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlencode

from benchmarks.speed.figures import Figure, tell
from benchmarks.speed.questions import questions
from benchmarks.speed.world import POSTS, topic_names, town_names
from places.gazetteer import open_gazetteer
from search.pool import EnginePool
from server.settings import ServerSettings

_KEPT: Final = Path(__file__).parent.parent.parent / ".cache" / "bench"
_WARMING: Final = ("chess in berlin", "gardening", "small running blogs in texas", "knitting on mastodon") * 4
_RESULTS: Final = 10
_THEMES: Final = (
    "sushi",
    "ramen",
    "bread",
    "coffee",
    "running",
    "knitting",
    "oysters",
    "hiking",
    "cheese",
    "film",
    "go",
)
_PLACES: Final = ("", "in boston", "in new york", "in philadelphia", "around portland", "in chicago", "in miami")
_OVERHEAD_MS: Final = 3.0
_P95_MS: Final = 250.0
_GROWTH: Final = 0.05
Ask = Callable[[str], int]


class Load(NamedTuple):
    """What came of a run: seconds by request, statuses that were not 200, seconds and CPU seconds of the whole."""

    times: list[float]
    wrong: list[int]
    whole: float
    cpu: float = 0.0

    def at(self, percent: int) -> float:
        """Milliseconds that so many of a hundred took at most."""
        return statistics.quantiles(self.times, n=100)[percent - 1] * 1000


class Served(NamedTuple):
    """A running server."""

    port: int
    pid: int

    def asker(self) -> Ask:
        """One connection that is kept."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

        def ask(query: str) -> int:
            path = "/v1/creators/search?" + urlencode({"q": query, "limit": _RESULTS})
            connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
            answer = connection.getresponse()
            answer.read()
            return answer.status

        return ask

    def cpu(self) -> float:
        """CPU seconds so far, of all threads."""
        fields = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """MiB of its own: not the pages of the index, which the system keeps and takes as it likes."""
        (line,) = re.findall(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{self.pid}/status").read_text("ascii"))
        return int(line) / 1024


@contextmanager
def serving(data: Path) -> Iterator[Served]:
    """The server as a user starts it, warm."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "cli", "--data", str(data), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        served = Served(port, process.pid)
        _until_it_answers(port)
        ask_by([served.asker() for _ in range(ServerSettings().engines)], _WARMING)
        yield served
    finally:
        process.terminate()
        process.wait()


@contextmanager
def calling(data: Path) -> Iterator[Ask]:
    """The same engines, called; warm."""
    with EnginePool(data, size=ServerSettings().engines, wait=60) as pool:

        def ask(query: str) -> int:
            with pool.engine() as engine:
                engine.search(query, limit=_RESULTS)
            return 200

        ask_by([ask] * ServerSettings().engines, _WARMING)
        yield ask


def ask_by(askers: Sequence[Ask], queries: Iterable[str], watch: Callable[[int], None] = lambda _: None) -> Load:
    """Each asker asks the next query as soon as it has an answer; ``watch`` hears the number of answers so far."""
    left, lock = iter(queries), threading.Lock()
    times, wrong = list[float](), list[int]()

    def go_on(ask: Ask) -> None:
        while True:
            with lock:
                query = next(left, None)
            if query is None:
                return
            started = time.perf_counter()
            status = ask(query)
            seconds = time.perf_counter() - started
            with lock:
                times.append(seconds)
                if status != 200:
                    wrong.append(status)
                watch(len(times))

    threads = [threading.Thread(target=go_on, args=(ask,)) for ask in askers]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(times, wrong, time.perf_counter() - started)


def overhead(data: Path, passes: int, every: int, askers_tried: Sequence[int]) -> list[Figure]:
    """Print what HTTP adds; the same as figures."""
    with open_gazetteer() as gazetteer:
        asked = questions(topic_names(), town_names(gazetteer))[::every]
    print(f"{len(asked)} distinct queries, {_RESULTS} results, best of {passes}; ms")
    print(f"{'':>8}{'called':>8}{'':>16}{'HTTP':>8}{'':>16}{'added':>8}")
    print(f"{'askers':>8}" + f"{'p50':>8}{'p95':>8}{'CPU':>8}" * 2 + f"{'p50':>8}{'CPU':>8}{'answers/s':>12}")
    found: list[Figure] = []
    for askers in askers_tried:
        runs = [(_called(data, askers, asked), _served(data, askers, asked)) for _ in range(passes)]
        called, over = (min(each, key=lambda run: run.at(50)) for each in zip(*runs, strict=True))
        cpu = [min(run.cpu for run in each) / len(asked) * 1000 for each in zip(*runs, strict=True)]
        added = over.at(50) - called.at(50)
        figures = (called.at(50), called.at(95), cpu[0], over.at(50), over.at(95), cpu[1], added, cpu[1] - cpu[0])
        told = "".join(f"{figure:>8.1f}" for figure in figures)
        rate = len(over.times) / over.whole
        print(f"{askers:>8}{told}{rate:>12.0f}")
        by = f"{askers} clients" if askers > 1 else "1 client"
        budget = _OVERHEAD_MS if askers == 1 else None
        found += [
            Figure(f"added by HTTP at the median, {by}", added, "ms", budget),
            Figure(f"CPU added a query, {by}", cpu[1] - cpu[0], "ms"),
            Figure(f"p95, {by}", over.at(95), "ms"),
            Figure(f"answers a second, {by}", rate, "/s"),
            Figure(f"errors, {by}", len(over.wrong), "", 0),
        ]
    return found


def _called(data: Path, askers: int, asked: Sequence[str]) -> Load:
    with calling(data) as ask:
        before = time.process_time()
        return ask_by([ask] * askers, asked)._replace(cpu=time.process_time() - before)


def _served(data: Path, askers: int, asked: Sequence[str]) -> Load:
    with serving(data) as served:
        before = served.cpu()
        return ask_by([served.asker() for _ in range(askers)], asked)._replace(cpu=served.cpu() - before)


def load(data: Path, requests: int, clients: int, *, kept: bool) -> bool:
    """Print how the endpoint bears it; whether the budgets are met."""
    queries = itertools.cycle(f"{theme} {place}".strip() for theme in _THEMES for place in _PLACES)
    memory: dict[int, float] = {}
    with serving(data) as served:

        def watch(number: int) -> None:
            if number % max(1, requests // 10) == 0:
                memory[number] = served.memory()

        asked = itertools.islice(queries if kept else _never_twice(), requests)
        done = ask_by([served.asker() for _ in range(clients)], asked, watch)
    early, end = memory[min(memory)], memory[max(memory)]
    flat, quick = end <= early * (1 + _GROWTH), done.at(95) <= _P95_MS
    kind = "in turn, remembered" if kept else "no query twice"
    print(f"{len(done.times)} requests by {clients} clients ({kind}), {len(done.times) / done.whole:.0f} a second")
    p95 = f"p95 {done.at(95):.0f} ms  budget {_P95_MS:g}: {_said(quick)}"
    statuses = "".join(f", {count} times {status}" for status, count in Counter(done.wrong).items())
    print(f"  errors {len(done.wrong)}{statuses}  budget 0: {_said(not done.wrong)}")
    print(f"  p50 {done.at(50):.0f} ms, {p95}; p99 {done.at(99):.0f} ms")
    said = ", ".join(f"{mib:.0f}" for mib in memory.values())
    print(f"  memory {said} MiB, a figure each tenth; growth {end / early - 1:+.1%}  budget 5%: {_said(flat)}")
    return flat and quick and not done.wrong


def _never_twice() -> Iterator[str]:
    with open_gazetteer() as gazetteer:
        towns = [town.partition(",")[0] for town in town_names(gazetteer)]
    pairs = itertools.product(topic_names(), towns)
    return (f"{topic} in {town}" for topic, town in sorted(pairs, key=lambda pair: hash_of(" ".join(pair))))


def hash_of(text: str) -> int:
    """The same in every run, unlike ``hash``."""
    return int.from_bytes(text.encode()[::-1], "big") * 2_654_435_761 % 2**32


def _until_it_answers(port: int) -> None:
    for _ in range(300):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


def _said(met: bool) -> str:
    return "met" if met else "missed"


def main() -> int:
    parser = argparse.ArgumentParser(description="What HTTP adds, and how the endpoint bears a load.")
    parser.add_argument("what", choices=("overhead", "load"))
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--clients", type=int, default=16)
    parser.add_argument("--kept", action="store_true", help="77 queries in turn, which the server remembers")
    parser.add_argument("--passes", type=int, default=4)
    parser.add_argument("--every", type=int, default=1, help="ask each N-th question only, for a quick look")
    parser.add_argument("--askers", type=int, action="append", help="so many only (repeatable)")
    parser.add_argument("--json", type=Path, help="for the collector; of overhead only")
    given = parser.parse_args()
    data = given.data or _KEPT / f"speed-{POSTS}"
    if not (data / "index").exists():
        subprocess.run([sys.executable, "-m", "benchmarks.speed.world", str(data), str(POSTS)], check=True)
    if given.what == "overhead":
        return tell(overhead(data, given.passes, given.every, given.askers or (1, 4, 16)), given.json)
    return 0 if load(data, given.requests, given.clients, kept=given.kept) else 1


if __name__ == "__main__":
    sys.exit(main())
