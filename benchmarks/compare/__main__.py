"""A table: how well and how fast nichescout and others answer the questions of judged collections.

python -m benchmarks.compare FOLDER… [--only SYSTEM …] [--json FILE]      (make compare EVALDATA=FOLDER)

Needs the packages of ``requirements.txt``, in an environment of their own. Elasticsearch is a real node, started here.

The others find posts; creators are ranked by the sum or the best of their posts' scores, whichever is better for that
system. ``build`` is without embedding, ``warm`` a whole question with encoding, one at a time, the better of two
passes; ``cold`` a fresh process that imports, opens, encodes and answers, the best of three (Elasticsearch: a client;
its server is up). nichescout's own are a build from the catalog with all vectors at hand, and whole answers with their
reasons. Beside each time on the clock stands the CPU time of all threads, Elasticsearch's server included: on a machine
with other work only that can be compared.
"""

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from app.evaluation import eval_cache, rank_all
from app.importing import import_collection
from app.indexing import build
from benchmarks.compare.collection import Collection, read_collection
from benchmarks.compare.encoding import encode
from benchmarks.compare.systems import ADDRESS, SYSTEMS, Ask
from benchmarks.speed.processes import spend
from catalog.store import open_catalog
from search.engine import open_engine
from search.evaluate import evaluate
from tests.services.elasticsearch import Node, children

_PASSES: Final = 2
_TICK: Final = os.sysconf("SC_CLK_TCK")
_servers: Final[list[int]] = []  # processes whose CPU time counts too
_COLD: Final = 3
_OURS: Final = "nichescout"


class Took(NamedTuple):
    """Seconds on the clock, and of CPU."""

    wall: float
    cpu: float

    def ms(self) -> str:
        """In milliseconds."""
        return f"{1000 * self.wall:.0f} / {1000 * self.cpu:.0f}"


@dataclass(frozen=True, slots=True)
class Row:
    """One system on one collection. ``size`` in bytes."""

    system: str
    collection: str
    ndcg: float
    build: Took
    warm: Took  # of one question
    cold: Took
    size: int


def main(folders: Sequence[Path], only: Sequence[str], file: Path | None) -> None:
    rows: list[Row] = []
    with _elasticsearch("elasticsearch" in only):
        for folder in folders:
            collection = read_collection(folder)
            for name in only:
                with tempfile.TemporaryDirectory() as kept:
                    data = Path(kept)
                    rows.append(_ours(folder, collection, data) if name == _OURS else _other(name, collection, data))
                print(rows[-1], file=sys.stderr, flush=True)
    print(table(rows))
    if file is not None:
        file.write_text(json.dumps([asdict(row) for row in rows], indent=1))


def table(rows: Sequence[Row]) -> str:
    """As Markdown, one collection after the other."""
    head = [
        "| collection | system | nDCG@10 | warm, ms (clock / CPU) | cold, ms | build, s | on disk, MB |",
        "|---|---|---|---|---|---|---|",
    ]
    lines = [
        f"| {row.collection} | {row.system} | {row.ndcg:.3f} | {row.warm.ms()} | {row.cold.ms()} "
        f"| {row.build.wall:.1f} / {row.build.cpu:.1f} | {row.size / 1e6:.1f} |"
        for row in sorted(rows, key=lambda row: row.collection)
    ]
    return "\n".join([*head, *lines])


@contextmanager
def _elasticsearch(wanted: bool) -> Any:
    if not wanted:
        yield
        return
    node = Node("compare", heap="1g")
    node.start()
    os.environ[ADDRESS] = node.address
    _servers.extend([node.pid, *children(node.pid)])
    try:
        yield
    finally:
        node.stop()


def _other(name: str, collection: Collection, folder: Path) -> Row:
    system = SYSTEMS[name]()
    built = _took(lambda: system.build(collection, folder))
    ask = system.opened(folder)
    quality = max(_ndcg(collection, ask, combine) for combine in (sum, max))
    warm = _warm(collection, lambda text: by_creator(ask(text), collection.owners, sum))
    question = next(iter(collection.queries.values()))
    cold = _cold([sys.executable, "-m", "benchmarks.compare.cold", name, folder, question])
    return Row(system.name, collection.name, quality, built, warm, cold, system.size(folder))


def _ours(folder: Path, collection: Collection, data: Path) -> Row:
    with open_catalog(data) as catalog:
        import_collection(catalog, folder)
    build(data, cache=eval_cache())  # so that all vectors are at hand
    built = _took(lambda: build(data, cache=eval_cache(), rebuild=True))
    with closing(open_engine(data)) as engine:
        newest = engine.info().newest_post_at
        run = rank_all(engine, collection.judged, newest, lambda _: None)
        quality = evaluate(run, collection.qrels).values["nDCG@10"].mean
        warm = _warm(collection, lambda text: engine.search(text, limit=10, now=newest))
    question = next(iter(collection.queries.values()))
    command = Path(sys.executable).with_name("nichescout")
    cold = _cold([command, "--data", data, "search", question, "--json"])
    files = [file for file in (data / "index").rglob("*") if file.is_file() and file.parent.name != "encoder"]
    return Row("nichescout", collection.name, quality, built, warm, cold, sum(file.stat().st_size for file in files))


def by_creator(
    hits: Sequence[tuple[int, float]], owners: Sequence[str], combine: Callable[[list[float]], float]
) -> list[tuple[str, float]]:
    """Creators by their posts' scores."""
    scores: dict[str, list[float]] = {}
    for post, score in hits:
        scores.setdefault(owners[post], []).append(score)
    return sorted(((key, combine(each)) for key, each in scores.items()), key=lambda each: (-each[1], each[0]))


def _ndcg(collection: Collection, ask: Ask, combine: Callable[[list[float]], float]) -> float:
    run = {name: by_creator(ask(text), collection.owners, combine) for name, text in collection.queries.items()}
    return evaluate(run, collection.qrels).values["nDCG@10"].mean


def _warm(collection: Collection, answer: Callable[[str], Any]) -> Took:
    """The median question on the clock, of each the better of some passes; the mean of the best pass in CPU time."""
    encode("warm")
    best: dict[str, float] = {}
    means = []
    for _ in range(_PASSES):
        before = _cpu()
        for text in collection.queries.values():
            started = time.perf_counter()
            answer(text)
            best[text] = min(best.get(text, float("inf")), time.perf_counter() - started)
        means.append((_cpu() - before) / len(collection.queries))
    return Took(float(np.median(list(best.values()))), min(means))


def _cold(command: Sequence[str | Path]) -> Took:
    spent = []
    for _ in range(_COLD):
        before = _cpu_of_servers()
        one = spend(command)
        spent.append(Took(one.seconds, one.cpu + _cpu_of_servers() - before))
    return Took(min(one.wall for one in spent), min(one.cpu for one in spent))


def _took(work: Callable[[], object]) -> Took:
    wall, cpu = time.perf_counter(), _cpu()
    work()
    return Took(time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    """CPU seconds of this process, of those that it ran, and of servers, so far."""
    ran = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ran.ru_utime + ran.ru_stime + _cpu_of_servers()


def _cpu_of_servers() -> float:
    """CPU seconds so far, by ticks of a hundredth of a second."""
    ticks = 0
    for pid in _servers:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += int(after_name[11]) + int(after_name[12])
    return ticks / _TICK


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="nichescout beside others.")
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--only", nargs="+", choices=(_OURS, *SYSTEMS), default=(_OURS, *SYSTEMS))
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    main(given.folders, given.only, given.json)
