"""The embedded backend: the contract, and what only it promises (crashes, damage, compaction, purge, the lease)."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from indexer.backends.embedded import writer as writing
from indexer.backends.embedded.index import EmbeddedIndex
from indexer.backends.embedded.opening import open_for_reading, open_for_writing, open_new_edition
from indexer.bundles import MarkView
from indexer.contract import Filters, Index
from indexer.errors import IndexDamaged, IndexLocked, IndexMismatch, IndexMissing
from tests.indexer.contract import IndexContract
from tests.indexer.contract.case import NO_FILTERS
from tests.indexer.contract.people import marked, some_creators
from tests.indexer.worlds import DAY, DIMENSION, PlainIndex, creator, query, unit

MODEL = "hash@1"
ROOT = Path(__file__).parents[2]


class TestEmbedded(IndexContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.folder_ = tmp_path / "index"

    def writer(self) -> Index:
        return opened(self.folder_)

    def reader(self) -> Index:
        return open_for_reading(self.folder_)

    def elsewhere(self, request: pytest.FixtureRequest, folder: Path) -> Index:
        return opened(folder / "index")


def opened(folder: Path) -> EmbeddedIndex:
    return open_for_writing(folder, model=MODEL, dimension=DIMENSION)


def filled(folder: Path, bundles: list, *, seq: int = 1) -> None:
    index = opened(folder)
    index.upsert(bundles)
    index.commit(epoch="e", seq=seq)
    index.close()


def answers(index: Index) -> object:
    """Everything that search can see, for comparing two indexes."""
    asked, vector = query("sushi river oven"), unit("sushi")
    names = [bundle.creator.id for bundle in some_creators()] + ["one", "two"]
    return (
        index.search_posts_text(asked, creators=100, per_creator=5, filters=NO_FILTERS),
        index.search_posts_text(asked, creators=9, per_creator=2, filters=Filters(platforms=frozenset({"forum"}))),
        index.search_posts_vector(vector, creators=100, per_creator=5, filters=NO_FILTERS),
        index.search_creators_text(asked, limit=100, filters=NO_FILTERS),
        index.search_creators_vector(vector, field="centroid", limit=100, filters=NO_FILTERS),
        index.search_creators_vector(vector, field="bio", limit=100, filters=NO_FILTERS),
        index.vocabulary(query("sushi")),
        index.best_posts(names, asked, vector, per_creator=3),
        index.get(names),
        [index.posts_of(name) for name in names],
        index.info().languages,
        index.info().newest_post_at,
    )


# Opening


def test_a_missing_index_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="nichescout index build"):
        open_for_reading(tmp_path / "nowhere")


def test_another_model_is_refused(tmp_path: Path) -> None:
    filled(tmp_path, [creator("one", ["sushi"])])
    with pytest.raises(IndexMismatch, match=r"other@2.*index rebuild"):
        open_for_writing(tmp_path, model="other@2", dimension=DIMENSION)
    with pytest.raises(IndexMismatch, match="other@2"):
        open_for_reading(tmp_path, model="other@2")
    open_for_reading(tmp_path, model=MODEL).close()


def test_one_writer_and_its_name(tmp_path: Path) -> None:
    first = opened(tmp_path)
    with pytest.raises(IndexLocked, match=f"process {os.getpid()} on "):
        opened(tmp_path)
    first.close()
    opened(tmp_path).close()


def test_a_reader_may_not_write(tmp_path: Path) -> None:
    filled(tmp_path, [])
    index = open_for_reading(tmp_path)
    with pytest.raises(RuntimeError, match="reading"):
        index.commit(epoch="e", seq=1)
    index.close()


def every_file(folder: Path) -> list[str]:
    skipped = ("LOCK", ".lock", ".managed.json")
    return sorted(
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith(skipped)
    )


def read_everything(folder: Path) -> None:
    index = open_for_reading(folder)
    try:
        answers(index)
    finally:
        index.close()


def test_any_cut_off_file_is_one_clear_line(tmp_path: Path) -> None:
    filled(tmp_path, some_creators(8))
    names = every_file(tmp_path)
    assert len(names) > 20
    for name in names:
        path = tmp_path / name
        content = path.read_bytes()
        if len(content) > 1 and not name.endswith((".pos",)):
            path.write_bytes(content[: len(content) // 2])
            with pytest.raises((IndexDamaged, IndexMissing), match="run: nichescout index"):
                read_everything(tmp_path)
            path.write_bytes(content)
    read_everything(tmp_path)


@pytest.mark.parametrize("name", ["CURRENT", "manifest.json", "meta.json", "docs"])
def test_foreign_bytes_are_one_clear_line(tmp_path: Path, name: str) -> None:
    filled(tmp_path, some_creators(8))
    path = next(tmp_path.rglob(name))
    path.write_bytes(b"\xff\x00 not ours" * max(1, path.stat().st_size // 8))
    with pytest.raises(IndexDamaged, match="run: nichescout index rebuild"):
        read_everything(tmp_path)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    filled(tmp_path, some_creators(8))
    next(tmp_path.rglob("passage_f16")).unlink()
    with pytest.raises(IndexDamaged, match="run: nichescout index rebuild"):
        read_everything(tmp_path)


def test_a_damaged_index_can_be_rebuilt(tmp_path: Path) -> None:
    filled(tmp_path, some_creators(8))
    next(tmp_path.rglob("meta.json")).write_text("{")
    index = open_new_edition(tmp_path, model=MODEL, dimension=DIMENSION)
    index.upsert([creator("one", ["sushi"])])
    index.commit(epoch="e", seq=1)
    index.publish()
    index.close()
    reader = open_for_reading(tmp_path)
    assert set(reader.get(["one", "c001"])) == {"one"}
    reader.close()


# Compaction, editions, purge


@pytest.fixture
def small_generations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_SMALL", 1)


@pytest.mark.usefixtures("small_generations")
def test_compaction_changes_no_answer(tmp_path: Path) -> None:
    hide = MarkView("hide", "", None, "", DAY, "hidden")
    bundles = [marked(each, hide) if number % 4 == 0 else each for number, each in enumerate(some_creators())]
    index = opened(tmp_path / "a")
    reader = None
    for start in range(0, 40, 10):
        index.upsert(bundles[start : start + 10])
        index.upsert([creator(f"c{number:03}", ["other words"], revision=9) for number in range(start, start + 5)])
        index.delete([f"c{start + 6:03}"])
        index.commit(epoch="e", seq=start)
        reader = reader or open_for_reading(tmp_path / "a")
    rows = index.info().passages
    fresh = opened(tmp_path / "b")
    kept = [b for n, b in enumerate(bundles) if n % 10 >= 5 and n % 10 != 6]
    fresh.upsert([*kept, *(creator(f"c{n:03}", ["other words"], revision=9) for n in range(40) if n % 10 < 5)])
    fresh.commit(epoch="e", seq=1)
    generation = max(int(path.name[4:]) for path in (tmp_path / "a").glob("edition-*/gen-*"))
    assert generation > 1
    stored = (tmp_path / "a" / "edition-1" / f"gen-{generation}" / "passage_scale").stat().st_size // 4
    assert stored < 1.3 * rows
    assert answers(index) == answers(fresh)
    reader.refresh()
    assert answers(reader) == answers(fresh)
    assert reader.marked() == fresh.marked() != {}
    for each in (index, fresh, reader):
        each.close()


@pytest.mark.usefixtures("small_generations")
def test_an_open_reader_keeps_its_view(tmp_path: Path) -> None:
    filled(tmp_path, some_creators())
    reader = open_for_reading(tmp_path)
    before = answers(reader)
    index = opened(tmp_path)
    index.delete([f"c{number:03}" for number in range(30)])
    index.commit(epoch="e", seq=2)
    index.purge()
    assert answers(reader) == before
    reader.refresh()
    assert reader.info().creators == 10
    assert answers(reader) == answers(index)
    index.close()
    reader.close()


_DEFLATED = b"\x78\x01"  # how a deflated document begins


def bytes_of(folder: Path) -> bytes:
    """All that the files say, stored documents inflated."""
    import zlib

    raw = b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())
    inflated = []
    for path in [*folder.rglob("docs"), *folder.rglob("tokens")]:
        content = path.read_bytes()
        at = content.find(_DEFLATED)
        while at >= 0:  # what is not deflated stands between
            stream = zlib.decompressobj()
            try:
                inflated.append(stream.decompress(content[at:]))
            except zlib.error:  # the same two bytes by chance
                at = content.find(_DEFLATED, at + 1)
            else:
                at = content.find(_DEFLATED, len(content) - len(stream.unused_data))
    return raw + b"".join(inflated)


def test_purge_leaves_nothing_of_the_deleted(tmp_path: Path) -> None:
    index = opened(tmp_path)
    reason = MarkView("hide", "", None, "narwhal", DAY, "hidden")
    secret = marked(creator("gone", ["unspeakable quokka"], bio="zanzibar"), reason)
    index.upsert([secret, *some_creators(10)])
    index.commit(epoch="e", seq=1)
    (index.encoder_folder).mkdir()
    (index.encoder_folder / "model.bin").write_bytes(b"weights")
    vector = secret.vectors[0].astype(np.float16).tobytes()
    for mark in (b"quokka", b"zanzibar", b"narwhal", vector):
        assert mark in bytes_of(tmp_path)
    index.delete(["gone"])
    index.commit(epoch="e", seq=2)
    kept = answers(index)
    index.upsert([creator("uncommitted", ["axolotl"])])
    index.purge()
    assert answers(index) == kept
    for mark in (b"quokka", b"zanzibar", b"narwhal", vector, b"axolotl"):
        assert mark not in bytes_of(tmp_path)
    assert (index.encoder_folder / "model.bin").read_bytes() == b"weights"
    index.upsert([creator("two", ["sushi"])])
    index.commit(epoch="e", seq=3)
    assert set(index.get(["two", "gone", "c001"])) == {"two", "c001"}
    index.close()


def test_a_new_edition_is_unseen_until_published(tmp_path: Path) -> None:
    filled(tmp_path, [creator("one", ["sushi"])])
    reader = open_for_reading(tmp_path)
    generation = reader.info().generation
    index = open_new_edition(tmp_path, model="other@2", dimension=DIMENSION)
    index.upsert([creator("two", ["sushi"])])
    index.commit(epoch="f", seq=7)
    reader.refresh()
    assert set(reader.get(["one", "two"])) == {"one"}
    index.publish()
    reader.refresh()
    assert set(reader.get(["one", "two"])) == {"two"}
    assert reader.info().model == "other@2"
    assert reader.info().generation > generation
    assert len(list(tmp_path.glob("edition-*"))) == 1
    index.close()
    reader.close()


def test_left_overs_of_a_killed_rebuild_are_removed(tmp_path: Path) -> None:
    filled(tmp_path, [creator("one", ["sushi"])])
    (tmp_path / "edition-9" / "text").mkdir(parents=True)
    opened(tmp_path).close()
    assert [path.name for path in tmp_path.glob("edition-*")] == ["edition-1"]


def test_equal_indexes_whatever_the_order_of_building(tmp_path: Path) -> None:
    bundles = some_creators()
    filled(tmp_path / "a", bundles)
    index = opened(tmp_path / "b")
    for number, bundle in enumerate(reversed(bundles)):
        index.upsert([creator(bundle.creator.id, ["something sushi older"], revision=0)])
        if number % 7 == 0:
            index.commit(epoch="e", seq=number)
        index.upsert([bundle])
    index.commit(epoch="e", seq=99)
    other = open_for_reading(tmp_path / "a")
    assert answers(index) == answers(other)
    index.close()
    other.close()


# Crashes: a child writes, dies at a named place, and a second one goes on

CHILD = """
import sys
from pathlib import Path
from indexer.backends.embedded import writer
from tests.indexer.test_embedded import opened
from tests.indexer.contract.people import some_creators
writer._SMALL = 1
index = opened(Path(sys.argv[1]))
done = index.info().feed_seq
bundles = some_creators()
for start in range(done * 10, 40, 10):
    index.delete([bundle.creator.id for bundle in bundles[max(start - 8, 0):start - 5]] if start else [])
    index.upsert(bundles[start:start + 10])
    index.commit(epoch="e", seq=start // 10 + 1)
    print(start // 10 + 1, flush=True)
index.close()
"""


def run_child(folder: Path, failpoint: str = "", log: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NICHESCOUT_FAILPOINT": failpoint}
    if log is not None:
        environment["NICHESCOUT_FAILPOINT_LOG"] = str(log)
    return subprocess.run(
        [sys.executable, "-c", CHILD, str(folder)],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> object:
    folder = tmp_path_factory.mktemp("undisturbed")
    assert run_child(folder).returncode == 0
    index = open_for_reading(folder)
    found = answers(index)
    index.close()
    return found


# The first hit of each is the founding of the index, before any creator.
@pytest.mark.parametrize(
    "failpoint", ["vectors_appended:1", "vectors_appended:3", "postings_written:3", "index_commit:1", "index_commit:4"]
)
def test_kill_and_go_on(tmp_path: Path, undisturbed: object, failpoint: str) -> None:
    log, folder = tmp_path / "log", tmp_path / "index"
    killed = run_child(folder, failpoint, log)
    assert killed.returncode == -signal.SIGKILL
    assert log.read_text() == failpoint.split(":")[0] + "\n"
    acknowledged = int(killed.stdout.split()[-1]) if killed.stdout else 0
    if (folder / "CURRENT").exists():
        reader = open_for_reading(folder)
        assert reader.info().feed_seq in (acknowledged, acknowledged + 1)
        assert reader.info().creators == len(reader.get([bundle.creator.id for bundle in some_creators()]))
        reader.close()
    assert run_child(folder).returncode == 0
    index = open_for_reading(folder)
    assert answers(index) == undisturbed
    index.close()


def test_reader_while_another_process_commits(tmp_path: Path) -> None:
    filled(tmp_path, [])
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    reader = open_for_reading(tmp_path)
    seen = set()
    while child.poll() is None:
        reader.refresh()
        info = reader.info()
        seen.add(info.feed_seq)
        hits = reader.search_posts_vector(unit("sushi"), creators=99, per_creator=9, filters=NO_FILTERS)
        assert len(hits) == info.posts
        found = reader.search_posts_text(query("sushi river"), creators=99, per_creator=9, filters=NO_FILTERS)
        assert len(reader.get_posts([hit.post_id for hit in found])) == len(found)
    child.stdout.close()
    assert child.returncode == 0
    reader.refresh()
    assert reader.info().feed_seq == 4
    assert len(seen) >= 1
    reader.close()


def test_candidates_miss_nothing_that_counts(tmp_path: Path) -> None:
    """With more matches than candidates the best of the exact ranking are still all there."""
    rng = np.random.default_rng(3)
    words = [f"w{number}" for number in range(60)]
    chances = 1 / np.arange(1, 61)
    chances /= chances.sum()
    bundles = [
        creator(f"c{number:04}", [" ".join(rng.choice(words, p=chances, size=int(rng.integers(3, 60)))) for _ in "ab"])
        for number in range(2600)
    ]
    index = opened(tmp_path)
    index.upsert(bundles)
    index.commit(epoch="e", seq=1)
    asked = query("w0 w3 w20")
    plain = PlainIndex(bundles)
    wanted = [(item.creator, item.post) for item in plain.limited(plain.text(asked), 100, 3)]
    hits = index.search_posts_text(asked, creators=100, per_creator=3, filters=NO_FILTERS)
    assert [(hit.creator_id, hit.post_id) for hit in hits] == wanted
    profiles = plain.profiles(asked)
    order = sorted(profiles, key=lambda name: (-profiles[name], name))[:100]
    assert [hit.creator_id for hit in index.search_creators_text(asked, limit=100, filters=NO_FILTERS)] == order
    index.close()
