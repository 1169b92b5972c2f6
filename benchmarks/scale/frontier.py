"""Latency of lease and done on PostgreSQL with ten thousand, a hundred thousand and a million waiting addresses.

In turns, so that other load meets all alike; 20,000 hosts, 20 seeds, a server of its own with fsync. A worker that has
31 other hosts in work leases a host with up to 8 addresses, commits each as an empty page that was judged, and releases
the host: all that the crawl asks for.
``python -m benchmarks.scale.frontier [SIZE ...]``

Budget: the lease's p50 at the largest size is at most twice that at the smallest.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from catalog.items import Link, Outcome, PageResult
from catalog.place import CatalogPlace
from catalog.store import Catalog, open_catalog
from catalog.tasks import Seed
from tests import postgresql

_BUDGET: Final = 2.0
_HOSTS: Final = 20_000
_SEEDS: Final = 20
_IN_WORK: Final = 31
_LEASES: Final = 400
_TURNS: Final = 10
_SIZES: Final = (10_000, 100_000, 1_000_000)
_FILL: Final = """
INSERT INTO host (key, next_allowed_at, failures) SELECT 'h' || n || '.example', 0, 0
  FROM generate_series(0, {hosts} - 1) n ON CONFLICT DO NOTHING;
INSERT INTO address (url, state) SELECT 'https://h' || n % {hosts} || '.example/' || n, 'new'
  FROM generate_series(1, {size}) n;
INSERT INTO task (job_id, address_id, seed_id, ways, key, source, page, context, score, state, message, attempts,
                  not_before)
  SELECT '{job}', a.id, s.id, '[[1,' || s.id || ']]', split_part(a.url, '/', 3), 'page', 'page', '{{}}',
         round(random()::numeric, 3), 'waiting', '', 0, 0
  FROM address a JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth FROM seed) s ON s.nth = a.id % {seeds}
  WHERE a.url LIKE 'https://h%';
UPDATE task SET state = 'done' WHERE key = 'seed.example';
ANALYZE;
"""


@contextmanager
def real_server() -> Iterator[postgresql.Server]:
    """A server that keeps what it is told, unlike the tests' own."""
    server = postgresql.start_server(
        fsync="on", synchronous_commit="on", full_page_writes="on", autovacuum="on", shared_buffers="512MB"
    )
    try:
        yield server
    finally:
        postgresql.stop(server)


def filled(server: postgresql.Server, folder: Path, *, size: int, hosts: int) -> tuple[Catalog, str, str]:
    """A catalog with one job of which ``size`` addresses wait; the job, and the address of the catalog."""
    name = server.new_database()
    address = server.address(name)
    catalog = open_catalog(CatalogPlace(folder, address))
    seeds = [
        Seed(label=f"seed {n}", link=Link(url=f"https://seed.example/{n}", source="page", page="page", score=0.0))
        for n in range(_SEEDS)
    ]
    job = catalog.start_job("scale", seeds)
    server.run(_FILL.format(hosts=hosts, size=size, job=job, seeds=_SEEDS), name)
    return catalog, job, address


def measure(catalog: Catalog, job: str, leases: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each lease and of each page that is done."""
    leased, done = [], []
    for _ in range(leases):
        began = time.perf_counter()
        lease = catalog.lease(job, "bench")
        leased.append(1000 * (time.perf_counter() - began))
        assert lease is not None
        for task in lease.tasks:
            page = PageResult(
                task_id=task.id, token=task.token, url=task.url, source=task.source, page=task.page,
                outcome=Outcome.OK, fetched_at=datetime.now(UTC), judged=True,
            )  # fmt: skip
            began = time.perf_counter()
            assert not catalog.commit_page(page).stale
            done.append(1000 * (time.perf_counter() - began))
        catalog.release(lease, next_allowed_at=datetime.now(UTC))
    return leased, done


def told(values: list[float]) -> str:
    """p50 and p99."""
    return f"{statistics.median(values):6.2f} / {statistics.quantiles(values, n=100)[98]:6.2f}"


def main(sizes: list[int]) -> int:
    leased: dict[int, list[float]] = {size: [] for size in sizes}
    done: dict[int, list[float]] = {size: [] for size in sizes}
    with real_server() as server, tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        worlds = {size: filled(server, Path(folder) / str(size), size=size, hosts=_HOSTS) for size in sizes}
        for turn in range(1 + _TURNS):  # in turns, since other work runs beside them
            for size, (catalog, job, _) in worlds.items():
                if not turn:
                    stack.enter_context(catalog)
                    for _ in range(_IN_WORK):
                        catalog.lease(job, "bench", ttl=timedelta(hours=1))
                one, other = measure(catalog, job, _LEASES // _TURNS)
                if turn:  # the first one warms up
                    leased[size] += one
                    done[size] += other
    print("waiting addresses   lease p50 / p99, ms   done p50 / p99, ms")
    for size in sizes:
        print(f"{size:17,}   {told(leased[size]):>19}   {told(done[size]):>18}")
    ratio = statistics.median(leased[sizes[-1]]) / statistics.median(leased[sizes[0]])
    met = ratio <= _BUDGET
    print(f"lease: {ratio:.2f} × from {sizes[0]:,} to {sizes[-1]:,} (budget {_BUDGET}): {'met' if met else 'missed'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main([int(size) for size in sys.argv[1:]] or list(_SIZES)))
