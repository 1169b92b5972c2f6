"""The catalog on PostgreSQL as an operator meets it: where it is said, moved, backed up, and what is wrong in words."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.backup import backup, restore
from app.config import Config, load_config
from app.errors import ConfigError
from app.forgetting import forget
from app.indexing import BuildSummary
from app.inspection import doctor_facts
from app.moving import copy_to
from catalog.errors import CatalogMissing, CatalogUnusable
from catalog.place import CatalogPlace
from catalog.store import open_catalog
from cli import main
from tests import postgresql
from tests.catalog.builders import World, account, post
from tests.conftest import ROOT


@pytest.fixture
def address() -> str:
    """Of a database with an empty catalog."""
    return postgresql.server().address(postgresql.emptied())


@pytest.fixture
def here(tmp_path: Path) -> World:
    """A catalog in a file with two people, one join and one who was forgotten."""
    world = World(tmp_path / "here")
    world.page(account(native="7", verified=("https://mika.example/@mika",)), post(), account("noor"))
    world.page(account(host="mika.example"), account("gone"))
    world.catalog.forget("gone@pixel.example", reference="letter")
    return world


def run(*arguments: str, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, arguments, env=env or {})


def test_where_the_catalog_is_can_be_said_in_three_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nichescout.toml").write_text('catalog = "postgresql://mika:hush@one.example/c"\n')
    config = load_config(None, environ={})
    assert config.place.server == "postgresql://mika:hush@one.example/c"
    assert str(config.place) == "postgresql://mika@one.example/c"
    assert "hush" not in repr(config) + repr(config.place)
    environ = {"NICHESCOUT_CATALOG": "postgresql://two.example/c"}
    assert load_config(None, environ=environ).catalog == "postgresql://two.example/c"
    assert load_config(None, catalog="postgresql://three.example/c", environ=environ).catalog == (
        "postgresql://three.example/c"
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("postgresql://mika:hush@db.example/c", "no password on the command line"),
        ("postgresql://mika@db.example/c?password=hush", "no password on the command line"),
        ("mysql://mika@db.example/c", "is no catalog server"),
        ("postgresql://mika@db.example", "is no catalog server"),
        ("postgresql://mika@db.example:many/c", "is no catalog server"),
        ("somewhere", "is no catalog server"),
    ],
)
def test_addresses_that_are_refused(given: str, said: str, tmp_path: Path) -> None:
    for arguments in (["--catalog", given, "catalog", "info"], ["--data", str(tmp_path), "catalog", "copy", given]):
        if arguments[-1] == "somewhere":
            continue  # a folder
        ran = run(*arguments)
        assert ran.exit_code == 1
        assert said in ran.stderr or "no catalog in" in ran.stderr
        assert "hush" not in ran.output
        assert len(ran.stderr.splitlines()) == 1
    with pytest.raises(ConfigError, match=said):
        load_config(tmp_path, catalog=given, environ={})


def wrong_password() -> str:
    return postgresql.server().network_address(postgresql.emptied(), "hush-wrong")


def no_such_database() -> str:
    return postgresql.server().network_address("nowhere")


def nobody_listens() -> str:
    return f"postgresql://mika:{postgresql.PASSWORD}@127.0.0.1:1/catalog"


def not_its_owner() -> str:
    there = postgresql.server()
    name = there.new_database("template0")
    there.run(f"DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD '{postgresql.PASSWORD}'")
    return f"postgresql://guest:{postgresql.PASSWORD}@127.0.0.1:{there.port}/{name}"


def read_only() -> str:
    return postgresql.server().address(postgresql.server().new_database()) + (
        "&options=-c%20default_transaction_read_only%3Don"
    )


def another_encoding() -> str:
    there = postgresql.server()
    there.run("DROP DATABASE IF EXISTS latin")
    there.run("CREATE DATABASE latin ENCODING LATIN1 TEMPLATE template0")
    return there.address("latin")


def another_programs() -> str:
    there = postgresql.server()
    name = there.new_database()
    there.run("CREATE TABLE recipes (id int)", name)
    return there.address(name)


@pytest.mark.parametrize(
    ("address_of", "said"),
    [
        (wrong_password, "does not let us in"),
        (no_such_database, "make it with: createdb"),
        (nobody_listens, "cannot reach"),
        (not_its_owner, "make it the owner"),
        (read_only, "cannot be written"),
        (another_encoding, "keeps LATIN1"),
        (another_programs, "another program's tables"),
    ],
)
def test_what_is_wrong_with_a_server_is_said_in_words(address_of: Callable[[], str], said: str, tmp_path: Path) -> None:
    postgresql.server()
    given = address_of()
    with pytest.raises(Exception, match=said) as raised:
        open_catalog(CatalogPlace(tmp_path, given))
    told = str(raised.value)
    assert len(told.splitlines()) == 1
    assert "hush" not in told
    facts = {fact.name: fact for fact in doctor_facts(Config(data=tmp_path, catalog=given))}
    assert not facts["catalog"].fine
    assert "hush" not in repr(facts)


def test_a_server_without_a_catalog(tmp_path: Path) -> None:
    there = postgresql.server()
    empty = there.address(there.new_database())
    with pytest.raises(CatalogMissing, match="nichescout discover"):
        open_catalog(CatalogPlace(tmp_path, empty), create=False)


def test_doctor_says_how_the_server_is(tmp_path: Path, address: str) -> None:
    facts = {fact.name: fact for fact in doctor_facts(Config(data=tmp_path, catalog=address))}
    assert facts["catalog"].fine
    assert "PostgreSQL 1" in facts["catalog"].text
    assert "connections" in facts["catalog"].text


def test_a_catalog_moves_to_a_server_and_back(here: World, address: str, tmp_path: Path) -> None:
    before = here.catalog.canonical_dump()
    epoch = here.catalog.head().epoch
    position = here.catalog.head()
    config = Config(data=here.folder)
    moved = copy_to(config, address, replace=False)
    assert moved.creators == 2
    assert "suppression.key" in moved.next
    with open_catalog(CatalogPlace(here.folder, address), clock=here.clock) as server:
        assert server.canonical_dump() == before
        assert server.head().epoch != epoch
        with pytest.raises(Exception, match="index rebuild"):
            server.changes(position, limit=1)
        assert {change.creator_id for change in server.changes(None, limit=99)} == {
            change.creator_id for change in here.catalog.changes(None, limit=99)
        }
        people = {record.id for record in here.records()}
        assert set(server.creators(list(people))) == people
        report = server.import_items([account("gone"), account("new")], [], plan="import list")  # numbers go on
        assert (report.accounts, report.kept_back) == (1, 1)
    with pytest.raises(CatalogUnusable, match="--replace"):
        copy_to(config, address, replace=False)
    copy_to(config, address, replace=True)
    back = tmp_path / "back"
    copy_to(Config(data=here.folder, catalog=address), str(back), replace=False)
    with open_catalog(back, clock=here.clock) as again:
        assert again.canonical_dump() == before
        assert again.head().epoch != epoch
        assert again.import_items([account("gone")], [], plan="import list").kept_back == 1


def test_a_copy_to_itself_or_beside_another_key(here: World, tmp_path: Path) -> None:
    config = Config(data=here.folder)
    with pytest.raises(CatalogUnusable, match="another place"):
        copy_to(config, str(here.folder), replace=True)
    other = World(tmp_path / "other")
    other.catalog.forget("x@pixel.example", reference="letter")
    with pytest.raises(CatalogUnusable, match="another catalog"):
        copy_to(config, str(other.folder), replace=True)


def no_build(*_: object, **__: object) -> BuildSummary:
    return BuildSummary(creators=0, deleted=0, posts=0, passages=0, embedded=0, seconds=0.0, nothing_new=True)


def test_a_back_up_of_a_server_comes_back_without_whoever_was_forgotten_since(
    here: World, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.backup.build_configured", no_build)  # tested with files; here it is about the rows
    monkeypatch.setattr("app.forgetting.build", no_build)
    config = Config(data=here.folder, catalog=address)
    copy_to(Config(data=here.folder), address, replace=False)
    assert backup(config, tmp_path / "kept.tar.gz").creators == 2
    forget(config, "noor@pixel.example")
    with pytest.raises(CatalogUnusable, match="--replace"):
        restore(config, tmp_path / "kept.tar.gz", replace=False)
    restored = restore(config, tmp_path / "kept.tar.gz", replace=True)
    assert (restored.creators, restored.removed) == (1, 1)
    with open_catalog(config.place, create=False) as server:
        assert server.resolve("mika@pixel.example") is not None
        assert server.resolve("noor@pixel.example") is None
    (tmp_path / "file").mkdir()
    there = restore(Config(data=tmp_path / "file"), tmp_path / "kept.tar.gz", replace=False)
    assert there.creators == 2  # a back-up of a server is a catalog in a file, too


def test_what_the_server_restored_by_its_own_means_has_another_feed(here: World, address: str) -> None:
    copy_to(Config(data=here.folder), address, replace=False)
    there = postgresql.server()
    with open_catalog(CatalogPlace(here.folder, address)) as server:
        epoch, changes = server.head().epoch, server.changes(None, limit=99)
    copy = there.address(there.new_database(address.partition("?")[0].rpartition("/")[2]))
    with open_catalog(CatalogPlace(here.folder, copy)) as restored:
        assert restored.head().epoch != epoch
        assert [change.creator_id for change in restored.changes(None, limit=99)] == [
            change.creator_id for change in changes
        ]
        restored.import_items([account("later")], [], plan="import list")
        assert restored.changes(None, limit=99)[-1].creator_id == restored.resolve("later@pixel.example")


def test_commands_take_the_place_from_the_configuration() -> None:
    """A command that opened the data folder's file where a server is configured would read another catalog."""
    for file in (*(ROOT / "app").glob("*.py"), ROOT / "cli.py"):
        assert "open_catalog(config.data" not in file.read_text(), file.name


def test_a_service_that_is_missing_is_a_failure_where_it_is_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "_start", lambda: "PostgreSQL is not installed")
    monkeypatch.setenv("REQUIRE_SERVICES", "1")
    with pytest.raises(pytest.fail.Exception, match="not installed"):
        postgresql.server()
    monkeypatch.delenv("REQUIRE_SERVICES")
    with pytest.raises(pytest.skip.Exception, match="not installed"):
        postgresql.server()
