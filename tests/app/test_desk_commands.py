"""``list`` and ``watch`` from the command line."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.watching import kept_options, overrides_of_watch
from cli import main
from niche.overrides import Overrides
from tests.conftest import Demo

QUERY = "sushi in boston"


@pytest.fixture(scope="module")
def data(small_demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(small_demo.data, tmp_path_factory.mktemp("desk") / "data"))


def run(data: Path, *arguments: str, code: int = 0) -> Any:
    ran = CliRunner().invoke(main, ["--data", str(data), *arguments])
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    assert ran.exit_code == code, ran.output
    return ran


def someone(data: Path) -> dict[str, Any]:
    answer = json.loads(run(data, "search", QUERY, "--json", "--limit", "1").stdout)
    return dict(answer["results"][0]["creator"])


def test_a_list_is_made_filled_changed_exported_and_deleted(data: Path) -> None:
    creator = someone(data)
    assert run(data, "list", "add", "Autumn", "--brand", "Pier Four").stdout == "Autumn: 0 creators\n"
    put = run(data, "list", "add", "autumn", creator["id"], "--for", QUERY, "--status", "contacted", "--note", "=1+1")
    assert put.stdout == f"Autumn: {creator['id']}, contacted\n"
    run(data, "list", "add", "Autumn", creator["id"], "--fee", "200")
    assert creator["name"] in run(data, "list", "show", "Autumn").stdout
    assert "Pier Four" in run(data, "list", "show").stdout
    (row,) = csv.DictReader(run(data, "list", "export", "Autumn").stdout.splitlines())
    assert (row["status"], row["fee"], row["note"], row["name"]) == ("contacted", "200", "'=1+1", creator["name"])
    assert row["quote"]
    wrong = run(data, "list", "add", "Autumn", creator["id"], "--status", "married", code=2)
    assert wrong.stderr.startswith("nichescout: no status 'married': one of to contact, contacted")
    assert "nobody is called" in run(data, "list", "add", "Autumn", "nobody@pixel.example", code=1).stderr
    run(data, "list", "remove", "Autumn", creator["id"])
    assert "is not on the list" in run(data, "list", "remove", "Autumn", creator["id"], code=1).stderr
    run(data, "list", "remove", "Autumn")
    assert "there is no list 'Autumn'" in run(data, "list", "show", "Autumn", code=1).stderr


def test_a_watch_is_made_looked_at_and_deleted(data: Path) -> None:
    assert run(data, "watch", "add", "W", QUERY, "--tier", "nano", "--place", "Boston").stdout == "Watch 1: W\n"
    assert "there is a watch 'w' already" in run(data, "watch", "add", "w", QUERY, code=2).stderr
    assert "--tier: 'tiny' is not known" in run(data, "watch", "add", "V", QUERY, "--tier", "tiny", code=2).stderr
    assert "private network" in run(data, "watch", "add", "V", QUERY, "--webhook", "https://127.0.0.1/", code=2).stderr
    lines = [json.loads(line) for line in run(data, "watch", "show", "W", "--json").stdout.splitlines()]
    assert lines
    tiers = (line["result"]["creator"]["tier"] for line in lines)
    assert {tier["name"] for tier in tiers if tier} == {"nano"}
    assert not any(line["is_new"] for line in lines)
    assert lines[0]["result"]["creator"]["name"] in run(data, "watch", "show", "W").stdout
    assert QUERY in run(data, "watch", "show").stdout
    assert json.loads(run(data, "watch", "show", "--json").stdout)["query"] == QUERY
    run(data, "watch", "remove", "W")
    assert "there is no watch 'W'" in run(data, "watch", "show", "W", code=1).stderr


def test_what_a_watch_keeps_are_the_options_that_were_given() -> None:
    given = Overrides(places=("Boston",), radius_km=5.0, tier="nano", platforms=("blog",), active_within_days=9)
    kept = kept_options(given)
    assert kept == {"place": ["Boston"], "radius": 5.0, "tier": "nano", "platform": ["blog"], "active_within": 9}
    assert overrides_of_watch(json.loads(json.dumps(kept))) == given
