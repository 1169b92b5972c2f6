"""A worker in a process of its own does what was asked for over HTTP, from a recording, and ends when it is told to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT, WORLD, nichescout
from tests.server.conftest import Served

pytestmark = pytest.mark.slow


def test_a_worker_does_what_was_asked_for(own: Served) -> None:
    job = own.client.post("/v1/jobs", json={"query": "east coast sushi", "pages": 20}).json()["id"]
    command = [sys.executable, str(ROOT / "cli.py"), "--data", str(own.data), "worker", "--replay", str(WORLD)]
    worker = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        with own.client.stream("GET", f"/v1/jobs/{job}/events", timeout=120) as stream:
            events = [line for line in stream.iter_lines() if line.startswith("event:")]
    finally:
        worker.send_signal(signal.SIGTERM)
        out, err = worker.communicate(timeout=60)
    assert events[-1] == "event: end"
    assert own.client.get(f"/v1/jobs/{job}").json()["state"] == "done"
    assert worker.returncode == 0, err
    assert "“east coast sushi”" in out + err


def test_a_recording_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    assert nichescout("--data", str(tmp_path), "worker", "--replay", str(tmp_path / "none.warc.gz")).code == 2
