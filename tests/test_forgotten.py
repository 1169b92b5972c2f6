"""Forgotten everywhere: each store is decoded, shown to hold somebody, then nothing, whatever comes later."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from app.config import Config
from app.indexing import build
from catalog.store import open_catalog
from crawler.archive import ARCHIVE_NAME, read_index
from crawler.clock import StandingClock
from crawler.run import CrawlSettings
from crawler.warc import records
from search.engine import open_engine
from tests.conftest import nichescout
from tests.crawler.builders import NOW
from tests.crawler.crawling import crawl, loopback, seed, start_job
from tests.crawler.site import Reply, Site, feed, page, serve, zipped
from tests.decoding import everything, rows_of_passages, stands_in, vectors

WORDS = (b"mikablog", b"yuzukoshoqx")  # her host, and a word that only she writes
HERS = "https://mikablog.example/"
ROUTES: dict[str, Reply | list[Reply]] = {
    "mikablog.example/feed": zipped(feed("mikablog.example", "yuzukoshoqx and sushi in Boston", "More yuzukoshoqx")),
    "noorblog.example/feed": zipped(feed("noorblog.example", "ramen in Maine", "rice in Maine, with fish")),
    "noorblog.example/": page("Noor", "https://noorblog.example/feed", HERS, "https://mikablog.example/feed"),
}
SEEDS = [
    seed("https://mikablog.example/feed"), seed("https://noorblog.example/feed"),
    seed("https://noorblog.example/", "page"),
]  # fmt: skip


@dataclass
class World:
    data: Path
    archive: Path  # inside the data folder, so that it is copied along
    before: Path  # a copy of the archive as it was

    @property
    def places(self) -> tuple[Path, ...]:
        return (self.data,)


def crawled(data: Path, site: Site, archive: Path, *, query: str = "sushi") -> None:
    job = start_job(data, SEEDS, query=query, fresh_for=timedelta(0))
    crawl(loopback(data, job, site, archive=archive))


def held(world: World) -> dict[str, int]:
    """How often she is found, by kind of store."""
    plain = everything(*world.places)
    return {word.decode(): plain.count(word) for word in WORDS} | {"postings": stands_in("yuzukoshoqx", world.data)}


def nothing(world: World) -> bool:
    return not any(held(world).values())


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve(ROUTES) as opened:
        yield opened


@pytest.fixture(scope="module")
def untouched(site: Site, tmp_path_factory: pytest.TempPathFactory) -> World:
    """Crawled, archived and indexed. To be copied."""
    base = tmp_path_factory.mktemp("world")
    world = World(base / "data", base / "data" / "archive" / ARCHIVE_NAME, base / "before" / ARCHIVE_NAME)
    crawled(world.data, site, world.archive.parent)
    build(world.data)
    return world


@pytest.fixture(scope="module")
def made(untouched: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The same, with her name in a log and in the last search."""
    base = tmp_path_factory.mktemp("made")
    world = World(base / "data", base / "data" / "archive" / ARCHIVE_NAME, base / "before" / ARCHIVE_NAME)
    shutil.copytree(untouched.data, world.data)
    (world.data / "logs" / "crawl-1.log").write_text("asked https://mikablog.example:443\nasked noorblog\n")
    (world.data / "last-search").write_text("like https://mikablog.example/")
    world.before.parent.mkdir()
    shutil.copy(world.archive, world.before)
    return world


@pytest.fixture(scope="module")
def forgotten(made: World) -> World:
    """The same after ``forget``; what it found before is asserted here."""
    first = held(made)
    assert first["mikablog"] > 20
    assert first["yuzukoshoqx"] > 5
    assert first["postings"] > 2
    assert (vectors(made.data), rows_of_passages(made.data)) >= (4, 4)
    ran = nichescout("--data", str(made.data), "forget", HERS, "--reference", "letter of May")
    assert ran.code == 0, ran.err
    assert "1 accounts, 2 posts" in ran.out
    assert "1 lines of logs" in ran.out
    assert "mikablog" not in ran.out + ran.err
    return made


def test_nothing_is_left_in_any_store(forgotten: World) -> None:
    assert held(forgotten) == {"mikablog": 0, "yuzukoshoqx": 0, "postings": 0}
    assert rows_of_passages(forgotten.data) == 2
    plain = everything(*forgotten.places)
    assert b"ramen in maine" in plain
    assert (forgotten.data / "logs" / "crawl-1.log").read_text() == "asked noorblog\n"
    kept = [capture.url for _, _, capture in records(forgotten.archive)]
    assert "https://noorblog.example/feed" in kept
    assert [entry.url for entry in read_index(forgotten.archive)] == kept
    with open_engine(forgotten.data) as engine:
        assert engine.find(HERS) is None


