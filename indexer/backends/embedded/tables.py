"""The append-only files of one generation: fixed-width records and heaps, memory-mapped for reading.

A creator's posts, rows, ids, documents and terms lie together, in the order in which bundles were written. So one
live bit per creator decides over all of them, and a generation is compacted by copying runs of creators.
"Position" is an index into a file of this generation; "entry" and "no" are numbers that survive compaction.
"""

import mmap
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self

import numpy as np
from numpy.typing import NDArray

from indexer.editions import damaged, sync_folder
from indexer.traits import COLUMNS

CREATOR: Final = np.dtype(
    [
        ("entry", "<i8"),
        ("revision", "<i8"),
        ("newest", "<i8"),  # newest post, microseconds, NO_TIME: unknown
        ("post_surface", "<i8"),  # tokens in all posts, per field: for the live averages of BM25
        ("post_stems", "<i8"),
        ("posts", "<u8"),  # from here on: position of the creator's first item in the file of that name
        ("rows", "<u8"),
        ("ids", "<u8"),
        ("docs", "<u8"),
        ("tokens", "<u8"),
        ("terms", "<u8"),
        ("outlines", "<u8"),
        ("cards", "<u8"),
        ("post_count", "<u4"),
        ("row_count", "<u4"),
        ("doc_size", "<u4"),
        ("token_size", "<u4"),
        ("outline_size", "<u4"),
        ("card_size", "<u4"),
        ("term_count", "<u4"),
        ("surface", "<u4"),  # tokens in the profile, per field
        ("stems", "<u4"),
        ("id_size", "<u2"),
        ("has", "u1"),  # 1: centroid, 2: bio vector, 4: a bio that names everything (vocabulary.teaches)
    ]
)
POST: Final = np.dtype(
    [
        ("no", "<i8"),
        ("published", "<i8"),
        ("rows", "<u8"),
        ("ids", "<u8"),
        ("docs", "<u8"),
        ("tokens", "<u8"),
        ("terms", "<u8"),
        ("creator", "<u4"),  # position
        ("doc_size", "<u4"),
        ("token_size", "<u4"),
        ("term_count", "<u4"),
        ("surface", "<u4"),
        ("stems", "<u4"),
        ("id_size", "<u2"),
        ("row_count", "<u2"),
        ("copy", "u1"),  # 1: an earlier post of this creator has the same words
        *COLUMNS,
    ]
)
HAS_CENTROID: Final = 1
HAS_BIO: Final = 2
LISTS: Final = 4

Array = NDArray[Any]


