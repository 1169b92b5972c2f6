"""How good a ranking is against judgements: a library's metrics, bootstrap intervals, TREC runs in and out.

``ir_measures`` is imported when a measure is asked for, never by a search.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from search.errors import RunUnreadable

Run = Mapping[str, Sequence[tuple[str, float]]]
"""Query id → (creator id, score), best first."""

Qrels = Mapping[str, Mapping[str, int]]
"""Query id → creator id → grade; not listed or 0 is not relevant."""

MEASURES: Final = {
    "nDCG@10": "nDCG@10",
    "MAP": "AP",
    "P@10": "P@10",
    "R-precision": "Rprec",
    "recall@100": "R@100",
    "MRR": "RR",
}
RESAMPLES: Final = 2_000
SEED: Final = 20_261_123


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over queries with its 95% bootstrap interval."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """Figures of one run. ``queries`` counts those with a relevant creator; the others have no figures."""

    queries: int
    without_relevant: int
    values: Mapping[str, Interval]
    by_query: Mapping[str, Mapping[str, float]]

    def as_json(self) -> dict[str, object]:
        """For ``--json`` and for the gate of ``benchmarks/quality``."""
        return {
            "queries": self.queries,
            "without_relevant": self.without_relevant,
            "measures": {name: asdict(interval) for name, interval in self.values.items()},
        }


def evaluate(runs: Run, qrels: Qrels) -> Metrics:
    """Measure a run; a judged query that the run lacks counts as 0.

    The order of the run decides; its scores are replaced by ranks, since measuring tools break ties their own way.
    """
    judged = {query: grades for query, grades in qrels.items() if any(grade > 0 for grade in grades.values())}
    by_measure = _measure(runs, judged)
    return Metrics(
        queries=len(judged),
        without_relevant=len(qrels) - len(judged),
        values={name: bootstrap([by_measure[name][query] for query in sorted(judged)]) for name in MEASURES},
        by_query={query: {name: by_measure[name][query] for name in MEASURES} for query in sorted(judged)},
    )


def _measure(runs: Run, judged: Qrels) -> dict[str, dict[str, float]]:
    import ir_measures

    measures = {ir_measures.parse_measure(theirs): ours for ours, theirs in MEASURES.items()}
    found = {name: dict.fromkeys(judged, 0.0) for name in MEASURES}
    ranked = {
        query: {creator: float(-rank) for rank, (creator, _) in enumerate(runs[query])}
        for query in judged
        if runs.get(query)
    }
    if not ranked:
        return found
    grades = {query: dict(judged[query]) for query in ranked}
    for value in ir_measures.iter_calc(list(measures), grades, ranked):
        found[measures[value.measure]][value.query_id] = value.value
    return found


def bootstrap(values: Sequence[float]) -> Interval:
    """Mean and 95% percentile interval over resampled queries; the same values always give the same interval."""
    if not values:
        return Interval(0.0, 0.0, 0.0)
    sample = np.asarray(values, dtype=np.float64)
    picks = np.random.default_rng(SEED).integers(0, sample.size, size=(RESAMPLES, sample.size))
    low, high = np.percentile(sample[picks].mean(axis=1), [2.5, 97.5])
    return Interval(float(sample.mean()), float(low), float(high))


def trec_run(runs: Run, *, tag: str = "nichescout") -> Iterable[str]:
    """Lines ``query Q0 creator rank score tag``; the score is 1 / rank, since tools that read runs sort by it."""
    for query, ranked in runs.items():
        for rank, (creator, _) in enumerate(ranked, 1):
            yield f"{query} Q0 {creator} {rank} {1.0 / rank:.9f} {tag}"


def write_run(path: Path, runs: Run, *, tag: str = "nichescout") -> None:
    """Write a run file, whole or not at all."""
    part = path.with_name(path.name + ".part")
    part.write_text("".join(f"{line}\n" for line in trec_run(runs, tag=tag)), encoding="utf-8")
    part.replace(path)


def read_run(path: Path) -> dict[str, list[tuple[str, float]]]:
    """Read a run file, each query in order of rank. Raises RunUnreadable with file and line."""
    rows: dict[str, list[tuple[int, str, float]]] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        cells = line.split()
        if not cells:
            continue
        try:
            query, _, creator, rank, score, _ = cells
            rows.setdefault(query, []).append((int(rank), creator, float(score)))
        except ValueError:
            raise RunUnreadable(
                f"{path}, line {number}: not a line of a TREC run (query Q0 id rank score tag)"
            ) from None
    return {query: [(creator, score) for _, creator, score in sorted(entries)] for query, entries in rows.items()}
