"""A query while it is being read: its text with the parts that are already understood blanked out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from niche.model import PartKind, QueryPart

TAKEN: Final = "\n"  # stands for a character that is understood; never part of a name or word


@dataclass(slots=True)
class Draft:
    """``rest`` has the length of ``text``, so that offsets into it are offsets into the query as typed."""

    text: str
    rest: str
    parts: list[QueryPart] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def take(self, start: int, end: int) -> None:
        """Blank ``[start, end)``: it says nothing more."""
        self.rest = self.rest[:start] + TAKEN * (end - start) + self.rest[end:]

    def add(
        self, start: int, end: int, kind: PartKind, value: str, *, option: str = "", alternatives: Iterable[str] = ()
    ) -> None:
        """Record a part and take its text."""
        self.parts.append(
            QueryPart(
                text=self.text[start:end], start=start, end=end, kind=kind, value=value,
                alternatives=tuple(alternatives), option=option,
            )
        )  # fmt: skip
        self.take(start, end)

    def take_matches(self, pattern: re.Pattern[str]) -> None:
        """Blank everything that ``pattern`` matches."""
        for found in list(pattern.finditer(self.rest)):
            self.take(found.start(), found.end())
