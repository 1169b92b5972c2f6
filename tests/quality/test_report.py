"""The tables and the tests against baselines, on invented figures."""

from pathlib import Path

import pytest

from benchmarks.quality.measuring import Figures, families
from benchmarks.quality.report import (
    BEGIN,
    END,
    against_baselines,
    baseline_table,
    confidence_table,
    write_into,
)
from benchmarks.quality.unanswerable import Rates

RATES = Rates(false_silence=0.04, false_show={"foreign": 0.1}, auroc={"foreign": 0.97}, calibration_error=0.02)


def figures(name: str, people: str, ours: float, plain: float, queries: int = 12) -> Figures:
    def of(value: float) -> dict[tuple[str, str], float]:
        return {(name, f"q{number}"): value for number in range(queries)}

    return Figures(
        name=name,
        people=frozenset(people),
        by_measure={"nDCG@10": of(ours), "MAP": of(ours / 2)},
        baselines={"plain": {"nDCG@10": of(plain), "MAP": of(plain / 2)}, "same": {"nDCG@10": of(ours), "MAP": of(0)}},
        confidence=RATES,
        questions={},
        notes=[],
        faults=[],
    )


def test_collections_of_the_same_people_are_one_family():
    found = families([figures("a", "xyz", 0.5, 0.4), figures("b", "lmn", 0.5, 0.4), figures("c", "xyzuvw", 0.5, 0.4)])
    assert [[one.name for one in family] for family in found] == [["a", "c"], ["b"]]


def test_what_is_better_on_every_topic_is_settled_and_what_is_the_same_is_not():
    rows = {row.baseline: row for row in against_baselines([figures("a", "xyz", 0.5, 0.4)], {})}
    assert rows["plain"].difference == pytest.approx(0.1)
    assert rows["plain"].is_settled
    assert not rows["same"].is_settled


def test_one_topic_settles_nothing():
    topic = {("a", f"q{number}"): "one" for number in range(12)}
    assert not any(row.is_settled for row in against_baselines([figures("a", "xyz", 0.5, 0.4)], topic))


def test_a_family_is_tested_together_and_shown_collection_by_collection():
    rows = against_baselines([figures("a", "xyz", 0.5, 0.4), figures("c", "xyzuvw", 0.5, 0.2)], {})
    table = baseline_table(rows)
    assert "| a + c |" in table
    assert "| plain | .400 / .200, .200 / .100 (**+.200**) |" in table


def test_the_confidence_has_its_table():
    assert "| a | .04 | .10 (.970) |  | .020 |" in confidence_table([figures("a", "x", 0.5, 0.4)])


def test_tables_are_written_between_the_marks_only(tmp_path: Path):
    document = tmp_path / "ranking.md"
    document.write_text(f"before\n\n{BEGIN}\n\nold\n\n{END}\n\nafter\n", "utf-8")
    write_into(document, ["| new |"])
    assert document.read_text("utf-8") == f"before\n\n{BEGIN}\n\n| new |\n\n{END}\n\nafter\n"
    document.write_text("nothing", "utf-8")
    with pytest.raises(ValueError, match="no marks"):
        write_into(document, ["| new |"])