def test_the_list_names_nobody(forgotten: World) -> None:
    ran = nichescout("--data", str(forgotten.data), "forget", "--list", "--json")
    assert json.loads(ran.out) | {"date": ""} == {
        "date": "", "reference": "letter of May", "platform": "web", "names": json.loads(ran.out)["names"],
    }  # fmt: skip
    assert json.loads(ran.out)["names"] >= 2
    shown = nichescout("--data", str(forgotten.data), "forget", HERS, "--show")
    assert shown.code == 0
    assert "kept out" in shown.out
    assert "web " not in shown.out


@pytest.mark.parametrize("how", ["crawl", "replay", "import", "rebuild"])
def test_nothing_that_comes_later_brings_them_back(how: str, forgotten: World, site: Site, tmp_path: Path) -> None:
    world = World(tmp_path / "data", tmp_path / "data" / "archive" / ARCHIVE_NAME, forgotten.before)
    shutil.copytree(forgotten.data, world.data)
    assert nothing(world)
    if how == "crawl":
        asked = len(site.requests("mikablog.example/feed"))
        crawled(world.data, site, world.archive.parent, query="sushi again")
        assert len(site.requests("mikablog.example/feed")) == asked
    elif how == "replay":
        job = start_job(world.data, SEEDS, query="sushi replayed", fresh_for=timedelta(0))
        crawl(CrawlSettings(data_dir=world.data, job_id=job, replay=world.before, archive=world.archive.parent))
    elif how == "import":
        folder = tmp_path / "mine"
        folder.mkdir()
        (folder / "creators.jsonl").write_text(
            json.dumps({"id": "m", "platform": "blog", "name": "M", "url": HERS, "bio": "yuzukoshoqx"})
        )
        (folder / "posts.jsonl").write_text(json.dumps({"id": "p", "creator_id": "m", "text": "yuzukoshoqx"}))
        ran = nichescout("--data", str(world.data), "import", str(folder))
        assert "0 accounts, 0 posts, 2 kept back" in ran.out, ran
    build(world.data, rebuild=how == "rebuild")
    assert held(world) == {"mikablog": 0, "yuzukoshoqx": 0, "postings": 0}


def test_an_older_index_shows_nobody_who_is_on_the_list(untouched: World, tmp_path: Path) -> None:
    """Forgotten while the index could not follow: another build holds it."""
    data = tmp_path / "data"
    shutil.copytree(untouched.data, data)
    with open_engine(data) as engine:
        assert engine.find(HERS) is not None
        with open_catalog(data, clock=StandingClock(NOW)) as catalog:
            catalog.forget(HERS, reference="letter")
        answer = engine.search("sushi yuzukoshoqx in boston", min_confidence=0.0)
        assert engine.find(HERS) is None
        assert {result.creator.name for result in answer.results} == {"Noor"}
    build(data)  # any build keeps the promise
    assert stands_in("yuzukoshoqx", data) == 0
    assert vectors(data) == rows_of_passages(data) + 1


def test_everything_held_is_shown_with_where_from_and_since_when(untouched: World) -> None:
    ran = nichescout("--data", str(untouched.data), "forget", HERS, "--show", "--json")
    lines = [json.loads(line) for line in ran.out.splitlines()]
    kinds = {line["kind"] for line in lines}
    assert {"account", "consent", "name", "profile", "post", "address", "archive"} <= kinds
    [first, *_] = [line for line in lines if line["kind"] == "post"]
    assert "yuzukoshoqx" in first["text"]
    assert (first["from"], first["since"]) == ("https://mikablog.example/feed", "2026-03-01 12:00")


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["forget"], 2, "whom"),
        (["forget", "mika"], 1, "handle@host"),
        (["forget", "--list", "--show"], 2, "stands alone"),
        (["forget", HERS, "--reference", "mail from https://mikablog.example"], 2, "must not name"),
    ],
)
def test_what_cannot_be_forgotten_says_so(arguments: list[str], code: int, says: str, tmp_path: Path) -> None:
    ran = nichescout("--data", str(tmp_path), *arguments)
    assert (ran.code, says in ran.err) == (code, True), ran
    assert Config(data=tmp_path).data == tmp_path
