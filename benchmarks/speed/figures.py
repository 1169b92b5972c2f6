"""What a speed benchmark found: figures beside their budgets, printed for a person and written for the collector.

Every benchmark of this folder is a program of its own (``python -m benchmarks.speed.NAME``) that ends with ``tell``;
``python -m benchmarks.speed`` runs them all and collects.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. ``budget`` None: only reported. ``at_least``: the budget is a floor, else a ceiling."""

    name: str
    value: float
    unit: str = ""
    budget: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        """Whether the budget is held; None without one."""
        if self.budget is None:
            return None
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    @property
    def verdict(self) -> str:
        """The word for it: met, missed, or nothing."""
        return {None: "", True: "met", False: "missed"}[self.met]

    @property
    def bound(self) -> str:
        """The budget as written: "≤ 2 ×", or nothing."""
        if self.budget is None:
            return ""
        return f"{'≥' if self.at_least else '≤'} {written(self.budget)} {self.unit}".rstrip()

    @property
    def text(self) -> str:
        """Value and unit."""
        return f"{written(self.value)} {self.unit}".rstrip()


def written(value: float) -> str:
    """Three digits that count, thousands apart, no digits behind the point that say nothing."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.{1 if abs(value) >= 10 else 2}f}" if abs(value) >= 0.1 else f"{value:.3g}"


def tell(figures: Sequence[Figure], file: Path | None = None) -> int:
    """Print all; write them to ``file`` for the collector. Returns the exit status: 1 where a budget is missed."""
    for figure in figures:
        print(f"{figure.name:52} {figure.text:>16}  {figure.bound:18} {figure.verdict}".rstrip())
    if file is not None:
        write(figures, file)
    return int(any(figure.met is False for figure in figures))


def write(figures: Sequence[Figure], file: Path) -> None:
    """Write for the collector."""
    file.write_text(json.dumps([asdict(figure) for figure in figures], indent=1))


def told(file: Path) -> list[Figure]:
    """What ``write`` wrote."""
    return [Figure(**row) for row in json.loads(file.read_text())]


def table(benchmarks: Iterable[tuple[str, Sequence[Figure]]]) -> str:
    """A Markdown table of all."""
    rows = ["| benchmark | figure | measured | budget | |", "|---|---|---|---|---|"]
    for benchmark, figures in benchmarks:
        for number, figure in enumerate(figures):
            name = f"`{benchmark}`" if number == 0 else ""
            verdict = f"**{figure.verdict}**" if figure.met is False else figure.verdict
            rows.append(f"| {name} | {figure.name} | {figure.text} | {figure.bound} | {verdict} |")
    return "\n".join(rows)
