"""Where the time of a warm query goes, step by step, over a generated index of 200,000 posts.

python -m benchmarks.speed.engine [DATA] [--passes N] [--every N] [--posts N] [--json FILE]

DATA: a folder with an index; without it ``world`` makes one, kept in .cache/bench. 200 distinct queries, 50 results
each; no query and no result is kept. Each pass opens the engine anew and warms it with other queries; of each query the
best pass counts, for the machine has other work. Steps are in CPU time of the thread that answers, so what others do
beside it does not count. Encoding and comparing vectors compute beside it, in threads of their own, and are given in
wall time, as is the whole, which also has the CPU time of all threads. The text that an answer is sent as (``json``) is
no part of the whole.

Budgets (DESIGN 10): the whole p50 30 ms, p95 60 ms; what stands above the index p50 10 ms.
"""

import argparse
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from base.garbage import spare_the_collector
from benchmarks.speed.figures import Figure, write
from benchmarks.speed.questions import questions
from benchmarks.speed.world import DAY, POSTS, topic_names, town_names
from indexer.bundles import Vector
from indexer.connect import open_index
from indexer.encoder import QueryEncoder, open_encoder
from niche.model import Niche
from places.gazetteer import Gazetteer, open_gazetteer
from search.engine import Engine
from search.query import Query
from search.results import answer_json

Times = Mapping[str, float]  # ms by step
_RESULTS: Final = 50
_KEPT: Final = Path(__file__).parent.parent.parent / ".cache" / "bench"
_WARMING: Final = ("chess in berlin", "gardening", "small running blogs in texas", "knitting on mastodon") * 3
ABOVE: Final = ("understand", "prepare", "fuse", "rank", "documents", "present", "rest")
INSIDE: Final = ("words", "lexical", "vocabulary", "score")
_BUDGETS: Final = {"whole": (30.0, 60.0), "above the index": (10.0, None)}
_INDEX_STEPS: Final = {
    "search_legs": "lexical",  # by then what is near has been looked for, or is waited for
    "search_posts_text": "lexical",
    "search_creators_text": "lexical",
    "vocabulary": "vocabulary",
    "best_posts": "score",
    "frequency": "words",
    "outlines": "documents",
    "cards": "documents",
    "get": "documents",
    "get_posts": "documents",
}


class Clock:
    """CPU seconds of this thread by step; a step within a step counts only for itself."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = ["rest"]
        self._since = time.thread_time()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Count what is done inside for ``name``."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def restart(self) -> None:
        """Forget everything."""
        self.seconds.clear()
        self._since = time.thread_time()

    def stop(self) -> None:
        """Count what was done since the last step."""
        self._turn()

    def _turn(self) -> None:
        now = time.thread_time()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now


def timed_index(index: Any, clock: Clock, beside: "Beside") -> Any:
    """The index with its calls counted by step, those that it makes itself too."""
    for name, step in _INDEX_STEPS.items():
        setattr(index, name, _timed(getattr(index, name), step, clock))
    index.near_ahead = beside.timed(index.near_ahead, "near")
    return index


def _timed(call: Callable[..., Any], step: str, clock: Clock) -> Callable[..., Any]:
    def timed(*arguments: Any, **named: Any) -> Any:
        with clock.step(step):
            return call(*arguments, **named)

    return timed


class Beside:
    """Wall seconds of what another thread does meanwhile, by step."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def timed(self, call: Callable[..., Any], step: str) -> Callable[..., Any]:
        """The same call, counted."""

        def timed(*arguments: Any, **named: Any) -> Any:
            started = time.perf_counter()
            try:
                return call(*arguments, **named)
            finally:
                self.seconds[step] += time.perf_counter() - started

        return timed


class TimedEncoder:
    """An encoder whose time is counted."""

    def __init__(self, encoder: QueryEncoder, beside: Beside) -> None:
        self._encode = beside.timed(encoder.encode, "encode")

    def encode(self, text: str) -> Vector:
        """See QueryEncoder."""
        vector: Vector = self._encode(text)
        return vector


