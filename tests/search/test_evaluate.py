import math

import pytest

from search.errors import RunUnreadable
from search.evaluate import bootstrap, evaluate, read_run, write_run

RUN = {"q1": [("a", 9.0), ("b", 3.0), ("c", 1.0)], "q2": [("x", 1.0), ("y", 1.0)]}
QRELS = {"q1": {"a": 2, "c": 1, "z": 0}, "q2": {"y": 1}, "q3": {"m": 1}, "q4": {"n": 0}}


def test_figures_are_those_of_the_definitions():
    measured = evaluate(RUN, QRELS)
    first = measured.by_query["q1"]
    ideal = 2 + 1 / math.log2(3)
    assert first["nDCG@10"] == pytest.approx((2 + 1 / math.log2(4)) / ideal)
    assert first["MAP"] == pytest.approx((1 + 2 / 3) / 2)
    assert first["P@10"] == pytest.approx(0.2)
    assert first["R-precision"] == pytest.approx(0.5)
    assert first["recall@100"] == 1.0
    assert measured.by_query["q2"]["MRR"] == 0.5


def test_a_judged_query_without_an_answer_counts_as_nothing_and_one_without_relevant_creators_not_at_all():
    measured = evaluate(RUN, QRELS)
    assert (measured.queries, measured.without_relevant) == (3, 1)
    assert measured.by_query["q3"]["nDCG@10"] == 0.0
    assert measured.values["MRR"].mean == pytest.approx((1 + 0.5 + 0) / 3)


def test_the_order_decides_not_the_scores():
    tied = {"q1": [("a", 0.0), ("b", 0.0), ("c", 0.0)]}
    assert evaluate(tied, QRELS).by_query["q1"] == evaluate(RUN, QRELS).by_query["q1"]


def test_no_answers_at_all_measure_as_nothing():
    assert evaluate({}, QRELS).values["MAP"].mean == 0.0
    assert evaluate({}, {}).queries == 0


def test_intervals_hold_the_mean_and_are_the_same_each_time():
    values = [0.1, 0.5, 0.4, 0.9, 0.0]
    interval = bootstrap(values)
    assert interval.low < interval.mean < interval.high
    assert bootstrap(values) == interval


def test_a_run_survives_the_file_in_its_order(tmp_path):
    file = tmp_path / "run.trec"
    write_run(file, RUN)
    assert [[creator for creator, _ in ranked] for ranked in read_run(file).values()] == [["a", "b", "c"], ["x", "y"]]
    scores = [float(line.split()[4]) for line in file.read_text("utf-8").splitlines()[:3]]
    assert scores == sorted(set(scores), reverse=True)


def test_a_broken_run_is_named_with_its_line(tmp_path):
    file = tmp_path / "run.trec"
    file.write_text("q1 Q0 a 1 0.5 tag\nq1 Q0 b\n", "utf-8")
    with pytest.raises(RunUnreadable, match="line 2"):
        read_run(file)
