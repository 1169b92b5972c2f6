"""Fit the constants of ``search/confidence.py`` again, and say how well they do on topics that they have not seen.

    python -m benchmarks.quality.fit FOLDER --on NAME...

``--on``: the collections to fit to, those in which relevance is a principal interest; each weighs the same, and so does
each of its queries. A logistic regression with a small ridge, by Newton's method, over what ``confidence`` looks at;
folds are whole topics. Nothing is written: constants are read off, rounded, and put in place by hand.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from math import log, sqrt
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.judged import collections_in, open_collection
from benchmarks.quality.measuring import foreign_to, questions_of
from benchmarks.quality.statistics import Question as Topic
from benchmarks.quality.statistics import topics
from benchmarks.quality.unanswerable import Judgement, Question, ask_all, rates
from search.confidence import LEAST_AUTHENTICITY, LEAST_PLACE

FOLDS: Final = 5
RIDGE: Final = 0.01
STEPS: Final = 30
NAMES: Final = ("CONSTANT", "BEST_COSINE", "CENTROID", "ON_THEME", "HAS_VOCABULARY", "PLACE", "AUTHENTICITY")
PLACE: Final = NAMES.index("PLACE")

Numbers = NDArray[np.float64]


def main(arguments: Sequence[str]) -> int:
    """Print the constants fitted to everything, and the rates of five fits on topics that each has not seen."""
    parser = argparse.ArgumentParser(description="Fit the confidence.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--on", nargs="+", required=True)
    options = parser.parse_args(arguments)
    asked: list[Question] = []
    told: dict[tuple[str, str], Topic] = {}
    for folder in collections_in(options.folder):
        with open_collection(folder) as opened:
            asked += ask_all(opened, foreign_to(folder))
            told |= questions_of(opened)
    fold = {query: number % FOLDS for query, number in topics(told).items()}
    whole = fit(asked, options.on)
    print("\n".join(f"{name} = {value:.2f}" for name, value in zip(NAMES, whole, strict=True)))
    unseen = list(judged_unseen(asked, fold, options.on))
    for name in dict.fromkeys(question.collection for question in unseen):
        print(name, rates([question for question in unseen if question.collection == name]))
    return 0


def judged_unseen(
    asked: Sequence[Question], fold: Mapping[tuple[str, str], int], on: Sequence[str]
) -> Iterator[Question]:
    """The questions, each with what a fit to the other folds makes of it."""
    for number in range(FOLDS):
        constants = fit([question for question in asked if fold[question.asked] != number], on)
        for question in asked:
            if fold[question.asked] == number:
                yield question._replace(
                    judgements=tuple(judged_again(judgement, constants) for judgement in question.judgements)
                )


def judged_again(judgement: Judgement, constants: Numbers) -> Judgement:
    """With other constants; who denies the theme stays at 0."""
    if judgement.confidence == 0.0:
        return judgement
    row = inputs(judgement)
    logit = float(row @ constants)
    theme = logit - float(row[PLACE] * constants[PLACE])
    return judgement._replace(confidence=_logistic(logit), theme=_logistic(theme))


def fit(asked: Sequence[Question], on: Sequence[str]) -> Numbers:
    """The constants, in the order of ``NAMES``."""
    own = [question for question in asked if question.collection in on and question.kind in ("answerable", "without")]
    of = {name: sum(question.collection == name for question in own) for name in on}
    rows, right, weights = [], [], []
    for question in own:
        for judgement in question.judgements:
            if judgement.confidence > 0.0:
                rows.append(inputs(judgement))
                right.append(judgement.is_relevant)
                weights.append(1.0 / of[question.collection])
    return _newton(np.array(rows), np.array(right, dtype=np.float64), np.array(weights))


def inputs(judgement: Judgement) -> Numbers:
    """What the constants are multiplied with."""
    seen = judgement.features
    return np.array(
        [
            1.0,
            seen.best_cosine,
            seen.centroid,
            sqrt(seen.on_theme or 0.0),
            float(seen.on_theme is not None),
            log(max(judgement.place, LEAST_PLACE)),
            log(max(judgement.authenticity, LEAST_AUTHENTICITY)),
        ]
    )


def _newton(rows: Numbers, right: Numbers, weights: Numbers) -> Numbers:
    constants = np.zeros(rows.shape[1])
    ridge = RIDGE * np.eye(rows.shape[1])
    ridge[0, 0] = 0.0
    for _ in range(STEPS):
        said = 1.0 / (1.0 + np.exp(-rows @ constants))
        slope = rows.T @ (weights * (right - said)) - ridge @ constants
        curve = (rows * (weights * said * (1.0 - said))[:, None]).T @ rows + ridge
        constants = constants + np.linalg.solve(curve, slope)
    return np.asarray(constants, dtype=np.float64)


def _logistic(logit: float) -> float:
    return float(1.0 / (1.0 + np.exp(-logit)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
