"""The gate: ask every query of every judged collection in a folder, print figures, floors and aims, say what fails.

    make quality EVALDATA=FOLDER
    python -m benchmarks.quality.gate FOLDER --only NAME...

Exit 1: a figure below its floor, data that are not those the floors were set on, a floor that was lowered unsaid, or
creators of some size that are shown too much or too little. A collection without floors is reported, never held.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from app.evaluation import Run, read_judged
from benchmarks.quality import labelled, unanswerable
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
from benchmarks.quality.judged import Opened, collections_in, open_collection, platforms
from benchmarks.quality.statistics import Question, interval, topics
from search.evaluate import evaluate
from text.stems import stem
from text.tokens import tokenize

FAIR_FROM: Final = 30  # relevant creators of a size, from which its exposure is held
FAIR: Final = (0.8, 1.25)
UNRELATED: Final = 0.15  # the most that rank and followers may be correlated, either way
FOLLOWERS: Final = "Spearman(rank, followers)"

Asked = tuple[str, str]  # collection, query id


class Figures(NamedTuple):
    """What one collection gave, before topics of several collections are known."""

    name: str
    by_measure: Mapping[str, Mapping[str, float]]  # measure → query id → value
    questions: Mapping[Asked, Question]
    notes: Sequence[str]
    faults: Sequence[str]
    asked: Sequence[unanswerable.Question]


def main(arguments: Sequence[str]) -> int:
    """Measure and report; 0 when everything holds."""
    parser = argparse.ArgumentParser(description="How good the ranking is on judged collections.")
    parser.add_argument("folder", type=Path, help="a judged collection, or a folder of them")
    parser.add_argument("--only", nargs="*", default=[], help="names of collections to measure")
    options = parser.parse_args(arguments)
    if not options.folder.is_dir():
        parser.error(f"{options.folder} is not a folder; make quality EVALDATA=FOLDER")
    folders = [folder for folder in collections_in(options.folder) if not options.only or folder.name in options.only]
    if not folders:
        parser.error(f"no judged collection in {options.folder}")
    floors = read_floors(FLOORS.read_text("utf-8"))
    figures = [measured(folder, floors) for folder in folders]
    lines = list(against_floors(figures, floors))
    faults = [*floor_faults(floors), *(fault for one in figures for fault in one.faults), *line_faults(lines)]
    print(table(lines))
    print("".join(f"{one.name}: {note}\n" for one in figures for note in one.notes), end="")
    print("\n".join(f"FAILS  {fault}" for fault in faults) or "everything holds")
    return 1 if faults else 0


def floor_faults(floors: Mapping[str, Held]) -> Iterator[str]:
    """What is wrong with the floors themselves."""
    yield from sunk_unsaid(floors)
    for text in committed_versions():
        yield from rewritten(floors, read_floors(text))


def line_faults(lines: Sequence[Line]) -> Iterator[str]:
    """Figures below their floors, and an order that follows followers."""
    for line in lines:
        if not line.fine:
            yield f"{line.collection} {line.measure}: {line.mean:.3f} is below {line.floor}"
        if line.measure == FOLLOWERS and abs(line.mean) > UNRELATED:
            yield f"{line.collection} {line.measure}: {line.mean:.3f} is more than ± {UNRELATED}"


def measured(folder: Path, floors: Mapping[str, Held]) -> Figures:
    """All figures of one collection, and whether it is the one that the floors were set on."""
    with open_collection(folder) as opened:
        figures = measure(opened, foreign_to(folder))
        if opened.name in floors:
            others = list(wrong_data(opened.name, floors[opened.name], opened.checksums))
            return figures._replace(faults=[*others, *figures.faults])
        return figures._replace(notes=["no floors are set for it, so it is reported and not held", *figures.notes])


def foreign_to(folder: Path) -> dict[str, Mapping[str, str]]:
    """Queries of the collections beside this one that have no platform in common with it, so no answer in it."""
    return {
        other.name: read_judged(other).queries
        for other in collections_in(folder.parent)
        if not platforms(other) & platforms(folder)
    }


def measure(opened: Opened, others: Mapping[str, Mapping[str, str]]) -> Figures:
    """All figures of one collection."""
    run = opened.run()
    metrics = evaluate(run, {query: opened.judged.qrels[query] for query in opened.judged.queries})
    by_measure: dict[str, Mapping[str, float]] = {
        name: {query: values[name] for query, values in metrics.by_query.items()} for name in metrics.values
    }
    notes: list[str] = []
    faults: list[str] = []
    labels = labelled.read_labels(opened.folder)
    if labels is not None:
        by_measure |= {
            "region precision@10": labelled.region_precision(opened, labels, run),
            "theme precision@10": labelled.theme_precision(opened, run),
            "recall@20": labelled.recall(opened, run),
            "honest twin first": labelled.honest_twin_first(labels, run),
            FOLLOWERS: labelled.follower_correlation(opened, labels, run),
        }
        notes, faults = exposure_report(opened, labels, run)
    asked = list(unanswerable.ask_all(opened, others))
    notes += confidence_notes(unanswerable.rates(asked))
    return Figures(opened.name, by_measure, questions_of(opened), notes, faults, asked)


def confidence_notes(rates: unanswerable.Rates) -> Iterator[str]:
    """What the confidence does, in one line for each kind of question."""
    yield f"confidence: silent on {rates.false_silence:.2f} of the answerable, ECE {rates.calibration_error:.3f}"
    for kind, share in rates.false_show.items():
        yield f"confidence, {kind}: shows somebody on {share:.2f}, AUROC {rates.auroc[kind]:.3f}"


def exposure_report(opened: Opened, labels: labelled.Labelled, run: Run) -> tuple[list[str], list[str]]:
    """Exposure of each size for its share of the relevant, as notes; those that are unfair as faults too."""
    notes, faults = [], []
    for one in labelled.exposure(opened, labels, run):
        said = f"exposure of {one.tier}: {one.ratio:.2f} of its share ({one.creators} relevant creators)"
        notes.append(said)
        if one.creators >= FAIR_FROM and not FAIR[0] <= one.ratio <= FAIR[1]:
            faults.append(f"{opened.name}: {said}, outside {FAIR[0]} to {FAIR[1]}")
    return notes, faults


def questions_of(opened: Opened) -> dict[Asked, Question]:
    """What tells the topics of this collection's queries."""
    return {
        (opened.name, query): Question(frozenset(stem(tokenize(niche.theme), "en")), opened.relevant[query])
        for query, niche in opened.niches.items()
    }


