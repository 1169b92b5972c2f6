"""What a page costs the catalog's thread: lease, gate, and commit with its new tasks, in CPU time (budget: 3 ms).

The pages are those of the demo world, crawled from its recording in one thread. Reading them is not counted: they are
read in the first crawl and kept for the next ones; the best of several crawls counts, for the machine has other work.

python -m benchmarks.speed.commit [ARCHIVE] [--json FILE]
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from sqlalchemy import Engine, event

from base.clock import fixed_clock
from benchmarks.recorded import QUERY, RECORDING, answer_to, plan_of, topic_of_plan
from benchmarks.speed.figures import Figure, tell
from catalog.items import PageResult
from catalog.prepared import Driver
from catalog.store import Catalog, open_catalog
from catalog.tasks import Task
from crawler.errors import NotInArchive
from crawler.gate import gate
from crawler.plan import Plan
from crawler.reading import Readers
from crawler.replay import ReplayArchive
from crawler.results import result_of_answer, result_of_failure

T = TypeVar("T")
_BUDGET = 3.0  # ms
_CRAWLS = 4


@dataclass
class Clocked:
    """CPU seconds of this thread by what they went into."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def run(self, what: str, work: Callable[[], T]) -> T:
        """The result of ``work``, its time added to ``what``."""
        started = time.thread_time()
        try:
            return work()
        finally:
            self.seconds[what] += time.thread_time() - started


class Reader:
    """Reads the recorded pages, each once."""

    def __init__(self, archive: ReplayArchive, plan: Plan) -> None:
        self._archive = archive
        self._topic = topic_of_plan(plan)
        self._known: dict[str, PageResult] = {}

    async def read(self, readers: Readers, task: Task) -> PageResult:
        """What the page of a task says."""
        if task.url not in self._known:
            self._known[task.url] = await self._read(readers, task)
        return replace(self._known[task.url], task_id=task.id, token=task.token)

    async def _read(self, readers: Readers, task: Task) -> PageResult:
        now = self._archive.last_date
        try:
            answer = answer_to(self._archive, task.url)
        except NotInArchive as error:
            return result_of_failure(task, error, now)
        return await result_of_answer(task, answer, readers, topic=self._topic, invented_only=True, now=now)


async def crawl(catalog: Catalog, plan: Plan, reader: Reader, clocked: Clocked) -> int:
    """The whole world, host after host; returns the number of pages."""
    pages = 0
    job = catalog.start_job(QUERY, plan.seeds)
    with closing(Readers()) as readers:
        while lease := clocked.run("lease", partial(catalog.lease, job, "benchmark")):
            for task in lease.tasks:
                result = await reader.read(readers, task)
                kept = clocked.run("gate", partial(gate, result))
                clocked.run("commit", partial(catalog.commit_page, kept))
                pages += 1
            clocked.run("lease", partial(catalog.release, lease, next_allowed_at=catalog.now()))
    return pages


def _measure(plan: Plan, reader: Reader, now: datetime) -> tuple[dict[str, float], int]:
    """Milliseconds a page by what they went into, and pages, of one crawl into an empty catalog."""
    clocked = Clocked()
    with tempfile.TemporaryDirectory() as folder, open_catalog(Path(folder), clock=fixed_clock(now)) as catalog:
        pages = asyncio.run(crawl(catalog, plan, reader, clocked))
    return {what: 1000 * seconds / pages for what, seconds in clocked.seconds.items()}, pages


def _statements(plan: Plan, reader: Reader, now: datetime) -> int:
    """Statements of one crawl: those that SQLAlchemy runs, and those that the driver runs itself."""
    statements = Counter[str]()
    execute = Driver._execute  # noqa: SLF001 - where each is counted

    def count(*said: Any) -> None:
        statements[said[2]] += 1

    def execute_counted(driver: Driver, sql: str, *more: Any, **how: Any) -> Any:
        statements[sql] += 1
        return execute(driver, sql, *more, **how)

    event.listen(Engine, "before_cursor_execute", count)
    with patch.object(Driver, "_execute", execute_counted):
        _measure(plan, reader, now)
    event.remove(Engine, "before_cursor_execute", count)
    return statements.total()


def main(world: Path, file: Path | None) -> int:
    archive, plan = ReplayArchive(world), plan_of(world)
    reader, now = Reader(archive, plan), archive.last_date
    _measure(plan, reader, now)  # reads the pages
    spent, pages = min((_measure(plan, reader, now) for _ in range(_CRAWLS)), key=lambda run: sum(run[0].values()))
    statements = _statements(plan, reader, now)  # at last: once anybody listened, each statement costs more
    figures = [
        Figure("catalog's CPU a page: lease, gate, commit", sum(spent.values()), "ms", _BUDGET),
        *(Figure(f"... {what}", ms, "ms") for what, ms in spent.items()),
        Figure("statements a page, leases included", statements / pages),
        Figure("pages", pages),
    ]
    return tell(figures, file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What a page costs the catalog's thread.")
    parser.add_argument("archive", type=Path, nargs="?", default=RECORDING)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sys.exit(main(given.archive, given.json))
