"""The crawl processes of one data folder: each registers under its own name, and the dead are found out at once.

A registration is a file locked by the operating system, so it ends with its process, however that ended. Whoever
finds a file that nobody holds takes back the leases of that worker instead of waiting for them to expire.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

from crawler.errors import CrawlError

_FOLDER: Final = "workers"
_SUFFIX: Final = ".lock"
_ROLL: Final = "roll"  # held while somebody registers or looks for the dead


@contextmanager
def register(data_dir: Path) -> Iterator[str]:
    """The name of a new worker, alive until the end of the block or of the process.

    Raises ``CrawlError`` where the folder cannot be written.
    """
    name = f"worker-{uuid4().hex[:12]}"
    try:
        with _roll(data_dir) as folder:
            file = (folder / f"{name}{_SUFFIX}").open("ab")
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise CrawlError(f"cannot write {data_dir / _FOLDER}: {error.strerror}; choose another folder") from error
    try:
        yield name
    finally:
        Path(file.name).unlink(missing_ok=True)
        file.close()


def bury_dead(data_dir: Path, take_back: Callable[[str], object]) -> None:
    """Call ``take_back`` with the name of every worker that has died, once."""
    with _roll(data_dir) as folder:
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            with path.open("ab") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue  # it lives
                take_back(path.name.removesuffix(_SUFFIX))
                path.unlink()


def living(data_dir: Path) -> list[str]:
    """The workers that live."""
    found: list[str] = []
    with _roll(data_dir) as folder:
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            with path.open("ab") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    found.append(path.name.removesuffix(_SUFFIX))
    return found


@contextmanager
def _roll(data_dir: Path) -> Iterator[Path]:
    folder = data_dir / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / _ROLL, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(descriptor)
