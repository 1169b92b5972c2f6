"""Shared by all tests: one cache, reproducible property tests, and one demo discovery for everybody."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import HealthCheck, settings

from tests.services import elasticsearch as elastic_node

ROOT = Path(__file__).parent.parent
WORLD = ROOT / "fixtures" / "worlds" / "east-coast-sushi.warc.gz"
QUERY = "east coast sushi"
SMALL, SMALLEST = ("--source", "mastodon"), ("--source", "discourse")
Started = TypeVar("Started")

os.environ.setdefault("NICHESCOUT_CACHE", str(ROOT / ".cache" / "tests"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads than cores wait for one another, and spin meanwhile
for name in ("NICHESCOUT_INDEX", "NICHESCOUT_DATA", "NICHESCOUT_CONTACT", "NICHESCOUT_HOSTS", "NICHESCOUT_FAILPOINT"):
    os.environ.pop(name, None)

settings.register_profile(
    "default", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("default")


_SESSION = "NICHESCOUT_TEST_SESSION"  # the process that began the test run, known to its workers


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault(_SESSION, str(os.getpid()))


def pytest_sessionfinish(session: pytest.Session) -> None:
    if os.environ.get(_SESSION) == str(os.getpid()):
        elastic_node.stop_shared(os.getpid())


def started_or_skipped(start: Callable[[], Started]) -> Started:
    """What ``start`` gives; a service that cannot be started here skips, or fails where services are required."""
    try:
        return start()
    except elastic_node.CannotStart as error:
        if elastic_node.required():
            pytest.fail(f"{elastic_node.REQUIRED} is set, but {error}")
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def elasticsearch() -> str:
    """The address of a real node; one for all test processes, stopped at the end by the run that started it."""
    return started_or_skipped(lambda: elastic_node.shared_node(int(os.environ[_SESSION])))


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str


def nichescout(*arguments: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None, stdin: str = "") -> Ran:
    """Run the command line in a process of its own, as a person would."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "cli.py"), *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Demo:
    """The demo discovery, done once per test run: its data folder and what it printed. Treat as read-only."""

    data: Path
    answer_json: str
    progress: str
    archive: Path


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """``discover "east coast sushi" --replay`` with an archive of what was kept; shared by all test processes."""
    return _discovery(tmp_path_factory, "demo")


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Demo:
    """The same of the Mastodon servers alone, for tests that change it; vectors are those of ``demo``."""
    return _discovery(tmp_path_factory, "small", *SMALL, vectors_of=demo)


@pytest.fixture(scope="session")
def smallest_demo(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Demo:
    """The same of one forum alone (two dozen pages), for tests that discover again and again."""
    return _discovery(tmp_path_factory, "smallest", *SMALLEST, vectors_of=demo)


def replay_arguments(data: Path, *options: str) -> list[str]:
    """The command line of a replayed discovery."""
    archive = str(data / "archive")
    return ["--data", str(data), "discover", QUERY, "--replay", str(WORLD), "--archive", archive, "--json", *options]


def copy_vectors(source: Path, target: Path) -> None:
    """Spare a data folder the embedding, which is slow and tested elsewhere."""
    target.mkdir(parents=True, exist_ok=True)
    for file in source.glob("vectors*"):
        shutil.copy(file, target / file.name)


def _discovery(
    tmp_path_factory: pytest.TempPathFactory, name: str, *options: str, vectors_of: Demo | None = None
) -> Demo:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    data, done = shared / name, shared / f"{name}.json"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            if vectors_of is not None:
                copy_vectors(vectors_of.data, data)
            ran = nichescout(*replay_arguments(data, *options))
            assert ran.code == 0, ran.err
            (shared / f"{name}.err").write_text(ran.err)
            done.write_text(ran.out)
    return Demo(data, done.read_text(), (shared / f"{name}.err").read_text(), data / "archive")
