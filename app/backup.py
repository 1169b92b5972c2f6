"""``backup`` and ``restore``: one file with catalog, key of the forgotten, vectors and settings.

A copy is made while others work. A restore takes out whoever was forgotten since, before anything is read, gives the
catalog a new epoch and has the index written anew. Archives and index are not in the file: the one is a by-product,
the other can be made again.
"""

import json
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from app.asking import build_configured
from app.config import Config
from app.errors import BackupError
from app.indexing import BuildProgress, BuildSummary
from base.suppression_list import LIST_FILE, listed_digests
from catalog.engine import FILE_NAME, HEAD
from catalog.forgotten import KEY_FILE
from catalog.place import CatalogPlace
from catalog.store import Catalog, open_catalog
from crawler.workers import living
from indexer.editions import WriterLease

_FORMAT: Final = 1
WEBHOOK_KEY: Final = "webhook.key"  # what news to webhooks are signed with
_MANIFEST: Final = "backup.json"
_VECTORS: Final = "vectors.sqlite"
_PLAIN: Final = (KEY_FILE, LIST_FILE, WEBHOOK_KEY, "nichescout.toml", "hosts.toml")  # copied as they are
_ALL: Final = frozenset({_MANIFEST, FILE_NAME, _VECTORS, *_PLAIN})


@dataclass(frozen=True, slots=True, kw_only=True)
class BackedUp:
    """What a backup holds. ``size`` in bytes."""

    creators: int
    posts: int
    forgotten: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What a restore brought back. ``removed`` accounts had been forgotten since."""

    creators: int
    posts: int
    removed: int
    made: str
    index: BuildSummary


def backup(config: Config, target: Path) -> BackedUp:
    """Write a backup, readable by its owner alone. Raises BackupError, CatalogMissing."""
    if target.exists():
        raise BackupError(f"{target} exists already; give another name")
    if not target.parent.is_dir():
        raise BackupError(f"there is no folder {target.parent}")
    with open_catalog(config.place, create=False) as catalog, _folder_in(target.parent) as folder:
        catalog.copy_to(folder / FILE_NAME)
        _copy_vectors(config.data / _VECTORS, folder / _VECTORS)
        for name in _PLAIN:  # after the catalog: a key is older than the hashes made with it
            if (config.data / name).is_file():
                shutil.copyfile(config.data / name, folder / name)
        info = catalog.info()
        manifest = {"format": _FORMAT, "schema": HEAD, "made": f"{catalog.now():%Y-%m-%d %H:%M}",
                    "nichescout": version("nichescout")}  # fmt: skip
        (folder / _MANIFEST).write_text(json.dumps(manifest), "utf-8")
        packed = folder / "packed"
        with os.fdopen(os.open(packed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=6) as tar:
                for name in sorted(_ALL):
                    if (folder / name).is_file():
                        tar.add(folder / name, arcname=name)
            out.flush()
            os.fsync(out.fileno())
        packed.replace(target)
    return BackedUp(creators=info.creators, posts=info.posts, forgotten=info.suppressed, size=target.stat().st_size)


def restore(
    config: Config, file: Path, *, replace: bool, on_progress: Callable[[BuildProgress], None] = lambda _: None
) -> Restored:
    """Bring a backup back into the data folder. Raises BackupError, CatalogTooNew, SuppressionKeyMissing.

    ``replace``: the catalog that is there goes; whom it knows as forgotten stays forgotten.
    """
    data = config.data
    data.mkdir(parents=True, exist_ok=True)
    _check_target(config, replace=replace)
    if config.catalog is not None:  # opening it brings the list of the forgotten in the folder up to date
        open_catalog(config.place).close()
    with _folder_in(data) as folder:
        manifest = _unpack(file, folder)
        _bring_key(data, folder)
        with open_catalog(folder, create=False) as catalog:
            removed = catalog.adopt(listed_digests(data))
            info = catalog.info()
            if config.catalog is not None:
                _move_to_server(catalog, folder, config.place, replace=replace)
        _move_in(folder, data)
    summary = build_configured(config, rebuild=True, on_progress=on_progress)
    return Restored(
        creators=info.creators, posts=info.posts, removed=removed, made=str(manifest["made"]), index=summary
    )


def _check_target(config: Config, *, replace: bool) -> None:
    data = config.data
    if config.catalog is None and (data / FILE_NAME).exists() and not replace:
        raise BackupError(f"there is a catalog in {data} already; to give it up for the backup: --replace")
    if living(data):
        raise BackupError(f"a crawl or a worker runs in {data}; stop it first")
    WriterLease(data / "index").release()  # raises IndexLocked where a build runs


def _unpack(file: Path, folder: Path) -> dict[str, object]:
    try:
        with tarfile.open(file, "r:gz") as tar:
            for member in tar:
                if not member.isfile() or member.name not in _ALL:
                    raise BackupError(f"{file} holds {member.name!r}, which no backup does; give one made by: backup")
                tar.extract(member, folder, filter="data")
        manifest: dict[str, object] = json.loads((folder / _MANIFEST).read_text("utf-8"))
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError) as error:
        raise BackupError(f"{file} is no backup, or is damaged ({error})") from error
    if manifest.get("format") != _FORMAT or not (folder / FILE_NAME).is_file():
        raise BackupError(f"{file} was made by another nichescout ({manifest.get('nichescout')}); update nichescout")
    return manifest


def _bring_key(data: Path, folder: Path) -> None:
    """One key for the names forgotten before the backup and since."""
    here, there = data / KEY_FILE, folder / KEY_FILE
    if here.is_file() and there.is_file() and here.read_bytes() != there.read_bytes():
        raise BackupError(
            f"the backup belongs to another catalog: its {KEY_FILE} differs from {here}; restore into another folder"
        )
    if here.is_file():
        shutil.copyfile(here, there)


def _move_to_server(catalog: Catalog, folder: Path, place: CatalogPlace, *, replace: bool) -> None:
    """The rows go to the server; what stays in the folder is moved in as usual."""
    if (folder / KEY_FILE).is_file() and not (place.folder / KEY_FILE).is_file():
        shutil.copyfile(folder / KEY_FILE, place.folder / KEY_FILE)
        (place.folder / KEY_FILE).chmod(0o600)
    with open_catalog(place) as server:
        catalog.copy_into(server, replace=replace)
    catalog.close()
    (folder / FILE_NAME).unlink()


def _move_in(folder: Path, data: Path) -> None:
    """The key first: without it the catalog would not open."""
    if (folder / KEY_FILE).is_file():
        (folder / KEY_FILE).chmod(0o600)
    if (folder / WEBHOOK_KEY).is_file():
        (folder / WEBHOOK_KEY).chmod(0o600)
    for name in (KEY_FILE, LIST_FILE, WEBHOOK_KEY, FILE_NAME, _VECTORS):
        if name.endswith(".sqlite"):
            for beside in ("-wal", "-shm"):
                (data / f"{name}{beside}").unlink(missing_ok=True)
        if (folder / name).is_file():
            (folder / name).replace(data / name)
    for name in ("nichescout.toml", "hosts.toml"):  # settings that are here weigh more
        if (folder / name).is_file() and not (data / name).exists():
            (folder / name).replace(data / name)


def _copy_vectors(source: Path, target: Path) -> None:
    if source.is_file():
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(target)) as new:
            old.backup(new, pages=4096)


@contextmanager
def _folder_in(parent: Path) -> Iterator[Path]:
    """A folder on the same disk, gone at the end."""
    with tempfile.TemporaryDirectory(prefix=".nichescout-", dir=parent) as folder:
        yield Path(folder)
