"""The quick ways of the embedded index give what the plain ways give."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.backends.embedded.tables import POST
from indexer.backends.embedded.vectors import best_rows
from indexer.codec import pack_creator, pack_post, unpack_creator, unpack_languages, unpack_post
from indexer.errors import IndexDamaged
from indexer.lexicon import _by_halving, _by_reading
from indexer.scoring import best_of_posts, best_of_runs
from tests.indexer import worlds
from text.sentences import sentences


@given(st.integers(1, 20_000), st.integers(1, 3000), st.integers(0, 1 << 30), st.sampled_from([0.0, 0.5, 0.99]))
def test_best_rows_are_the_best(rows: int, count: int, seed: int, missing: float) -> None:
    chance = np.random.default_rng(seed)
    scores = chance.standard_normal(rows).astype(np.float32)
    scores[chance.random(rows) < missing] = -np.inf
    best = best_rows(scores, count)
    there = np.sort(scores[scores > -np.inf])[::-1]
    assert np.array_equal(np.sort(scores[best])[::-1], there[:count])
    assert len(set(best.tolist())) == len(best)


@given(st.lists(st.lists(st.integers(0, 3).map(float), min_size=1, max_size=5), max_size=8))
def test_the_best_rows_of_posts_in_order_are_those_of_any_order(held: list[list[float]]) -> None:
    counts = np.array([len(rows) for rows in held], np.int64)
    cosines = np.array([cosine for rows in held for cosine in rows], np.float32)
    posts, rows = np.repeat(np.arange(len(held)), counts), np.arange(len(cosines))
    best, passages = best_of_runs(cosines, counts)
    chosen = best_of_posts(posts, rows, cosines)
    assert np.array_equal(best, cosines[chosen])
    assert np.array_equal(passages, rows[chosen] - (np.cumsum(counts) - counts))


@given(st.lists(st.sets(st.integers(0, 60), max_size=20), min_size=1, max_size=12), st.sets(st.integers(0, 60)))
def test_reading_and_halving_find_the_same_terms(held: list[set[int]], asked: set[int]) -> None:
    spread = [sorted(number * 0x3FFFFFF for number in terms) for terms in held]  # some share their last bits
    documents = np.zeros(len(held), POST)
    documents["term_count"] = [len(terms) for terms in spread]
    documents["terms"] = np.cumsum(documents["term_count"]) - documents["term_count"]
    hashes = np.array([term for terms in spread for term in terms] or [1], np.uint32)
    frequencies = (np.arange(len(hashes)) % 7 + 1).astype(np.uint8)
    targets = np.array([number * 0x3FFFFFF for number in asked] or [2], np.uint32)
    read, halved = (
        _by_reading(targets, documents, hashes, frequencies, side_by_side=False),
        _by_halving(targets, documents, hashes, frequencies),
    )
    assert np.array_equal(read, halved)
    assert np.array_equal(read, _by_reading(targets, documents, hashes, frequencies, side_by_side=True))
    assert np.count_nonzero(read) == sum(len(terms & asked) for terms in held)


def test_a_stored_document_is_the_one_that_was_stored() -> None:
    creator, post = worlds.creator("c1").creator, worlds.post("p1", "c1", "nigiri by the harbour")
    packed = pack_creator(creator, {"en": 1})
    read = unpack_creator(packed)
    assert unpack_languages(packed) == {"en": 1}
    assert read == worlds.without_tokens(creator)
    assert worlds.without_tokens(creator) == read
    assert read != worlds.without_tokens(worlds.creator("c2").creator)
    assert hash(read) == hash(unpack_creator(pack_creator(creator, {})))
    assert unpack_post(pack_post(post), "c1") == worlds.without_tokens(post)
    assert not hasattr(read, "nonsense")


@pytest.mark.parametrize("text", ["Never eel again. Rye, rye and rye!\nDr. Ono bakes bread every day", "naïve", ""])
def test_what_follows_from_a_text_is_stored_with_it(text: str) -> None:
    post = worlds.post("p1", "c1", text)
    read = unpack_post(pack_post(post), "c1")
    assert (read.repetition, read.may_deny, read.written) == (post.repetition, post.may_deny, post.written)
    assert [tuple(span) for span in read.sentences] == sentences(text)
    assert read.may_deny == text.startswith("Never")
    told = unpack_creator(pack_creator(worlds.creator("c1", bio=text).creator, {}))
    assert [tuple(span) for span in told.bio_sentences] == sentences(text)


def test_a_document_that_cannot_be_read_is_damage() -> None:
    with pytest.raises(IndexDamaged):
        unpack_creator(b"nonsense")
    with pytest.raises(IndexDamaged):
        unpack_post(b"", "somebody")
