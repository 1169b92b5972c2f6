"""A warm engine over a million passages, and what looking at signs first does to its dense leg.

python -m benchmarks.speed.engine_million [DATA] [--every N] [--json FILE]

DATA: a folder with an index; without it ``world`` makes one of 281,000 posts whose sentences are passages, kept in
.cache/bench (1.8 GB, six minutes). Queries as in ``engine``: all distinct, encoded, 50 results, nothing kept between
them; of each the better of two passes.

Budgets: p50 40 ms; of the hundred nearest passages that a whole scan finds 99 in 100; 1.5 GB; opened in .5 s.
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.speed.engine import measure
from benchmarks.speed.figures import Figure, tell
from benchmarks.speed.questions import questions
from benchmarks.speed.world import topic_names, town_names
from indexer.backends.embedded import passage_scan
from indexer.backends.embedded.opening import open_for_reading
from indexer.backends.embedded.passage_scan import PassageScan
from indexer.backends.embedded.snapshot import Snapshot
from indexer.backends.embedded.vectors import best_rows
from indexer.bundles import Vector
from indexer.contract import Filters
from indexer.encoder import open_encoder
from places.gazetteer import open_gazetteer

_KEPT: Final = Path(__file__).parents[2] / ".cache" / "bench" / "million"
_POSTS: Final = 281_000
_NEAREST: Final = 100
_CREATORS: Final = 300  # that a leg is asked for (search.weights)


def main(data: Path | None, every: int, file: Path | None) -> int:
    if data is None:
        data = _KEPT
        if not (data / "index").exists():
            command = [sys.executable, "-m", "benchmarks.speed.world", str(data), str(_POSTS), "--sentences"]
            subprocess.run(command, check=True)
    opening = min(_opening(data) for _ in range(3))
    whole = list(measure(data, 2, every).values())
    own, mapped = _memory("RssAnon"), _memory("RssFile")  # before the whole scans below
    figures = [
        Figure("open", opening, "s", 0.5),
        Figure("whole query, p50", _percentile([row["whole"] for row in whole], 50), "ms", 40),
        Figure("whole query, p95", _percentile([row["whole"] for row in whole], 95), "ms"),
        Figure("answering thread, CPU, p50", _percentile([row["answering thread"] for row in whole], 50), "ms"),
        Figure("memory of its own after all queries", own, "MB", 1500),
        Figure("... and pages of mapped files, which are given back when needed", mapped, "MB"),
    ]
    return tell([*figures, *_dense(data, every)], file)


def _opening(data: Path) -> float:
    """Seconds to open the index."""
    started = time.perf_counter()
    with closing(open_for_reading(data / "index")):
        return time.perf_counter() - started


def _dense(data: Path, every: int) -> list[Figure]:
    """The leg of posts by meaning, by signs and by a whole scan: CPU time, and what the signs lose."""
    with closing(open_for_reading(data / "index")) as index, open_gazetteer() as gazetteer:
        asked = questions(topic_names(), town_names(gazetteer))[::every]
        encoder = open_encoder(data / "index")
        vectors = [encoder.encode(question) for question in asked]
        snapshot = index._view()  # noqa: SLF001 - what is measured lies below the contract

        def leg(vector: Vector) -> None:
            index.search_posts_vector(vector, creators=_CREATORS, per_creator=1, filters=Filters())

        by_signs = _times(leg, vectors)
        recall = float(np.mean([_kept(snapshot, vector) for vector in vectors]))
        large, passage_scan.LARGE = passage_scan.LARGE, sys.maxsize  # type: ignore[misc]
        whole = _times(leg, vectors)
        passage_scan.LARGE = large  # type: ignore[misc]
    return [
        Figure(f"passages in the index ({snapshot.state.posts:,} posts)", snapshot.state.passages),
        Figure("one dense leg by signs, CPU, p50", _percentile(by_signs, 50), "ms"),
        Figure("... by a whole int8 scan, CPU, p50", _percentile(whole, 50), "ms"),
        Figure(f"recall@{_NEAREST} against the whole scan", recall, "", 0.99, at_least=True),
    ]


def _kept(snapshot: Snapshot, vector: Vector) -> float:
    """The share of the nearest rows that are among those which signs choose."""
    scores = snapshot.passages.scan(vector)
    nearest = best_rows(scores, 4 * _NEAREST)
    nearest = nearest[np.argsort(-snapshot.passages.exact(vector, nearest), kind="stable")[:_NEAREST]]
    chosen = PassageScan(snapshot, vector).scores(Filters())
    found = chosen.rows(best_rows(chosen.values, 4 * _NEAREST))
    return len(np.intersect1d(nearest, found)) / _NEAREST


def _times(work: Callable[[Vector], None], vectors: Sequence[Vector]) -> list[float]:
    """CPU milliseconds of this thread for each, the better of two."""
    best = []
    for vector in vectors:
        spent = []
        for _ in range(2):
            started = time.thread_time()
            work(vector + np.float32(0.0))
            spent.append(1000 * (time.thread_time() - started))
            work(-vector)  # so that no scan is kept
        best.append(min(spent))
    return best


def _percentile(values: Sequence[float], share: float) -> float:
    return float(np.percentile(values, share))


def _memory(kind: str) -> float:
    """MB of this process now, as the system counts them."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{kind}:")[2].split()[0]) / 1024


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A warm engine over a million passages.")
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--every", type=int, default=5, help="ask each N-th question only")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sys.exit(main(given.data, given.every, given.json))
