"""Shared by all tests: one cache, reproducible property tests, and one demo discovery for everybody."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, settings

from cli import main
from tests.order import longest_first
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
    os.environ["OMP_NUM_THREADS"] = "1"  # more threads than cores wait for one another, and spin meanwhile
for name in ("NICHESCOUT_INDEX", "NICHESCOUT_DATA", "NICHESCOUT_CONTACT", "NICHESCOUT_HOSTS", "NICHESCOUT_FAILPOINT"):
    os.environ.pop(name, None)

settings.register_profile(
    "default", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("default")


_SESSION = "NICHESCOUT_TEST_SESSION"  # the process that began the test run, known to its workers


def pytest_configure(config: pytest.Config) -> None:
    os.environ.setdefault(_SESSION, str(os.getpid()))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several processes
        longest_first(items)


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


def nichescout_here(*arguments: str, env: Mapping[str, str] | None = None) -> Ran:
    """The same without a process, where it is not the process that is tested: a second less each time."""
    ran = CliRunner().invoke(main, arguments, env=env)
    if ran.exception is not None and not isinstance(ran.exception, SystemExit):
        raise ran.exception
    return Ran(ran.exit_code, ran.stdout, ran.stderr)


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
    known = _known_vectors()
    made = _discovery(tmp_path_factory, "demo", vectors=[known] if known.exists() else [])
    if not known.exists():
        _keep_vectors(made.data / "vectors.sqlite", known)
    return made


@pytest.fixture(scope="session")
def small_demo(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Demo:
    """The same of the Mastodon servers alone, for tests that change it; vectors are those of ``demo``."""
    return _discovery(tmp_path_factory, "small", *SMALL, vectors=vectors_of(demo.data))


@pytest.fixture(scope="session")
def smallest_demo(tmp_path_factory: pytest.TempPathFactory, demo: Demo) -> Demo:
    """The same of one forum alone (two dozen pages), for tests that discover again and again."""
    return _discovery(tmp_path_factory, "smallest", *SMALLEST, vectors=vectors_of(demo.data))


def replay_arguments(data: Path, *options: str) -> list[str]:
    """The command line of a replayed discovery."""
    archive = str(data / "archive")
    return ["--data", str(data), "discover", QUERY, "--replay", str(WORLD), "--archive", archive, "--json", *options]


def copy_vectors(source: Path, target: Path) -> None:
    """Spare a data folder the embedding, which is slow and tested elsewhere."""
    _copy(vectors_of(source), target)


def vectors_of(data: Path) -> list[Path]:
    """The files of a data folder that hold vectors."""
    return sorted(data.glob("vectors*"))


def _copy(vectors: Iterable[Path], target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for file in vectors:
        shutil.copy(file, target / f"vectors{''.join(file.suffixes)}")


def _known_vectors() -> Path:
    """Those of an earlier run on this machine, by the same code and libraries; by text and model inside."""
    code = [(ROOT / "indexer" / f"{name}.py").read_bytes() for name in ("embedder", "models", "vector_cache")]
    libraries = [f"{name} {version(name)}".encode() for name in ("sentence-transformers", "tokenizers", "torch")]
    digest = hashlib.sha256(b"\0".join([*code, *libraries])).hexdigest()[:12]
    return Path(os.environ["NICHESCOUT_CACHE"]) / f"demo-vectors-{digest}.sqlite"


def _keep_vectors(made: Path, known: Path) -> None:
    for older in known.parent.glob("demo-vectors-*.sqlite"):
        older.unlink(missing_ok=True)
    unfinished = known.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(made)) as database:
        database.execute("VACUUM INTO ?", (str(unfinished),))
    unfinished.rename(known)


def _discovery(
    tmp_path_factory: pytest.TempPathFactory, name: str, *options: str, vectors: Iterable[Path] = ()
) -> Demo:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    data, done = shared / name, shared / f"{name}.json"
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _copy(vectors, data)
            ran = nichescout(*replay_arguments(data, *options))
            assert ran.code == 0, ran.err
            (shared / f"{name}.err").write_text(ran.err)
            done.write_text(ran.out)
    return Demo(data, done.read_text(), (shared / f"{name}.err").read_text(), data / "archive")
