"""Hold the quality of the ranking: measure judged collections and compare with the floors of ``baseline.toml``.

    python benchmarks/quality/gate.py COLLECTION_FOLDER...

runs ``nichescout eval FOLDER --json`` for each folder and exits 1 when a figure lies below its floor, or when a folder
has no floor. Vectors come from the common cache, so a second run only ranks.
"""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

BASELINE = Path(__file__).with_name("baseline.toml")
ROOT = Path(__file__).resolve().parents[2]


class Line(NamedTuple):
    """One figure against its floor; ``floor`` is None where nothing is held."""

    collection: str
    measure: str
    mean: float
    low: float
    high: float
    floor: float | None

    @property
    def fine(self) -> bool:
        """Whether the figure holds its floor."""
        return self.floor is None or self.mean >= self.floor


def read_floors(path: Path = BASELINE) -> dict[str, dict[str, float]]:
    """Collection → measure → floor."""
    return tomllib.loads(path.read_text("utf-8"))


def measure(folder: Path) -> Mapping[str, Mapping[str, float]]:
    """The figures of one collection, through the command that everybody uses."""
    command = [sys.executable, "-m", "cli", "eval", str(folder), "--json"]
    answered = subprocess.run(command, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    return json.loads(answered.stdout)["measures"]


def compare(
    collection: str, measures: Mapping[str, Mapping[str, float]], floors: Mapping[str, Mapping[str, float]]
) -> list[Line]:
    """Every figure with its floor. Raises KeyError when a collection or a measure that is held is missing."""
    held = floors[collection]
    for name in held:
        measures[name]
    return [
        Line(collection, name, figure["mean"], figure["low"], figure["high"], held.get(name))
        for name, figure in measures.items()
    ]


def report(lines: Sequence[Line]) -> str:
    """A table for people."""
    rows = [f"{'collection':<14}{'measure':<14}{'mean':>7}  95% interval   floor"]
    for line in lines:
        floor = "" if line.floor is None else f"{line.floor:.2f}{'' if line.fine else '  BELOW'}"
        interval = f"[{line.low:.3f}, {line.high:.3f}]"
        rows.append(f"{line.collection:<14}{line.measure:<14}{line.mean:7.3f}  {interval}  {floor}")
    return "\n".join(rows)


def main(arguments: Sequence[str]) -> int:
    """Measure all folders; 0 when nothing is below its floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path)
    folders = parser.parse_args(arguments).folders
    floors = read_floors()
    unknown = [folder.name for folder in folders if folder.name not in floors]
    if unknown:
        parser.error(f"no floor in {BASELINE.name} for: {', '.join(unknown)}")
    lines = [line for folder in folders for line in compare(folder.name, measure(folder), floors)]
    print(report(lines))
    return 0 if all(line.fine for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
