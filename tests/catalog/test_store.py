import sqlite3
import stat
import threading
from importlib.resources import files
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from catalog import on_sqlite
from catalog.engine import FILE_NAME, HEAD, open_engine
from catalog.errors import (
    CatalogBusy,
    CatalogDamaged,
    CatalogMissing,
    CatalogTooNew,
    CatalogUnusable,
    FeedEpochChanged,
    SuppressionKeyMissing,
    UnknownJob,
)
from catalog.identity import handle_alias, url_alias
from catalog.items import Alias, AliasKind, Outcome
from catalog.records import FeedPosition
from catalog.schema import metadata
from catalog.store import open_catalog
from tests.catalog.builders import World, account, post, result, seed


def test_the_migrations_make_the_schema(tmp_path: Path) -> None:
    made = open_engine(tmp_path, create=True)
    with made.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        }
        counted = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name IN ('feed', 'task')").scalars()
        assert all("AUTOINCREMENT" in sql for sql in counted)
    made.dispose()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 1,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 30000,
    }
    names = [file.name for file in files("catalog.migrations.versions").iterdir() if file.name[0].isdigit()]
    assert max(names).startswith(HEAD)


def test_missing(tmp_path: Path) -> None:
    with pytest.raises(CatalogMissing, match="nichescout discover"):
        open_catalog(tmp_path, create=False)
    assert list(tmp_path.iterdir()) == []


def test_too_new(world: World) -> None:
    world.sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CatalogTooNew, match="update nichescout"):
        open_catalog(world.place)


def test_not_a_database(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"this is not a database, it is a letter" * 99)
    with pytest.raises(CatalogDamaged, match="not a database"):
        open_catalog(tmp_path)


def test_cut_off(file_world: World) -> None:
    world = file_world
    world.page(account(), *(post(native=str(n), url="", text="words " * 999) for n in range(50)))
    world.catalog.close()
    file = world.folder / FILE_NAME
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])
    with pytest.raises(CatalogDamaged), open_catalog(world.folder) as cut:
        cut.canonical_dump()


def test_another_programs_tables(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("CREATE TABLE recipes (id)")
    with pytest.raises(CatalogDamaged, match="another program"):
        open_catalog(tmp_path)


def test_places_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CatalogUnusable, match="cannot make the folder"):
        open_catalog(tmp_path / "file" / "data")


