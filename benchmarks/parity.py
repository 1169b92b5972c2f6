"""Whether both backends give the same answers: ``python -m benchmarks.parity FOLDER [--only NAME]``.

Every judged collection in FOLDER is indexed in a folder and on a real Elasticsearch node (``make elasticsearch``),
asked the same questions, then changed (a fifth of the creators edited, a tenth gone, nothing merged) and asked again;
and once more with three shards, and with place and tier forced on every question. Per query the difference in nDCG@10
and the share of the first ten that both have, ties by creator id. Fails where the mean difference exceeds .01 or the
5th percentile of the shared part lies below .8.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from app.evaluation import Judged, eval_cache, read_judged
from app.indexing import build
from base.folders import cache_dir
from benchmarks.quality.judged import checksums, collections_in, prepared
from catalog.records import Change, CreatorRecord, Deletions, FeedPosition
from catalog.store import Catalog, open_catalog
from indexer import connect
from indexer.build import tools_for
from indexer.catch_up import Build
from indexer.embedder import Embedder
from indexer.encoder import QueryEncoder, open_encoder
from indexer.locations import Location, Server
from indexer.models import resolve
from niche.model import Niche
from niche.understand import Overrides, understand
from places.gazetteer import Gazetteer, open_gazetteer
from search.engine import Engine
from search.evaluate import evaluate
from tests.services.elasticsearch import CannotStart, shared_node

MOST_DIFFERENCE: Final = 0.01
LEAST_SHARED: Final = 0.8
FIRST: Final = 10
CHANGED, GONE = 0.2, 0.1
PLACE: Final = "Massachusetts"

Ranking = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Compared:
    """One line of the report."""

    name: str
    queries: int
    ndcg: tuple[float, float]  # embedded, elastic
    difference: float  # mean |Δ nDCG@10|
    shared: float  # 5th percentile of the part of the first ten that both have
    seconds: tuple[float, float]  # median of a query

    @property
    def holds(self) -> bool:
        return self.difference <= MOST_DIFFERENCE and self.shared >= LEAST_SHARED

    def __str__(self) -> str:
        return (
            f"{self.name:34} {self.queries:4} queries  nDCG@10 {self.ndcg[0]:.4f} {self.ndcg[1]:.4f}  "
            f"mean |Δ| {self.difference:.4f}  5th percentile of overlap {self.shared:.2f}  "
            f"median {1000 * self.seconds[0]:.0f} and {1000 * self.seconds[1]:.0f} ms  {'' if self.holds else 'FAILS'}"
        )


class ChangedFeed:
    """A catalog of which some creators were edited (every other post gone) and some are no more."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        ids = list(catalog.creator_ids())
        chosen = np.random.default_rng(6).permutation(len(ids))
        edited = int(CHANGED * len(ids))
        self._edited = {ids[at] for at in chosen[:edited]}
        self._gone = {ids[at] for at in chosen[edited : edited + int(GONE * len(ids))]}

    def head(self) -> FeedPosition:
        head = self._catalog.head()
        return FeedPosition(head.epoch, head.seq + 1)

    def changes(self, after: FeedPosition | None, *, limit: int) -> list[Change]:
        seq = self.head().seq
        if after is not None and after.seq >= seq:
            return []
        del limit  # all at one position, as they are all new
        return [self._change(name, seq) for name in sorted(self._edited | self._gone)]

    def pending(self, after: FeedPosition | None) -> int:
        return len(self.changes(after, limit=1))

    def creators(self, ids: Sequence[str]) -> dict[str, CreatorRecord]:
        return {
            name: replace(record, revision=record.revision + 1, posts=record.posts[::2])
            for name, record in self._catalog.creators(ids).items()
            if name not in self._gone
        }

    def creator_ids(self) -> Iterator[str]:
        return (name for name in self._catalog.creator_ids() if name not in self._gone)

    def deletions(self) -> Deletions:
        return self._catalog.deletions()

    @staticmethod
    def _change(name: str, seq: int) -> Change:
        return Change(creator_id=name, revision=0, seq=seq, gone=False)


