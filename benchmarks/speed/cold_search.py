"""A cold ``nichescout search`` over 50,000 posts beside an empty Python process and one that only imports libraries.

python -m benchmarks.speed.cold_search [DATA] [--posts N] [--pairs N] [--json FILE]

DATA: a folder with an index; without it ``world`` makes one, kept in .cache/bench. Processes run in turns, and ratios
are of pairs: whatever else the machine does slows both of a pair. CPU ratios hardly depend on it.

Budgets: 2 × the imports, in wall and in CPU time; .8 s; 300 MB; ``--help`` in .25 s.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks.speed.figures import Figure, tell
from benchmarks.speed.processes import Spent, as_a_user, spend

_LIBRARIES: Final = "import click, numpy, onnxruntime, tokenizers, tantivy, numkong"
_KEPT: Final = Path(__file__).parents[2] / ".cache" / "bench"
_QUERY: Final = "gardening in boston"
# Counts what Python opens (libraries map theirs beside it) and what is imported; the command ends with os._exit.
_COUNTING: Final = """
import json, os, sys
opened = 0
def hear(event, given):
    global opened
    opened += event == "open"
sys.addaudithook(hear)
leave = os._exit
def told(code):
    print(json.dumps({"opened": opened, "modules": len(sys.modules)}), file=sys.stderr, flush=True)
    leave(code)
os._exit = told
from cli import run
run()
"""


def main(data: Path | None, posts: int, pairs: int, file: Path | None) -> int:
    if data is None:
        data = _KEPT / f"speed-{posts}"
        if not (data / "index").exists():
            subprocess.run([sys.executable, "-m", "benchmarks.speed.world", str(data), str(posts)], check=True)
    command = Path(sys.executable).with_name("nichescout")
    asked = ["--data", str(data), "search", _QUERY, "--json"]
    kinds: dict[str, list[str | Path]] = {
        "empty": [sys.executable, "-c", "pass"],
        "imports": [sys.executable, "-c", _LIBRARIES],
        "search": [command, *asked],
        "help": [command, "--help"],
    }
    runs = [{name: spend(each) for name, each in kinds.items()} for _ in range(pairs + 1)][1:]  # the first one warms
    counted = json.loads(
        subprocess.run(
            [sys.executable, "-c", _COUNTING, *asked], stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
            env=as_a_user(), check=True,
        ).stderr.splitlines()[-1]
    )  # fmt: skip

    def middle(name: str, of: Callable[[Spent], float]) -> float:
        return statistics.median(of(run[name]) for run in runs)

    def ratio(of: Callable[[Spent], float]) -> float:
        return statistics.median(of(run["search"]) / of(run["imports"]) for run in runs)

    def wall(one: Spent) -> float:
        return one.seconds

    def cpu(one: Spent) -> float:
        return one.cpu

    figures = [
        Figure("search / imports alone, wall", ratio(wall), "×", 2.0),
        Figure("search / imports alone, CPU", ratio(cpu), "×", 2.0),
        Figure("search, best wall", min(run["search"].seconds for run in runs), "s", 0.8),
        Figure("search, median wall", middle("search", wall), "s"),
        Figure("search, CPU", middle("search", cpu), "s"),
        Figure("search, peak memory", max(run["search"].mb for run in runs), "MB", 300),
        Figure("search, files opened by Python", counted["opened"]),
        Figure("search, modules imported", counted["modules"]),
        Figure("imports alone, wall", middle("imports", wall), "s"),
        Figure("imports alone, CPU", middle("imports", cpu), "s"),
        Figure("imports alone, peak memory", max(run["imports"].mb for run in runs), "MB"),
        Figure("empty Python, wall", middle("empty", wall), "s"),
        Figure("--help, best wall", min(run["help"].seconds for run in runs), "s", 0.25),
        Figure("--help, median wall", middle("help", wall), "s"),
    ]
    return tell(figures, file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A cold search.")
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--posts", type=int, default=50_000)
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sys.exit(main(given.data, given.posts, given.pairs, given.json))