class TimedEngine(Engine):
    """An engine whose steps are counted."""

    def __init__(self, data: Path, gazetteer: Gazetteer) -> None:
        self.clock, self.beside = Clock(), Beside()
        encoder = TimedEncoder(open_encoder(data / "index"), self.beside)
        super().__init__(timed_index(open_index(data / "index"), self.clock, self.beside), encoder, gazetteer)
        spare_the_collector()  # as the pool of a server does

    def _understand(self, *given: Any) -> Niche:
        with self.clock.step("understand"):
            return super()._understand(*given)

    def _prepare(self, *given: Any) -> Query:
        with self.clock.step("prepare"):
            return super()._prepare(*given)

    def _candidates(self, *given: Any) -> Any:
        with self.clock.step("fuse"):
            return super()._candidates(*given)

    def _rank(self, *given: Any) -> Any:
        with self.clock.step("rank"):
            return super()._rank(*given)

    def _results(self, *given: Any, **named: Any) -> Any:
        with self.clock.step("present"):
            return super()._results(*given, **named)

    def times(self, question: str) -> Times:
        """Milliseconds by step of one query."""
        self.beside.seconds.clear()
        self.clock.restart()
        cpu, started = time.process_time(), time.perf_counter()
        answer = self.search(question, limit=_RESULTS, now=DAY)
        whole, cpu = time.perf_counter() - started, time.process_time() - cpu
        self.clock.stop()
        written = time.thread_time()
        answer_json(answer)
        written = time.thread_time() - written
        steps = {name: 1000 * self.clock.seconds[name] for name in (*ABOVE, *INSIDE)}
        return steps | {
            "encode (wall)": 1000 * self.beside.seconds["encode"],
            "near (wall)": 1000 * self.beside.seconds["near"],
            "json": 1000 * written,
            "above the index": sum(steps[name] for name in ABOVE),
            "answering thread": sum(steps.values()),
            "all threads": 1000 * cpu,
            "whole": 1000 * whole,
        }


def measure(data: Path, passes: int, every: int) -> dict[str, Times]:
    """The best pass of each question, by its text; only each ``every``-th question."""
    with open_gazetteer() as gazetteer:
        asked = questions(topic_names(), town_names(gazetteer))[::every]
    best: dict[str, Times] = {}
    for _ in range(passes):
        with open_gazetteer() as gazetteer, closing(TimedEngine(data, gazetteer)) as engine:
            for question in _WARMING:
                engine.times(question)
            for question in asked:
                times = engine.times(question)
                known = best.get(question, times)
                best[question] = {name: min(value, known[name]) for name, value in times.items()}
    return best


def table(rows: Sequence[Times]) -> dict[str, tuple[float, float, float]]:
    """p50, p95 and p99 of every step over the questions."""
    found = {}
    for name in rows[0]:
        p50, p95, p99 = np.percentile([row[name] for row in rows], (50, 95, 99))
        found[name] = (float(p50), float(p95), float(p99))
    return found


def main(data: Path | None, passes: int, every: int, posts: int, file: Path | None) -> int:
    if data is None:
        data = _KEPT / f"speed-{posts}"
        if not (data / "index").exists():
            subprocess.run([sys.executable, "-m", "benchmarks.speed.world", str(data), str(posts)], check=True)
    rows = list(measure(data, passes, every).values())
    found = table(rows)
    print(f"{len(rows)} queries, {_RESULTS} results, best of {passes}; ms{'p50':>12}{'p95':>8}{'p99':>8}")
    for name, values in found.items():
        print(f"{name:>40}" + "".join(f"{value:8.2f}" for value in values) + _verdict(name, values))
    if file is not None:
        write(_figures(found), file)
    return 0 if all("missed" not in _verdict(name, values) for name, values in found.items()) else 1


def _figures(found: Mapping[str, Sequence[float]]) -> list[Figure]:
    figures = []
    for name, (p50, p95, _) in found.items():
        most = _BUDGETS.get(name, (None, None))
        kind = "" if name in ("whole", "encode (wall)", "near (wall)") else ", CPU"
        figures.append(Figure(f"{name}{kind}, p50", p50, "ms", most[0]))
        if most[1] is not None:
            figures.append(Figure(f"{name}{kind}, p95", p95, "ms", most[1]))
    return figures


def _verdict(name: str, values: Sequence[float]) -> str:
    budgets = [(got, most) for got, most in zip(values, _BUDGETS.get(name, ()), strict=False) if most is not None]
    if not budgets:
        return ""
    met = all(got <= most for got, most in budgets)
    return f"  budget {' / '.join(f'{most:.0f}' for _, most in budgets)}: {'met' if met else 'missed'}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Where the time of a warm query goes.")
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--every", type=int, default=1, help="ask each N-th question only, for a quick look")
    parser.add_argument("--posts", type=int, default=POSTS)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sys.exit(main(given.data, given.passes, given.every, given.posts, given.json))
