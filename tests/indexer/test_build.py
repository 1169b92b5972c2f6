"""The build: incremental equals rebuilt, kills lose nothing, nothing is embedded twice."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.items import Counts
from catalog.records import Deletions
from indexer import catch_up, editions, engagement
from indexer.backends.embedded import writer as writing
from indexer.build import BuildReport, build_with, verify_index
from indexer.bundles import Matrix
from indexer.catch_up import Tools
from indexer.connect import open_index
from indexer.contract import Filters, Index
from indexer.editions import WriterLease
from indexer.embedder import OnProgress
from indexer.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing
from indexer.vector_cache import VectorCache
from places.gazetteer import Gazetteer, open_gazetteer
from tests.indexer.records import HashEmbedder, MemoryCatalog, account, record
from tests.indexer.test_passages import starts
from tests.indexer.worlds import query, unit

ROOT = Path(__file__).parents[2]
WORDS = ["sushi", "boston", "ramen", "knife", "harbour", "bread", "rye"]
NAMES = [f"c{number}" for number in range(8)]


@pytest.fixture(scope="module")
def gazetteer() -> Iterator[Gazetteer]:
    with closing(open_gazetteer()) as opened:
        yield opened


def no_encoder(folder: Path) -> None:
    """The fake embedder has nothing to export."""


def build(
    catalog: MemoryCatalog,
    folder: Path,
    gazetteer: Gazetteer,
    *,
    rebuild: bool = False,
    embedder: HashEmbedder | None = None,
    cache: Path | None = None,
) -> BuildReport:
    with VectorCache(cache or folder / "vectors.sqlite") as vectors:
        tools = Tools(
            embedder=embedder or HashEmbedder(),
            cache=vectors,
            gazetteer=gazetteer,
            piece_starts=starts,
            split=lambda word: [word],
        )
        return build_with(catalog, folder / "index", tools, write_encoder=no_encoder, rebuild=rebuild)


def answers(folder: Path) -> object:
    with closing(open_index(folder / "index")) as index:
        return everything(index)


def everything(index: Index) -> object:
    filters, vector = Filters(), unit("sushi")
    names = [*NAMES, *(f"c{number:03}" for number in range(30))]
    asked = [query(text) for text in ("sushi", "boston bread", "rye knife harbour")]
    return (
        [index.search_posts_text(text, creators=50, per_creator=3, filters=filters) for text in asked],
        [index.search_creators_text(text, limit=50, filters=filters) for text in asked],
        index.search_posts_vector(vector, creators=50, per_creator=3, filters=filters),
        index.search_creators_vector(vector, field="centroid", limit=50, filters=filters),
        index.search_creators_vector(vector, field="bio", limit=50, filters=filters),
        index.best_posts(names, asked[1], vector, per_creator=4),
        index.get(names),
        {
            key: [index.peers().percentile(account) for account in each.accounts]
            for key, each in index.get(names).items()
        },
        [index.posts_of(name) for name in names],
        (index.info().creators, index.info().posts, index.info().passages, index.info().languages),
        (index.info().newest_post_at, index.info().feed_epoch, index.info().feed_seq),
    )


def small_catalog(count: int = 30) -> MemoryCatalog:
    catalog = MemoryCatalog()
    for number in range(count):
        texts = [f"{WORDS[(number + n) % 7]} and {WORDS[number * n % 7]}" for n in range(1 + number % 4)]
        catalog.put(record(f"c{number:03}", texts, bio=f"all about {WORDS[number % 7]}"))
    return catalog


def test_a_second_build_does_nothing_and_says_so(tmp_path: Path, gazetteer: Gazetteer) -> None:
    catalog, embedder = small_catalog(), HashEmbedder()
    first = build(catalog, tmp_path, gazetteer, embedder=embedder)
    assert (first.creators, first.nothing_new, first.rebuilt) == (30, False, False)
    assert first.embedded == len(embedder.texts) == len(set(embedder.texts))
    with closing(open_index(tmp_path / "index")) as index:
        generation = index.info().generation
    second = build(catalog, tmp_path, gazetteer, embedder=embedder)
    assert (second.creators, second.deleted, second.embedded, second.nothing_new) == (0, 0, 0, True)
    with closing(open_index(tmp_path / "index")) as index:
        assert index.info().generation == generation
    catalog.put(record("c003", ["something of its own"]))
    third = build(catalog, tmp_path, gazetteer, embedder=embedder)
    assert (third.creators, third.posts, third.embedded, third.nothing_new) == (1, 1, 1, False)


def test_a_rebuild_embeds_nothing_twice(tmp_path: Path, gazetteer: Gazetteer) -> None:
    catalog, embedder = small_catalog(), HashEmbedder()
    build(catalog, tmp_path, gazetteer)
    before = answers(tmp_path)
    report = build(catalog, tmp_path, gazetteer, rebuild=True, embedder=embedder)
    assert (report.rebuilt, report.creators, report.nothing_new, embedder.texts) == (True, 30, False, [])
    assert answers(tmp_path) == before


def test_windows_change_no_answer(tmp_path: Path, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = small_catalog()
    build(catalog, tmp_path / "a", gazetteer)
    monkeypatch.setattr(catch_up, "READ", 3)
    monkeypatch.setattr(catch_up, "_WINDOW_CREATORS", 7)
    build(catalog, tmp_path / "b", gazetteer)
    assert answers(tmp_path / "a") == answers(tmp_path / "b")
    build(catalog, tmp_path / "b", gazetteer, rebuild=True)
    assert answers(tmp_path / "a") == answers(tmp_path / "b")


def test_vectors_of_the_forgotten_leave_the_cache(tmp_path: Path, gazetteer: Gazetteer) -> None:
    catalog = small_catalog(3)
    catalog.put(record("c9", ["a secret of one's own"], bio="quite private"))
    build(catalog, tmp_path, gazetteer)
    marks = [unit("a secret of one's own").tobytes(), unit("quite private").tobytes()]
    content = (tmp_path / "vectors.sqlite").read_bytes()
    assert all(mark in content for mark in marks)
    catalog.drop("c9")
    assert build(catalog, tmp_path, gazetteer).deleted == 1
    content = b"".join(path.read_bytes() for path in tmp_path.glob("vectors.sqlite*"))
    assert not any(mark in content for mark in marks)


def test_another_catalog_is_noticed(tmp_path: Path, gazetteer: Gazetteer) -> None:
    catalog = small_catalog()
    build(catalog, tmp_path, gazetteer)
    restored = MemoryCatalog(epoch="epoch-2")
    restored.put(record("c001", ["older than before"]))
    report = build(restored, tmp_path, gazetteer)
    assert report.rebuilt
    with closing(open_index(tmp_path / "index")) as index:
        assert (index.info().creators, index.info().feed_epoch) == (1, "epoch-2")


def test_another_model_needs_a_rebuild(tmp_path: Path, gazetteer: Gazetteer) -> None:
    catalog = small_catalog(3)
    build(catalog, tmp_path, gazetteer)
    with pytest.raises(IndexMismatch, match="nichescout index rebuild"):
        build(catalog, tmp_path, gazetteer, embedder=HashEmbedder("hash@2"))
    build(catalog, tmp_path, gazetteer, embedder=HashEmbedder("hash@2"), rebuild=True)
    with closing(open_index(tmp_path / "index")) as index:
        assert index.info().model == "hash@2"


def test_an_index_of_an_older_program_is_rebuilt_only_when_asked(
    tmp_path: Path, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = small_catalog()
    with monkeypatch.context() as older:
        older.setattr(editions, "SCHEMA_VERSION", editions.SCHEMA_VERSION - 1)
        build(catalog, tmp_path, gazetteer)
    with pytest.raises(IndexMismatch, match="nichescout index rebuild"):
        build(catalog, tmp_path, gazetteer)
    assert build(catalog, tmp_path, gazetteer, rebuild=True).creators
    assert build(catalog, tmp_path, gazetteer).nothing_new


def test_a_damaged_index_is_rebuilt_only_when_asked(tmp_path: Path, gazetteer: Gazetteer) -> None:
    catalog = small_catalog(3)
    build(catalog, tmp_path, gazetteer)
    before = answers(tmp_path)
    for name in ("meta.json", "CURRENT"):
        next((tmp_path / "index").rglob(name)).write_text("rubbish")
        with pytest.raises(IndexDamaged, match="nichescout index rebuild"):
            build(catalog, tmp_path, gazetteer)
        build(catalog, tmp_path, gazetteer, rebuild=True)
        assert answers(tmp_path) == before


def test_two_builds_at_once(tmp_path: Path, gazetteer: Gazetteer) -> None:
    lease = WriterLease(tmp_path / "index")
    with pytest.raises(IndexLocked, match="is being written by process"):
        build(small_catalog(2), tmp_path, gazetteer)
    lease.release()


def test_verify_names_what_differs(tmp_path: Path, gazetteer: Gazetteer) -> None:
    catalog = small_catalog(6)
    with pytest.raises(IndexMissing):
        verify_index(catalog, tmp_path)
    build(catalog, tmp_path, gazetteer)
    report = verify_index(catalog, tmp_path)
    assert (report.creators, report.differences) == (6, ())
    catalog.put(record("c001", ["changed"]))
    catalog.put(record("new", ["new"]))
    catalog.drop("c002")
    report = verify_index(catalog, tmp_path)
    assert report.differences == ("c001", "new", "1 that the catalog does not know")


# Step by step, or at once

texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join), max_size=4)
names = st.sampled_from(NAMES)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("put"), names, texts),
        st.tuples(st.just("drop"), names, st.none()),
        st.tuples(st.just("join"), names, names),
        st.tuples(st.just("split"), names, names),
        st.tuples(st.just("build"), st.none(), st.none()),
    ),
    min_size=1,
    max_size=25,
)


def apply(catalog: MemoryCatalog, step: tuple) -> None:
    what, name, more = step
    known = catalog.records.get(name)
    if what == "put":
        counts = Counts(followers=500, following=len(more))
        catalog.put(record(name, more, accounts=[account(name, bio=" ".join(more[:1]), counts=counts)]))
    elif what == "drop" and known:
        catalog.drop(name)
    elif what == "join" and known and more in catalog.records and more != name:
        other = catalog.records[more]
        catalog.put(replace(known, accounts=known.accounts + other.accounts, posts=known.posts + other.posts))
        catalog.drop(more)
    elif what == "split" and known and len(known.accounts) > 1 and more not in catalog.records:
        rest, last = known.accounts[:-1], known.accounts[-1]
        mine = tuple(post for post in known.posts if post.account_id != last.id)
        catalog.put(replace(known, accounts=rest, posts=mine))
        theirs = tuple(post for post in known.posts if post.account_id == last.id)
        catalog.put(replace(known, id=more, accounts=(last,), posts=theirs))


@settings(max_examples=12, deadline=None)
@given(steps)
def test_any_sequence_of_changes_answers_as_a_rebuild(
    tmp_path_factory: pytest.TempPathFactory, gazetteer: Gazetteer, sequence: list[tuple]
) -> None:
    folder, catalog = tmp_path_factory.mktemp("property"), MemoryCatalog()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "_SMALL", 1)
        patch.setattr(engagement, "PEERS", 1)
        patch.setattr(engagement, "RATED_POSTS", 1)
        for step in sequence:
            if step[0] == "build":
                build(catalog, folder / "a", gazetteer)
            else:
                apply(catalog, step)
        build(catalog, folder / "a", gazetteer)
        incremental = answers(folder / "a")
        build(catalog, folder / "a", gazetteer, rebuild=True)
        assert answers(folder / "a") == incremental
        build(catalog, folder / "b", gazetteer, cache=folder / "a" / "vectors.sqlite")
        assert answers(folder / "b") == incremental


# Kills

CHILD = """
import sys
from contextlib import closing
from pathlib import Path
from indexer import catch_up, editions
from places.gazetteer import open_gazetteer
from tests.indexer.test_build import build, small_catalog
catch_up.READ = 4
catch_up._WINDOW_CREATORS = 8
with closing(open_gazetteer()) as gazetteer:
    build(small_catalog(), Path(sys.argv[1]), gazetteer, rebuild="rebuild" in sys.argv)
