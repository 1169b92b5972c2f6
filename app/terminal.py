"""What everything that is shown in a terminal has in common: where it goes, how wide, and words for one creator.

Text from pages is printed with control characters removed and never read as markup.
"""

import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from search.results import CreatorResult, YouSaid

_PIPED_WIDTH = 10_000  # nothing is wrapped or cut in a file
BAND_STYLE = {"strong": "green", "possible": "yellow", "unsure": "dim"}


def stdout_console() -> Console:
    """For results; plain text when piped, and then wide enough not to cut anything."""
    width = None if sys.stdout.isatty() else _PIPED_WIDTH
    return Console(highlight=False, markup=False, emoji=False, width=width)


def stderr_console() -> Console:
    """For progress and notes."""
    return Console(stderr=True, highlight=False, markup=False, emoji=False)


def clean(text: str) -> str:
    """One line without control characters (a page must not be able to move the cursor)."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def said_lines(said: Iterable[YouSaid]) -> list[Text]:
    """Corrections, each with its date."""
    return [Text(clean(each.text), style="magenta") for each in said]


def indented(text: Text, by: int = 4) -> Padding:
    """Wrapped lines keep the indent."""
    return Padding(text, (0, 0, 0, by), expand=False)


def where(creator: CreatorResult) -> str:
    """The likeliest home and how sure that is."""
    homes = [place for place in creator.places if place.role == "home"]
    return f"{clean(homes[0].name)} ({homes[0].confidence:.0%} sure)" if homes else "place unknown"


def activity(creator: CreatorResult) -> str:
    """How often and when last."""
    rate = f"{creator.posts_per_month:.1f} posts a month" if creator.posts_per_month is not None else ""
    last = f"last {day(creator.last_post_at)}" if creator.last_post_at else ""
    return ", ".join(filter(None, [rate, last]))


def first_handle(creator: CreatorResult) -> str:
    """For somebody without a name."""
    return next((clean(account.handle) for account in creator.accounts if account.handle), "")


def day(moment: datetime | None) -> str:
    """ISO date; nothing for an unknown time."""
    return "" if moment is None else moment.date().isoformat()


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A plain table; cells are cleaned."""
    made = Table(title=title or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    for row in rows:
        made.add_row(*(Text(clean(cell)) for cell in row))
    return made
