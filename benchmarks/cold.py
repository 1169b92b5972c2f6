"""A cold ``nichescout search`` over 10,000 posts against a process that only imports its libraries.

python -m benchmarks.cold [DATA]      DATA: a folder with an index; without it one is made up and kept in .cache/bench

Budget: 2 × the imports, in pairs run in turns; 1.0 s; 300 MB. This process imports little, for a child's memory as the
system reports it is at least that of its parent.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_BUDGET: Final = 2.0
_MOST_SECONDS: Final = 1.0  # on an idle machine
_MOST_MB: Final = 300
_PAIRS: Final = 7
_LIBRARIES: Final = "import click, numpy, onnxruntime, tokenizers, tantivy, numkong"
# As on a user's machine: the first run, which is not counted, keeps the compiled modules for the others.
_KEEPING_BYTECODE: Final = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
_KEPT: Final = Path(__file__).parent.parent / ".cache" / "bench" / "cold"


@dataclass(frozen=True, slots=True)
class Spent:
    """What one process took: seconds from start to end, the most memory in MB."""

    seconds: float
    mb: float


def main(data: Path | None) -> int:
    if data is None:
        data = _KEPT
        subprocess.run([sys.executable, "-m", "benchmarks.cold_data", str(data)], check=True)
    command = Path(sys.executable).with_name("nichescout")
    search = [str(command), "--data", str(data), "search", "sushi in boston", "--json"]
    pairs = [(_run([sys.executable, "-c", _LIBRARIES]), _run(search)) for _ in range(_PAIRS + 1)][1:]  # first: warms
    imports, ours = (statistics.median(pair[side].seconds for pair in pairs) for side in (0, 1))
    # Of pairs, not of medians: whatever else the machine does slows both of a pair.
    ratio = statistics.median(one.seconds / floor.seconds for floor, one in pairs)
    best = min(one.seconds for _, one in pairs)
    mb = max(one.mb for _, one in pairs)
    print(f"search {1000 * ours:.0f} ms (best {1000 * best:.0f}, budget {1000 * _MOST_SECONDS:.0f} on an idle machine)")
    print(f"imports alone {1000 * imports:.0f} ms, ratio of pairs {ratio:.2f} (budget {_BUDGET})")
    print(f"memory {mb:.0f} MB (budget {_MOST_MB})")
    return 0 if ratio <= _BUDGET and best <= _MOST_SECONDS and mb <= _MOST_MB else 1


def _run(command: Sequence[str]) -> Spent:
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=_KEEPING_BYTECODE)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return Spent(seconds, usage.ru_maxrss / 1024)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else None))