"""


@pytest.mark.parametrize(
    ("failpoint", "mode"),
    [("feed_position:2", ""), ("vectors_appended:3", ""), ("index_commit:2", ""), ("feed_position:1", "rebuild")],
)
def test_a_killed_build_goes_on(tmp_path: Path, gazetteer: Gazetteer, failpoint: str, mode: str) -> None:
    log = tmp_path / "log"
    if mode:
        build(small_catalog(4), tmp_path / "data", gazetteer)
    environment = {**os.environ, "NICHESCOUT_FAILPOINT": failpoint, "NICHESCOUT_FAILPOINT_LOG": str(log)}
    killed = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "data"), mode], env=environment, cwd=ROOT, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    assert log.read_text().strip() == failpoint.split(":")[0]
    if mode:
        with closing(open_index(tmp_path / "data" / "index")) as index:
            assert index.info().creators == 4
    report = build(small_catalog(), tmp_path / "data", gazetteer)
    assert 0 < report.creators < 30
    build(small_catalog(), tmp_path / "other", gazetteer)
    assert answers(tmp_path / "data") == answers(tmp_path / "other")
    assert verify_index(small_catalog(), tmp_path / "data").differences == ()


def test_an_account_without_posts_is_found_by_its_bio(tmp_path: Path, gazetteer: Gazetteer) -> None:
    catalog = MemoryCatalog()
    catalog.put(record("quiet", accounts=[account("quiet", bio="sushi on the harbour")]))
    build(catalog, tmp_path, gazetteer)
    with closing(open_index(tmp_path / "index")) as index:
        assert [hit.creator_id for hit in index.search_creators_text(query("sushi"), limit=5, filters=Filters())] == [
            "quiet"
        ]
        bio = index.search_creators_vector(unit("sushi on the harbour"), field="bio", limit=5, filters=Filters())
        assert bio[0].score == pytest.approx(1, abs=1e-3)


class Meanwhile(HashEmbedder):
    """An embedder during whose work something happens."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self._happens = happens

    def encode(self, texts: Sequence[str], *, on_progress: OnProgress | None = None) -> Matrix:
        self._happens()
        self._happens = lambda: None
        return super().encode(texts, on_progress=on_progress)


