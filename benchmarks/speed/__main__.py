"""All speed benchmarks, each a process of its own; every figure beside its budget, met or missed.

python -m benchmarks.speed [NAME …] [--evaldata FOLDER] [--write]

Results go to .cache/bench/speed.json, one entry for each benchmark with machine and date, so that a run of some of them
keeps what the others found; ``--write`` puts them all as a table into docs/performance.md. The status is 1 where a
budget is missed, 2 where a benchmark failed.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from benchmarks.speed.figures import Figure, table, told

_ROOT: Final = Path(__file__).parents[2]
_KEPT: Final = _ROOT / ".cache" / "bench" / "speed.json"
_PAGE: Final = _ROOT / "docs" / "performance.md"
_BEGIN: Final = "<!-- figures: written by python -m benchmarks.speed --write -->"
_END: Final = "<!-- end of figures -->"
_ALL: Final = (
    "cold_search", "engine", "engine_million", "build", "crawl", "crawl_memory", "commit", "places", "analysis",
    "parse", "http",
)  # fmt: skip
_TAKES_EVALDATA: Final = ("places",)
_ASKED: Final = {"http": ("overhead",)}  # what a benchmark of several parts is run for


def main(names: list[str], evaldata: Path | None, *, write: bool) -> int:
    kept: dict[str, Any] = json.loads(_KEPT.read_text()) if _KEPT.exists() else {}
    failed, missed = [], 0
    for name in names:
        print(f"\n{name}", flush=True)
        figures = _run(name, evaldata)
        if figures is None:
            failed.append(name)
            continue
        missed += sum(figure.met is False for figure in figures)
        kept[name] = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": machine(),
            "figures": [asdict(figure) for figure in figures],
        }
        _KEPT.parent.mkdir(parents=True, exist_ok=True)
        _KEPT.write_text(json.dumps(kept, indent=1))
    print(f"\n{missed} missed" + (f"; failed: {', '.join(failed)}" if failed else ""))
    if write:
        _write(kept)
    return 2 if failed else int(missed > 0)


def machine() -> str:
    """What this was measured on, in words."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")),
        platform.processor() or platform.machine(),
    )
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _run(name: str, evaldata: Path | None) -> list[Figure] | None:
    """What one benchmark found; None where it failed. A missed budget is no failure."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        given = ["--evaldata", str(evaldata)] if evaldata and name in _TAKES_EVALDATA else []
        subprocess.run(
            [sys.executable, "-m", f"benchmarks.speed.{name}", *_ASKED.get(name, ()), "--json", str(file), *given],
            cwd=_ROOT,
            check=False,
        )
        return told(file) if file.exists() else None


def _lines(file: Path) -> list[str]:
    return file.read_text().splitlines() if file.exists() else []


def _write(kept: dict[str, Any]) -> None:
    """The table of all that is kept, between the two marks of the page."""
    page = _PAGE.read_text()
    head, _, rest = page.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    names = [name for name in _ALL if name in kept]
    measured = sorted({(kept[name]["date"], kept[name]["machine"]) for name in names})
    lines = [f"Measured {date} on {what}." for date, what in measured]
    found = table((name, [Figure(**row) for row in kept[name]["figures"]]) for name in names)
    _PAGE.write_text("\n".join([f"{head}{_BEGIN}", *lines, "", found, f"{_END}{tail}"]))


def parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked for; no name: every benchmark."""
    there = [name for name in _ALL if find_spec(f"benchmarks.speed.{name}")]
    parser = argparse.ArgumentParser(description="All speed benchmarks.")
    parser.add_argument("names", nargs="*", choices=[*there, []], default=[], metavar="NAME", help=", ".join(there))
    parser.add_argument("--evaldata", type=Path, help="folder of judged collections: real texts where they matter")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/performance.md")
    asked = parser.parse_args(arguments)
    asked.names = asked.names or there  # as a default, argparse would look for the whole list among the choices
    return asked


if __name__ == "__main__":
    given = parsed(sys.argv[1:])
    sys.exit(main(given.names, given.evaldata, write=given.write))
