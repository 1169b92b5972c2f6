"""Names as people write them into profiles, cleaned for display."""

import re
from typing import Final

from crawler.sources._html import one_line

_EMAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")


def display_name(text: str) -> str:
    """One line without zero-width characters and e-mail addresses (some platforms use them as names)."""
    return " ".join(_EMAIL.sub(" ", one_line(text)).split())
