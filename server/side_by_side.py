"""A comparison in the words of the page: what its rows are called, and cells without codes and percentages of doubt."""

import re
from datetime import date
from typing import Final

from search.comparison import Cell, Comparison, Row
from server import display_names, words

_ROWS: Final = {
    "kind": "Who they are",
    "tier": "Size",
    "posts read": "Posts held",
    "fits the niche": "Fit",
    "posts on it": "Posts about it",
    "latest on it": "Latest about it",
    "best evidence": "In their words",
    "own words": "Bought, visited, reviewed",
    "warnings": "Kept lower because",
}
_DAY: Final = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
_SURE: Final = re.compile(r" \((\d+)% sure\)")
_FIT: Final = re.compile(r"(strong|possible|unsure) \(\d+%\)")


def in_words(table: Comparison) -> Comparison:
    """The same table, said otherwise."""
    return table._replace(rows=tuple(_row(row) for row in table.rows))


def _row(row: Row) -> Row:
    name = _ROWS.get(row.name, words.capital(row.name))
    return row._replace(name=name, cells=tuple(_cell(row.name, cell) for cell in row.cells))


def _cell(name: str, cell: Cell) -> Cell:
    said = cell.words
    if name == "kind":
        said = words.capital(display_names.shown("kind", "unknown" if cell.value is None else said))
    elif name == "languages":
        said = ", ".join(display_names.language(code) for code in said.split(", "))
    elif name == "fits the niche":
        said = _FIT.sub(lambda found: words.BANDS[found[1]], said)
    elif name in ("last post", "latest on it"):
        said = _DAY.sub(lambda found: f"{date.fromisoformat(found[0]):%-d %b %Y}", said)
    elif name == "lives in":
        said = _SURE.sub(lambda found: f": {words.sure(int(found[1]) / 100)}", said)
    return cell._replace(words=said)
