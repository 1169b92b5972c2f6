"""In how many posts of an index a folded word stands, as a query's reader asks: one word, or many that come next.

To an index on a server each question is a journey, so whoever is about to ask for many words says so before.
"""

from collections.abc import Callable, Iterable
from typing import Protocol, runtime_checkable

Frequency = Callable[[str], int]


@runtime_checkable
class AsksAhead(Protocol):
    """A frequency that knows what it was told of without another question."""

    def __call__(self, word: str) -> int:
        """In how many posts."""

    def ahead(self, words: Iterable[str]) -> None:
        """Ask for all of these at once."""


def ask_ahead(frequency: Frequency | None, words: Iterable[str]) -> None:
    """Say that all of these will be asked for; nothing where that makes no difference."""
    if isinstance(frequency, AsksAhead):
        frequency.ahead(words)
