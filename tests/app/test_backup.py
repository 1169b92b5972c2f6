"""Back-ups: a copy while others write, what comes back, whom it brings back not, and files that are none."""

import io
import shutil
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from app import backup as backups
from app.backup import backup, restore
from app.config import Config
from app.errors import BackupError
from app.indexing import BuildSummary
from catalog.errors import CatalogTooNew
from catalog.store import open_catalog
from indexer.editions import WriterLease
from indexer.errors import IndexLocked
from tests.catalog.builders import World, account, post
from tests.conftest import nichescout
from tests.decoding import everything

NOTHING = BuildSummary(creators=0, deleted=0, posts=0, passages=0, embedded=0, seconds=0.0, nothing_new=True)


@pytest.fixture(autouse=True)
def no_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """The build has its own tests, and one here runs whole commands."""
    monkeypatch.setattr(backups, "build_configured", lambda *_, **__: NOTHING)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "data")
    made.page(account(bio="Mika loves uni"), post(text="A secret omakase."), account("noor"), post("noor", "n1"))
    with made.catalog:
        yield made


def configured(folder: Path) -> Config:
    return Config(data=folder)


def people(folder: Path) -> list[str]:
    with open_catalog(folder, create=False) as catalog:
        records = catalog.creators(list(catalog.creator_ids())).values()
        return sorted(str(each.handle) for record in records for each in record.accounts)


def test_what_was_backed_up_comes_back_under_a_new_epoch(world: World, tmp_path: Path) -> None:
    file, target = tmp_path / "b.tar.gz", tmp_path / "elsewhere"
    world.catalog.add_schedule("sushi", every=timedelta(days=7), options={})
    done = backup(configured(world.folder), file)
    assert (done.creators, done.posts, done.forgotten) == (2, 2, 0)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    back = restore(configured(target), file, replace=False)
    assert (back.creators, back.posts, back.removed) == (2, 2, 0)
    assert people(target) == ["mika", "noor"]
    with open_catalog(target, create=False) as catalog:
        assert catalog.head().epoch != world.catalog.head().epoch
        assert catalog.canonical_dump() == world.catalog.canonical_dump()
    assert not list(target.glob(".nichescout-*"))
    with pytest.raises(BackupError, match="exists already"):
        backup(configured(world.folder), file)
    with pytest.raises(BackupError, match="--replace"):
        restore(configured(target), file, replace=False)


def test_whoever_was_forgotten_since_does_not_come_back(world: World, tmp_path: Path) -> None:
    """The first ever forgotten: the backup has no key yet."""
    file = tmp_path / "b.tar.gz"
    backup(configured(world.folder), file)
    world.catalog.forget("mika@pixel.example", reference="letter")
    world.catalog.close()
    back = restore(configured(world.folder), file, replace=True)
    assert back.removed == 1
    assert people(world.folder) == ["noor"]
    plain = everything(world.folder)
    assert b"mika" not in plain
    assert b"omakase" not in plain
    assert stat.S_IMODE((world.folder / "suppression.key").stat().st_mode) == 0o600


def test_the_key_is_part_of_a_backup(world: World, tmp_path: Path) -> None:
    world.catalog.forget("mika@pixel.example", reference="letter")
    backup(configured(world.folder), tmp_path / "b.tar.gz")
    restore(configured(tmp_path / "new"), tmp_path / "b.tar.gz", replace=False)
    with open_catalog(tmp_path / "new", create=False) as catalog:
        assert len(catalog.forgettings()) == 1
        assert catalog.deletions().forgotten == world.catalog.deletions().forgotten
        assert catalog.import_items([account()], [post()], plan="import list").kept_back == 2
    other = World(tmp_path / "other")
    other.catalog.forget("noor@pixel.example", reference="letter")
    other.catalog.close()
    with pytest.raises(BackupError, match="another catalog"):
        restore(configured(other.folder), tmp_path / "b.tar.gz", replace=True)


def test_a_copy_is_whole_while_others_write(world: World, tmp_path: Path) -> None:
    ended = threading.Event()

    def write() -> None:
        n = 0
        while not ended.is_set():
            n += 1
            world.page(account(f"n{n}"), *[post(f"n{n}", f"p{m}") for m in range(5)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        copies = [backup(configured(world.folder), tmp_path / f"{n}.tar.gz") for n in range(3)]
    finally:
        ended.set()
        writer.join()
    for n in range(len(copies)):
        restore(configured(tmp_path / str(n)), tmp_path / f"{n}.tar.gz", replace=False)
        with open_catalog(tmp_path / str(n), create=False) as catalog:
            records = catalog.creators(list(catalog.creator_ids())).values()
            assert {len(record.posts) for record in records if len(record.posts) > 1} <= {5}


@contextmanager
def tampered(folder: Path, name: str, content: bytes) -> Iterator[Path]:
    file = folder / "made.tar.gz"
    with tarfile.open(file, "w:gz") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, io.BytesIO(content))
    yield file


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("../evil", b"", "which no backup does"),
        ("backup.json", b"{}", "another nichescout"),
        ("backup.json", b"no json", "damaged"),
        ("catalog.sqlite", b"x", "damaged"),
    ],
)
def test_files_that_are_no_backup(name: str, content: bytes, says: str, tmp_path: Path) -> None:
    with tampered(tmp_path, name, content) as file, pytest.raises(BackupError, match=says):
        restore(configured(tmp_path / "new"), file, replace=False)
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(file.read_bytes()[:20])
    with pytest.raises(BackupError, match="damaged"):
        restore(configured(tmp_path / "new"), cut, replace=False)
    assert not (tmp_path / "new" / "catalog.sqlite").exists()


def test_a_newer_schema_is_refused_and_nothing_is_replaced(world: World, tmp_path: Path) -> None:
    newer = tmp_path / "newer"
    shutil.copytree(world.folder, newer)
    file = tmp_path / "b.tar.gz"
    backup(configured(newer), file)
    with tarfile.open(file) as tar:
        tar.extractall(tmp_path / "open", filter="data")
    with sqlite3.connect(tmp_path / "open" / "catalog.sqlite") as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with tarfile.open(tmp_path / "n.tar.gz", "w:gz") as tar:
        for each in (tmp_path / "open").iterdir():
            tar.add(each, arcname=each.name)
    world.catalog.close()
    with pytest.raises(CatalogTooNew, match="update nichescout"):
        restore(configured(world.folder), tmp_path / "n.tar.gz", replace=True)
    assert people(world.folder) == ["mika", "noor"]


def test_nothing_is_replaced_under_somebody_who_works(world: World, tmp_path: Path) -> None:
    backup(configured(world.folder), tmp_path / "b.tar.gz")
    lease = WriterLease(world.folder / "index")
    with pytest.raises(IndexLocked):
        restore(configured(world.folder), tmp_path / "b.tar.gz", replace=True)
    lease.release()


def test_the_commands_say_what_to_do(tmp_path: Path) -> None:
    ran = nichescout("--data", str(tmp_path / "data"), "backup", str(tmp_path / "b.tar.gz"))
    assert (ran.code, "nichescout discover" in ran.err) == (1, True)
    (tmp_path / "b.tar.gz").write_bytes(b"nothing")
    ran = nichescout("--data", str(tmp_path / "data"), "restore", str(tmp_path / "b.tar.gz"))
    assert (ran.code, "is no backup" in ran.err) == (1, True)
    assert "Traceback" not in ran.err
