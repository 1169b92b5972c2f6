"""One spelling per word: compatibility forms, case and accents are folded away.

Everything that is compared (tokens, place names, handles) goes through ``fold`` first. Cutting text into words
is in ``tokens.py``.
"""

import re
import unicodedata
from functools import cache
from typing import Final

_ACCENTS: Final = re.compile("[\u0300-\u036f]+")  # only these: Indic and Thai marks are letters, not accents
_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t", "’": "'"}
)
_MOST_PASSES: Final = 6  # two are enough for real text; the rest is for stacked oddities


def fold(s: str) -> str:
    """``s`` in NFKC without case and accents: "Café" → "cafe", "STRASSE" and "Straße" → "strasse". Idempotent."""
    if s.isascii():
        return s.lower()
    if _to_fold().search(s) is None:
        return s.replace("’", "'").lower()
    for _ in range(_MOST_PASSES):
        folded = _fold_once(s)
        if folded.isascii():
            return folded.lower()
        if folded == s:
            break
        s = folded
    return s


@cache
def _to_fold() -> re.Pattern[str]:  # compiled when first needed
    """Other than ASCII, quotation marks, dashes and pictures: of these only the apostrophe is changed by folding."""
    return re.compile("[^\x00-\x7f‘’“”–—•\u2600-\u27bf\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001f9ff]")


def _fold_once(s: str) -> str:
    lowered = unicodedata.normalize("NFKC", s).casefold().translate(_LETTERS)
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", lowered))
    return unicodedata.normalize("NFKC", bare)
