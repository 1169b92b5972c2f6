"""Every store of a data folder as plain text, by its own format and not by our code: to prove what is there."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import tantivy
from numpy.typing import NDArray

from indexer.lexicon import term_hash


def everything(*folders: Path) -> bytes:
    """All bytes of all files, and what can be unpacked from them, in lower case."""
    parts = [text for folder in folders for file in sorted(folder.rglob("*")) if file.is_file() for text in _read(file)]
    parts += [_tantivy(meta.parent) for folder in folders for meta in folder.rglob("index/*/text/meta.json")]
    return b"\n".join(parts).lower()


def stands_in(word: str, *folders: Path) -> int:
    """How often the number of a word stands in the postings and the forward index of an index, dead ones included."""
    numbers = [term_hash(word, field) for field in ("surface", "stems")]
    files = (file for folder in folders for file in folder.rglob("index/*/gen-*/*") if file.is_file())
    return sum(int(np.isin(_numbers(file), numbers).sum()) for file in files)


def vectors(folder: Path) -> int:
    """Rows of the vector cache."""
    with closing(sqlite3.connect(folder / "vectors.sqlite")) as cache:
        return int(cache.execute("SELECT count(*) FROM vectors").fetchone()[0])


def rows_of_passages(folder: Path) -> int:
    """Passage vectors in the files of the index, dead ones included."""
    return sum(file.stat().st_size // 4 for file in folder.rglob("gen-*/passage_scale"))


def _numbers(file: Path) -> NDArray[np.uint32]:
    """A file as numbers of four bytes, whatever it holds."""
    raw = file.read_bytes()
    return np.frombuffer(raw[: len(raw) - len(raw) % 4], "<u4")


def _read(file: Path) -> Iterator[bytes]:
    if file.parent.name == "encoder":
        return  # the model, which knows everybody's words and nobody
    raw = file.read_bytes()
    yield raw
    if file.suffix == ".gz":
        yield from (_unpacked(member) for member in _members(raw))
    elif file.name in ("docs", "tokens"):  # a heap of zlib streams
        yield from _streams(raw)
    elif file.suffix == ".sqlite":
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
            yield from (line.encode() for line in database.iterdump() if 'INTO "vectors"' not in line)


def _members(raw: bytes) -> Iterator[bytes]:
    while raw:
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        yield unpacker.decompress(raw)
        raw = unpacker.unused_data


def _unpacked(member: bytes) -> bytes:
    """A record, and its body when that is packed once more."""
    at = member.find(b"\x1f\x8b")
    return member if at < 0 else member + zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(member[at:])


def _streams(raw: bytes) -> Iterator[bytes]:
    for at in range(len(raw) - 1):
        if raw[at] == 0x78 and (raw[at] * 256 + raw[at + 1]) % 31 == 0:
            try:
                yield zlib.decompressobj().decompress(raw[at:])
            except zlib.error:
                continue


def _tantivy(folder: Path) -> bytes:
    """What its document store holds."""
    searcher = tantivy.Index.open(str(folder)).searcher()
    hits = searcher.search(tantivy.Query.all_query(), limit=10_000).hits
    return b"\n".join(repr(searcher.doc(at).to_dict()).encode() for _, at in hits)
