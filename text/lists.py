"""Whether a text is a list: "sushi | travel | crypto | Boston | Paris". Only how many items, never what they are."""

import re
from functools import cache
from typing import Final

LONGEST_ITEM: Final = 3  # words
_SEPARATORS: Final = "|•·,;/\n-–"


def lists(text: str, items: int) -> bool:
    """Whether so many short items stand side by side, parted by bars, bullets, commas, slashes or line ends."""
    if sum(map(text.count, _SEPARATORS)) + 1 < items:  # most texts: counting is much quicker than parting
        return False
    return listed_items(text) >= items


def listed_items(text: str) -> int:
    """How many short items stand side by side."""
    return sum(0 < len(item.split()) <= LONGEST_ITEM for item in _separator().split(text))


@cache
def _separator() -> re.Pattern[str]:
    return re.compile(r"\s*[|•·,;/\n]\s*|\s[-–]\s")
