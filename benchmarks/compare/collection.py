"""A judged collection as every system gets it: posts with the creator of each, one vector a post, the questions.

The vector is that of the title and the text, as the model reads them (256 word pieces): what the guides of all these
systems do. Questions are encoded by the same ONNX encoder for all.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from app.evaluation import Judged, eval_cache, read_judged
from benchmarks.compare.encoding import ENCODER
from indexer.bundles import Matrix
from indexer.catch_up import parts
from indexer.embedder import Embedder
from indexer.onnx_export import write_encoder
from indexer.passages import text_key
from indexer.vector_cache import VectorCache
from search.evaluate import Qrels

_AT_ONCE: Final = 256  # texts: what was embedded is kept when it is stopped


@dataclass(frozen=True, slots=True)
class Collection:
    """``texts[i]`` is a post of ``owners[i]``, ``vectors[i]`` its vector."""

    name: str
    texts: Sequence[str]
    owners: Sequence[str]
    vectors: Matrix
    judged: Judged

    @property
    def queries(self) -> Mapping[str, str]:
        """Query id → text, those that somebody answers."""
        return {
            name: text for name, text in self.judged.queries.items() if any(self.judged.qrels.get(name, {}).values())
        }

    @property
    def qrels(self) -> Qrels:
        """The judgements of those questions; a collection may judge more than it asks."""
        return {name: self.judged.qrels[name] for name in self.queries}


def read_collection(folder: Path) -> Collection:
    """Read; embed where that was not done yet."""
    with (folder / "posts.jsonl").open(encoding="utf-8") as lines:
        posts = [json.loads(line) for line in lines if line.strip()]
    texts = [f"{post.get('title') or ''}\n{post.get('text') or ''}".strip() for post in posts]
    return Collection(folder.name, texts, [post["creator_id"] for post in posts], _vectors(texts), read_judged(folder))


def _vectors(texts: Sequence[str]) -> Matrix:
    """One row a text, remembered from this and from evaluations. Makes the encoder of questions, too."""
    embedder = Embedder()
    if not ENCODER.is_dir():
        write_encoder(embedder, ENCODER)
    model, keys = embedder.model.identity, [text_key(text) for text in texts]
    with VectorCache(eval_cache()) as cache:
        known = cache.get(model, keys)
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        for part in parts(missing, _AT_ONCE):
            made = dict(zip(part, embedder.encode([missing[key] for key in part]), strict=True))
            cache.put(model, made)
            known |= made
    vectors: Matrix = np.stack([known[key] for key in keys])
    return vectors
