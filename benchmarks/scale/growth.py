"""How writing and asking grow with the posts: ``python -m benchmarks.scale.growth BACKEND SIZE``, then ``... plot``.

BACKEND is ``embedded`` or ``elastic``. An index is grown to SIZE posts (10,000, 100,000 and 1,000,000 are the ones that
matter) from what an earlier run left under .cache, so that each step fits between other work. Measured are posts a
second from ready bundles to the commit, the whole answer to distinct questions with its encoding, and bytes on disk;
beside the time the CPU that our process and the server took, which other work on the machine hardly changes.
Figures are kept in ``growth.json`` beside this file; ``plot`` draws docs/images/growth.svg of them.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.scale.cpu import used
from benchmarks.scale.crowd import KEPT, POSTS_EACH, crowd, encoder, model
from benchmarks.scale.growth_plot import Point, drawn
from benchmarks.scale.node import node
from benchmarks.speed.questions import questions
from benchmarks.speed.world import DAY, topic_names, town_names
from indexer.backends.elastic.opening import connect
from indexer.connect import open_index, open_new_edition
from indexer.contract import WritableIndex
from indexer.errors import IndexMissing
from indexer.locations import Location, Server
from places.gazetteer import open_gazetteer
from search.engine import Engine
from tests.services.elasticsearch import CannotStart, children

FIGURES: Final = Path(__file__).with_name("growth.json")
PLOT: Final = Path(__file__).parents[2] / "docs" / "images" / "growth.svg"
_COMMIT: Final = 1_000  # creators
_WARMING: Final = 10  # questions
_ASKED: Final = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where the index of a backend is kept, and the processes of its server."""

    location: Location
    pids: tuple[int, ...] = ()

    def cpu(self) -> float:
        """Seconds that this process and the server have computed."""
        return time.process_time() + used(self.pids)


@contextmanager
def place_of(backend: str) -> Iterator[Place]:
    """Raises CannotStart."""
    folder = KEPT / f"growth-{backend}"
    if backend == "embedded":
        yield Place(folder)
        return
    with node() as started:
        yield Place(Server(f"{started.address}/growth", folder), tuple(children(started.pid)))


def grow(place: Place, creators: int) -> tuple[float, float]:
    """Write until there are so many creators; posts a second, and CPU milliseconds a post."""
    wrote, spent, computed = 0, 0.0, 0.0
    with closing(_opened(place.location)) as index:
        first = index.info().feed_seq
        bundles = crowd(creators - first, first=first)
        for start in range(first, creators, _COMMIT):
            window = list(islice(bundles, _COMMIT))
            began, cpu = time.perf_counter(), place.cpu()
            index.upsert(window)
            index.commit(epoch="bench", seq=start + len(window))
            spent, computed = spent + time.perf_counter() - began, computed + place.cpu() - cpu
            wrote += sum(len(bundle.posts) for bundle in window)
            print(f"{start + len(window):,} creators, {wrote / spent:,.0f} posts/s", file=sys.stderr)
    if not wrote:
        raise SystemExit("the index is as large already; remove it from .cache/bench to measure again")
    return wrote / spent, 1000 * computed / wrote


def ask(place: Place) -> tuple[list[float], float]:
    """Milliseconds of each whole answer, and CPU milliseconds of one."""
    took = []
    with open_gazetteer() as gazetteer, closing(open_index(place.location)) as index:
        engine = Engine(index, encoder(), gazetteer)
        asked = questions(topic_names(), town_names(gazetteer))
        for question in asked[-_WARMING:]:
            engine.search(question, limit=10, now=DAY)
        cpu = place.cpu()
        for question in asked[:_ASKED]:
            began = time.perf_counter()
            engine.search(question, limit=10, now=DAY)
            took.append(1000 * (time.perf_counter() - began))
        return took, 1000 * (place.cpu() - cpu) / len(took)


def measure(backend: str, posts: int) -> Point:
    """Grow and ask."""
    with place_of(backend) as place:
        rate, cpu_a_post = grow(place, posts // POSTS_EACH)
        took, cpu_an_answer = ask(place)
        size = _bytes(place.location)
    return Point(
        backend=backend,
        posts=posts,
        posts_a_second=round(rate, 1),
        cpu_a_post=round(cpu_a_post, 2),
        cpu_an_answer=round(cpu_an_answer, 1),
        p50=round(statistics.median(took), 1),
        p95=round(statistics.quantiles(took, n=20)[18], 1),
        megabytes=round(size / 2**20, 1),
    )


def points() -> list[Point]:
    """What was measured so far."""
    return [Point(**row) for row in json.loads(FIGURES.read_text())] if FIGURES.exists() else []


def _keep(point: Point) -> None:
    others = [one for one in points() if (one.backend, one.posts) != (point.backend, point.posts)]
    kept = sorted([*others, point], key=lambda one: (one.backend, one.posts))
    FIGURES.write_text(json.dumps([asdict(one) for one in kept], indent=1) + "\n")


def _opened(place: Location) -> WritableIndex:
    identity, dimension = model().identity, model().dimension
    try:
        open_index(place).close()
    except IndexMissing:
        index = open_new_edition(place, model=identity, dimension=dimension)
        index.publish()
        return index
    return open_index(place, mode="write", model=identity, dimension=dimension)


def _bytes(place: Location) -> int:
    if isinstance(place, Path):
        return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    with closing(connect(place)) as cluster:
        return cluster.size()


def main(what: str, posts: int) -> int:
    if what != "plot":
        try:
            point = measure(what, posts)
        except CannotStart as error:
            print(error, file=sys.stderr)
            return 1
        _keep(point)
        print(
            f"{what}, {posts:,} posts: {point.posts_a_second:,.0f} posts/s written ({point.cpu_a_post:.2f} ms of CPU "
            f"each), a whole answer {point.p50:.0f} ms, p95 {point.p95:.0f} ({point.cpu_an_answer:.0f} ms of CPU), "
            f"{point.megabytes:,.0f} MB on disk"
        )
    PLOT.parent.mkdir(parents=True, exist_ok=True)
    PLOT.write_text(drawn(points()))
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="How writing and asking grow with the posts.")
    parser.add_argument("what", choices=("embedded", "elastic", "plot"))
    parser.add_argument("posts", type=int, nargs="?", default=10_000)
    given = parser.parse_args()
    sys.exit(main(given.what, given.posts))
