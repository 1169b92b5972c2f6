"""Postings of the embedded index: what they score is what the forward index scores, however they came to be."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer import lexicon
from indexer.backends.embedded import inverted, joining, runs
from indexer.backends.embedded.snapshot import Snapshot
from indexer.backends.embedded.state import committed_state
from indexer.backends.embedded.text_store import TextReader
from indexer.bundles import CreatorBundle
from indexer.contract import Filters
from indexer.legs import legs_one_by_one
from indexer.lexicon import Forward, bm25, forward_all, read_terms, term_hash
from tests.indexer import worlds
from tests.indexer.test_embedded import opened

WORDS = ["sushi", "nigiri", "maki", "knives", "rice", "harbour", "eel", "boats", "oysters", "miso"]


def bundle(number: int, texts: list[str]) -> CreatorBundle:
    return worlds.creator(f"c{number:02}", texts)


def snapshot_of(folder: Path) -> Snapshot:
    edition = next(folder.glob("edition-*"))
    view = TextReader(edition / "text").searcher()
    return Snapshot(edition, worlds.DIMENSION, committed_state(view), view)


texts = st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join), min_size=1, max_size=4)
commits = st.lists(
    st.dictionaries(st.integers(0, 12), texts | st.none(), min_size=1, max_size=6), min_size=1, max_size=6
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    commits=commits, asked=st.lists(st.sampled_from([*WORDS, "tram"]), min_size=1, max_size=4), part=st.integers(3, 40)
)
def test_postings_score_what_the_forward_index_scores(
    tmp_path_factory: pytest.TempPathFactory, commits: list, asked: list[str], part: int
) -> None:
    folder = tmp_path_factory.mktemp("index")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runs, "_INVERTED", part)  # a run is made of several slices, joined in several goes
        patched.setattr(joining, "_JOINED", part)
        patched.setattr(inverted, "_READ", part)
        index = opened(folder)
        for seq, commit in enumerate(commits, 1):
            for number, held in commit.items():
                if held is None:
                    index.delete([f"c{number:02}"])
                else:
                    index.upsert([bundle(number, held)])
            index.commit(epoch="e", seq=seq)
        words, vector = worlds.query(" ".join(asked)), worlds.unit("x")
        for few in (1, 3, 50):  # all at once give what they give one by one; many posts here score alike
            scopes = [Filters(), Filters(platforms=frozenset({"blog"})), Filters(platforms=frozenset({"forum"}))]
            legs = index.search_legs(words, lambda: vector, scopes, creators=few)
            assert legs == legs_one_by_one(index, words, lambda: vector, scopes, creators=few)
            index.near_ahead(vector, scopes, creators=few)  # and what was looked for ahead is the same
            assert legs == index.search_legs(words, lambda: vector, scopes, creators=few)
            # ... unless something else was meant then
            assert index.search_legs(words, lambda: -vector, scopes[:2], creators=few) == legs_one_by_one(
                index, words, lambda: -vector, scopes[:2], creators=few
            )
        index.close()
    snapshot = snapshot_of(folder)
    named = snapshot.state.runs
    assert [run.first for run in named] == [0, *[run.last for run in named]][: len(named)]
    assert (named[-1].last if named else 0) == len(snapshot.creators)
    for role, records, live in (
        ("post", snapshot.posts, snapshot.state.live[snapshot.owners]),
        ("creator", snapshot.creators, snapshot.state.live),
    ):
        terms = snapshot.weighted(role, worlds.query(" ".join(asked)))
        plain = bm25(terms, records, snapshot.statistics(role), snapshot.file("terms"), snapshot.file("frequencies"))
        assert np.array_equal(snapshot.lexical(role, terms), plain)
        for word in asked:
            weights = [term for term in terms if (term.token, term.field) == (word, "surface")]
            alone = bm25(
                weights, records, snapshot.statistics(role), snapshot.file("terms"), snapshot.file("frequencies")
            )
            assert snapshot.frequency(role, "surface", word) == np.count_nonzero(alone[live])


def test_few_runs_and_no_other_files(tmp_path: Path) -> None:
    index = opened(tmp_path)
    for number in range(40):
        index.upsert([bundle(number, ["sushi by the harbour"])])
        index.commit(epoch="e", seq=number)
        generation = next(tmp_path.glob("edition-*/gen-1"))
        assert len(list(generation.glob("words-*"))) <= 3 * 7
    assert index.frequency("sushi") == 40
    index.close()


def test_joined_runs_are_what_one_inversion_gives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [
        bundle(number, [" ".join(WORDS[number % 7 :]), f"naïve boats {number}"] * (number % 3)) for number in range(9)
    ]
    for name, joined in (("once", 1 << 20), ("joined", 5)):
        monkeypatch.setattr(runs, "_INVERTED", joined)
        monkeypatch.setattr(joining, "_JOINED", joined)
        index = opened(tmp_path / name)
        index.upsert(held)
        index.commit(epoch="e", seq=1)
        index.close()
    once, slowly = [
        {path.name: path.read_bytes() for path in (tmp_path / name).glob("edition-*/gen-*/words-*")}
        for name in ("once", "joined")
    ]
    assert len(once) == 3
    assert once == slowly


def test_stems_are_spelt_after_runs_were_joined(tmp_path: Path) -> None:
    index = opened(tmp_path)
    for number, text in enumerate(["sushi boats", "naïve oysters", "eel"]):
        index.upsert([bundle(number, [text])])
        index.commit(epoch="e", seq=number)
    index.purge()
    index.close()
    hashes = np.array([term_hash(stem, "stems") for stem in ("boat", "naïve", "oyster", "tram")], np.uint32)
    spelt = snapshot_of(tmp_path).words.spelling(np.sort(hashes))
    assert sorted(spelt.values()) == ["boat", "naïve", "oyster"]


def test_documents_read_together_are_read_apart() -> None:
    documents = [("boat boat tram", "boat boat tram"), ("", ""), ("naïve " * 300, ""), ("tram", "boat")]
    together = forward_all(read_terms(*texts) for texts in documents)
    apart = [forward(*texts) for texts in documents]
    assert together.counts.tolist() == [len(each.hashes) for each in apart] == [4, 0, 1, 2]
    assert together.hashes.tolist() == [key for each in apart for key in each.hashes.tolist()]
    assert together.frequencies.tolist() == [times for each in apart for times in each.frequencies.tolist()]
    assert together.surface.tolist() == [3, 0, 300, 1]
    assert together.stems.tolist() == [3, 0, 0, 1]
    held = dict(zip(apart[0].hashes.tolist(), apart[0].frequencies.tolist(), strict=True))
    assert held[term_hash("boat", "surface")] == held[term_hash("boat", "stems")] == 2
    assert apart[2].frequencies.tolist() == [255]  # counted no further


def test_hashes_are_the_same_when_too_many_words_came(monkeypatch: pytest.MonkeyPatch) -> None:
    before = forward("boat tram oyster", "boat tram oyster").hashes.tolist()
    monkeypatch.setattr(lexicon, "_REMEMBERED", 2)
    assert forward("boat tram oyster", "boat tram oyster").hashes.tolist() == before


def forward(surface: str, stems: str) -> Forward:
    """The terms of one document by itself."""
    [read] = forward_all([read_terms(surface, stems)]).each()
    return read
