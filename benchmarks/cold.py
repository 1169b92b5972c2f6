"""A cold ``nichescout search`` over 10,000 posts against a process that only imports its libraries (budget: 2.0).

python -m benchmarks.cold [DATA]      DATA: a folder with an index; without it one is made up

The vectors of the made-up index are random: only time is measured here.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from benchmarks.made_up import MadeUpCatalog
from indexer.build import build_with
from indexer.catch_up import Tools
from indexer.contract import Matrix
from indexer.embedder import Embedder, OnProgress
from indexer.models import resolve
from indexer.onnx_export import write_encoder
from indexer.pieces import PieceStarts
from indexer.vector_cache import VectorCache
from places.gazetteer import open_gazetteer
from text.split import split_words

_BUDGET = 2.0
_RUNS = 7
_LIBRARIES = "import click, numpy, onnxruntime, tokenizers, tantivy, numkong"


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


def main(data: Path | None) -> int:
    with tempfile.TemporaryDirectory() as temporary:
        if data is None:
            data = Path(temporary)
            make_index(data, creators=1000, posts_each=10)
        search = ["-m", "cli", "--data", str(data), "search", "sushi in boston", "--json"]
        ours, floor = [], []
        for _ in range(_RUNS):  # in turns, so that a busy machine slows both
            floor.append(_run(["-c", _LIBRARIES]))
            ours.append(_run(search))
    ratio = statistics.median(ours) / statistics.median(floor)
    print(f"search {_ms(ours)}, imports alone {_ms(floor)}, ratio {ratio:.2f} (budget {_BUDGET})")
    return 0 if ratio <= _BUDGET else 1


def make_index(data: Path, *, creators: int, posts_each: int) -> None:
    """An index of invented posts with random vectors and the real query encoder."""
    vectors = RandomVectors()
    with closing(open_gazetteer()) as gazetteer, VectorCache(data / "vectors.sqlite") as cache:
        tools = Tools(
            embedder=vectors,
            cache=cache,
            gazetteer=gazetteer,
            piece_starts=PieceStarts(vectors.model.folder),
            split=split_words,
        )
        encoder = Embedder(vectors.model)
        build_with(
            MadeUpCatalog(creators, posts_each),
            data / "index",
            tools,
            write_encoder=lambda folder: write_encoder(encoder, folder),
        )


def _run(arguments: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def _ms(seconds: list[float]) -> str:
    return f"{1000 * statistics.median(seconds):.0f} ms (best {1000 * min(seconds):.0f})"


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
