"""The gate: ask every query of every judged collection in a folder, print figures, floors and aims, say what fails.

    make quality EVALDATA=FOLDER
    python -m benchmarks.quality.gate FOLDER [--only NAME...] [--write]

Exit 1: a figure below its floor, data that are not those the floors were set on, a floor that was lowered unsaid, or
creators of some size that are shown too much or too little. A collection without floors is reported, never held.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.quality import report
from benchmarks.quality.floors import (
    FLOORS,
    Held,
    Line,
    committed_versions,
    read_floors,
    rewritten,
    sunk_unsaid,
    wrong_data,
)
from benchmarks.quality.judged import checksums, collections_in
from benchmarks.quality.measuring import FOLLOWERS, Figures, measured
from benchmarks.quality.statistics import interval, topics

UNRELATED: Final = 0.15  # the most that rank and followers may be correlated, either way


def main(arguments: Sequence[str]) -> int:
    """Measure and report; 0 when everything holds."""
    parser = argparse.ArgumentParser(description="How good the ranking is on judged collections.")
    parser.add_argument("folder", type=Path, help="a judged collection, or a folder of them")
    parser.add_argument("--only", nargs="*", default=[], help="names of collections to measure")
    parser.add_argument("--write", action="store_true", help=f"write the tables into {report.DOCUMENT.name}")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder; make quality EVALDATA=FOLDER")
    folders = [folder for folder in collections_in(options.folder) if not options.only or folder.name in options.only]
    if not folders:
        parser.error(f"no judged collection in {options.folder}")

    floors = read_floors(FLOORS.read_text("utf-8"))
    faults = [*floor_faults(floors), *data_faults(folders, floors)]
    figures = [measured(folder) for folder in folders]
    topic = topics({asked: question for one in figures for asked, question in one.questions.items()})
    lines = list(against_floors(figures, floors, topic))
    faults += [*line_faults(lines), *(f"{one.name}: {fault}" for one in figures for fault in one.faults)]

    baselines = report.baseline_table(report.against_baselines(figures, topic))
    confidence = report.confidence_table(figures)
    print(report.figures_table(lines), *report.exposure_notes(figures), "", confidence, "", baselines, "", sep="\n")
    if options.write:
        report.write_into(report.DOCUMENT, [report.headline_table(lines), confidence, baselines])
    unheld = [f"{folder.name}: no floors are set for it, so it is reported and not held" for folder in folders
              if folder.name not in floors]  # fmt: skip
    print(*unheld, *(f"FAILS  {fault}" for fault in faults), "everything holds" if not faults else "", sep="\n")
    return 1 if faults else 0


def floor_faults(floors: Mapping[str, Held]) -> Iterator[str]:
    """What is wrong with the floors themselves."""
    yield from sunk_unsaid(floors)
    for text in committed_versions():
        yield from rewritten(floors, read_floors(text))


def data_faults(folders: Sequence[Path], floors: Mapping[str, Held]) -> Iterator[str]:
    """Collections that are not those that the floors were set on."""
    for folder in folders:
        if folder.name in floors:
            yield from wrong_data(folder.name, floors[folder.name], checksums(folder))


def line_faults(lines: Sequence[Line]) -> Iterator[str]:
    """Figures below their floors, and an order that follows followers."""
    for line in lines:
        if not line.fine:
            yield f"{line.collection} {line.measure}: {line.mean:.3f} is below {line.floor}"
        if line.measure == FOLLOWERS and abs(line.mean) > UNRELATED:
            yield f"{line.collection} {line.measure}: {line.mean:.3f} is more than ± {UNRELATED}"


def against_floors(figures: Sequence[Figures], floors: Mapping[str, Held], topic: report.Topics) -> Iterator[Line]:
    """Every figure with interval, floor and aim."""
    for one in figures:
        held = floors.get(one.name)
        for name, values in one.by_measure.items():
            if values:
                spread = interval(list(values.values()), [topic.get(asked, asked) for asked in values])
                floor, aim = (held.floor(name), held.aims.get(name)) if held else (None, None)
                yield Line(one.name, name, len(values), spread.mean, spread.low, spread.high, floor, aim)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
