"""A real PostgreSQL for the tests: found on this machine, started once for each test process, stopped by its id.

It runs as a user that is not root, in a folder of its own, without fsync, on a socket and a loopback port. Tests
use one migrated database in turn, or a copy of it. Without PostgreSQL such tests are skipped with the reason; with
REQUIRE_SERVICES=1 they fail.
"""

import atexit
import ctypes
import functools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from catalog.engine import HEAD
from catalog.place import CatalogPlace
from catalog.schema import metadata
from catalog.store import open_catalog
from tests.services.ports import free_port

USER = "nichescout"
PASSWORD = "hush-4711"
_HBA = f"local all {USER} trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
_OPTIONS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "60",
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
_numbers = count(1)


@dataclass(frozen=True)
class Server:
    """A running server. ``pid``: of its first process."""

    folder: Path
    port: int
    pid: int

    def address(self, database: str) -> str:
        """By the socket, without a password."""
        return f"postgresql://{USER}@/{database}?host={self.folder}&port={self.port}"

    def network_address(self, database: str, password: str = PASSWORD) -> str:
        """By loopback, with a password."""
        return f"postgresql://{USER}:{password}@127.0.0.1:{self.port}/{database}"

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """One statement outside of transactions; its rows."""
        with psycopg.connect(self.address(database), autocommit=True) as connection:
            done = connection.execute(statement)
            return done.fetchall() if done.description else []

    def new_database(self, template: str = "template1") -> str:
        """A database of its own; its name."""
        name = f"test{next(_numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        return name

    def drop(self, name: str) -> None:
        """Away with a database, whoever is connected."""
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def server() -> Server:
    """The server of this test process. Skips or fails where there is none."""
    found = _start()
    if isinstance(found, Server):
        return found
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(f"REQUIRE_SERVICES=1, but {found}")
    pytest.skip(found)


@functools.cache
def migrated() -> str:
    """The name of a database that holds an empty catalog, to be copied."""
    there = server()
    name = there.new_database()
    with tempfile.TemporaryDirectory() as folder:
        open_catalog(CatalogPlace(Path(folder), there.address(name))).close()
    return name


def emptied() -> str:
    """The name of a database with an empty catalog, the same one each time: emptying is quicker than copying."""
    name = _shared()
    tables = [table.name for table in reversed(metadata.sorted_tables)]
    statements = [*(f"DELETE FROM {table}" for table in tables), f"UPDATE alembic_version SET version_num = '{HEAD}'"]
    server().run(";".join(statements), name)
    return name


@functools.cache
def _shared() -> str:
    return server().new_database(migrated())


def start_server(**options: str) -> Server:
    """A server of its own, for tests that stop it; to be ended with ``stop``. Raises FileNotFoundError."""
    binaries = _binaries()
    if binaries is None:
        raise FileNotFoundError("PostgreSQL 13 or newer is not installed (apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="nichescout-pg-", dir="/tmp"))
    who = _not_root(folder)
    subprocess.run(
        [binaries / "initdb", "-D", folder / "data", "-U", USER, "--no-sync", "-E", "UTF8", "--locale=C"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **who,
    )  # fmt: skip
    (folder / "data" / "pg_hba.conf").write_text(_HBA)
    return run_server(folder, free_port(), **options)


def run_server(folder: Path, port: int, **options: str) -> Server:
    """Start the server of a folder (again)."""
    binaries = _binaries()
    assert binaries is not None
    settings = _OPTIONS | {"port": str(port), "unix_socket_directories": str(folder)} | options
    with (folder / "log").open("ab") as log:
        process = subprocess.Popen(
            [binaries / "postgres", "-D", folder / "data", *(f"-c{name}={value}" for name, value in settings.items())],
            stdout=log, stderr=log, start_new_session=True, preexec_fn=_end_with_us, **_not_root(folder),
        )  # fmt: skip
    started = Server(folder, port, process.pid)
    _processes[process.pid] = process
    for _ in range(600):
        try:
            started.run("SELECT 1")
            break
        except psycopg.OperationalError:
            if process.poll() is not None:
                raise RuntimeError((folder / "log").read_text()) from None
            time.sleep(0.05)  # until the server answers
    return started


def stop(server: Server, *, for_good: bool = True) -> None:
    """End a server by its process id; ``for_good`` removes its folder."""
    process = _processes.pop(server.pid, None)
    if process is not None and process.poll() is None:
        process.send_signal(signal.SIGQUIT)  # at once: nothing is kept
        process.wait(timeout=30)
    if for_good:
        shutil.rmtree(server.folder, ignore_errors=True)


_processes: dict[int, "subprocess.Popen[bytes]"] = {}


@functools.cache
def _start() -> Server | str:
    try:
        found = start_server()
    except FileNotFoundError as error:
        return str(error)
    atexit.register(stop, found)
    found.run(f"ALTER USER {USER} PASSWORD '{PASSWORD}'")
    return found


def _binaries() -> Path | None:
    """The folder of the newest PostgreSQL on this machine."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    folders += [Path(on_path).resolve().parent] if on_path else []
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def _not_root(folder: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root: then it is somebody else, who owns the folder."""
    if os.getuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    who = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, who.pw_uid, who.pw_gid)
    return {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": [], "cwd": folder}


def _end_with_us() -> None:
    """Ends the server with this process, however that ends (Linux; elsewhere only a killed run leaves one behind)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)  # PR_SET_PDEATHSIG
