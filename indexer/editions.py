"""Where the editions of an index lie, which edition is current, and the lease of the one writer.

Nothing here knows what is in the files.
"""

import fcntl
import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from indexer.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing

SCHEMA_VERSION: Final = 9
ENCODER_FOLDER: Final = "encoder"  # inside an edition
REBUILD: Final = "run: nichescout index rebuild"

_EDITION = re.compile(r"edition-(\d+)")


def damaged(what: object) -> IndexDamaged:
    """The error for a file that is cut off, altered or not ours."""
    return IndexDamaged(f"the search index is damaged ({what}); {REBUILD}")


class Manifest(NamedTuple):
    """What an edition is made for; written once, before its first commit."""

    schema_version: int
    model: str
    dimension: int


def write_durably(path: Path, content: bytes) -> None:
    """Replace a small file so that a crash leaves either the old or the new content."""
    beside = path.with_name(f".{path.name}.new")
    with beside.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def current_edition(index_dir: Path) -> Path:
    """The folder that readers open. Raises IndexMissing, or IndexDamaged when the pointer is not ours."""
    try:
        name = (index_dir / "CURRENT").read_text("utf-8").strip()
    except FileNotFoundError:
        raise IndexMissing(
            "there is no search index yet; run: nichescout discover QUERY (after an import: nichescout index build)"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise damaged(f"CURRENT cannot be read: {error}") from error
    if not _EDITION.fullmatch(name):
        raise damaged("CURRENT does not name an edition")
    return index_dir / name


def publish(index_dir: Path, edition: Path) -> None:
    """Make ``edition`` the one that readers open, in one step."""
    write_durably(index_dir / "CURRENT", edition.name.encode())


def next_edition(index_dir: Path) -> Path:
    """A folder name that no edition had before."""
    taken = [int(match[1]) for path in index_dir.glob("edition-*") if (match := _EDITION.fullmatch(path.name))]
    return index_dir / f"edition-{max(taken, default=0) + 1}"


def remove_other_editions(index_dir: Path, keep: Path | None) -> None:
    """Remove what a killed rebuild or a finished one left. Only the holder of the lease may call this."""
    import shutil  # only who writes needs it

    for path in index_dir.glob("edition-*"):
        if path != keep:
            shutil.rmtree(path, ignore_errors=True)


def write_manifest(edition: Path, manifest: Manifest) -> None:
    """Found an edition."""
    edition.mkdir(parents=True, exist_ok=True)
    content = {
        "schema_version": manifest.schema_version,
        "model": manifest.model,
        "dimension": manifest.dimension,
    }
    write_durably(edition / "manifest.json", json.dumps(content, indent=1).encode())


def read_manifest(edition: Path) -> Manifest:
    """The manifest. Raises IndexDamaged, or IndexMismatch when a newer or older program wrote it."""
    try:
        content = json.loads((edition / "manifest.json").read_bytes())
        manifest = Manifest(
            schema_version=int(content["schema_version"]),
            model=str(content["model"]),
            dimension=int(content["dimension"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(f"manifest.json: {error}") from error
    if manifest.schema_version != SCHEMA_VERSION:
        raise IndexMismatch(
            f"the search index has schema {manifest.schema_version}, this program reads {SCHEMA_VERSION}; {REBUILD}"
        )
    return manifest


def copy_folder(source: Path, target: Path) -> None:
    """Copy a flat folder, with hard links where the file system has them: what is copied never changes."""
    import shutil  # only who writes needs it

    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    for path in source.iterdir():
        try:
            os.link(path, target / path.name)
        except OSError:
            shutil.copyfile(path, target / path.name)


class WriterLease:
    """The right to write, held until ``release`` or the end of the process, however it ends."""

    def __init__(self, index_dir: Path) -> None:
        """Raises IndexLocked, naming the holder."""
        import socket  # only who writes needs it: 5 ms of a cold search

        index_dir.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(index_dir / "LOCK", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(self._handle, 300, 0).decode("utf-8", "replace").strip() or "another process"
            os.close(self._handle)
            raise IndexLocked(f"the search index is being written by {holder}; wait for it or stop it") from None
        now = datetime.now(UTC).isoformat(timespec="seconds")
        os.ftruncate(self._handle, 0)
        os.pwrite(self._handle, f"process {os.getpid()} on {socket.gethostname()} since {now}\n".encode(), 0)

    def release(self) -> None:
        """Let another writer in; a second call does nothing."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
