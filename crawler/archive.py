"""The archive that a crawl writes: one WARC file and its offset table, torn ends cut off when it is opened again.

Which page may be written is decided by the gate and the commit (``pipelines.py``). The offset table names each
member, so that one can be taken out later without unpacking the rest.
"""

import fcntl
import json
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final, Self

from base.failpoints import hit
from crawler.errors import ArchiveBusy, ArchiveError
from crawler.replay import ReplayArchive
from crawler.warc import Capture, build, records

ARCHIVE_NAME: Final = "crawl.warc.gz"
_INDEX_SUFFIX: Final = ".idx"


Unwanted = Callable[[Capture], bool]
"""Whether the answer in a capture must go."""


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """Where one record lies in the file."""

    url: str
    kind: str
    offset: int
    length: int


def archive_clock(path: Path) -> datetime:
    """The last date in an archive: the day at which a replay happens.

    Raises ``ArchiveError`` with one clear line for a missing, cut-off, empty or foreign file, so it is also the check
    before a replay.
    """
    return ReplayArchive(path).last_date


def index_path(path: Path) -> Path:
    """The offset table of an archive."""
    return path.with_name(path.name + _INDEX_SUFFIX)


def read_index(path: Path) -> list[IndexEntry]:
    """The offset table of an archive, in the order of the file."""
    return [IndexEntry(**json.loads(line)) for line in index_path(path).read_text("utf-8").splitlines()]


class ArchiveWriter:
    """Appends captures to ``folder/crawl.warc.gz``. Belongs to one thread.

    Raises ArchiveBusy while another process writes to it.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / ARCHIVE_NAME
        self._lock = lock_archive(self.path)
        self._open()

    def _open(self) -> None:
        entries = _repair(self.path)
        self._seen = Counter(entry.url for entry in entries if entry.kind != "request")
        self._file: BinaryIO = self.path.open("ab")
        self._index: BinaryIO = index_path(self.path).open("ab")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def write(self, capture: Capture) -> None:
        """Append one capture; it is in the operating system's hands when this returns."""
        offset = self._file.tell()
        for kind, packed in build(capture, nth=self._seen[capture.url]):
            half = len(packed) // 2
            self._file.write(packed[:half])
            self._file.flush()
            hit("inside_warc_member")
            self._file.write(packed[half:])
            self._file.flush()
            self._index.write(_index_line(IndexEntry(capture.url, kind, offset, len(packed))))
            offset += len(packed)
        self._index.flush()
        self._seen[capture.url] += 1

    def cut(self, unwanted: Unwanted) -> int:
        """Take members out, as ``cut_members``."""
        self._close_files()
        removed = cut_members(self.path, unwanted)
        self._open()
        return removed

    def close(self) -> None:
        """Close the files; the archive is synced to disk."""
        self._close_files()
        self._lock.close()

    def _close_files(self) -> None:
        os.fsync(self._file.fileno())
        self._file.close()
        self._index.close()


def lock_archive(path: Path) -> BinaryIO:
    """The right to change an archive, until the returned file is closed. Raises ArchiveBusy."""
    file = path.with_name(path.name + ".lock").open("ab")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise ArchiveBusy(f"a crawl writes to {path}; wait for its end, or stop it") from error
    return file


def cut_members(path: Path, unwanted: Unwanted) -> int:
    """Write an archive anew, member by member, without the captures that ``unwanted`` names; returns how many went.

    What was asked goes with what was answered. The caller holds the lock. A crash leaves the old file or the new one.
    """
    entries: list[tuple[IndexEntry, datetime]] = []
    doomed: set[tuple[str, datetime]] = set()
    for member, kind, capture in records(path, cut_torn_end=True):
        entries.append((IndexEntry(capture.url, kind, member.offset, member.length), capture.fetched_at))
        if kind != "request" and unwanted(capture):
            doomed.add((capture.url, capture.fetched_at))
    if not doomed:
        return 0
    kept: list[IndexEntry] = []
    fresh = path.with_suffix(".tmp")
    with path.open("rb") as old, fresh.open("wb") as new:
        for entry, fetched_at in entries:
            if (entry.url, fetched_at) in doomed:
                continue
            kept.append(replace(entry, offset=new.tell()))
            old.seek(entry.offset)
            new.write(old.read(entry.length))
        new.flush()
        os.fsync(new.fileno())
    fresh.replace(path)
    _write_index(path, kept)
    return len(doomed)


def sort_archive(path: Path) -> None:
    """Order an archive by address (captures of one address stay in order), so that one world gives one file."""
    packed = path.read_bytes()
    entries = sorted(read_index(path), key=lambda entry: (entry.url, entry.offset))
    moved: list[IndexEntry] = []
    sorted_file = path.with_suffix(".tmp")
    with sorted_file.open("wb") as out:
        for entry in entries:
            moved.append(IndexEntry(entry.url, entry.kind, out.tell(), entry.length))
            out.write(packed[entry.offset : entry.offset + entry.length])
    sorted_file.replace(path)
    _write_index(path, moved)


def _repair(path: Path) -> list[IndexEntry]:
    """Cut a torn last member off and bring the offset table in step with the file."""
    if not path.exists():
        _write_index(path, [])
        return []
    entries = [
        IndexEntry(capture.url, kind, member.offset, member.length)
        for member, kind, capture in records(path, cut_torn_end=True)
    ]
    end = entries[-1].offset + entries[-1].length if entries else 0
    if end < path.stat().st_size:
        os.truncate(path, end)
    _write_index(path, entries)
    return entries


def _write_index(path: Path, entries: list[IndexEntry]) -> None:
    fresh = index_path(path).with_suffix(".tmp")
    fresh.write_bytes(b"".join(_index_line(entry) for entry in entries))
    fresh.replace(index_path(path))


def _index_line(entry: IndexEntry) -> bytes:
    return json.dumps(asdict(entry), sort_keys=True).encode() + b"\n"


def check_archive_folder(folder: Path) -> None:
    """Raise ``ArchiveError`` when ``folder`` cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArchiveError(f"cannot write the archive folder {folder}: {error.strerror or error}") from error
    if not os.access(folder, os.W_OK):
        raise ArchiveError(f"cannot write the archive folder {folder}: give --archive a folder of yours")
