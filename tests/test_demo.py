"""The demo world's promises: who is found, who is not, who is not stored at all, and that every reason is true."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from catalog.store import open_catalog
from crawler.warc import members
from indexer.connect import open_index
from tests.conftest import ROOT, Demo
from tests.world.expect import Expected, NotStored, accounts_of, creator_at, load_expected
from tests.world.writing import World, load_world

EXPECTED = load_expected()


@pytest.fixture(scope="module")
def world() -> World:
    return load_world()


@pytest.fixture(scope="module")
def results(demo: Demo) -> list[dict[str, Any]]:
    answer = json.loads(demo.answer_json)
    assert answer["outcome"] == "matches"
    found: list[dict[str, Any]] = answer["results"]
    return found


def people(result: dict[str, Any], world: World) -> set[str]:
    """The world's creators to whom the accounts of a result belong."""
    creator = result["creator"]
    named = (creator_at(world, account["url"], creator["name"]) for account in creator["accounts"])
    return {name for name in named if name is not None}


def test_the_answer_has_the_documented_shape(demo: Demo) -> None:
    schema = json.loads((ROOT / "search" / "answer.schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads(demo.answer_json), schema)


def test_the_first_ten_are_sushi_people_of_the_east_coast(results: list[dict[str, Any]], world: World) -> None:
    first = [people(result, world) for result in results[:10]]
    strangers = [
        result["creator"]["name"] for result, who in zip(results, first, strict=False) if not who & EXPECTED.allowed
    ]
    assert strangers == []
    assert sum(bool(who & EXPECTED.of) for who in first) >= EXPECTED.at_least


@pytest.mark.parametrize("trap", EXPECTED.not_top10, ids=lambda trap: trap.creator)
def test_traps_do_not_work(trap: Any, results: list[dict[str, Any]], world: World) -> None:
    assert not any(trap.creator in people(result, world) for result in results[:10]), trap.why


def test_joined_accounts_are_one_creator_and_others_stay_apart(demo: Demo, world: World) -> None:
    with open_catalog(demo.data, create=False) as catalog:
        creators = catalog.creators(list(catalog.creator_ids())).values()
    sets = [frozenset(account.url.rstrip("/") for account in creator.accounts) for creator in creators]
    for joined in EXPECTED.one_result:
        held = [urls for urls in sets if urls & accounts_of(world, joined.creator)]
        assert len(held) == 1, joined.why
        assert len(held[0] & accounts_of(world, joined.creator)) > 1, joined.why
    for apart in EXPECTED.apart:
        own = [accounts_of(world, name) for name in apart.creators]
        assert not any(urls & own[0] and urls & own[1] for urls in sets), apart.why


def test_every_result_has_a_quotation_that_the_index_holds(demo: Demo, results: list[dict[str, Any]]) -> None:
    with closing(open_index(demo.data / "index")) as index:
        for result in results:
            key = result["creator"]["id"]
            written = [index.get([key])[key].bio, *(f"{post.title}\n{post.text}" for post in index.posts_of(key))]
            spoken = [reason for reason in result["match"]["reasons"] if reason["part"] in ("posts", "profile")]
            assert any(reason["quote"] for reason in spoken)
            for reason in spoken:
                assert reason["url"].startswith("http")
                assert reason["fetched_at"]
                assert any(_squeezed(reason["quote"].strip("…")) in _squeezed(text) for text in written), reason


def _squeezed(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def stored(demo: Demo) -> bytes:
    """Everything in the data folder as one text: raw, unpacked, dumped and read back; in lower case."""
    return b"\n".join(_texts(demo)).lower()


def _texts(demo: Demo) -> Iterator[bytes]:
    for file in sorted(path for path in demo.data.rglob("*") if path.is_file()):
        yield file.read_bytes()
        if file.name.endswith(".warc.gz"):
            yield from (member.data for member in members(file))
        if file.suffix == ".sqlite":
            yield from _dumped(file)
    with closing(open_index(demo.data / "index")) as index, open_catalog(demo.data, create=False) as catalog:
        for key, document in index.get(list(catalog.creator_ids())).items():
            yield repr(document).encode()
            yield from (repr(post).encode() for post in index.posts_of(key))


def _dumped(file: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        if file.name.startswith("vectors"):
            return  # keys and numbers only; the raw bytes above hold them as they are
        yield from (line.encode() for line in database.iterdump())


@pytest.mark.parametrize("word", [b"omakase", b"quillandrice.example"])
def test_what_may_be_stored_is_found_by_the_same_look(word: bytes, stored: bytes) -> None:
    assert stored.count(word) > 2


@pytest.mark.parametrize("forbidden", EXPECTED.not_stored, ids=lambda forbidden: forbidden.text)
def test_what_may_not_be_stored_is_nowhere(forbidden: NotStored, stored: bytes) -> None:
    assert forbidden.text.lower().encode() not in stored, forbidden.why


def test_expectations_are_of_this_demo(demo: Demo) -> None:
    assert isinstance(EXPECTED, Expected)
    assert json.loads(demo.answer_json)["query"]["text"] == EXPECTED.query
