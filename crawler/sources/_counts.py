"""Counts as people and pages write them, "12.3k", "1,2 Mio.", "1.234", read with how exactly they are known.

A count is a whole number: without a unit, a point or comma before three digits parts thousands whatever the language.
With a unit it is the decimal sign, unless the language says otherwise; where only the language could tell and none is
given, nothing is read. Numbers that platforms hand out as numbers are read by ``_json.py``.
"""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

_BIGGEST: Final = 2**53
_UNCLEAR: Final = -1  # thousand in Spanish, million in English
_UNITS: Final[dict[str, int]] = {
    **dict.fromkeys(("k", "tsd", "tausend", "thousand", "mila", "mille", "тыс", "тис", "tys", "tis", "dzd"), 3),
    **dict.fromkeys(("duizend", "bin", "rb", "ribu", "хил", "χιλ", "천", "千", "हज़ार", "ألف"), 3),
    "mil": _UNCLEAR,
    **dict.fromkeys(("万", "萬", "만", "หมื่น"), 4),
    **dict.fromkeys(("lakh", "lac", "लाख"), 5),
    **dict.fromkeys(("m", "mio", "mill", "million", "millions", "millionen", "millones", "milhões", "milioni"), 6),
    **dict.fromkeys(("mn", "mln", "mi", "млн", "εκ", "jt", "juta", "miljoen", "百万", "مليون"), 6),
    **dict.fromkeys(("crore", "cr", "करोड़"), 7),
    **dict.fromkeys(("亿", "億", "억"), 8),
    **dict.fromkeys(("b", "bn", "mrd", "md", "billion", "milliarde", "milliarden", "milliards", "млрд", "mld"), 9),
}
"""Powers of ten, by words in lower case without a point."""
_SPECIAL: Final = {
    **{(code, "mil"): 3 for code in ("ca", "es", "gl", "pt", "ro")},
    **{(code, "mil"): 6 for code in ("cs", "en", "sk")},
    ("tr", "b"): 3, ("vi", "n"): 3, ("da", "mia"): 9, ("vi", "tr"): 6,
}  # fmt: skip
"""The same letters mean something else in these languages."""
_POINT_GROUPS: Final = (
    "da",
    "de",
    "el",
    "es",
    "hr",
    "id",
    "is",
    "it",
    "nb",
    "nl",
    "no",
    "pt",
    "ro",
    "sl",
    "sr",
    "tr",
    "vi",
)
_COMMA_GROUPS: Final = ("ar", "en", "he", "hi", "ja", "ko", "th", "zh")
_SPACE: Final = "\u0020\u00a0\u2009\u202f\u2007"
_NUMBER: Final = re.compile(
    rf"""(?P<digits>\d(?:[\d.,'’{_SPACE}]*\d)?) (?: [{_SPACE}]? (?P<unit>[^\W\d_]+) \.? )? (?P<more>\+)?
        (?: [{_SPACE}\n] .{{0,60}} )?""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class WrittenCount:
    """A count and the step to which it was rounded: "12.3k" is 12,300 to the nearest 100; "1,234" is exact (1)."""

    value: int
    step: int = 1


def parse_count(text: str, language: str | None = None) -> WrittenCount | None:
    """The count that ``text`` begins with; words may follow it ("12.3k followers"). ``language``: its code, if known.

    None for no number, a negative one, a fraction without a unit, and what two readings fit.
    """
    text = unicodedata.normalize("NFKC", text[:120]).replace("\u066b", ".").replace("\u066c", ",").strip()
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    power = _power(found["unit"], language)
    mantissa = _mantissa(found["digits"], language, has_unit=power is not None)
    if mantissa is None or power == _UNCLEAR:
        return None
    number, decimals = mantissa
    exponent = power or 0
    if decimals > exponent:
        return None
    value = number * 10**exponent
    return WrittenCount(int(value), 10 ** (exponent - decimals)) if value <= _BIGGEST else None


def _power(unit: str | None, language: str | None) -> int | None:
    """The power of ten of a unit; None for none, or for a word that is no unit ("followers")."""
    if unit is None:
        return None
    key = unit.casefold()
    return _SPECIAL.get(((language or "")[:2].lower(), key), _UNITS.get(key))


def _mantissa(digits: str, language: str | None, *, has_unit: bool) -> tuple[Fraction, int] | None:
    """The number without its unit, and how many decimals it has."""
    plain = re.sub(rf"[{_SPACE}'’]", " ", digits)
    marks = re.findall(r"[.,]", plain)
    if not marks:
        return _grouped(plain, " ")
    last = marks[-1]
    if len(set(marks)) == 2:  # both stand: the last is the decimal sign, the others part thousands
        whole, _, rest = plain.rpartition(last)
        return _with_decimals(_grouped(whole, marks[0]), rest) if marks.count(last) == 1 else None
    if len(marks) > 1:
        return _grouped(plain, last)
    whole, _, rest = plain.partition(last)
    if not has_unit:
        return _grouped(plain, last) if " " not in plain else None
    if len(rest) == 3 and whole.strip("0"):
        return _by_language(plain, last, language)
    return _with_decimals(_grouped(whole, " "), rest)


def _by_language(plain: str, mark: str, language: str | None) -> tuple[Fraction, int] | None:
    """``1.234`` before a unit: only the language tells whether the sign parts thousands."""
    code = (language or "")[:2].lower()
    if code not in (*_POINT_GROUPS, *_COMMA_GROUPS):
        return None
    groups = "." if code in _POINT_GROUPS else ","
    if mark == groups:
        return _grouped(plain, mark)
    whole, _, rest = plain.partition(mark)
    return _with_decimals(_grouped(whole, " "), rest)


def _grouped(text: str, mark: str) -> tuple[Fraction, int] | None:
    """Digits in groups of three, or as in India in groups of two with three at the end."""
    groups = text.split(mark)
    if not all(group.isdigit() for group in groups) or (len(groups) > 1 and groups[0].startswith("0")):
        return None
    sizes = [len(group) for group in groups]
    western = all(size == 3 for size in sizes[1:]) and (len(sizes) == 1 or sizes[0] <= 3)
    indian = len(sizes) > 2 and sizes[-1] == 3 and sizes[0] <= 2 and all(size == 2 for size in sizes[1:-1])
    return (Fraction(int("".join(groups))), 0) if western or indian else None


def _with_decimals(whole: tuple[Fraction, int] | None, rest: str) -> tuple[Fraction, int] | None:
    if whole is None or not rest.isdigit():
        return None
    return whole[0] + Fraction(int(rest), 10 ** len(rest)), len(rest)
