"""Settings: file, environment and option in rising weight; ``init`` writes what is read."""

from pathlib import Path

import pytest

from app.config import Config, load_config
from app.errors import ConfigError
from app.setup import initialise
from crawler.hosts import load_hosts
from indexer.locations import Server


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cwd"
    folder.mkdir()
    monkeypatch.chdir(folder)


def test_environment_weighs_more_than_the_file_and_the_option_more_than_both(tmp_path: Path) -> None:
    (tmp_path / "nichescout.toml").write_text('contact = "https://file.example/"\npages = 7\nminutes = 2.5\n')
    environ = {"NICHESCOUT_PAGES": "9", "NICHESCOUT_DATA": "/somewhere/else"}
    config = load_config(tmp_path, environ=environ)
    assert config == Config(data=tmp_path, contact="https://file.example/", pages=9, minutes=2.5)


def test_brands_are_a_list_in_the_file_and_parted_by_commas_in_the_environment(tmp_path: Path) -> None:
    (tmp_path / "nichescout.toml").write_text('brands = ["Alder & Pine", "@alderpine"]\n')
    assert load_config(tmp_path, environ={}).brands == ("Alder & Pine", "@alderpine")
    assert load_config(tmp_path, environ={"NICHESCOUT_BRANDS": "Erle, erle.example"}).brands == ("Erle", "erle.example")


@pytest.mark.parametrize("brands", ['"Alder"', "[1]", '[""]'])
def test_brands_that_are_no_list_of_texts_are_refused(brands: str, tmp_path: Path) -> None:
    (tmp_path / "nichescout.toml").write_text(f"brands = {brands}\n")
    with pytest.raises(ConfigError, match="brands must be a list of texts"):
        load_config(tmp_path, environ={})


def test_a_file_in_the_current_folder_comes_first_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    Path("nichescout.toml").write_text('data = "here"\nhosts = "mine.toml"\n')
    (tmp_path / "nichescout.toml").write_text("pages = 7\n")
    config = load_config(None, environ={})
    assert (config.data, config.hosts, config.pages) == (Path("here"), Path("mine.toml"), 400)


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"NICHESCOUT_PAGES": "many"}, "NICHESCOUT_PAGES: pages must be a number"),
        ({"NICHESCOUT_DELAY": "-1"}, "0 or more"),
    ],
)
def test_a_variable_that_cannot_be_understood_is_named(environ: dict[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=says):
        load_config(tmp_path, environ=environ)


@pytest.mark.parametrize(
    "contact", ["https://operator.example/bot", "me@operator.example", "mailto:me@operator.example"]
)
def test_init_writes_what_is_read_back(contact: str, tmp_path: Path) -> None:
    done = initialise(tmp_path / "data", contact)
    config = load_config(tmp_path / "data", environ={})
    assert config.contact == contact
    assert config.hosts == done.hosts
    assert load_hosts(config.hosts).for_source("mastodon") == load_hosts(None).for_source("mastodon")


@pytest.mark.parametrize("contact", ["", "me", "http://", 'x"@y.example', "https://a b.example"])
def test_init_wants_an_address(contact: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not an address"):
        initialise(tmp_path, contact)


def test_init_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "hosts.toml").write_text("[mastodon]\nhosts = ['mine.example']\n")
    assert initialise(tmp_path, "me@operator.example").hosts_kept
    with pytest.raises(ConfigError, match="exists already"):
        initialise(tmp_path, "me@operator.example")


def test_the_index_is_in_the_data_folder_unless_a_server_is_named(tmp_path: Path) -> None:
    assert load_config(tmp_path, environ={}).index_place == tmp_path / "index"
    (tmp_path / "nichescout.toml").write_text('index = "https://search.example:9200/scout"\nindex_shards = 3\n')
    (tmp_path / "elasticsearch.toml").write_text("")
    place = load_config(tmp_path, environ={}).index_place
    folder = tmp_path / "remote" / "https-search-example-9200-scout"
    assert place == Server("https://search.example:9200/scout", folder, tmp_path / "elasticsearch.toml", 3)
    named = {"NICHESCOUT_INDEX": "https://other.example/scout"}
    assert str(load_config(tmp_path, environ=named).index_place) == "https://other.example/scout"
    assert load_config(tmp_path, index="local", environ=named).index_place == tmp_path / "index"


def test_only_the_local_index_can_be_fallen_back_on(tmp_path: Path) -> None:
    assert not load_config(tmp_path, environ={}).falls_back
    assert load_config(tmp_path, environ={"NICHESCOUT_INDEX_FALLBACK": "local"}).falls_back
    with pytest.raises(ConfigError, match=r'index_fallback must be "local" or left out'):
        load_config(tmp_path, environ={"NICHESCOUT_INDEX_FALLBACK": "https://other.example/scout"})