def against_floors(figures: Sequence[Figures], floors: Mapping[str, Held]) -> Iterator[Line]:
    """Every figure with interval, floor and aim; topics may reach over several collections."""
    topic = topics({asked: question for one in figures for asked, question in one.questions.items()})
    for one in figures:
        held = floors.get(one.name)
        for name, values in one.by_measure.items():
            if not values:
                continue
            spread = interval(list(values.values()), [topic[one.name, query] for query in values])
            floor, aim = (held.floor(name), held.aims.get(name)) if held else (None, None)
            yield Line(one.name, name, len(values), spread.mean, spread.low, spread.high, floor, aim)


def table(lines: Sequence[Line]) -> str:
    """For people."""
    rows = [f"{'collection':<14}{'measure':<27}{'queries':>7}{'mean':>8}  {'95% by topic':<18}{'floor':<12}aim"]
    for line in lines:
        floor = "" if line.floor is None else f"{line.floor:.3f}{'' if line.fine else ' BELOW'}"
        aim = "" if line.aim is None else f"{line.aim:.2f} {'reached' if line.mean >= line.aim else 'not reached'}"
        spread = f"{line.low:.3f} to {line.high:.3f}"
        what = f"{line.collection:<14}{line.measure:<27}{line.queries:>7}"
        rows.append(f"{what}{line.mean:8.3f}  {spread:<18}{floor:<12}{aim}".rstrip())
    return "\n".join(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
