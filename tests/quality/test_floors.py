"""Floors hold, do not sink unsaid, and belong to the data they were set on."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.quality.floors import (
    FLOORS,
    Line,
    committed_versions,
    read_floors,
    rewritten,
    sunk_unsaid,
    wrong_data,
)
from benchmarks.quality.gate import line_faults
from benchmarks.quality.judged import Checksums, checksums
from benchmarks.quality.report import figures_table


def floors(history: str) -> str:
    return f'[tiny]\ncollection = "c1"\njudgements = "j1"\n[tiny.floors]\nMAP = {history}\n[tiny.aims]\nMAP = 0.9\n'


def test_the_last_value_holds():
    held = read_floors(floors("[0.4, 0.5]"))["tiny"]
    assert held.floor("MAP") == 0.5
    assert held.floor("nDCG@10") is None


def test_a_lower_floor_needs_a_reason():
    assert list(sunk_unsaid(read_floors(floors("[0.4, 0.5]")))) == []
    (said,) = sunk_unsaid(read_floors(floors("[0.5, 0.4]")))
    assert "from 0.5 to 0.4 without a reason" in said
    assert list(sunk_unsaid(read_floors(floors('[0.5, { value = 0.4, because = "judged anew" }]')))) == []


def test_what_was_committed_may_only_be_added_to():
    committed = read_floors(floors("[0.4, 0.5]"))
    assert list(rewritten(read_floors(floors("[0.4, 0.5, 0.6]")), committed)) == []
    assert list(rewritten(read_floors(floors("[0.4]")), committed))
    assert list(rewritten({}, committed))


def test_the_committed_floors_are_read_from_git(tmp_path: Path):
    file = tmp_path / "floors.toml"

    def git(*arguments: str) -> None:
        names = ("-c", "user.name=t", "-c", "user.email=t@t.example")
        subprocess.run(["git", *names, *arguments], cwd=tmp_path, check=True, capture_output=True)

    assert committed_versions(file) == []
    git("init", "-q")
    for history in ("[0.4]", "[0.4, 0.5]"):
        file.write_text(floors(history), "utf-8")
        git("add", "floors.toml")
        git("commit", "-q", "-m", "floors")
    file.write_text(floors("[0.3]"), "utf-8")
    newest, before = committed_versions(file)
    assert read_floors(newest)["tiny"].floor("MAP") == 0.5
    assert read_floors(before)["tiny"].floor("MAP") == 0.4


def test_other_data_are_told_apart_from_other_judgements(tmp_path: Path):
    for name in ("creators.jsonl", "posts.jsonl", "queries.tsv", "qrels.trec"):
        (tmp_path / name).write_text(name, "utf-8")
    found = checksums(tmp_path)
    held = read_floors(floors("[0.5]"))["tiny"]
    assert len(list(wrong_data("tiny", held, found))) == 2
    (tmp_path / "qrels.trec").write_text("q1 0 ann 1", "utf-8")
    assert checksums(tmp_path).collection == found.collection
    assert checksums(tmp_path).judgements != found.judgements
    assert list(wrong_data("tiny", held, Checksums(collection="c1", judgements="j1"))) == []


def line(measure: str, mean: float, floor: float | None) -> Line:
    return Line("tiny", measure, 7, mean, mean - 0.1, mean + 0.1, floor, 0.9)


def test_a_figure_below_its_floor_is_a_fault_and_is_seen_in_the_table():
    below, at, free = line("MAP", 0.499, 0.5), line("MAP", 0.5, 0.5), line("MAP", 0.1, None)
    assert [below.fine, at.fine, free.fine] == [False, True, True]
    assert list(line_faults([below, at, free])) == ["tiny MAP: 0.499 is below 0.5"]
    assert "BELOW" in figures_table([below])
    assert "BELOW" not in figures_table([at, free])


@pytest.mark.parametrize("mean", [0.2, -0.2])
def test_an_order_that_follows_followers_either_way_is_a_fault(mean: float):
    assert list(line_faults([line("Spearman(rank, followers)", mean, None)]))
    assert not list(line_faults([line("Spearman(rank, followers)", mean / 2, None)]))


def test_the_floors_of_the_project_can_be_read_and_did_not_sink_unsaid():
    held = read_floors(FLOORS.read_text("utf-8"))
    assert list(sunk_unsaid(held)) == []
    assert all(0.0 < step.value < 1.0 for one in held.values() for history in one.floors.values() for step in history)
