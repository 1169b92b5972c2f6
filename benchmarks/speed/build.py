"""Building an index: against the encoder alone, from a full vector cache, a little into much, and in how much memory.

python -m benchmarks.speed.build [--posts N] [--large N] [--embedded N] [--json FILE]

The catalog is made up in memory (posts of about 90 words, ten to a creator), everything behind it is real. Where it is
not the encoder that is measured, random vectors stand for its own. Each size is built in a process of its own. Times
are of CPU, all threads, so that other work on the machine hardly counts. Memory is what the system says a process held
at most; its own (heap) and pages of mapped files (programs, libraries, the index) are told apart beside it.

Budgets: 1.15 × the encoder alone; 2,000 posts/s from a full cache; 100 new posts into 200,000 in 2 s; memory that
hardly grows with the corpus.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.speed.figures import Figure, tell
from benchmarks.speed.made_up import MadeUpCatalog
from benchmarks.speed.processes import WatchedMemory, most_memory
from catalog.records import CreatorRecord
from indexer.build import build_with
from indexer.bundles import Matrix
from indexer.catch_up import TextEmbedder, Tools
from indexer.documents import draft
from indexer.embedder import Embedder, OnProgress
from indexer.models import resolve
from indexer.onnx_export import write_encoder
from indexer.pieces import PieceStarts
from indexer.vector_cache import VectorCache
from places.gazetteer import open_gazetteer
from text.split import split_words

_POSTS_EACH: Final = 10
_NEW: Final = 100
_SMALL: Final = 20_000  # posts up to which records are kept, and rebuilt
_GROWTH: Final = 2.0  # times the memory for twenty times the corpus: the live bits and caches of a bounded size


class RandomVectors:
    """The default model's identity without its vectors."""

    def __init__(self) -> None:
        self.model = resolve()
        self._chance = np.random.default_rng(1)

    def encode(self, texts: Sequence[str], *, on_progress: OnProgress | None = None) -> Matrix:
        """One unit row for each text."""
        del on_progress  # done at once
        vectors = self._chance.standard_normal((len(texts), self.model.dimension)).astype(np.float32)
        unit: Matrix = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


class KnownCatalog(MadeUpCatalog):
    """Keeps the creators that it made, so that making them is not measured."""

    def __init__(self, creators: int, posts_each: int) -> None:
        super().__init__(creators, posts_each)
        self._records = super().creators(self._ids)

    def creators(self, ids: Any) -> dict[str, CreatorRecord]:
        """Creators by id."""
        return {name: self._records[name] for name in ids}


def against_encoder(posts: int) -> dict[str, float]:
    """CPU seconds of the encoder alone and of a whole build of the same texts."""
    embedder = Embedder()
    catalog = KnownCatalog(posts // _POSTS_EACH, _POSTS_EACH)
    pieces = PieceStarts(embedder.model.folder)
    texts: dict[str, str] = {}
    for record in catalog.creators(catalog.creator_ids()).values():
        texts |= draft(record, piece_starts=pieces, split=split_words).texts
    embedder.encode(list(texts.values())[:64])  # loaded and warm for both
    alone, whole = [], []
    for _ in range(2):
        alone.append(_timed(lambda: embedder.encode(list(texts.values()))))
        with tempfile.TemporaryDirectory() as folder:
            whole.append(_build(catalog, Path(folder), embedder, write=embedder))
    return {"texts": len(texts), "alone": min(alone), "whole": min(whole)}


def of_size(posts: int) -> dict[str, float]:
    """CPU seconds of a rebuild from a full cache (small sizes) and of a little more, and the most memory in MB."""
    small = posts <= _SMALL
    catalog = (KnownCatalog if small else MadeUpCatalog)(posts // _POSTS_EACH, _POSTS_EACH)
    vectors, writing = RandomVectors(), Embedder()
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        write_encoder(writing, data / "encoder")  # made before the clock runs, or copied from the cache
        with WatchedMemory() as watched:
            found["build"] = _build(catalog, data, vectors, write=writing)
        found |= {"mb": most_memory(), "own": watched.most.own, "mapped": watched.most.mapped}
        if small:
            found["again"] = _build(catalog, data, vectors, write=writing, rebuild=True)
            return found
        catalog.grow(_NEW)
        found["more"] = _build(catalog, data, vectors, write=writing)
    return found


def _build(
    catalog: MadeUpCatalog, data: Path, embedder: TextEmbedder, *, write: Embedder, rebuild: bool = False
) -> float:
    """CPU seconds of one build, loading of its tables included."""
    started = time.process_time()
    with closing(open_gazetteer()) as gazetteer, VectorCache(data / "vectors.sqlite") as cache:
        tools = Tools(
            embedder=embedder, cache=cache, gazetteer=gazetteer, piece_starts=PieceStarts(embedder.model.folder),
            split=split_words,
        )  # fmt: skip
        build_with(
            catalog, data / "index", tools, write_encoder=lambda folder: write_encoder(write, folder), rebuild=rebuild
        )
    return time.process_time() - started


def _timed(work: Callable[[], object]) -> float:
    """CPU seconds."""
    started = time.process_time()
    work()
    return time.process_time() - started


def _apart(part: str, posts: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed.build", "--part", part, "--posts", str(posts)],
        stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(posts: int, large: int, embedded: int, file: Path | None) -> int:
    encoder, few, many = _apart("encoder", embedded), _apart("size", posts), _apart("size", large)
    figures = [
        Figure("build / encoder alone", encoder["whole"] / encoder["alone"], "×", 1.15),
        Figure("encoder alone", encoder["texts"] / encoder["alone"], "texts/s of CPU"),
        Figure("build, embedding included", encoder["texts"] / encoder["whole"], "texts/s of CPU"),
        Figure(f"rebuild of {posts:,} posts, full cache", posts / few["again"], "posts/s of CPU", 2000, at_least=True),
        Figure(f"first build of {large:,} posts without embedding", large / many["build"], "posts/s of CPU"),
        Figure(f"{_NEW} new posts into {large:,}, without embedding", many["more"], "s of CPU", 2.0),
        *_of_memory(posts, few),
        *_of_memory(large, many),
        Figure(f"... {large // posts} times the posts take", many["mb"] / few["mb"], "× the memory", _GROWTH),
        Figure("... of its own alone", many["own"] / few["own"], "× the memory"),
    ]
    return tell(figures, file)


def _of_memory(posts: int, found: dict[str, float]) -> list[Figure]:
    """The two parts are each at their own highest, which need not be at the same time."""
    return [
        Figure(f"peak memory, {posts:,} posts", found["mb"], "MB"),
        Figure("... at most of its own", found["own"], "MB"),
        Figure("... at most of mapped files", found["mapped"], "MB"),
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Building an index.")
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--embedded", type=int, default=1500, help="posts that are really embedded")
    parser.add_argument("--part", choices=("encoder", "size"), help=argparse.SUPPRESS)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    if given.part:
        print(json.dumps((against_encoder if given.part == "encoder" else of_size)(given.posts)))
        sys.exit()
    sys.exit(main(given.posts, given.large, given.embedded, given.json))
