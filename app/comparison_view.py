"""What a person sees of creators side by side: one row a question, "≠" before the rows in which they differ."""

from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from app.terminal import clean
from search.comparison import Cell, Comparison

LONGEST: Final = 110  # characters of a quotation in a column
WIDEST: Final = 160  # characters of a line; a file has no width of its own


def print_comparison(comparison: Comparison, console: Console) -> None:
    """The table, as narrow as a page where nobody's terminal says how wide; then the addresses of its columns."""
    console.print(comparison_table(comparison), width=min(console.width, WIDEST))
    console.print(Text("\n≠ differs; dim: not known"), *_addresses(comparison), sep="\n")


def comparison_table(comparison: Comparison) -> Table:
    """A row a question, a column a creator."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_header=True)
    table.add_column("", min_width=13, overflow="fold")
    for creator in comparison.creators:
        table.add_column(clean(creator.name), overflow="fold", ratio=1)
    for row in comparison.rows:
        label = Text(f"{'≠' if row.differs else ' '} {clean(row.name)}", style="bold" if row.differs else "")
        table.add_row(label, *(_cell(cell) for cell in row.cells))
    return table


def _addresses(comparison: Comparison) -> list[Text]:
    return [
        Text(f"{clean(creator.name)}: {clean(creator.url)}  {creator.id}", style="dim")
        for creator in comparison.creators
    ]


def _cell(cell: Cell) -> Text:
    words = clean(cell.words)
    cut = words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + "…"
    return Text(cut, style="dim" if cell.value is None else "")
