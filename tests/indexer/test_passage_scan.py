"""A large index looks at the signs of its vectors first: what it finds, under filters, deletions and compaction."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from indexer.backends.embedded import passage_scan, writer
from indexer.backends.embedded.index import EmbeddedIndex
from indexer.backends.embedded.opening import open_for_writing
from indexer.backends.embedded.vectors import SignBits, VectorFile, quantise, sign_bits
from indexer.contract import Filters
from tests.indexer.worlds import DIMENSION, EVERYTHING, PlainIndex, creator, unit

FILTERS = (
    EVERYTHING,
    Filters(platforms=frozenset({"forum"})),
    Filters(languages=frozenset({"es"})),
    Filters(place_keys=frozenset({"nowhere"})),
)
WORDS = ["sushi", "ramen", "bread", "river", "oven", "paper", "salt", "glass", "tide", "lamp"]


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passage_scan, "LARGE", 0)
    monkeypatch.setattr(passage_scan, "LIKELY", 5)
    monkeypatch.setattr(writer, "_SMALL", 10)  # so that a few deletions write a new generation


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    index = open_for_writing(tmp_path / "index", model="hash@1", dimension=DIMENSION)
    yield index
    index.close()


def some(number: int, revision: int = 1) -> object:
    texts = [f"{WORDS[(number + at) % len(WORDS)]} {number} {at} {revision}" for at in range(1 + number % 5)]
    return creator(
        f"c{number:02}",
        texts,
        revision=revision,
        platforms=["forum" if number % 3 else "blog"],
        languages=["es" if number % 7 == 0 else "en"],
    )


def agrees(index: EmbeddedIndex, plain: PlainIndex) -> None:
    """Asked for more creators than there are, a leg names every post that passes, with its cosine."""
    for seed in ("sushi", "tide"):
        for filters in FILTERS:
            found = index.search_posts_vector(unit(seed), creators=99, per_creator=99, filters=filters)
            wanted = plain.vector(unit(seed), filters)
            assert {(hit.creator_id, hit.post_id) for hit in found} == {(one.creator, one.post) for one in wanted}
            assert [hit.score for hit in found] == pytest.approx([one.score for one in wanted], abs=1e-3)


def test_it_finds_all_that_pass_after_changes_too(index: EmbeddedIndex) -> None:
    bundles = {number: some(number) for number in range(40)}
    index.upsert(bundles.values())
    index.commit(epoch="e", seq=1)
    agrees(index, PlainIndex(bundles.values()))

    for number in (1, 9, 20):
        bundles[number] = some(number, revision=2)
    index.upsert([bundles[number] for number in (1, 9, 20)])
    index.delete(["c03", "c04"])
    del bundles[3], bundles[4]
    index.commit(epoch="e", seq=2)
    agrees(index, PlainIndex(bundles.values()))

    gone = range(5, 19)
    index.delete([f"c{number:02}" for number in gone])
    index.commit(epoch="e", seq=3)  # a fifth is dead: rows were copied
    agrees(index, PlainIndex(bundle for number, bundle in bundles.items() if number not in gone))


def test_where_near_rows_are_of_too_few_creators_it_looks_at_more(index: EmbeddedIndex) -> None:
    prolific = creator("prolific", ["sushi"] * 60)
    index.upsert([prolific, *(some(number) for number in range(20))])
    index.commit(epoch="e", seq=1)
    hits = index.search_posts_vector(unit("sushi"), creators=12, per_creator=2, filters=EVERYTHING)
    assert len({hit.creator_id for hit in hits}) == 12
    assert sum(hit.creator_id == "prolific" for hit in hits) == 2


def test_signs_choose_nearly_all_of_the_nearest() -> None:
    chance = np.random.default_rng(5)
    topics = chance.standard_normal((50, 384))
    rows = topics[chance.integers(0, 50, 30_000)] + 0.9 * chance.standard_normal((30_000, 384))
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    asked = topics[:8] + 0.5 * chance.standard_normal((8, 384))
    signs, passages = SignBits(sign_bits(rows)), VectorFile(*quantise(rows))
    found = 0
    for vector in (asked / np.linalg.norm(asked, axis=1, keepdims=True)).astype(np.float32):
        likely = passage_scan._nearest(signs.distances(vector), None, 2000)
        assert 2000 <= len(likely) < 4000
        best = likely[np.argsort(-passages.exact(vector, likely))[:100]]
        found += len(np.intersect1d(best, np.argsort(-(rows @ vector))[:100]))
    assert found >= 0.99 * 800


def test_distances_are_the_same_asked_once_and_again() -> None:
    rows = np.array([unit(str(number), 20) for number in range(300)])
    signs, vector = SignBits(sign_bits(rows)), unit("asked", 20)
    wanted = ((rows < 0) != (vector < 0)).sum(axis=1)
    for _ in range(3):
        assert signs.distances(vector).tolist() == wanted.tolist()
