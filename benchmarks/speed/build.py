"""Build time against the time that the encoder alone needs for the same texts (budget: 1.25).

python -m benchmarks.speed.build [CREATORS]
"""

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from benchmarks.speed.made_up import MadeUpCatalog
from indexer.build import build_with
from indexer.catch_up import Tools
from indexer.documents import draft
from indexer.embedder import Embedder
from indexer.onnx_export import write_encoder
from indexer.pieces import PieceStarts
from indexer.vector_cache import VectorCache
from places.gazetteer import open_gazetteer
from text.split import split_words

_BUDGET = 1.25
_POSTS_EACH = 8


def main(creators: int) -> int:
    embedder = Embedder()
    catalog = MadeUpCatalog(creators, _POSTS_EACH)
    with tempfile.TemporaryDirectory() as temporary, closing(open_gazetteer()) as gazetteer:
        data = Path(temporary)
        with VectorCache(data / "vectors.sqlite") as cache:
            pieces = PieceStarts(embedder.model.folder)
            tools = Tools(embedder=embedder, cache=cache, gazetteer=gazetteer, piece_starts=pieces, split=split_words)
            records = catalog.creators(catalog.creator_ids())
            texts: dict[str, str] = {}
            for record in records.values():
                texts |= draft(record, piece_starts=pieces, split=split_words).texts
            write_encoder(embedder, data / "encoder")
            embedder.encode(list(texts.values())[:64])  # loaded and warm for both

            def build(*, rebuild: bool) -> None:
                build_with(
                    catalog,
                    data / "index",
                    tools,
                    write_encoder=lambda folder: write_encoder(embedder, folder),
                    rebuild=rebuild,
                )

            alone = _timed(lambda: embedder.encode(list(texts.values())))
            whole = _timed(lambda: build(rebuild=False))
            again = _timed(lambda: build(rebuild=True))
    ratio = whole / alone
    print(f"{len(texts)} texts: encoder alone {alone:.1f} s, build {whole:.1f} s, ratio {ratio:.3f} (budget {_BUDGET})")
    print(f"rebuild from the vector cache {again:.1f} s: {len(texts) / again:.0f} passages/s")
    return 0 if ratio <= _BUDGET else 1


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 150))
