"""What a process takes from its start to its end: time on the clock, CPU time, memory.

Imports little, for a child's memory as the system reports it is at least that of its parent.
"""

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

_LOOKED_EVERY: Final = 0.02  # seconds


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds from start to end, CPU seconds of all its threads and children, the most memory in MB."""

    seconds: float
    cpu: float
    mb: float


def as_a_user() -> dict[str, str]:
    """The environment without what would keep Python from keeping compiled modules; a first run makes them."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def spend(command: Sequence[str | Path]) -> Spent:
    """Run to the end, its output thrown away. Raises SystemExit where it fails."""
    started = time.perf_counter()
    process = subprocess.Popen([str(part) for part in command], stdout=subprocess.DEVNULL, env=as_a_user())
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))} ended with {process.returncode}")
    return Spent(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@dataclass(frozen=True, slots=True)
class Memory:
    """MB that a process holds: its own, and pages of mapped files, which the system takes back when it needs them."""

    own: float
    mapped: float


def memory_of(process: int | str = "self") -> Memory:
    """What a process holds now; the programs and libraries that it runs are mapped files, too."""
    status = Path(f"/proc/{process}/status").read_text()
    own, mapped = (int(status.partition(f"{name}:")[2].split()[0]) / 1024 for name in ("RssAnon", "RssFile"))
    return Memory(own, mapped)


def most_memory() -> float:
    """MB that this process held at most so far, all in all, as the system counts it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def children_of(process: int) -> list[int]:
    """The processes that it started and that run yet."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = file.read_text().rpartition(")")[2].split()[:2]
        except OSError:  # ended meanwhile
            continue
        if int(parent) == process and state != "Z":  # that has ended, too
            found.append(int(file.parent.name))
    return found


class WatchedMemory:
    """While it is entered, the most that this process held of either, looked at fifty times a second."""

    def __init__(self) -> None:
        self.most = memory_of()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(_LOOKED_EVERY):
            now = memory_of()
            self.most = Memory(max(self.most.own, now.own), max(self.most.mapped, now.mapped))
