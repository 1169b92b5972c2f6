"""What scoring needs of a creator, as bytes: terms, lengths and vectors of its posts and its profile. Pure.

The server keeps a block as it is and gives it back whole. Those of several creators are joined into the arrays over
which ``indexer.lexicon`` and ``indexer.scoring`` compute, the same as over the files of the embedded index.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.bundles import CreatorBundle, PostTraits
from indexer.lexicon import Forward, Forwards
from indexer.profile import copies
from indexer.traits import COLUMNS, write_traits

_RECORD: Final = np.dtype(
    [
        ("terms", "<i8"),
        ("term_count", "<u4"),
        ("surface", "<u4"),
        ("stems", "<u4"),
        ("row_count", "<u2"),
        ("copy", "u1"),  # 1: an earlier post has the same words
        *COLUMNS,
    ]
)
_SIZE: Final = 4  # bytes that say how long the head is

Halves = NDArray[np.float16]


class Block(NamedTuple):
    """One creator. ``records`` holds its posts and, last, its profile; ``vectors`` the passages in their order."""

    post_ids: list[str]
    records: NDArray[Any]
    hashes: NDArray[np.uint32]
    frequencies: NDArray[np.uint8]
    vectors: Halves
    centroid: Halves | None
    bio: Halves | None

    @property
    def size(self) -> int:
        """Bytes, about."""
        return self.vectors.nbytes + self.hashes.nbytes + self.frequencies.nbytes + 100 * len(self.records)


class Joined(NamedTuple):
    """Several blocks side by side."""

    post_ids: list[str]
    counts: NDArray[np.int64]  # posts of each creator
    posts: NDArray[Any]  # records
    profiles: NDArray[Any]  # records
    hashes: NDArray[np.uint32]
    frequencies: NDArray[np.uint8]
    vectors: Halves
    row_post: NDArray[np.int64]  # the post of each vector
    first_row: NDArray[np.int64]  # of each post
    centroids: list[Halves | None]
    bios: list[Halves | None]


def pack(bundle: CreatorBundle, words: Forwards, traits: Sequence[PostTraits]) -> bytes:
    """The block of a creator; ``words`` of its posts and, last, of its profile; ``traits`` of its posts."""
    posts = bundle.posts
    records = np.zeros(len(posts) + 1, _RECORD)
    records["terms"] = np.cumsum(words.counts) - words.counts
    records["term_count"] = words.counts
    records["surface"] = words.surface
    records["stems"] = words.stems
    records["row_count"][:-1] = [len(post.passages) for post in posts]
    if posts:
        records["copy"][:-1] = ~np.asarray(copies(posts))
        write_traits(records[:-1], traits)
    extra = [vector for vector in (bundle.centroid, bundle.bio_vector) if vector is not None]
    halves = np.concatenate([bundle.vectors.reshape(-1, bundle.vectors.shape[1]), *(row[None, :] for row in extra)])
    head = {
        "posts": [post.id for post in posts],
        "terms": int(records["term_count"].sum()),
        "rows": len(bundle.vectors),
        "dimension": bundle.vectors.shape[1],
        "centroid": bundle.centroid is not None,
        "bio": bundle.bio_vector is not None,
    }
    packed = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    arrays = (
        records,
        words.hashes,
        words.frequencies,
        halves.astype("<f2"),
    )
    return b"".join([len(packed).to_bytes(_SIZE, "little"), packed, *(array.tobytes() for array in arrays)])


def unpack(content: bytes) -> Block:
    """The inverse of ``pack``. Raises ValueError, KeyError or TypeError for anything else."""
    start = _SIZE + int.from_bytes(content[:_SIZE], "little")
    head = json.loads(content[_SIZE:start])
    at = start

    def take(kind: Any, count: int) -> NDArray[Any]:
        nonlocal at
        values = np.frombuffer(content, kind, count, at)
        at += values.nbytes
        return values

    records = take(_RECORD, len(head["posts"]) + 1)
    hashes, frequencies = take("<u4", head["terms"]), take("u1", head["terms"])
    dimension = head["dimension"]
    vectors = take("<f2", head["rows"] * dimension).reshape(-1, dimension)
    centroid = take("<f2", dimension) if head["centroid"] else None
    bio = take("<f2", dimension) if head["bio"] else None
    return Block(head["posts"], records, hashes, frequencies, vectors, centroid, bio)


def join(blocks: Sequence[Block]) -> Joined:
    """Put blocks side by side."""
    counts = np.array([len(block.post_ids) for block in blocks], np.int64)
    # As bytes, for numpy compares all columns of any two arrays of records that it joins.
    records = np.frombuffer(bytearray().join(block.records.tobytes() for block in blocks), _RECORD)
    hashes = np.array([len(block.hashes) for block in blocks], np.int64)
    records["terms"] += np.repeat(np.cumsum(hashes) - hashes, counts + 1)
    is_profile = np.zeros(len(records), bool)
    is_profile[np.cumsum(counts + 1) - 1] = True
    posts = records[~is_profile]
    rows = posts["row_count"].astype(np.int64)
    return Joined(
        post_ids=[name for block in blocks for name in block.post_ids],
        counts=counts,
        posts=posts,
        profiles=records[is_profile],
        hashes=np.concatenate([block.hashes for block in blocks]),
        frequencies=np.concatenate([block.frequencies for block in blocks]),
        vectors=np.concatenate([block.vectors for block in blocks]),
        row_post=np.repeat(np.arange(len(posts)), rows),
        first_row=np.cumsum(rows) - rows,
        centroids=[block.centroid for block in blocks],
        bios=[block.bio for block in blocks],
    )


def pack_terms(words: Forward) -> bytes:
    """The terms of one document with their frequencies and the lengths of its fields."""
    lengths = np.array([words.surface, words.stems], "<u4")
    return lengths.tobytes() + words.hashes.astype("<u4").tobytes() + words.frequencies.tobytes()


class Documents(NamedTuple):
    """Terms of several documents, ready for ``lexicon.bm25``."""

    records: NDArray[Any]
    hashes: NDArray[np.uint32]
    frequencies: NDArray[np.uint8]


def unpack_terms(contents: Iterable[bytes]) -> Documents:
    """The inverse of ``pack_terms``, of several documents side by side."""
    packed = list(contents)
    counts = [(len(content) - 8) // 5 for content in packed]
    records = np.zeros(len(packed), _RECORD)
    records["term_count"] = counts
    records["terms"] = [0, *accumulate(counts[:-1])] if packed else []
    lengths = np.frombuffer(b"".join([content[:8] for content in packed]), "<u4").reshape(-1, 2)
    records["surface"], records["stems"] = lengths.T
    cuts = list(zip(packed, counts, strict=True))
    hashes = b"".join([content[8 : 8 + 4 * count] for content, count in cuts])
    frequencies = b"".join([content[8 + 4 * count :] for content, count in cuts])
    return Documents(records, np.frombuffer(hashes, "<u4"), np.frombuffer(frequencies, "u1"))
