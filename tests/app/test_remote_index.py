"""The commands over an index on a real Elasticsearch node: as typed, and what is said when it does not answer."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.indexing import build
from indexer.locations import Server
from search.pool import EnginePool
from tests.conftest import nichescout_here
from tests.indexer.conftest import clean
from tests.indexer.test_elastic_outages import Between

pytestmark = pytest.mark.slow

ASKED = ("search", "sushi in boston", "--json", "--now", "2026-11-24")
POSTS = (
    "The omakase counter by the harbour changes its sushi every week. I went on Tuesday.",
    "Nigiri at lunch: sushi rice needs vinegar, a fan and patience.",
    "My sushi knife came back from the grinder, and the tuna noticed.",
    "Sourdough again. The starter smells of apples, the crumb is open.",
)
NOBODY = "http://127.0.0.1:9/scout"  # the discard port: nobody listens


@pytest.fixture
def address(elasticsearch: str, tmp_path: Path) -> Iterator[str]:
    made = f"{elasticsearch}/cli-{os.getpid()}"
    yield made
    clean(Server(made, tmp_path / "any"))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of six invented people and its index in the data folder."""
    folder = tmp_path_factory.mktemp("collection")
    people = [
        {"id": f"p{n}", "platform": "blog", "handle": f"p{n}", "name": f"Person {n}", "url": f"https://p{n}.example/",
         "bio": f"Notes on sushi from {'Boston, MA' if n % 2 else 'Reno, NV'}", "followers": 900 * n}
        for n in range(1, 7)
    ]  # fmt: skip
    posts = [
        {"id": f"{person['id']}-{n}", "creator_id": person["id"], "url": f"{person['url']}{n}", "title": f"Day {n}",
         "text": POSTS[(n + at) % 4], "published_at": f"2026-11-{10 + n}T12:00:00Z"}
        for at, person in enumerate(people) for n in range(1 + at % 4)
    ]  # fmt: skip
    (folder / "creators.jsonl").write_text("".join(json.dumps(row) + "\n" for row in people))
    (folder / "posts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in posts))
    data = folder / "data"
    for command in (("import", str(folder)), ("index", "build")):
        ran = nichescout_here("--data", str(data), *command)
        assert ran.code == 0, ran.err
    return data


@pytest.fixture
def data(imported: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(imported, tmp_path / "data"))


def same(answer: str, other: str) -> None:
    one, two = (json.loads(text) for text in (answer, other))
    assert [result["creator"]["id"] for result in one["results"]] == [r["creator"]["id"] for r in two["results"]]
    assert len(one["results"]) >= 3
    for mine, theirs in zip(one["results"], two["results"], strict=True):
        assert mine["creator"] == theirs["creator"]
        assert mine["match"]["reasons"] == theirs["match"]["reasons"]
        assert mine["match"]["score"] == pytest.approx(theirs["match"]["score"], abs=1e-3)


def test_the_same_answers_from_a_cluster(data: Path, address: str) -> None:
    here = ("--data", str(data), "--index", address)
    missing = nichescout_here(*here, *ASKED)
    assert (missing.code, missing.err.count("\n")) == (1, 1)
    assert f"there is no search index at {address} yet; run: nichescout index build" in missing.err
    built = nichescout_here(*here, "index", "build")
    assert built.code == 0, built.err
    found = nichescout_here(*here, *ASKED)
    assert found.code == 0, found.err
    same(found.out, nichescout_here("--data", str(data), *ASKED).out)
    assert json.loads(found.out)["degraded"] is None
    assert "agrees with the catalog" in nichescout_here(*here, "index", "verify").out
    assert nichescout_here(*here, "index", "build").out == "The index is up to date; nothing to do.\n"

    told = json.loads(nichescout_here(*here, "doctor", "--json").out)
    assert told["search server"].startswith(f"{address}: Elasticsearch 9.")
    assert "passages, model" in told["index"]
    assert told["query encoder"] == "answers with 384 dimensions"

    assert nichescout_here(*here, "index", "rebuild").code == 0
    assert "again; the newer index is gone" in nichescout_here(*here, "index", "rollback").out
    assert "Deleted 0 older indices" in nichescout_here(*here, "index", "drop-older").out
    same(nichescout_here(*here, *ASKED).out, found.out)


def test_a_cluster_that_does_not_answer_is_one_line_or_the_local_index(data: Path) -> None:
    here = ("--data", str(data), "--index", NOBODY)
    for command in (ASKED, ("index", "build"), ("show", "p1")):
        ran = nichescout_here(*here, *command)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1), ran.err
        assert "the search server at http://127.0.0.1:9 cannot be reached" in ran.err
        assert "is it running?" in ran.err
    told = nichescout_here(*here, "doctor").out
    assert "cannot be reached" in told
    (data / "nichescout.toml").write_text(f'index = "{NOBODY}"\nindex_fallback = "local"\n')
    answer = json.loads(nichescout_here("--data", str(data), *ASKED).out)
    assert "cannot be reached" in answer["degraded"]
    assert answer["degraded"].endswith("this answer is from the index on this machine")
    assert answer["results"]
    shown = nichescout_here("--data", str(data), "search", "sushi in boston", "--now", "2026-11-24").out
    assert "this answer is from the index on this machine" in " ".join(shown.split())


def test_a_server_goes_back_to_the_cluster_when_that_answers_again(data: Path, address: str) -> None:
    cluster, _, prefix = address.rpartition("/")
    between = Between(int(cluster.rpartition(":")[2]))
    place = Server(f"http://127.0.0.1:{between.server.server_port}/{prefix}", data / "remote")
    build(data, location=place)
    try:
        between.refuse = lambda path, body: AWAY
        with EnginePool(data, place, fallback=True, size=2, look_again=0.02) as pool:
            assert "is not ready" in (_degraded(pool) or "")
            between.refuse = lambda path, body: None
            ends = time.monotonic() + 60
            while _degraded(pool) is not None:
                assert time.monotonic() < ends
            with pool.engine() as one, pool.engine() as other:
                assert (one.degraded, other.degraded) == (None, None)
            between.refuse = lambda path, body: AWAY
            assert "is not ready" in (_degraded(pool) or "")
    finally:
        between.close()


AWAY = (503, {"error": {"type": "master_not_discovered_exception", "reason": "no master"}, "status": 503})


def _degraded(pool: EnginePool) -> str | None:
    with pool.engine() as engine:
        assert engine.search("sushi in boston").results
        return engine.degraded


def test_keys_never_stand_on_a_command_line(data: Path) -> None:
    ran = nichescout_here(
        "--data", str(data), "--index", "https://elastic:secret@search.example/scout", "index", "info"
    )
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "must hold no user or password" in ran.err
    assert "secret" not in ran.err
    file = data / "elasticsearch.toml"
    file.write_text('api_key = "secret"\n')
    file.chmod(0o644)
    ran = nichescout_here("--data", str(data), "--index", "https://search.example/scout", "index", "info")
    assert (ran.code, "chmod 600" in ran.err) == (1, True)


def test_only_an_index_on_a_server_can_be_rolled_back(data: Path) -> None:
    for command in ("rollback", "drop-older"):
        ran = nichescout_here("--data", str(data), "index", command)
        assert (ran.code, ran.err.count("\n")) == (1, 1)
        assert "only an index on a server" in ran.err