class Side:
    """One backend, ready to be asked."""

    def __init__(self, location: Location, encoder: QueryEncoder, gazetteer: Gazetteer) -> None:
        self.engine = Engine(connect.open_index(location), encoder, gazetteer)

    def ask(self, niches: Mapping[str, Niche], now: datetime | None) -> tuple[dict[str, Ranking], list[float]]:
        rankings, seconds = {}, []
        for query, niche in niches.items():
            started = time.perf_counter()
            rankings[query] = self.engine.rank_collection(niche, limit=100, now=now)
            seconds.append(time.perf_counter() - started)
        return rankings, seconds


def compare(
    name: str, judged: Judged, niches: Mapping[str, Niche], places: tuple[Path, Server], encoder: QueryEncoder,
    gazetteer: Gazetteer,
) -> Compared:  # fmt: skip
    sides = [Side(place, encoder, gazetteer) for place in places]
    now = connect.open_index(places[0]).info().newest_post_at
    (one, one_took), (other, other_took) = (side.ask(niches, now) for side in sides)
    for side in sides:
        side.engine._index.close()  # noqa: SLF001 - the gazetteer is shared
    both = [evaluate(run, {query: judged.qrels[query] for query in run}) for run in (one, other)]
    ndcg = [{query: values["nDCG@10"] for query, values in metrics.by_query.items()} for metrics in both]
    differences = [abs(value - ndcg[1][query]) for query, value in ndcg[0].items()]
    shared = [_shared(one[query], other[query]) for query in niches]
    return Compared(
        name=name,
        queries=len(niches),
        ndcg=(float(np.mean(list(ndcg[0].values()))), float(np.mean(list(ndcg[1].values())))),
        difference=float(np.mean(differences)),
        shared=float(np.percentile(shared, 5)),
        seconds=(float(np.median(one_took)), float(np.median(other_took))),
    )


def _shared(one: Ranking, other: Ranking) -> float:
    first = [
        {name for name, _ in sorted(ranking, key=lambda line: (-line[1], line[0]))[:FIRST]} for ranking in (one, other)
    ]
    return 1.0 if not any(first) else len(first[0] & first[1]) / max(map(len, first))


def measure(folder: Path, node: str, in_shards: Sequence[int]) -> Iterator[Compared]:
    """All comparisons of one collection; the changes are made where there is one shard."""
    judged = read_judged(folder)
    data = prepared(folder, checksums(folder).collection, cache_dir() / "parity")
    with ExitStack() as stack:
        temporary = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        gazetteer = stack.enter_context(closing(open_gazetteer()))
        encoder = open_encoder(data / "index")
        index = connect.open_index(data / "index")
        niches = [
            {
                query: understand(text, gazetteer, frequency=index.frequency, overrides=each)
                for query, text in judged.queries.items()
            }
            for each in (Overrides(), Overrides(places=(PLACE,), tier="micro"))
        ]
        index.close()
        for shards in in_shards:
            server = Server(f"{node}/parity-{folder.name}-{shards}", temporary / f"remote-{shards}", shards=shards)
            build(data, cache=eval_cache(), location=server, rebuild=True)
            name = f"{folder.name}, {shards} shard{'s' * (shards > 1)}"
            yield compare(name, judged, niches[0], (data / "index", server), encoder, gazetteer)
            yield compare(f"{name}, place and tier", judged, niches[1], (data / "index", server), encoder, gazetteer)
            if shards == 1:
                changed = temporary / "changed"
                shutil.copytree(data / "index", changed)
                with open_catalog(data, create=False) as catalog:
                    for place in (changed, server):
                        change(ChangedFeed(catalog), place)
                yield compare(f"{name}, changed", judged, niches[0], (changed, server), encoder, gazetteer)


def change(feed: ChangedFeed, location: Location) -> None:
    """Bring the changes into an index as every build does."""
    embedder = Embedder(resolve(None))
    with tools_for(embedder, eval_cache()) as tools:
        index = connect.open_index(location, mode="write", model=embedder.model.identity)
        Build(feed, index, tools, lambda *_: None).changes()
        index.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", help="one collection of the folder")
    parser.add_argument("--shards", type=int, nargs="+", default=[1, 3], help="each is a build of its own")
    options = parser.parse_args()
    try:
        node = shared_node(None)
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    fine = True
    for folder in collections_in(options.folder):
        if options.only in (None, folder.name):
            for line in measure(folder, node, options.shards):
                print(line, flush=True)
                fine &= line.holds
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
