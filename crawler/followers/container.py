"""Files, folders and zips as members that can be opened, bounded in size and number; nothing is written to disk.

A zip is never unpacked: its members are read as streams. What would only matter when unpacking (names that lead out of
the folder, links) and what only a hostile file has (bombs) refuses the whole zip.
"""

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final

from crawler.followers.model import FollowerFileError

MOST_BYTES: Final = 2 * 1024**3  # of one file, unpacked
MOST_MEMBERS: Final = 200_000
MOST_TOGETHER: Final = 4 * 1024**3  # of all members that are looked into
RATIO_COUNTS_FROM: Final = 16 * 1024**2  # bytes; small files of equal lines may pack well
HIGHEST_RATIO: Final = 200
_LOOKED_INTO: Final = frozenset((".json", ".js", ".html", ".htm", ".csv", ".txt", ".opml", ".xml"))
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_ENCRYPTED: Final = 0x1
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError)


@dataclass(frozen=True, slots=True)
class Member:
    """A file, or one in a folder or zip. ``given``: named by the user, so that it must be something that is read."""

    name: str
    given: bool
    opened: Callable[[], IO[bytes]]

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The bytes from the beginning. Raises FollowerFileError while reading what is broken or too large."""
        try:
            with self.opened() as stream:
                yield stream
        except _BROKEN as error:
            raise FollowerFileError(f"{self.name}: the zip is broken ({_said(error)}); download it again") from error
        except OSError as error:
            raise FollowerFileError(f"{self.name} cannot be read: {error.strerror or error}") from error

    def head(self, size: int) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(size)


def members(path: Path) -> Iterator[Member]:
    """The file itself, or every file of a folder or zip that may be something, in the order of their names.

    Raises FollowerFileError for what is no file, too large, or a zip that is broken, encrypted or hostile.
    """
    if path.is_dir():
        yield from _in_folder(path)
    elif not path.is_file():
        raise FollowerFileError(f"{path} is neither a file nor a folder")
    elif _is_zip(path):
        yield from _in_zip(path)
    else:
        if path.stat().st_size > MOST_BYTES:
            raise FollowerFileError(f"{path.name} is too large: at most {MOST_BYTES // 1024**3} GiB are read")
        yield Member(path.name, True, lambda: path.open("rb"))


def _is_zip(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) in _ZIP
    except OSError as error:
        raise FollowerFileError(f"{path.name} cannot be read: {error.strerror}") from error


def _in_folder(folder: Path) -> Iterator[Member]:
    """Links are not followed: a folder from somewhere else may lead anywhere."""
    seen = 0
    for where, folders, files in os.walk(folder):
        folders.sort()
        for name in sorted(files):
            seen += 1
            if seen > MOST_MEMBERS:
                raise FollowerFileError(f"{folder.name} holds more than {MOST_MEMBERS:,} files; give the one to read")
            file = Path(where) / name
            found = file.lstat()
            small = stat.S_ISREG(found.st_mode) and found.st_size <= MOST_BYTES
            if small and file.suffix.lower() in _LOOKED_INTO:
                yield Member(str(file.relative_to(folder)), False, _opened(file))


def _opened(file: Path) -> Callable[[], IO[bytes]]:
    return lambda: file.open("rb")


def _in_zip(path: Path) -> Iterator[Member]:
    try:
        archive = zipfile.ZipFile(path)
    except (*_BROKEN, ValueError, OverflowError) as error:
        raise FollowerFileError(f"{path.name}: the zip is broken ({_said(error)}); download it again") from error
    with archive:
        infos = archive.infolist()
        if len(infos) > MOST_MEMBERS:
            raise FollowerFileError(
                f"{path.name} holds more than {MOST_MEMBERS:,} files; unpack it and give the folder"
            )
        for info in infos:
            _refuse_hostile(path.name, info)
        budget = _Budget(path.name, MOST_TOGETHER)
        for info in sorted(infos, key=lambda info: info.filename):
            if not info.is_dir() and PurePosixPath(info.filename).suffix.lower() in _LOOKED_INTO:
                _refuse_unreadable(path.name, info)
                yield Member(info.filename, False, _opener(archive, info, budget))


def _refuse_hostile(zip_name: str, info: zipfile.ZipInfo) -> None:
    parts = PurePosixPath(info.filename.replace("\\", "/")).parts
    if ".." in parts or info.filename.startswith(("/", "\\")) or (parts and parts[0].endswith(":")):
        raise FollowerFileError(f"{zip_name} names a file outside of itself; that is no export of a platform")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise FollowerFileError(f"{zip_name} holds links to other files; that is no export of a platform")


def _refuse_unreadable(zip_name: str, info: zipfile.ZipInfo) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise FollowerFileError(f"{zip_name} is locked with a password; unpack it and give the folder")
    packed_well = info.file_size > HIGHEST_RATIO * max(1, info.compress_size)
    if info.file_size > MOST_BYTES or (info.file_size > RATIO_COUNTS_FROM and packed_well):
        raise FollowerFileError(f"{zip_name} unpacks to far more than an export holds; it was not read")


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: "_Budget") -> Callable[[], IO[bytes]]:
    return lambda: io.BufferedReader(_Counted(archive.open(info), budget), 64 * 1024)


@dataclass(slots=True)
class _Budget:
    """Bytes that may still be unpacked from one zip: what a directory says of sizes need not be true."""

    zip_name: str
    left: int

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise FollowerFileError(f"{self.zip_name} unpacks to far more than an export holds; reading was stopped")


class _Counted(io.RawIOBase):
    """A member's bytes, counted."""

    def __init__(self, stream: IO[bytes], budget: _Budget) -> None:
        self._stream = stream
        self._budget = budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()


def _said(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:80] or type(error).__name__
