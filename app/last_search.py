"""The query whose answer a person saw last, so that ``mark CREATOR not-relevant`` can be about it; no history."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from niche.overrides import Overrides
from search.results import QueryResult

_FILE: Final = "last-search"


def remember(data: Path, asked: QueryResult, overrides: Overrides) -> None:
    """Keep a query, or "" where options say what its text does not: then a mark has to name one. Never fails.

    A query that names a creator ("like mika") is not kept either: who is forgotten must not stand here.
    """
    by_option = overrides.places or overrides.not_places or overrides.near or overrides.no_place
    named = "like" in asked.filters
    with suppress(OSError):
        (data / _FILE).write_text("" if by_option or named else asked.text, "utf-8")


def recall(data: Path) -> str | None:
    """What was remembered; None where nothing is."""
    try:
        return (data / _FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def forget_search(data: Path, names_somebody: Callable[[str], bool]) -> None:
    """Drop the remembered query if it names somebody. Never fails."""
    if names_somebody(recall(data) or ""):
        with suppress(OSError):
            (data / _FILE).unlink()