def test_busy(file_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = file_world
    blocker = sqlite3.connect(world.folder / FILE_NAME, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(on_sqlite, "_PRAGMAS", ("PRAGMA busy_timeout=1",))
    with pytest.raises(CatalogBusy, match="another process"), open_catalog(world.folder) as second:
        second.start_job("sushi", [])
    blocker.execute("ROLLBACK")
    blocker.close()


def test_unknown_jobs(world: World) -> None:
    for ask in (world.catalog.progress, lambda job: world.catalog.finish_job(job, "done")):
        with pytest.raises(UnknownJob):
            ask("nothing")
    assert world.catalog.next_due("nothing") is None
    assert world.catalog.lease("nothing", "w") is None


def test_the_feed_gives_the_newest_change_of_each_creator(world: World) -> None:
    assert world.catalog.changes(None, limit=9) == []
    world.page(account("mika"), account("noor"))
    first = world.catalog.head()
    mika, noor = (world.catalog.resolve(f"{who}@pixel.example") for who in ("mika", "noor"))
    assert {change.creator_id for change in world.catalog.changes(None, limit=9)} == {mika, noor}
    world.page(post("mika"))
    [change] = world.catalog.changes(first, limit=9)
    assert (change.creator_id, change.revision, change.gone) == (mika, 2, False)
    assert [change.creator_id for change in world.catalog.changes(None, limit=9)] == [noor, mika]
    assert len(world.catalog.changes(None, limit=1)) == 1
    assert world.catalog.changes(world.catalog.head(), limit=9) == []
    with pytest.raises(FeedEpochChanged, match="index rebuild"):
        world.catalog.changes(FeedPosition("another", 1), limit=9)


def test_resolve(world: World) -> None:
    world.catalog.import_items(
        [account()], [], plan="import x", collection_ids={handle_alias("mika", "pixel.example"): "c1"}
    )
    [creator] = world.catalog.creator_ids()
    account_id = world.records()[0].accounts[0].id
    for name in (creator, account_id, "@Mika@pixel.example", "https://Pixel.example/@mika#x", "c1"):
        assert world.catalog.resolve(name) == creator
    assert world.catalog.resolve("nobody") is None


def test_gone_twice_a_day_apart(world: World) -> None:
    world.page(account(), post())
    url = "https://pixel.example/@mika"
    for hours, people in ((0, 1), (23, 1), (25, 0)):
        world.clock.later(hours=hours)
        world.page(url=url, outcome=Outcome.GONE)
        assert len(world.records()) == people
    assert world.catalog.changes(None, limit=9)[-1].gone


def test_an_answer_in_between_starts_anew(world: World) -> None:
    world.page(account(), post())
    url = "https://pixel.example/@mika/p1"
    for outcome in (Outcome.GONE, Outcome.OK, Outcome.GONE, Outcome.RETRY, Outcome.REFUSED, Outcome.NOT_ARCHIVED):
        world.page(url=url, outcome=outcome)
        world.clock.later(hours=30)
    assert world.texts() == ["Sushi in Boston."]
    world.page(url=url, outcome=Outcome.GONE)
    assert world.texts() == []
    assert len(world.records()) == 1


def test_tombstones_are_believed_at_once(world: World) -> None:
    world.page(account(), post(native="p1"), post(native="p2"))
    world.page(tombstones=(url_alias("https://pixel.example/@mika/p1"),))
    assert [found.native_id for found in world.records()[0].posts] == ["p2"]
    world.page(tombstones=(Alias(AliasKind.ACTOR_URI, "https://pixel.example/users/mika"),))
    assert world.records() == []


def test_one_account_of_two_goes(world: World) -> None:
    there = "https://mika.example/@mika"
    world.page(account(verified=(there,)))
    old = world.catalog.resolve("mika@pixel.example")
    world.page(account(host="mika.example"))
    world.page(tombstones=(handle_alias("mika", "pixel.example"),))
    assert world.people() == [["mika@mika.example"]]
    assert world.catalog.resolve("mika@mika.example") == old


def test_forgotten_people_stay_forgotten(world: World) -> None:
    world.page(account(native="7", bio="very private"), post())
    assert world.catalog.forget("mika@pixel.example", reference="letter of May").accounts == 1
    assert world.records() == []
    stored = b"".join(file.read_bytes() for file in world.folder.iterdir())
    assert b"very private" not in stored
    assert stat.S_IMODE((world.folder / "suppression.key").stat().st_mode) == 0o600
    for alias in (handle_alias("mika", "pixel.example"), url_alias("https://pixel.example/@mika")):
        assert world.catalog.is_suppressed(alias)
    assert not world.catalog.is_suppressed(handle_alias("noor", "pixel.example"))
    report = world.page(account(native="7"), post(), account("noor"))
    assert (report.accounts, report.kept_back, report.archivable) == (1, 2, False)
    job = world.catalog.start_job("more", [seed("https://pixel.example/@mika"), seed("https://pixel.example/@noor")])
    world.clock.later(minutes=1)
    assert world.catalog.progress(job).waiting == 1


def test_hashes_without_their_key(world: World) -> None:
    world.catalog.forget("mika@pixel.example", reference="letter")
    (world.folder / "suppression.key").unlink()
    with pytest.raises(SuppressionKeyMissing, match="restore it from a backup"):
        open_catalog(world.place)


def test_an_import_twice_changes_nothing(world: World) -> None:
    people = [account(f"n{n}") for n in range(30)]
    texts = [post(f"n{n}", native=f"{n}-{m}", url="") for n in range(30) for m in range(3)]
    first = world.catalog.import_items(people, texts, plan="import list")
    assert (first.accounts, first.posts, first.kept_back) == (30, 90, 0)
    before, head = world.catalog.canonical_dump(), world.catalog.head()
    world.clock.later(hours=1)
    again = world.catalog.import_items(people, texts, plan="import list")
    assert (again.accounts, again.posts) == (0, 0)
    assert (world.catalog.canonical_dump(), world.catalog.head()) == (before, head)
    found_by = {(line.plan, line.url) for record in world.records() for line in record.discovered_by}
    assert found_by == {("import list", item.url) for item in people}


def test_what_fails_before_the_commit_leaves_nothing(world: World) -> None:
    job = world.catalog.start_job("sushi", [seed()])
    lease = world.catalog.lease(job, "w")
    assert lease is not None
    before = world.catalog.canonical_dump()

    def full_disk(_: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        world.catalog.commit_page(result(lease.tasks[0], accounts=(account(),)), before_commit=full_disk)
    assert world.catalog.canonical_dump() == before
    seen = []
    report = world.catalog.commit_page(result(lease.tasks[0], accounts=(account(),)), before_commit=seen.append)
    assert seen == [report]


def test_readers_beside_a_writer(world: World) -> None:
    world.page(account(), post())
    failures: list[BaseException] = []

    def read() -> None:
        try:
            for _ in range(20):
                assert len(world.records()) == 1
        except BaseException as error:  # noqa: BLE001 - told to the main thread
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(10):
        world.clock.later(days=2)
        world.page(post(native=f"n{number}", url=""))
    for reader in readers:
        reader.join()
    assert failures == []
