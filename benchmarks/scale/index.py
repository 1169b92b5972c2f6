"""What our way to Elasticsearch costs beside the client alone: ``python -m benchmarks.scale.index [POSTS]``.

Writing: the same documents, vectors included, by ``helpers.streaming_bulk`` as it stands into an index of the same
mapping, and by ours (made of bundles, with versions, commits and what a commit looks up); in turns, each time anew.
Searching: of each of 200 questions the engine's own time, and that of the bare client sending the very bodies that the
engine sent for it: the one ``_msearch`` with all legs, and all of them. In turns, now the one first and now the other.

Budgets: documents a second ≥ 0.8 × the helpers; a query ≤ 1.3 × its bare ``_msearch`` at p50.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any, Final

from elasticsearch import Elasticsearch, helpers

from base.garbage import spare_the_collector
from benchmarks.scale.crowd import POSTS_EACH, crowd, encoder, model
from benchmarks.scale.node import node
from benchmarks.speed.questions import questions
from benchmarks.speed.world import DAY, topic_names, town_names
from indexer.backends.elastic import mapping
from indexer.backends.elastic.documents import creator_document, post_documents, prepared
from indexer.backends.elastic.index import ElasticIndex
from indexer.backends.elastic.opening import connect, open_for_reading, open_new_edition
from indexer.bundles import CreatorBundle
from indexer.editions import SCHEMA_VERSION, Manifest
from indexer.locations import Server
from places.gazetteer import open_gazetteer
from search.engine import Engine
from tests.services.elasticsearch import CannotStart

WRITING, SEARCHING = 0.8, 1.3
_TURNS: Final = 3
_COMMIT: Final = 500  # creators
_WARMING: Final = 20  # questions


def manifest() -> Manifest:
    """Of the model that the vectors are of."""
    return Manifest(SCHEMA_VERSION, model().identity, model().dimension)


def bare(client: Elasticsearch, name: str, bundles: Sequence[CreatorBundle]) -> float:
    """Documents a second by the helpers alone; the documents lie ready."""
    names = {"creators": f"{name}-creators", "posts": f"{name}-posts"}
    for role, fields in (
        ("creators", mapping.creators_mapping(manifest())),
        ("posts", mapping.posts_mapping(manifest())),
    ):
        client.indices.create(index=names[role], mappings=fields, settings=mapping.settings(1))
    actions: list[dict[str, Any]] = []
    for bundle in bundles:
        made = prepared(bundle)
        actions += [{"_index": names["posts"], "_id": key, "_source": body} for key, body in post_documents(made)]
        actions.append({"_index": names["creators"], "_id": bundle.creator.id, "_source": creator_document(made)})
    began = time.perf_counter()
    for done, item in helpers.streaming_bulk(client, actions):
        assert done, item
    for index in names.values():
        client.indices.refresh(index=index)
    took = time.perf_counter() - began
    for index in names.values():
        client.indices.delete(index=index)
    return len(actions) / took


def ours(server: Server, bundles: Sequence[CreatorBundle]) -> float:
    """Documents a second by the index, from bundles to the last commit."""
    documents = sum(1 + max(1, len(post.passages)) for bundle in bundles for post in bundle.posts) - sum(
        len(bundle.posts) for bundle in bundles
    )
    with closing(open_new_edition(server, model=model().identity, dimension=model().dimension)) as index:
        began = time.perf_counter()
        for start in range(0, len(bundles), _COMMIT):
            index.upsert(bundles[start : start + _COMMIT])
            index.commit(epoch="bench", seq=start + _COMMIT)
        took = time.perf_counter() - began
        index.publish()
    return (documents + len(bundles)) / took


class Listening:
    """What an engine over this index asks of the server, question by question."""

    def __init__(self, index: ElasticIndex) -> None:
        self.bodies: list[list[dict[str, Any]]] = []
        self.legs: list[dict[str, Any]] = []  # the first body of the legs
        client, call = index._cluster._searching, index.search_legs  # noqa: SLF001 - to hear what is sent
        self.send = client.msearch

        def heard(*, searches: list[dict[str, Any]]) -> Any:
            self.bodies.append(searches)
            return self.send(searches=searches)

        def legs(*given: Any, **named: Any) -> Any:
            first = len(self.bodies)
            found = call(*given, **named)
            self.legs = self.bodies[first]
            return found

        client.msearch = heard  # type: ignore[method-assign, assignment]
        index.search_legs = legs  # type: ignore[method-assign]

    def listen(self, engine: Engine, question: str) -> None:
        """Ask it, and keep what it asked for."""
        self.bodies.clear()
        engine.search(question, limit=10, now=DAY)

    def bare(self) -> tuple[float, float]:
        """Milliseconds of the one with all legs and of all, sent as they were."""
        took = []
        for body in self.bodies:
            began = time.perf_counter()
            self.send(searches=body)
            took.append(1000 * (time.perf_counter() - began))
        return took[self.bodies.index(self.legs)], sum(took)


def search(server: Server, every: int) -> list[tuple[float, float, float, float]]:
    """Of each question: the engine, its legs (as called), the bare legs, all bare bodies; milliseconds.

    A reader of its own hears beforehand what an engine asks, so that neither of the two meets a question first.
    """
    found = []
    with (
        open_gazetteer() as gazetteer,
        closing(open_for_reading(server)) as listened,
        closing(open_for_reading(server)) as index,
    ):
        asked = questions(topic_names(), town_names(gazetteer))
        heard = Listening(listened)
        hearing, engine = Engine(listened, encoder(), gazetteer), Engine(index, encoder(), gazetteer)
        for question in asked[-_WARMING:]:
            hearing.search(question, limit=10, now=DAY)
            engine.search(question, limit=10, now=DAY)
        spare_the_collector()  # as the pool of a server does
        for number, question in enumerate(asked[:-_WARMING:every]):
            heard.listen(hearing, question)
            alone = heard.bare() if number % 2 else None
            began = time.perf_counter()
            with timed(index) as legs:
                engine.search(question, limit=10, now=DAY)
            whole = 1000 * (time.perf_counter() - began)
            found.append((whole, legs[0], *(alone or heard.bare())))
    return found


@contextmanager
def timed(index: ElasticIndex) -> Iterator[list[float]]:
    """Milliseconds of ``search_legs``."""
    took, call = [0.0], index.search_legs

    def legs(*given: Any, **named: Any) -> Any:
        began = time.perf_counter()
        try:
            return call(*given, **named)
        finally:
            took[0] += 1000 * (time.perf_counter() - began)

    index.search_legs = legs  # type: ignore[method-assign]
    try:
        yield took
    finally:
        del index.search_legs


def verdict(met: bool) -> str:
    """As every benchmark says it."""
    return "met" if met else "missed"


def main(posts: int, turns: int, every: int) -> int:
    bundles = list(crowd(posts // POSTS_EACH))
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        try:
            address = stack.enter_context(node()).address
        except CannotStart as error:
            print(error, file=sys.stderr)
            return 1
        client = stack.enter_context(closing(Elasticsearch(address, request_timeout=120)))
        server = Server(f"{address}/bench-index", Path(folder))
        by_helpers, by_us = [], []
        for turn in range(turns):
            by_helpers.append(bare(client, f"bench-bare-{turn}", bundles))
            by_us.append(ours(server, bundles))
        rate, alone = statistics.median(by_us), statistics.median(by_helpers)
        wrote = rate >= WRITING * alone
        print(
            f"writing {posts:,} posts: {rate:,.0f} documents/s, the helpers alone {alone:,.0f}: {rate / alone:.2f} × "
            f"(budget {WRITING}): {verdict(wrote)}",
            flush=True,
        )
        del bundles
        rows = search(server, every)
        whole, legs, bare_legs, bare_all = (statistics.median(column) for column in zip(*rows, strict=True))
        for name, took, beside in (
            ("the request of all legs, through the backend", legs, bare_legs),
            ("a whole answer, beside all that it asked", whole, bare_all),
            ("a whole answer, beside its one request of legs", whole, bare_legs),
        ):
            print(
                f"{name}: {took:.1f} ms, bare {beside:.1f} ms at p50: {took / beside:.2f} × (budget {SEARCHING}): "
                f"{verdict(took <= SEARCHING * beside)}"
            )
        found = whole <= SEARCHING * bare_legs
        with closing(connect(server)) as cluster:
            cluster.drop(cluster.indices(f"{cluster.address.prefix}-*"))
    return 0 if wrote and found else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="What our way to Elasticsearch costs beside the client alone.")
    parser.add_argument("posts", type=int, nargs="?", default=15_000)
    parser.add_argument("--turns", type=int, default=_TURNS)
    parser.add_argument("--every", type=int, default=1, help="ask each N-th question only")
    given = parser.parse_args()
    sys.exit(main(given.posts, given.turns, given.every))
