"""What a process takes from its start to its end: time on the clock, CPU time, memory.

Imports little, for a child's memory as the system reports it is at least that of its parent.
"""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


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
