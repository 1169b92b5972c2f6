"""Record the demo world: ``python -m tests.world.make [FILE]`` (``make world``).

Serves the invented web on loopback, lets nichescout itself crawl it to exhaustion for the demo's query, and stores
every answer as ``fixtures/worlds/east-coast-sushi.warc.gz``. The clock stands and the file is ordered by address, so
that the same world gives the same bytes.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from base.clock import fixed_clock
from catalog.store import open_catalog
from crawler.archive import ARCHIVE_NAME
from crawler.hosts import load_hosts
from crawler.plan import Plan, make_plan
from crawler.run import CrawlReport, CrawlSettings, Progress, run_crawl
from niche.understand import understand
from places.gazetteer import open_gazetteer
from tests.world.expect import load_expected
from tests.world.model import ROOT, WORLD_NAME
from tests.world.server import serve
from tests.world.writing import load_world

RECORDING = ROOT / f"{WORLD_NAME}.warc.gz"
MAX_BYTES = 4_000_000


def make_recording(target: Path) -> CrawlReport:
    """Crawl the served world and put its recording at ``target``. Raises ValueError when it has grown too large."""
    with tempfile.TemporaryDirectory() as folder, serve(load_world()) as address:
        report = _crawl(Path(folder), address)
        recorded = Path(folder) / "archive" / ARCHIVE_NAME
        if recorded.stat().st_size >= MAX_BYTES:
            raise ValueError(f"the recording has {recorded.stat().st_size} bytes; make the world smaller")
        shutil.copyfile(recorded, target)
    return report


def _crawl(folder: Path, address: str) -> CrawlReport:
    world = load_world()
    plan = make_plan_of(load_expected().query)
    with open_catalog(folder / "data", clock=fixed_clock(world.sites.clock)) as catalog:
        job = catalog.start_job(plan.query, plan.seeds)
    settings = CrawlSettings(
        data_dir=folder / "data",
        job_id=job,
        archive=folder / "archive",
        archive_all=True,
        loopback=address,
        own_search=plan.own_search,
        terms=(*plan.terms.theme.split(), *plan.terms.hashtags),
        now=world.sites.clock,
    )
    return run_crawl(settings, on_progress=_show)


def make_plan_of(query: str) -> Plan:
    """The plan with which the world is crawled, over its own hosts."""
    with open_gazetteer() as gazetteer:
        return make_plan(understand(query, gazetteer), gazetteer, load_hosts(ROOT / f"{WORLD_NAME}.hosts.toml"))


def _show(progress: Progress) -> None:
    print(f"\r{progress}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    destination = Path(sys.argv[1]) if len(sys.argv) > 1 else RECORDING
    print(f"\n{make_recording(destination)}\n{destination}: {destination.stat().st_size:,} bytes")