def test_who_is_forgotten_while_texts_are_embedded_is_not_sent(
    tmp_path: Path, gazetteer: Gazetteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = MemoryCatalog()
    for name in ("gone", "stays", "edited"):
        catalog.put(record(name, ["sushi today"]))
    sent: list[list[str]] = []
    commit = writing.EditionWriter.commit

    def committed(self: writing.EditionWriter, **named: object) -> None:
        sent.append(sorted(name for name, kept in self._pending.items() if kept is not None))
        commit(self, **named)

    monkeypatch.setattr(writing.EditionWriter, "commit", committed)

    def happens() -> None:
        catalog.drop("gone")
        catalog.put(record("edited", ["bread today"], revision=2))

    build(catalog, tmp_path, gazetteer, embedder=Meanwhile(happens))
    assert [names for names in sent if names] == [["stays"], ["edited"]]
    with closing(open_index(tmp_path / "index")) as index:
        assert set(index.get(["gone", "stays", "edited"])) == {"stays", "edited"}
        assert index.posts_of("edited")[0].text == "bread today"
        assert index.info().feed_seq == catalog.head().seq


def test_the_cache_of_every_machine_keeps_what_was_promised(tmp_path: Path, gazetteer: Gazetteer) -> None:
    """Of an index that two machines build the first one tells that the promise is kept; each has a cache of its own."""
    catalog = MemoryCatalog()
    catalog.put(record("c0", ["sushi"]))
    catalog.put(record("c1", ["ramen"]))
    caches = [tmp_path / "one.sqlite", tmp_path / "two.sqlite"]
    for cache in caches:
        build(catalog, tmp_path, gazetteer, rebuild=True, cache=cache)
    whole = [_cached(cache) for cache in caches]
    catalog.drop("c1")
    catalog.promised = Deletions(1, "")
    for cache in caches:
        build(catalog, tmp_path, gazetteer, cache=cache)
    assert [_cached(cache) for cache in caches] == [number - 1 for number in whole]


def _cached(cache: Path) -> int:
    with closing(sqlite3.connect(cache)) as connection:
        return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