def file_types(dimension: int) -> dict[str, np.dtype[Any]]:
    """Every file of a generation with the type of one item."""
    types: dict[str, Any] = {
        "creators": CREATOR,
        "posts": POST,
        "row_creator": np.dtype("<u4"),  # position of the creator of a vector row
        "row_post": np.dtype("<u4"),  # position of its post
        "ids": np.dtype("u1"),  # UTF-8
        "docs": np.dtype("u1"),  # codec.py
        "outlines": np.dtype("u1"),  # outline.py
        "cards": np.dtype("u1"),  # card.py
        "tokens": np.dtype("u1"),  # token strings of profiles; those of a post are empty
        "terms": np.dtype("<u4"),  # lexicon.py: sorted term hashes of one document
        "frequencies": np.dtype("u1"),
    }
    for kind in ("passage", "centroid", "bio"):
        types[f"{kind}_i8"] = np.dtype(("<i1", (dimension,)))
        types[f"{kind}_scale"] = np.dtype("<f4")
        types[f"{kind}_f16"] = np.dtype(("<f2", (dimension,)))
    types["passage_bits"] = np.dtype(("u1", ((dimension + 7) // 8,)))  # vectors.py: signs
    return types


# Which file advances with which: the run of a creator in every file follows from its record.
ANCHORS: Final[Mapping[str, str]] = {
    "posts": "posts",
    "row_creator": "rows",
    "row_post": "rows",
    "ids": "ids",
    "docs": "docs",
    "tokens": "tokens",
    "outlines": "outlines",
    "cards": "cards",
    "terms": "terms",
    "frequencies": "terms",
    "passage_i8": "rows",
    "passage_scale": "rows",
    "passage_f16": "rows",
    "passage_bits": "rows",
}


def map_file(path: Path, item: np.dtype[Any], count: int) -> Array:
    """The first ``count`` items as a read-only array. Raises IndexDamaged when the file is shorter."""
    shape = item.shape
    base = item.base
    if count == 0:
        return np.zeros((0, *shape), base)
    needed = count * item.itemsize
    try:
        with path.open("rb") as handle:
            if os.fstat(handle.fileno()).st_size < needed:
                raise damaged(f"{path.name} is cut off")
            mapped = mmap.mmap(handle.fileno(), needed, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise damaged(f"{path.name}: {error}") from error
    return np.frombuffer(mapped, dtype=base).reshape(count, *shape)


def strings(heap: NDArray[np.uint8], starts: NDArray[Any], sizes: NDArray[Any]) -> list[str]:
    """UTF-8 read in one go: by the thousand, one at a time would cost more than a search."""
    content = heap[ranges(starts, sizes)].tobytes()
    ends = np.cumsum(sizes, dtype=np.int64).tolist()
    cuts = zip([0, *ends], ends, strict=False)
    if content.isascii():  # then a byte is a letter
        text = content.decode("ascii")
        return [text[start:end] for start, end in cuts]
    return [content[start:end].decode() for start, end in cuts]


def joined(heap: NDArray[np.uint8], starts: NDArray[Any], sizes: NDArray[Any]) -> bytes:
    """The bytes of several long stretches, one after another: as ``ranges`` would each byte take eight of its own."""
    content, ends = heap.data, starts + sizes
    return b"".join([content[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)])


def ranges(starts: NDArray[np.unsignedinteger], counts: NDArray[np.unsignedinteger]) -> NDArray[np.int64]:
    """The integers of several ranges, one after another."""
    lengths = counts.astype(np.int64)
    before = np.cumsum(lengths) - lengths
    shifts: NDArray[np.int64] = np.repeat(starts.astype(np.int64) - before, lengths)
    return np.arange(int(lengths.sum()), dtype=np.int64) + shifts


class GenerationWriter:
    """Appends items to the files of one generation; counts are of items, flushed or not."""

    def __init__(self, folder: Path, dimension: int, counts: Mapping[str, int]) -> None:
        """Open for appending after ``counts`` items; what a killed writer left behind them is cut off."""
        self.folder = folder
        self.types = file_types(dimension)
        self.counts = {name: counts.get(name, 0) for name in self.types}
        folder.mkdir(parents=True, exist_ok=True)
        self._files: dict[str, BinaryIO] = {}
        for name, item in self.types.items():
            path = folder / name
            path.touch()
            size = self.counts[name] * item.itemsize
            if path.stat().st_size < size:
                raise damaged(f"{name} is cut off")
            os.truncate(path, size)
            self._files[name] = path.open("ab", buffering=1 << 18)

    def append(self, name: str, items: Array) -> int:
        """Append items, given in the type of the file; returns the position of the first."""
        first = self.counts[name]
        self._files[name].write(np.ascontiguousarray(items, dtype=self.types[name].base).tobytes())
        self.counts[name] = first + len(items)
        return first

    def append_bytes(self, name: str, content: bytes) -> int:
        """Append to a heap of bytes; returns the position of the first."""
        first = self.counts[name]
        self._files[name].write(content)
        self.counts[name] = first + len(content)
        return first

    def flush(self) -> None:
        """Hand everything to the operating system, so that it can be mapped."""
        for handle in self._files.values():
            handle.flush()

    def sync(self) -> None:
        """Make everything appended so far durable."""
        self.flush()
        for handle in self._files.values():
            os.fsync(handle.fileno())
        sync_folder(self.folder)

    def close(self) -> None:
        """Let go of the files; nothing is made durable."""
        for handle in self._files.values():
            handle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
