"""Where sentences begin and end, well enough for quotations and passages."""

import re
from functools import cache
from typing import Final

_ABBREVIATION_LIST: Final = """
mr mrs ms dr prof st sr jr vs etc e.g i.e eg ie ca approx no nr vol fig inc ltd co corp dept est u.s u.k a.m p.m
z.b d.h u.a bzw usw str hr fr sra srta ud uds m mme mlle env av
"""
_ABBREVIATIONS: Final = frozenset(_ABBREVIATION_LIST.split())
_LONGEST: Final = 12  # characters looked at; more than any abbreviation has
_LAST_WORD: Final = re.compile(r"[\w.]+$")


def sentences(s: str) -> list[tuple[int, int]]:
    """``[start, end)`` of each sentence, without surrounding white space; a line break always ends one.

    Together the spans cover every character that is not white space, in order and without overlap.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for stop in _stop().finditer(s):
        if _is_abbreviation(s, start, stop):
            continue
        _add(spans, s, start, stop.end())
        start = stop.end()
    _add(spans, s, start, len(s))
    return spans


@cache
def _stop() -> re.Pattern[str]:
    """Compiled when it is needed: stored texts have their sentences with them."""
    # The characters that may end one stand first, so that all others are passed over quickly.
    return re.compile(
        r"[.!?…。！？｡\n]"
        r"(?:(?<=[.!?…])[.!?…]*[\"'”’»)\]]*(?=\s+[^\sa-zß-ÿ]|\s*$)|(?<=[。！？｡])[。！？｡]*[」』”）]*|(?<=\n)\n*)"
    )


def _is_abbreviation(s: str, start: int, stop: re.Match[str]) -> bool:
    """Whether a single full stop belongs to the word before it ("Dr. Ono", "J. Ono") and ends nothing."""
    if stop.group() != ".":
        return False
    before = s[max(start, stop.start() - _LONGEST) : stop.start()]
    word = before.rpartition(" ")[2]
    if not word.isalnum():
        last = _LAST_WORD.search(before)
        if last is None:
            return False
        word = last.group()
    small = word.lower()
    return small in _ABBREVIATIONS or (len(small) == 1 and word.isupper() and small != "i")


def _add(spans: list[tuple[int, int]], s: str, start: int, end: int) -> None:
    while start < end and s[start].isspace():
        start += 1
    while end > start and s[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append((start, end))
