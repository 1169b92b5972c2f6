"""Postings of one run of creators: which posts and which profiles hold a term, and how often; mapped for reading.

Made from the forward index (the tables' ``terms``), so that what BM25 needs of all documents of a term lies side by
side: to score every post that holds a word of the query takes less time than to read all words of the likely ones.
Numbers in these files count from the run's first creator or post. Which runs an index has is decided in ``runs.py``;
how several become one is in ``joining.py``, what a query makes of them in ``words.py``.

Beside the postings: the lengths that BM25 asks for, whose a post is, and how the stems of the profiles are spelt.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.tables import CREATOR, POST, Array, map_file, strings

Hashes = NDArray[np.uint32]
SUFFIXES: Final = (".documents", ".times", ".rest")
_ALIGNED: Final = 8  # bytes
_READ: Final = 1 << 20  # terms of documents read at once: bounds memory
_REST: Final = {
    **{f"{role}_starts": "<u8" for role in ("post", "creator")},
    **{f"{role}_{part}": "<u4" for role in ("post", "creator") for part in ("keys", "surface", "stems")},
    "owners": "<u4",
    "spelt": "<u4",
    "ends": "<u4",
    "letters": "u1",
}


class Postings(NamedTuple):
    """The documents of one role. ``starts[n]:starts[n + 1]`` are the entries of ``keys[n]``, documents ascending."""

    keys: Hashes  # ascending
    starts: NDArray[np.uint64]  # one more than keys
    documents: NDArray[np.uint32]
    times: NDArray[np.uint8]
    surface: NDArray[np.uint32]  # tokens by document
    stems: NDArray[np.uint32]

    def counts(self, terms: Hashes) -> NDArray[np.int64]:
        """How many entries each term has."""
        if len(self.keys) == 0:
            return np.zeros(len(terms), np.int64)
        at = np.minimum(np.searchsorted(self.keys, terms), len(self.keys) - 1)
        counts = (self.starts[at + 1] - self.starts[at]).astype(np.int64)
        return np.where(self.keys[at] == terms, counts, 0)

    def entries(self, terms: Hashes) -> list[tuple[int, int]]:
        """Where the entries of each term begin and end."""
        if len(self.keys) == 0:
            return [(0, 0)] * len(terms)
        at = np.minimum(np.searchsorted(self.keys, terms), len(self.keys) - 1)
        held = self.keys[at] == terms
        first, last = (np.where(held, self.starts[where], 0).tolist() for where in (at, at + 1))
        return list(zip(first, last, strict=True))


class Spelling(NamedTuple):
    """How the stems of profiles are spelt, by their hash."""

    hashes: Hashes  # ascending
    ends: NDArray[np.uint32]  # where each ends in ``letters``
    letters: NDArray[np.uint8]  # UTF-8

    def all(self) -> dict[int, str]:
        """Every stem by its hash."""
        return self.of(self.hashes)

    def of(self, wanted: Hashes) -> dict[int, str]:
        """Those of these hashes that are of a stem, with the stem."""
        if len(self.hashes) == 0:
            return {}
        at = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        at = at[self.hashes[at] == wanted]
        starts = np.where(at > 0, self.ends[at - 1], 0)
        return dict(zip(self.hashes[at].tolist(), strings(self.letters, starts, self.ends[at] - starts), strict=True))


class Run(NamedTuple):
    """The postings of creators that lie side by side in the tables."""

    first: int  # position of the first creator,
    first_post: int  # ... and of its first post
    posts: Postings
    creators: Postings
    owners: NDArray[np.uint32]  # creator of each post, counted from ``first``
    spelling: Spelling


class Source(NamedTuple):
    """The tables of a generation."""

    creators: Array
    posts: Array
    terms: Hashes
    frequencies: NDArray[np.uint8]


def open_source(folder: Path, counts: Mapping[str, int]) -> Source:
    """Map the tables of a generation of which so much is written. Raises IndexDamaged."""
    kinds = (("creators", CREATOR), ("posts", POST), ("terms", np.dtype("<u4")), ("frequencies", np.dtype("u1")))
    return Source(*[map_file(folder / name, kind, counts.get(name, 0)) for name, kind in kinds])


def open_run(path: Path, first: int, first_post: int) -> Run:
    """Map the files of a run. Raises IndexDamaged, FileNotFoundError."""
    rest = _open_rest(path.with_suffix(".rest"))
    split, entries = int(rest["post_starts"][-1]), int(rest["post_starts"][-1] + rest["creator_starts"][-1])
    documents = map_file(path.with_suffix(".documents"), np.dtype("<u4"), entries)
    times = map_file(path.with_suffix(".times"), np.dtype("u1"), entries)
    posts, creators = [
        Postings(
            rest[f"{role}_keys"],
            rest[f"{role}_starts"],
            documents[part],
            times[part],
            rest[f"{role}_surface"],
            rest[f"{role}_stems"],
        )
        for role, part in (("post", slice(split)), ("creator", slice(split, None)))
    ]
    spelling = Spelling(rest["spelt"], rest["ends"], rest["letters"])
    return Run(first, first_post, posts, creators, rest["owners"], spelling)


def write_run(
    path: Path, source: Source, first: int, last: int, spelt: Mapping[int, str], *, synced: bool = True
) -> None:
    """Write the files of the creators ``[first, last)``. ``spelt``: at least the stems of their profiles.

    Takes 30 bytes of memory for each entry. ``synced``: made durable.
    """
    creators = source.creators[first:last]
    start = int(creators["posts"][0])
    posts = source.posts[start : start + int(creators["post_count"].sum(dtype=np.int64))]
    with new_run(path, synced=synced) as (documents, times, rest):
        rest["owners"] = posts["creator"] - np.uint32(first)
        roles: dict[str, Array] = {"post": posts, "creator": creators}
        for role, records in roles.items():
            found = _inverted(source, records)
            documents.write(found.documents.tobytes())
            times.write(found.times.tobytes())
            rest[f"{role}_keys"], rest[f"{role}_starts"] = found.keys, found.starts
            rest[f"{role}_surface"], rest[f"{role}_stems"] = records["surface"], records["stems"]
        rest.update(_spelling(rest["creator_keys"], spelt))


@contextmanager
def new_run(path: Path, *, synced: bool) -> Iterator[tuple[BinaryIO, BinaryIO, dict[str, Array]]]:
    """The files of a run, to be filled: entries' documents and times, the posts' first; and all else by name."""
    rest: dict[str, Array] = {}
    with path.with_suffix(".documents").open("wb") as documents, path.with_suffix(".times").open("wb") as times:
        yield documents, times, rest
        if synced:
            _sync(documents)
            _sync(times)
    with path.with_suffix(".rest").open("wb") as handle:
        handle.write(np.array([len(rest[name]) for name in _REST], "<u8").tobytes())
        for name, kind in _REST.items():
            content = rest[name].astype(kind).tobytes()
            handle.write(content + bytes(-len(content) % _ALIGNED))
        if synced:
            _sync(handle)


class _Inverted(NamedTuple):
    """The entries of some documents by ascending hash."""

    keys: Hashes
    starts: NDArray[np.int64]
    documents: NDArray[np.uint32]
    times: NDArray[np.uint8]


def _inverted(source: Source, records: Array) -> _Inverted:
    read = [_NOTHING, *_read(source, records)]
    hashes, documents, times = (np.concatenate(column) for column in zip(*read, strict=True))
    # Sorting numbers that hold both is several times as fast as finding the order of hashes.
    keys = hashes.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= np.arange(len(keys), dtype=np.uint64)
    keys.sort()
    order = keys.astype(np.uint32)
    hashes = hashes[order]
    begins = np.flatnonzero(np.append(True, hashes[1:] != hashes[:-1]))[: len(hashes)]
    return _Inverted(hashes[begins], np.append(begins, len(hashes)), documents[order], times[order])


_Terms = tuple[Hashes, NDArray[np.uint32], NDArray[np.uint8]]


_NOTHING: Final[_Terms] = (np.zeros(0, np.uint32), np.zeros(0, np.uint32), np.zeros(0, np.uint8))


def _read(source: Source, records: Array) -> Iterator[_Terms]:
    """Hash, document and frequency of every term of these documents, some documents at a time."""
    counts = records["term_count"].astype(np.int64)
    ends = np.cumsum(counts)
    begin = 0
    while begin < len(records):
        end = max(begin + 1, int(np.searchsorted(ends, ends[begin] + _READ)))
        some = counts[begin:end]
        shifts = records["terms"][begin:end].astype(np.int64) - (np.cumsum(some) - some)
        at = np.repeat(shifts, some) + np.arange(int(some.sum()), dtype=np.int64)
        yield source.terms[at], np.repeat(np.arange(begin, end, dtype=np.uint32), some), source.frequencies[at]
        begin = end


def _spelling(keys: Hashes, spelt: Mapping[int, str]) -> dict[str, Array]:
    held = [(key, spelt[key].encode()) for key in keys.tolist() if key in spelt]
    return {
        "spelt": np.array([key for key, _ in held], np.uint32),
        "ends": np.cumsum([len(word) for _, word in held], dtype=np.int64),
        "letters": np.frombuffer(b"".join([word for _, word in held]), np.uint8),
    }


def _open_rest(path: Path) -> dict[str, Array]:
    head = map_file(path, np.dtype("<u8"), len(_REST)).tolist()
    at, found = 8 * len(_REST), dict[str, Array]()
    sizes = {name: count * np.dtype(kind).itemsize for (name, kind), count in zip(_REST.items(), head, strict=True)}
    content = map_file(path, np.dtype("u1"), at + sum(size + -size % _ALIGNED for size in sizes.values()))
    for name, size in sizes.items():
        found[name] = content[at : at + size].view(_REST[name])
        at += size + -size % _ALIGNED
    return found


def _sync(handle: BinaryIO) -> None:
    handle.flush()
    os.fsync(handle.fileno())
