"""The data folder of benchmarks/cold.py: invented people through the real import and the real build.

python -m benchmarks.cold_data DATA

Only the vectors are random: nothing but time is measured with them.
"""

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import numpy as np

from app.importing import import_collection
from benchmarks.made_up import MadeUpCatalog
from catalog.store import Catalog, open_catalog
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

_CREATORS: Final = 1000
_POSTS_EACH: Final = 10


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


def make_data(data: Path) -> None:
    """A data folder of invented people: collection, import, build. What is there is brought up to date."""
    collection = data / "collection"
    _write_collection(collection)
    with open_catalog(data) as catalog:
        import_collection(catalog, collection)
        _build(catalog, data)


def _write_collection(folder: Path) -> None:
    made_up = MadeUpCatalog(_CREATORS, _POSTS_EACH)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "creators.jsonl").open("w") as creators, (folder / "posts.jsonl").open("w") as posts:
        for record in made_up.creators(made_up.creator_ids()).values():
            (account,) = record.accounts
            row = {
                "id": record.id, "platform": account.platform, "handle": account.handle, "name": account.name,
                "url": account.url, "bio": account.bio, "location": account.location,
                "followers": account.counts.followers,
            }  # fmt: skip
            creators.write(json.dumps(row) + "\n")
            for post in record.posts:
                row = {
                    "id": post.id,
                    "creator_id": record.id,
                    "title": post.title,
                    "text": post.text,
                    "published_at": post.published.at.isoformat() if post.published else None,
                }
                posts.write(json.dumps(row) + "\n")


def _build(catalog: Catalog, data: Path) -> None:
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
        build_with(catalog, data / "index", tools, write_encoder=lambda folder: write_encoder(encoder, folder))


if __name__ == "__main__":
    make_data(Path(sys.argv[1]))
