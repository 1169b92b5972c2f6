"""The whole job with nothing of it in files: catalog on PostgreSQL, index on Elasticsearch, the same answer."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from indexer.locations import Server
from tests import postgresql
from tests.conftest import QUERY, SMALL, Demo, copy_vectors, nichescout, replay_arguments
from tests.indexer.conftest import clean

pytestmark = pytest.mark.slow


@pytest.fixture
def index(elasticsearch: str, tmp_path: Path) -> Iterator[str]:
    made = f"{elasticsearch}/discover-{os.getpid()}"
    yield made
    clean(Server(made, tmp_path / "any"))


def told(answer: str) -> list[dict[str, Any]]:
    """Of each result what does not depend on where it is kept."""
    found = json.loads(answer)
    assert found["outcome"] == "matches"
    return [
        {
            "name": result["creator"]["name"],
            "accounts": [(account["url"], account["followers"]) for account in result["creator"]["accounts"]],
            "places": [place["name"] for place in result["creator"]["places"]],
            "band": result["match"]["band"],
            "quotes": [(reason["part"], reason["quote"], reason["url"]) for reason in result["match"]["reasons"]],
        }
        for result in found["results"]
    ]


def test_a_discovery_on_servers_answers_as_one_in_files(small_demo: Demo, index: str, tmp_path: Path) -> None:
    there = postgresql.server()
    environment = {"NICHESCOUT_CATALOG": there.network_address(there.new_database(postgresql.migrated()))}
    data, searching = tmp_path / "data", tmp_path / "searching"
    copy_vectors(small_demo.data, data)
    discovered = nichescout("--index", index, *replay_arguments(data, *SMALL), env=environment)
    assert discovered.code == 0, discovered.err
    assert told(discovered.out) == told(small_demo.answer_json)
    assert not list(data.glob("*catalog*"))
    assert not (data / "index").exists()

    on_servers = ("--data", str(data), "--index", index)
    asked = ("search", QUERY, "--json", "--now", "2026-11-24")
    found = nichescout(*on_servers, *asked, env=environment)
    assert told(found.out) == told(nichescout("--data", str(small_demo.data), *asked).out)
    assert nichescout(*on_servers, "index", "build", env=environment).out == "The index is up to date; nothing to do.\n"

    # Another machine: its own folder, the same servers; it only needs the encoder.
    searching.mkdir()
    shutil.copytree(data / "remote", searching / "remote")
    elsewhere = nichescout("--data", str(searching), "--index", index, *asked, env=environment)
    assert told(elsewhere.out) == told(found.out)
