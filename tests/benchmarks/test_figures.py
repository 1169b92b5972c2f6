"""Figures beside their budgets: the verdict, the line, the file for the collector, the table of the docs."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.speed import __main__ as collector
from benchmarks.speed.figures import Figure, table, tell, told, written
from tests.conftest import ROOT

MET = Figure("cold", 1.9, "×", 2.0)
MISSED = Figure("speed", 900.0, "posts/s", 2000, at_least=True)
TOLD = Figure("files", 12)


def test_a_budget_is_a_ceiling_or_a_floor() -> None:
    assert [figure.verdict for figure in (MET, MISSED, TOLD)] == ["met", "missed", ""]
    assert [figure.bound for figure in (MET, MISSED, TOLD)] == ["≤ 2 ×", "≥ 2,000 posts/s", ""]
    assert Figure("at the bound", 2.0, "×", 2.0).met


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234567.8, "1,234,568"), (123.4, "123"), (12.34, "12.3"), (1.234, "1.23"), (0.0123, "0.0123"), (7, "7")],
)
def test_figures_show_three_digits(value: float, text: str) -> None:
    assert written(value) == text


def test_what_is_told_comes_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figures = [MET, MISSED, TOLD]
    assert tell(figures, tmp_path / "figures.json") == 1
    assert tell([MET, TOLD]) == 0
    assert told(tmp_path / "figures.json") == figures
    first, second, third, *_ = capsys.readouterr().out.splitlines()
    assert first.split() == ["cold", "1.90", "×", "≤", "2", "×", "met"]
    assert second.endswith("missed")
    assert third.split() == ["files", "12"]


def test_the_table_names_a_benchmark_once() -> None:
    assert table([("cold_search", [MET, MISSED])]).splitlines()[2:] == [
        "| `cold_search` | cold | 1.90 × | ≤ 2 × | met |",
        "|  | speed | 900 posts/s | ≥ 2,000 posts/s | **missed** |",
    ]


def test_the_page_keeps_what_stands_around_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "performance.md"
    page.write_text(f"Before\n{collector._BEGIN}\nold\n{collector._END}\nAfter\n")
    monkeypatch.setattr(collector, "_PAGE", page)
    row = {"name": "tokens", "value": 5.0, "unit": "tokens/s", "budget": None, "at_least": False}
    collector._write({"analysis": {"date": "2026-11-29", "machine": "two cores", "figures": [row]}})
    text = page.read_text()
    assert text.startswith("Before\n")
    assert text.endswith("\nAfter\n")
    assert "Measured 2026-11-29 on two cores." in text
    assert "| `analysis` | tokens | 5 tokens/s |  |  |" in text
    assert "old" not in text


def test_the_collector_knows_every_benchmark_of_its_folder() -> None:
    helped = subprocess.run(
        [sys.executable, "-m", "benchmarks.speed", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    ends_with_tell = [
        file.stem for file in (ROOT / "benchmarks" / "speed").glob("*.py") if "\n    return tell(" in file.read_text()
    ]
    assert {"cold_search", "engine_million", "build"} <= set(ends_with_tell)
    assert all(name in helped for name in ends_with_tell)


def test_who_names_no_benchmark_gets_all() -> None:
    every = collector.parsed([]).names
    assert {"cold_search", "engine_million", "http"} <= set(every)
    assert collector.parsed(["build", "http", "--write"]).names == ["build", "http"]
    with pytest.raises(SystemExit):
        collector.parsed(["nonsense"])
