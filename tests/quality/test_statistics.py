"""The arithmetic of intervals and tests, on numbers whose answer is known."""

import pytest

from benchmarks.quality.statistics import Question, chance, holm, interval, spearman, topics


def question(words: str, *people: str) -> Question:
    return Question(frozenset(words.split()), frozenset(people))


def test_queries_are_of_one_topic_by_their_words_or_by_their_people():
    numbers = topics(
        {
            "tea": question("green tea"),
            "tea in town": question("green tea"),
            "whose words differ": question("matcha", "ann", "bob", "cem"),
            "leaves": question("leaf", "ann", "bob", "cem", "dee"),
            "coffee": question("coffee roast", "eve", "fay", "gil"),
        }
    )
    assert numbers["tea"] == numbers["tea in town"]
    assert numbers["whose words differ"] == numbers["leaves"]
    assert len(set(numbers.values())) == 3


def test_one_shared_word_of_many_or_two_shared_people_make_no_topic():
    numbers = topics({"a": question("wild bird song", "x", "y"), "b": question("song text rights", "x", "y")})
    assert numbers["a"] != numbers["b"]


def test_an_interval_holds_the_mean_and_copies_of_a_topic_do_not_narrow_it():
    values = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    alone = interval(values, range(6))
    copied = interval(values * 5, [*range(6)] * 5)
    independent = interval(values * 5, range(30))
    assert alone.mean == pytest.approx(0.5)
    assert alone.low < alone.mean < alone.high
    assert (copied.low, copied.high) == pytest.approx((alone.low, alone.high))
    assert independent.high - independent.low < 0.6 * (alone.high - alone.low)


def test_no_values_no_interval():
    assert interval([], []).mean == 0.0
    assert chance([], []) == 1.0


def test_what_always_helps_is_no_chance_unless_it_is_one_topic():
    gains = [0.1] * 12
    assert chance(gains, range(12)) < 0.005
    assert chance(gains, [1] * 12) == 1.0
    assert chance([0.1, -0.1] * 6, range(12)) == 1.0


def test_asking_often_is_paid_for():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]


def test_rank_correlation():
    assert spearman([1, 2, 3], [10, 20, 30]) == pytest.approx(1.0)
    assert spearman([1, 2, 3], [9, 4, 1]) == pytest.approx(-1.0)
    assert spearman([1, 2, 3, 4], [1, 2, 2, 3]) == pytest.approx(0.9487, abs=1e-4)
    assert spearman([1, 2], [5, 5]) == 0.0
