"""E-mail addresses and phone numbers out of a text before anything is kept of it (DESIGN 5.5).

Fediverse handles (@mika@pixel.example) are names, not addresses, and stay. Digits are a phone number only in the
written forms of one; years, prices, ISBNs, times, dates, coordinates and ids stay.
"""

import re
from dataclasses import dataclass
from typing import Final

_GAP: Final = "…"  # stands where something was; joins nothing on its left and right into a new address
_IN_BRACKETS: Final = r"[\[({<]\s?(?:at|@|ät)\s?[\])}>]"
_WRITTEN_AT: Final = re.compile(_IN_BRACKETS, re.IGNORECASE)
_AT: Final = rf"(?:@|\s?{_IN_BRACKETS}\s?)"
_DOT: Final = r"(?:\.|\s?[\[({<]\s?(?:dot|punkt|punto)\s?[\])}>]\s?)"
_EMAIL: Final = re.compile(
    rf"(?<![\w.@+/-])(?:mailto:)?[\w+'-]+(?:{_DOT}[\w+'-]+)*{_AT}"
    rf"(?P<host>[^\W_](?:[\w-]*[^\W_])?(?:{_DOT}[^\W_](?:[\w-]*[^\W_])?)*{_DOT}(?P<end>[^\W\d_]{{2,24}}))(?![\w@])",
    re.IGNORECASE,
)
_FILE_ENDS: Final = frozenset("png jpg jpeg gif webp svg avif css js mp4 pdf".split())  # noqa: SIM905 - logo@2x.png

_SEP: Final = r"[ .\-\u2010-\u2013\u00a0/]"
_CALL: Final = (
    r"(?:tel|telefon|telefono|téléphone|phone|ph|mobile|mobil|handy|cell|call|text|txt|sms|whatsapp|fax|ring)"
)
_PHONE: Final = re.compile(
    rf"""(?<![\w.,:/$€£@#+-])(?:
        (?P<international>(?:\+|00(?=[1-9]))[1-9]\d{{0,3}}(?:{_SEP}?\(0?\d{{1,5}}\)|{_SEP}?\d{{1,5}}){{1,6}})
      | (?P<american>(?:1{_SEP})?(?:\(\d{{3}}\)\s?|\d{{3}}{_SEP})\d{{3}}[ .\-\u2010-\u2013\u00a0]\d{{4}})
      | (?P<french>0[1-9](?:[ .]\d{{2}}){{4}})
      | (?P<national>\(?0[1-9]\d{{1,4}}\)?(?:{_SEP}{{1,2}}\d{{2,8}}){{1,4}})
    )(?![\w@]|[.,:/-]\d)""",
    re.VERBOSE,
)
_ANNOUNCED: Final = re.compile(
    rf"(?P<word>\b{_CALL}\b(?:\s(?:me|us|at|on|nr|number)\b)*\.?\s?[:.]?\s?)(?P<number>\+?\(?\d(?:{_SEP}?[\d()]){{6,16}})(?!\w)",
    re.IGNORECASE,
)
# What stands in every number that is taken out, and is found sooner than the forms themselves are tried everywhere.
_EIGHT_DIGITS: Final = re.compile(r"\d(?:[\s.\-\u2010-\u2013\u00a0/()]{0,3}\d){7}")
_LONG_NUMBER: Final = re.compile(rf"\d(?:{_SEP}?[\d()]){{6}}")
_DIGIT: Final = re.compile(r"\d")
_DATE: Final = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./](?:19|20)?\d{2}")


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """A text with gaps, and how many addresses and numbers were taken out."""

    text: str
    removed: int


def scrub(s: str) -> Scrubbed:
    """``s`` with "…" in place of each e-mail address and phone number. Scrubbing again changes nothing."""
    removed = 0

    def take_out(found: re.Match[str]) -> str:
        nonlocal removed
        if not _is_personal(found):
            return found.group()
        removed += 1
        return (found["word"] if found.re is _ANNOUNCED else "") + _GAP

    if "@" in s or _may_be_written_out(s):
        s = _EMAIL.sub(take_out, s)
    if _EIGHT_DIGITS.search(s):
        s = _PHONE.sub(take_out, s)
    if _LONG_NUMBER.search(s):
        s = _ANNOUNCED.sub(take_out, s)
    return Scrubbed(s, removed)


def _may_be_written_out(s: str) -> bool:
    """Whether "(at)" stands anywhere: trying the whole pattern everywhere costs as much as half of a page's commit."""
    return any(bracket in s for bracket in "[({<") and _WRITTEN_AT.search(s) is not None


def _is_personal(found: re.Match[str]) -> bool:
    if found.re is _EMAIL:
        return found["end"].lower() not in _FILE_ENDS
    digits = len(_DIGIT.findall(found.group()))
    written = found["number"] if found.re is _ANNOUNCED else found.group()
    if _DATE.fullmatch(written.strip()):
        return False
    return 7 <= digits <= 15 if found.re is _ANNOUNCED else 8 <= digits <= 15
