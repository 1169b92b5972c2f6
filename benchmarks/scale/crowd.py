"""As many creators as asked for, ready to be sent to an index: what ``benchmarks.speed.world`` makes, again and again.

Some thousand of them go through the real documents, token chain and place reading and are kept; the others are these
with ids, followers and vectors of their own. So an index of a million posts costs what writing it costs. Terms and
places are then as common as in the small world, texts are not as many as posts: good for speed alone.
"""

import pickle
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.speed import world as made
from indexer.bundles import CreatorBundle
from indexer.documents import bundle, draft
from indexer.embedder import Embedder
from indexer.encoder import QueryEncoder
from indexer.models import SentenceModel, resolve
from indexer.onnx_export import is_encoder_of, write_encoder
from indexer.pieces import PieceStarts
from places.gazetteer import open_gazetteer
from text.split import split_words

KEPT: Final = Path(__file__).parents[2] / ".cache" / "bench"
POSTS_EACH: Final = made.POSTS_EACH
ORIGINALS: Final = 1_500  # creators
_NOISE: Final = 0.25  # length of what is added to each vector


def encoder() -> QueryEncoder:
    """The real query encoder, exported once."""
    folder = KEPT / "encoder"
    if not is_encoder_of(folder, resolve(None)):
        write_encoder(Embedder(), folder)
    return QueryEncoder(folder)


@cache  # its name holds a digest of 90 MB
def model() -> SentenceModel:
    """What the vectors pretend to be of."""
    return resolve(None)


def crowd(creators: int, *, first: int = 0) -> Iterator[CreatorBundle]:
    """Creators ``first`` and following; the same numbers always make the same ones."""
    originals = _originals()
    for number in range(first, first + creators):
        yield _copy(originals[number % len(originals)], number)


def _copy(original: CreatorBundle, number: int) -> CreatorBundle:
    name = f"creator-{number:07}"
    noise = np.random.default_rng(number)
    creator = replace(
        original.creator, id=name, name=f"{original.creator.name} {number}", followers=int(10 ** noise.normal(3.5, 0.6))
    )
    posts = tuple(
        replace(post, id=f"{name}-{at}", creator_id=name, url=f"https://{name}.example/{at}")
        for at, post in enumerate(original.posts)
    )
    beside = noise.standard_normal(original.vectors.shape, np.float32)
    beside *= _NOISE / np.linalg.norm(beside, axis=1, keepdims=True)
    vectors = original.vectors + beside
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return replace(original, creator=creator, posts=posts, vectors=vectors)


def _originals() -> list[CreatorBundle]:
    """Made once: that takes minutes."""
    kept = KEPT / f"originals-{ORIGINALS}.pickle"
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(pickle.dumps(list(_made())))
    originals: list[CreatorBundle] = pickle.loads(kept.read_bytes())
    return originals


def _made() -> Iterator[CreatorBundle]:
    pieces, noise = PieceStarts(model().folder), np.random.default_rng(1)
    with closing(open_gazetteer()) as gazetteer:
        world = made.World(made._topics(encoder()), made.town_names(gazetteer))  # noqa: SLF001 - of the same package
        for number in range(ORIGINALS):
            record, topics = world.creator(number)
            read = draft(record, piece_starts=pieces, split=split_words)
            vectors = dict(made._vectors(read, topics, noise))  # noqa: SLF001
            yield bundle(read, vectors, gazetteer=gazetteer, split=split_words, dimension=model().dimension)
