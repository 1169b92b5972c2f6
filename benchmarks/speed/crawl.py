"""Pages a second of a whole crawl, against Scrapy with the same extraction and against Scrapy alone.

A generated web of real size on loopback (benchmarks/speed/crawl_site.py, a process of its own): 70% HTML, 30% feeds and
JSON, no delays. All three fetch the same pages with the same concurrency and one request per host at a time; extraction
runs in as many worker processes in both that extract. Time counts from the server's first request to its last, so that
starting up is not measured. Runs take turns; the best of each counts, since other work runs beside them.

Budget: 0.85 × Scrapy with the same extraction. ``python -m benchmarks.speed.crawl [PAGES] [TURNS] [--json FILE]``
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.speed.crawl_site import Site, make_site
from benchmarks.speed.figures import Figure, tell
from catalog.items import Link
from catalog.store import open_catalog
from catalog.tasks import Seed
from crawler.progress import Progress
from crawler.run import CrawlSettings, run_crawl

_BUDGET: Final = 0.85
_ROOT: Final = Path(__file__).parents[2]


@dataclass(frozen=True)
class Run:
    """One crawl: wall time from first to last request, CPU time of all its processes."""

    pages: int
    seconds: float
    cpu: float

    @property
    def speed(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


@contextmanager
def served(pages: int) -> Iterator["subprocess.Popen[str]"]:
    """The site's server; each line sent to it is answered with what it served since the last one, as JSON."""
    with subprocess.Popen(
        [sys.executable, "-m", "benchmarks.speed.crawl_site", str(pages)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=_ROOT,
    ) as server:
        try:
            yield server
        finally:
            server.terminate()


def ask(server: "subprocess.Popen[str]") -> dict[str, float]:
    """What was served since the last question."""
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write("\n")
    server.stdin.flush()
    told: dict[str, float] = json.loads(server.stdout.readline())
    return told


def measure(server: "subprocess.Popen[str]", crawl: Callable[[], None]) -> Run:
    """Run one crawl."""
    ask(server)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    crawl()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    told = ask(server)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(int(told["pages"]), told["seconds"], cpu)


def with_everything(site: Site, port: int, *, on_progress: Callable[[Progress], None] = lambda _: None) -> None:
    """Our own crawl: robots.txt, leases, gate, tasks, commits."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with open_catalog(data) as catalog:
            seeds = [Seed(label=url, link=Link(url=url, source=s, page=p, score=0.5)) for url, s, p in site.pages]
            job = catalog.start_job("speed", seeds)
        settings = CrawlSettings(data_dir=data, job_id=job, loopback=f"127.0.0.1:{port}", patience_seconds=0.0)
        report = run_crawl(settings, on_progress=on_progress)
    if report.failed or report.fetched < len(site.pages):
        raise SystemExit(f"the crawl failed: {report}")


def with_scrapy(site: Site, port: int, *, extract: bool) -> None:
    """Scrapy alone on the same addresses."""
    asked = json.dumps({"pages": site.pages, "port": port, "extract": extract})
    subprocess.run(
        [sys.executable, "-m", "benchmarks.speed.crawl_scrapy"],
        input=asked,
        text=True,
        cwd=_ROOT,
        check=True,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
    )


def main(pages: int, turns: int, file: Path | None) -> int:
    site = make_site(pages)
    median = statistics.median(len(body) for body in site.bodies.values()) / 1000
    print(f"{len(site.pages)} pages on {site.hosts} hosts, median {median:.0f} kB, {site.mix()}")
    kinds: dict[str, Callable[[int], None]] = {
        "nichescout": lambda port: with_everything(site, port),
        "Scrapy, same extraction": lambda port: with_scrapy(site, port, extract=True),
        "Scrapy alone": lambda port: with_scrapy(site, port, extract=False),
    }
    runs: dict[str, list[Run]] = {name: [] for name in kinds}
    with served(pages) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        for _ in range(turns):
            for name, crawl in kinds.items():
                runs[name].append(measure(server, lambda crawl=crawl: crawl(port)))  # type: ignore[misc]
    best = {name: max(done, key=lambda run: run.speed) for name, done in runs.items()}
    cpu = {name: min(run.cpu / run.pages for run in done) for name, done in runs.items()}
    ours, same, bare = best.values()
    figures = [
        Figure("pages/s against Scrapy, same extraction", ours.speed / same.speed, "×", _BUDGET, at_least=True),
        Figure("pages/s against Scrapy alone", ours.speed / bare.speed, "×"),
        *(Figure(f"{name}, speed", run.speed, "pages/s") for name, run in best.items()),
        *(Figure(f"{name}, CPU a page", 1000 * spent, "ms") for name, spent in cpu.items()),
        Figure("median size of a page", median, "kB"),
    ]
    return tell(figures, file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Pages a second of a whole crawl.")
    parser.add_argument("pages", type=int, nargs="?", default=1_200)
    parser.add_argument("turns", type=int, nargs="?", default=3)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sys.exit(main(given.pages, given.turns, given.json))
