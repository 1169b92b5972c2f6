"""Text → words. The one tokenizer of index and query; nothing here knows languages, hashtags or stop words."""

import re
from functools import cache
from typing import Final

from text.fold import fold

# Letters are folded, everything else parts words; as a string it is the quickest table that there is.
_ASCII: Final = "".join(chr(code).lower() if chr(code).isalnum() else " " for code in range(128))
# Vowel signs of Indic, Thai, Hebrew and Arabic scripts are not alphanumeric for ``re`` but belong to their word.
_MARKS: Final = (
    "\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0dff\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
)
# Han, kana and hangul are written without (useful) spaces.
_CJK: Final = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_FIRST_CJK: Final = _CJK[0]


def tokenize(s: str) -> list[str]:
    """The folded words of ``s`` in order; runs of Chinese, Japanese and Korean letters become overlapping pairs.

    Every token equals its own ``fold``. Apostrophes, hyphens and underscores part words.
    """
    folded = s if s.isascii() else fold(s)
    if folded.isascii():
        return folded.translate(_ASCII).split()
    words = _word().findall(folded)
    if max(folded, default="") < _FIRST_CJK or not _cjk().search(folded):
        return words
    return [token for word in words for token in _pairs(word)]


@cache
def _word() -> re.Pattern[str]:
    """Compiled when first needed: such wide classes take milliseconds, and most texts hold none of these letters."""
    return re.compile(rf"[^\W_](?:[^\W_]|[{_MARKS}])*")


@cache
def _cjk() -> re.Pattern[str]:
    return re.compile(f"[{_CJK}]+")


@cache
def _cjk_or_rest() -> re.Pattern[str]:
    return re.compile(f"[{_CJK}]+|[^{_CJK}]+")


def _pairs(word: str) -> list[str]:
    if not _cjk().search(word):
        return [word]
    tokens: list[str] = []
    for run in _cjk_or_rest().findall(word):
        if len(run) > 1 and _cjk().match(run):
            tokens.extend(run[at : at + 2] for at in range(len(run) - 1))
        else:
            tokens.append(run)
    return tokens
