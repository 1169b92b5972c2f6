"""The letters and digits of a text, without what stands between them: how profiles that only look different compare."""

import re
from typing import Final

_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_ASCII: Final = {code: None for code in range(128) if not chr(code).isalnum()}
_LOOKED_AT: Final = 3  # times as many characters nearly always hold enough letters


def letters(text: str) -> str:
    """Only letters and digits."""
    if text.isascii():  # most are, and a table is quicker
        return text.translate(_ASCII)
    return _NOT_LETTERS.sub("", text)


def first_letters(text: str, most: int) -> str:
    """The first ``most`` letters and digits; fewer where there are no more."""
    found = letters(text[: _LOOKED_AT * most])
    return (found if len(found) >= most or len(text) <= _LOOKED_AT * most else letters(text))[:most]
