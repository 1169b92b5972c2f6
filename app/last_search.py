"""The query whose answer a person saw last, so that ``mark CREATOR not-relevant`` can be about it; no history."""

from contextlib import suppress
from pathlib import Path
from typing import Final

from niche.overrides import Overrides

_FILE: Final = "last-search"


def remember(data: Path, query: str, overrides: Overrides) -> None:
    """Keep a query, or "" where options say what its text does not: then a mark has to name one. Never fails."""
    by_option = overrides.places or overrides.not_places or overrides.near or overrides.no_place or overrides.like
    with suppress(OSError):
        (data / _FILE).write_text("" if by_option else query, "utf-8")


def recall(data: Path) -> str | None:
    """What was remembered; None where nothing is."""
    try:
        return (data / _FILE).read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
