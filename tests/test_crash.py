"""Killed at any moment and run again, a discovery ends as if nothing had happened (DESIGN 10, last line)."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from base.failpoints import FAILPOINTS
from catalog.store import open_catalog
from tests.conftest import ROOT, SMALL, SMALLEST, Demo, copy_vectors, nichescout, replay_arguments

MOMENTS = {"leased": 7, "fetched": 7, "before_commit": 7, "after_commit": 7, "inside_warc_member": 3}  # of a crawl


def _fresh(tmp_path: Path, demo: Demo) -> Path:
    """An empty data folder, but with the vectors already known."""
    data = tmp_path / "data"
    copy_vectors(demo.data, data)
    return data


def _comparable(answer: str) -> Any:
    """An answer without what may differ between two runs: assigned ids, times of fetching, how long it took."""
    shown = json.loads(answer)
    shown.pop("took_ms"), shown.pop("index_generation")
    for result in (*shown["results"], *shown["nearest"]):
        result["creator"].pop("id")
    return shown


def _dump(data: Path) -> str:
    with open_catalog(data, create=False) as catalog:
        return catalog.canonical_dump()


def _assert_as_uninterrupted(data: Path, demo: Demo, *options: str) -> None:
    again = nichescout(*replay_arguments(data, *options))
    assert again.code == 0, again.err
    assert _dump(data) == _dump(demo.data)
    assert _comparable(again.out) == _comparable(demo.answer_json)


@pytest.mark.slow
@pytest.mark.parametrize("failpoint", sorted(FAILPOINTS))
def test_killed_at_a_failpoint(failpoint: str, tmp_path: Path, smallest_demo: Demo) -> None:
    data, log = _fresh(tmp_path, smallest_demo), tmp_path / "hit"
    env = {"NICHESCOUT_FAILPOINT": f"{failpoint}:{MOMENTS.get(failpoint, 1)}", "NICHESCOUT_FAILPOINT_LOG": str(log)}
    killed = nichescout(*replay_arguments(data, *SMALLEST), env=env)
    assert log.read_text().splitlines() == [failpoint], killed.err
    assert killed.code == 1
    assert "Traceback" not in killed.err
    _assert_as_uninterrupted(data, smallest_demo, *SMALLEST)


def _kill_with_descendants(pid: int) -> None:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            fields = stat.read_text().rsplit(")", 1)[1].split()
            parents[int(stat.parent.name)] = int(fields[1])
    doomed = {pid}
    while more := {child for child, parent in parents.items() if parent in doomed} - doomed:
        doomed |= more
    for each in doomed:
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_killed_at_random_moments(seed: int, tmp_path: Path, small_demo: Demo) -> None:
    """All processes at once, as a power cut would; twice before it may finish."""
    data, moments = _fresh(tmp_path, small_demo), random.Random(seed)
    for _ in range(2):
        process = subprocess.Popen(
            [sys.executable, str(ROOT / "cli.py"), *replay_arguments(data, *SMALL)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(timeout=moments.uniform(1.0, 7.0))
        except subprocess.TimeoutExpired:
            _kill_with_descendants(process.pid)
            process.wait()
    _assert_as_uninterrupted(data, small_demo, *SMALL)
