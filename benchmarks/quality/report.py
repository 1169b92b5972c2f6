"""The figures as tables: plain for the terminal, Markdown for ``docs/ranking.md``. Nothing is measured here."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.quality.floors import Line
from benchmarks.quality.measuring import HEADLINES, Asked, Figures, Values, families
from benchmarks.quality.statistics import chance, holm

DOCUMENT: Final = Path(__file__).resolve().parents[2] / "docs" / "ranking.md"
BEGIN: Final = "<!-- figures: written by benchmarks/quality/gate.py --write -->"
END: Final = "<!-- end of figures -->"
SIGNIFICANT: Final = 0.05
WORTH: Final = 0.01  # a smaller difference is none, however sure

Topics = Mapping[Asked, Hashable]


class Against(NamedTuple):
    """A baseline on one family of collections. ``difference``: ours minus it, nDCG@10; p after Holm."""

    baseline: str
    family: str
    means: Sequence[tuple[float, float]]  # nDCG@10 and MAP, collection by collection
    difference: float
    chance: float

    @property
    def is_settled(self) -> bool:
        """Whether one of both is better beyond chance."""
        return self.chance < SIGNIFICANT and abs(self.difference) >= WORTH


def against_baselines(figures: Sequence[Figures], topic: Topics) -> list[Against]:
    """Every baseline on every family, tested together (Holm over all comparisons)."""
    rows = []
    for family in families(figures):
        for baseline in family[0].baselines:
            pairs = [
                (one.by_measure[HEADLINES[0]][asked] - value, topic.get(asked, asked))
                for one in family
                for asked, value in one.baselines[baseline][HEADLINES[0]].items()
            ]
            differences, groups = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
            means = [tuple(_mean(one.baselines[baseline][name]) for name in HEADLINES) for one in family]
            rows.append(
                Against(
                    baseline,
                    " + ".join(one.name for one in family),
                    [(first, second) for first, second in means],
                    sum(differences) / max(1, len(differences)),
                    chance(differences, groups),
                )
            )
    adjusted = holm([row.chance for row in rows])
    return [row._replace(chance=value) for row, value in zip(rows, adjusted, strict=True)]


def figures_table(lines: Sequence[Line]) -> str:
    """For the terminal."""
    rows = [f"{'collection':<13}{'measure':<29}{'queries':>7}{'mean':>8}  {'95% by topic':<18}{'floor':<12}aim"]
    for line in lines:
        floor = "" if line.floor is None else f"{line.floor:.3f}{'' if line.fine else ' BELOW'}"
        aim = "" if line.aim is None else f"{line.aim:g} {'reached' if line.mean >= line.aim else 'not reached'}"
        spread = f"{line.low:.3f} to {line.high:.3f}"
        what = f"{line.collection:<13}{line.measure:<29}{line.queries:>7}"
        rows.append(f"{what}{line.mean:8.3f}  {spread:<18}{floor:<12}{aim}".rstrip())
    return "\n".join(rows)


def baseline_table(rows: Sequence[Against]) -> str:
    """Markdown: baselines down, families across; nDCG@10 / MAP of each collection, and what ours is better by."""
    columns = list(dict.fromkeys(row.family for row in rows))
    by_name: dict[str, dict[str, Against]] = {}
    for row in rows:
        by_name.setdefault(row.baseline, {})[row.family] = row
    table = ["| baseline | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name, cells in by_name.items():
        table.append("| " + " | ".join([name, *(_cell(cells[column]) for column in columns)]) + " |")
    return "\n".join(table)


def _cell(row: Against) -> str:
    means = ", ".join(f"{_short(first)} / {_short(second)}" for first, second in row.means)
    difference = f"{row.difference:+.3f}".replace("0.", ".")
    return f"{means} ({f'**{difference}**' if row.is_settled else difference})"


def headline_table(lines: Sequence[Line]) -> str:
    """Markdown: our own figures with intervals and aims."""
    table = ["| collection | measure | mean | 95% by topic | aim |", "|---|---|---|---|---|"]
    for line in lines:
        if line.floor is not None or line.aim is not None:
            aim = "" if line.aim is None else _short(line.aim)
            spread = f"{_short(line.low)} to {_short(line.high)}"
            table.append(f"| {line.collection} | {line.measure} | {_short(line.mean)} | {spread} | {aim} |")
    return "\n".join(table)


def confidence_table(figures: Sequence[Figures]) -> str:
    """Markdown: how well it is known that nobody fits."""
    table = [
        "| collection | silent, answerable | shown, foreign (AUROC) | shown, taken out (AUROC) | ECE |",
        "|---|---|---|---|---|",
    ]
    for one in figures:
        rates = one.confidence
        shown = [
            f"{_short(rates.false_show[kind], 2)} ({_short(rates.auroc[kind])})" if kind in rates.false_show else ""
            for kind in ("foreign", "taken out")
        ]
        cells = [one.name, _short(rates.false_silence, 2), *shown, _short(rates.calibration_error)]
        table.append("| " + " | ".join(cells) + " |")
    return "\n".join(table)


def write_into(document: Path, parts: Sequence[str]) -> None:
    """Replace what stands between the marks. Raises ValueError where they are missing."""
    text = document.read_text("utf-8")
    before, found, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not found or not ended:
        raise ValueError(f"no marks for the figures in {document.name}")
    document.write_text(before + "\n\n".join([BEGIN, *parts, END]) + after, "utf-8")


def exposure_notes(figures: Sequence[Figures]) -> Iterator[str]:
    """Every note of every collection, as lines."""
    for one in figures:
        for note in one.notes:
            yield f"{one.name}: {note}"


def _mean(values: Values) -> float:
    return sum(values.values()) / len(values) if values else 0.0


def _short(value: float, digits: int = 3) -> str:
    return f"{value:.{digits}f}".replace("0.", ".", 1) if 0.0 <= value < 1.0 else f"{value:.{digits}f}"
