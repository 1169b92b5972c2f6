"""Rates of questions with and without an answer, on invented confidences; hiding creators, on a small index."""

import pytest

from benchmarks.quality.unanswerable import Judgement, Kind, Question, auroc, calibration_error, rates
from search.confidence import LIKELY, POSSIBLE, Features

NOTHING = Features(best_cosine=0.0, centroid=0.0, on_theme=None)


def question(kind: Kind, *confidences: float, theme: float | None = None, relevant: int = 0) -> Question:
    judged = (
        Judgement(NOTHING, 1.0, 1.0, value, value if theme is None else theme, number < relevant)
        for number, value in enumerate(confidences)
    )
    return Question("tiny", ("tiny", "q"), kind, tuple(judged))


def test_somebody_is_shown_when_the_theme_is_known_and_somebody_is_possible():
    assert question("foreign", LIKELY + 0.01, LIKELY + 0.01, LIKELY + 0.01).shows
    assert not question("foreign", LIKELY + 0.01, LIKELY + 0.01, LIKELY - 0.05).shows  # two are chance
    assert question("answerable", POSSIBLE, 0.1, 0.1, theme=LIKELY).shows  # the theme is known, the place a guess
    assert not question("answerable", POSSIBLE - 0.01, 0.1, 0.1, theme=0.95).shows
    assert not question("foreign").shows


def test_rates_count_silence_and_shows_by_kind():
    asked = [
        question("answerable", 0.95, relevant=1),
        question("answerable", 0.2, relevant=1),
        question("without", 0.95),
        question("taken out", 0.2),
        question("foreign", 0.1),
        question("foreign", 0.25),
    ]
    found = rates(asked)
    assert found.false_silence == 0.5
    assert found.false_show == {"taken out": 0.5, "foreign": 0.0}
    assert found.auroc["foreign"] == pytest.approx(0.75)  # above both, and above one of them


def test_the_area_under_the_curve():
    assert auroc([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert auroc([0.5], [0.5]) == 0.5
    assert auroc([], [0.5]) != auroc([], [0.5])  # nothing to compare


def test_calibration_compares_what_is_said_with_what_is_so():
    assert calibration_error([(0.75, True)] * 3 + [(0.75, False)]) == pytest.approx(0.0)
    assert calibration_error([(0.95, False)] * 2) == pytest.approx(0.95)
    assert calibration_error([(0.95, False), (0.05, False)]) == pytest.approx(0.5)
    assert calibration_error([]) == 0.0
