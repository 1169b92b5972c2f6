"""A real Elasticsearch node without Docker: ``python -m tests.services.elasticsearch start|stop|address|java``.

Maven brings the distribution that Elastic publishes for integration tests (the real server and launcher, few modules);
it needs a JDK 21 to 25. Everything lies under ``.cache/elasticsearch``; the node never runs as root, listens on the
loopback interface only and is stopped by its process id.
"""

import fcntl
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.services.ports import free_port

ROOT = Path(__file__).parents[2]
VERSION = "9.4.3"  # the newest whose zip is published there
ARTIFACT = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
READY_SECONDS = 150
REQUIRED = "REQUIRE_SERVICES"


class CannotStart(Exception):
    """Why there is no node, in words for whoever reads a skipped test."""


class Node:
    """One server process on free ports of the loopback interface.

    ``brief``: it is asked little and started often, so Java compiles in a hurry: a quarter less to start.
    """

    def __init__(self, name: str, *, heap: str = "512m", settings: tuple[str, ...] = (), brief: bool = False) -> None:
        self.home = distribution()
        self.data = folder() / "nodes" / name
        self.port, self.transport = free_port(), free_port()
        self.heap = heap
        self.settings = settings
        self.brief = brief
        self.environment: dict[str, str] = {}
        self.pid = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it answers. A second start finds what the first one held."""
        self.data.mkdir(parents=True, exist_ok=True)
        user = unprivileged()
        if user is not None:
            for path in (self.data, *self.data.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)
        options = {
            "discovery.type": "single-node",
            "http.host": "127.0.0.1",
            "transport.host": "127.0.0.1",
            "http.port": self.port,
            "transport.port": self.transport,
            "path.data": self.data / "data",
            "path.logs": self.data / "logs",
            "xpack.security.enabled": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "cluster.info.update.interval": "24h",  # at each, the block of a full disk is taken back, a test's too
        }
        options |= dict(setting.split("=", 1) for setting in self.settings)
        arguments = [f"-E{name}={value}" for name, value in options.items()]
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.data),
            "ES_JAVA_HOME": str(java_home()),
            "ES_JAVA_OPTS": f"-Xms{self.heap} -Xmx{self.heap}" + (" -XX:TieredStopAtLevel=1" if self.brief else ""),
            "ES_TMPDIR": str(self._temporary()),
            **self.environment,
        }
        as_user: dict[str, Any] = (
            {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        )
        with (self.data / "output.txt").open("wb") as output:
            process = subprocess.Popen(
                [str(self.home / "bin" / "elasticsearch"), *arguments],
                cwd=self.data,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **as_user,
            )
        self.pid = process.pid
        self._process = process
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def stop(self, *, by: signal.Signals = signal.SIGTERM) -> None:
        """End it with its launcher and wait; SIGKILL: as a power cut would."""
        if self.pid == 0:
            return
        pids = [*children(self.pid), self.pid]
        for pid in pids:
            send(pid, by)
        send(self.pid, signal.SIGCONT)
        deadline = time.monotonic() + 60
        while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
            self._process.poll()
            time.sleep(0.05)
        self._process.wait(timeout=5)
        self.pid = 0

    def pause(self) -> None:
        """It goes on listening and answers nobody."""
        for pid in children(self.pid):
            os.kill(pid, signal.SIGSTOP)

    def resume(self) -> None:
        for pid in children(self.pid):
            os.kill(pid, signal.SIGCONT)

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            if self.ready():
                return
            if self._process.poll() is not None:
                said = (self.data / "output.txt").read_text("utf-8", "replace")[-800:]
                raise CannotStart(f"Elasticsearch ended at once: {said}")
            time.sleep(0.2)
        raise CannotStart(f"Elasticsearch did not answer within {READY_SECONDS} s; see {self.data / 'logs'}")

    def ready(self) -> bool:
        """Whether it answers."""
        return answers(self.address)

    def leave_running(self) -> None:
        """It outlives this process, and is stopped by its process id."""
        self._process.returncode = 0  # else Python complains of a child that it lost

    def _temporary(self) -> Path:
        made = self.data / "tmp"
        made.mkdir(exist_ok=True)
        if (user := unprivileged()) is not None:
            os.chown(made, user.pw_uid, user.pw_gid)
        return made


def shared_node(session: int | None) -> str:
    """The address of the node that everybody shares; started if nobody did.

    ``session``: the process that stops it at its end (``stop_shared``); None: it stays. Raises CannotStart.
    """
    with locked():
        known = read_shared()
        if known is not None and answers(known["address"]):
            return str(known["address"])
        node = Node("shared")
        shutil.rmtree(node.data, ignore_errors=True)
        node.start()
        node.leave_running()
        shared_file().write_text(json.dumps({"address": node.address, "pid": node.pid, "session": session}))
        return node.address


def stop_shared(session: int | None = None) -> bool:
    """Stop the shared node; with ``session`` only if that session started it."""
    with locked():
        known = read_shared()
        if known is None or (session is not None and known["session"] != session):
            return False
        pids = [*children(known["pid"]), known["pid"]]
        for pid in pids:
            if is_ours(pid):
                send(pid, signal.SIGTERM)
        deadline = time.monotonic() + 60
        while any(alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.05)
        shared_file().unlink()
        return True


def required() -> bool:
    return os.environ.get(REQUIRED, "") not in ("", "0")


def distribution() -> Path:
    """The unpacked server, brought by Maven the first time. Raises CannotStart."""
    java_home()
    home = folder() / f"elasticsearch-{VERSION}"
    if not (home / "bin" / "elasticsearch").is_file():
        maven = shutil.which("mvn")
        if maven is None:
            raise CannotStart("Elasticsearch cannot be brought here: there is no mvn (Maven)")
        archive = folder() / f"elasticsearch-{VERSION}.zip"
        if not archive.is_file():
            fetch = [maven, "-q", "-B", "dependency:copy", f"-Dartifact={ARTIFACT}", f"-DoutputDirectory={folder()}"]
            done = subprocess.run(fetch, capture_output=True, text=True, check=False, timeout=600)
            if done.returncode:
                raise CannotStart(f"Maven could not bring {ARTIFACT}: {done.stdout[-300:]}")
        unpacking = folder() / "unpacking"
        shutil.rmtree(unpacking, ignore_errors=True)
        shutil.unpack_archive(archive, unpacking)
        made = unpacking / home.name
        for path in (made, *made.rglob("*")):  # zipfile forgets which files may be run
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        if (user := unprivileged()) is not None:
            for path in (made, *made.rglob("*")):
                os.chown(path, user.pw_uid, user.pw_gid)
        made.rename(home)
        shutil.rmtree(unpacking, ignore_errors=True)
        archive.unlink(missing_ok=True)
    return home


def java_home() -> Path:
    """A JDK 21 to 25. Raises CannotStart."""
    named = [os.environ.get(name) for name in ("ES_JAVA_HOME", "JAVA_HOME")]
    candidates = [*(Path(path) for path in named if path), *sorted(Path("/usr/lib/jvm").glob("*"))]
    for path in candidates:
        release = path / "release"
        found = re.search(r'JAVA_VERSION="(\d+)', release.read_text()) if release.is_file() else None
        if found and 21 <= int(found[1]) <= 25 and (path / "bin" / "java").is_file():
            return path
    raise CannotStart("Elasticsearch needs a JDK 21 to 25; install one or set ES_JAVA_HOME")


def folder() -> Path:
    """Under ``.cache``, unless another user cannot look in there, as is so below a private home folder."""
    made = ROOT / ".cache" / "elasticsearch"
    if unprivileged() is not None and not all(path.stat().st_mode & 0o001 for path in (ROOT, *ROOT.parents)):
        made = Path(tempfile.gettempdir()) / "nichescout-elasticsearch"
    made.mkdir(parents=True, exist_ok=True)
    return made


def unprivileged() -> pwd.struct_passwd | None:
    """Whom the node runs as where we are root, which it refuses to be."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def answers(address: str) -> bool:
    try:
        asked = f"{address}/_cluster/health?wait_for_status=yellow&timeout=2s"
        with urllib.request.urlopen(asked, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def children(pid: int) -> list[int]:
    """The launcher is a process of its own; the server is its child."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):  # of each thread its own
        with suppress(OSError):
            found += [int(word) for word in path.read_text().split()]
    return [*(deeper for child in found for deeper in children(child)), *found]


def is_ours(pid: int) -> bool:
    try:
        return b"elasticsearch" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def send(pid: int, by: signal.Signals) -> None:
    try:
        os.kill(pid, by)
    except ProcessLookupError:
        return


def shared_file() -> Path:
    return folder() / "shared.json"


def read_shared() -> dict[str, Any] | None:
    try:
        return dict(json.loads(shared_file().read_text()))
    except (OSError, ValueError):
        return None


@contextmanager
def locked() -> Iterator[None]:
    with (folder() / "lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    try:
        if arguments == ["start"]:
            print(f"Elasticsearch {VERSION} answers at {shared_node(None)}")
        elif arguments == ["java"]:
            print(java_home())
        elif arguments == ["stop"]:
            print("stopped" if stop_shared() else "none was running")
        elif arguments == ["address"]:
            known = read_shared()
            if known is None or not answers(known["address"]):
                raise CannotStart("no node is running; start one: make elasticsearch")
            print(known["address"])
        else:
            print(__doc__)
            return 2
    except CannotStart as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
