from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.fusion import convex, in_order, min_max, reciprocal_ranks, theoretical_min_max

SCORES = st.lists(st.floats(0.0, 1000.0).map(lambda score: round(score, 6)), min_size=1, max_size=30).map(np.array)
RANKINGS = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=8), max_size=5)


@given(SCORES)
def test_min_max_keeps_the_order_and_lies_between_0_and_1(scores):
    scaled = min_max(scores)
    assert scaled.min() >= 0.0
    assert scaled.max() <= 1.0
    for i in range(len(scores)):
        for j in range(len(scores)):
            assert not (scores[i] < scores[j] and scaled[i] > scaled[j])


@given(SCORES, st.floats(0.1, 100.0))
def test_scaling_all_scores_changes_nothing(scores, factor):
    assert np.allclose(theoretical_min_max(scores, 0.0), theoretical_min_max(scores * factor, 0.0), atol=1e-9)


@given(SCORES)
def test_theoretical_min_max_maps_the_floor_to_0_and_the_best_to_1(scores):
    scaled = theoretical_min_max(np.append(scores, 0.0), 0.0)
    assert scaled[-1] == 0.0
    assert scaled.max() == (1.0 if scores.max() > 0.0 else 0.0)


@given(SCORES, st.floats(0.0, 1.0), st.data())
def test_a_better_leg_never_lowers_the_convex_combination(dense, alpha, data):
    lexical = np.array(data.draw(st.lists(st.floats(0.0, 1.0), min_size=len(dense), max_size=len(dense))))
    raised = lexical + 0.1
    assert np.all(convex(dense, raised, alpha) >= convex(dense, lexical, alpha))


def test_equal_scores_are_all_best_and_nothing_is_nothing():
    assert min_max(np.array([3.0, 3.0])).tolist() == [1.0, 1.0]
    assert min_max(np.array([0.0, 0.0])).tolist() == [0.0, 0.0]
    assert min_max(np.array([])).size == 0
    assert theoretical_min_max(np.array([-1.0, -1.0]), -1.0).tolist() == [0.0, 0.0]


@given(RANKINGS)
def test_reciprocal_ranks_hold_every_id_once_best_first_and_ties_by_id(rankings):
    fused = reciprocal_ranks(rankings)
    assert sorted(key for key, _ in fused) == sorted({key for ranking in rankings for key in ranking})
    for (first, one), (second, two) in pairwise(fused):
        assert one > two or (one == two and first < second)


@given(RANKINGS, st.randoms())
def test_reciprocal_ranks_do_not_depend_on_the_order_of_the_legs(rankings, random):
    shuffled = list(rankings)
    random.shuffle(shuffled)
    assert {key: round(score, 12) for key, score in reciprocal_ranks(rankings)} == {
        key: round(score, 12) for key, score in reciprocal_ranks(shuffled)
    }


def test_reciprocal_ranks_follow_the_formula():
    assert reciprocal_ranks([["a", "b"], ["b"]], k=60) == [("b", 1 / 62 + 1 / 61), ("a", 1 / 61)]


def test_in_order_breaks_ties_by_id():
    assert in_order([("b", 1.0), ("a", 1.0), ("c", 2.0)]) == [("c", 2.0), ("a", 1.0), ("b", 1.0)]
