"""Numbers in a query: followers, rates, days, kilometres, each with the words that say what is counted.

The patterns are compiled when a query holds a digit or a number word, which most do not.
"""

import re
from functools import cache
from typing import Final, NamedTuple

_SCALES: Final = {
    "k": 1_000, "mil": 1_000, "mille": 1_000, "tsd": 1_000, "tausend": 1_000, "thousand": 1_000,
    "m": 1_000_000, "mio": 1_000_000, "million": 1_000_000, "millions": 1_000_000, "millionen": 1_000_000,
    "millones": 1_000_000,
}  # fmt: skip
_SCALE: Final = r"(?:k|mille|mil|m|tsd|tausend|thousand|mio|million(?:s|en)?|millones)\b"
_SPELT: Final = {
    "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "eight": 8, "ten": 10, "twelve": 12,
    "fifteen": 15,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "a hundred": 100, "one hundred": 100, "two hundred": 200,
    "five hundred": 500, "half a": 0.5,
    "ein": 1, "eine": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "acht": 8, "zehn": 10, "zwölf": 12, "fünfzehn": 15,
    "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "hundert": 100, "zweihundert": 200, "fünfhundert": 500,
    "un": 1, "una": 1, "dos": 2, "tres": 3, "cinco": 5, "diez": 10, "doce": 12, "quince": 15, "veinte": 20,
    "treinta": 30,
    "cuarenta": 40, "cincuenta": 50, "cien": 100, "doscientos": 200, "quinientos": 500,
    "une": 1, "deux": 2, "trois": 3, "cinq": 5, "dix": 10, "douze": 12, "quinze": 15, "vingt": 20, "trente": 30,
    "quarante": 40, "cinquante": 50, "cent": 100, "deux cent": 200, "cinq cent": 500,
}  # fmt: skip
_SPELT_SCALES: Final = {
    "hundred": 100, "thousand": 1_000, "million": 1_000_000, "tausend": 1_000, "mil": 1_000, "mille": 1_000,
    "millionen": 1_000_000, "millones": 1_000_000, "millón": 1_000_000, "millions": 1_000_000,
}  # fmt: skip
_SPELT_NUMBERS: Final = "|".join(sorted(_SPELT, key=len, reverse=True))
_SPELT_SCALE: Final = "|".join(sorted(_SPELT_SCALES, key=len, reverse=True))
_SPELT_COUNT: Final = rf"(?:(?:{_SPELT_NUMBERS})[\s-]?)?(?:{_SPELT_SCALE})"
_COUNT: Final = rf"(?:\d{{1,9}}(?:[.,\s]\d{{3}})*(?:[.,]\d{{1,2}})?(?:\s?{_SCALE})?|{_SPELT_COUNT})"
_SCALED: Final = rf"\d{{1,6}}(?:[.,]\d{{1,3}})?\s?{_SCALE}"
_FOLLOWERS: Final = (
    r"(?:followers?|followern|subscribers?|subs|fans|seguidores|suscriptores|abonnés|abonnes|abonnenten)\b"
)
_AT_MOST: Final = (
    r"under|below|less than|fewer than|no more than|not more than|up to|at most|max(?:imum|imal)?"
    r"|smaller than|<=?|unter|bis(?: zu)?|weniger als"
    r"|nicht mehr als|höchstens|no más de|menos de|hasta|(?:como )?máximo|pas plus de|moins de|jusqu['’]?à|au plus"
)
_AT_LEAST: Final = (
    r"over|above|more than|at least|min(?:imum|imal)?|bigger than|>=?|über|mehr als|mindestens|ab|más de|al menos"
    r"|(?:como )?mínimo|plus de|au moins"
)
_NO_FOLLOWERS: Final = (
    r"(?:\s*[-–]?\s*(?:runs?|runners?|running|races?|racing|steps?|training|words|miles|meters|metres|budget|dollars?|euros?"
    r"|pesos|usd|eur|loans?|salary|views|calories|schritte|lauf|läufe|carreras?|courses?|pas)\b|\s?[$€£%])"
)
_COUNTED: Final = ("follow", "segui", "abon", "subs", "fans", "suscri")
_SCALED_HINT: Final = re.compile(r"\d\s?(?:k\b|m\b|mi|ts|ta|th)", re.IGNORECASE)
_DISTANCE_HINT: Final = re.compile(r"\d\s*-?(?:k|mi|mei)", re.IGNORECASE)
_UNTIL_NOW: Final = ("last", "past", "previous", "letzt", "vergangen", "ltim", "pasad", "derni")
"""Cheap signs that a pattern may match; the patterns themselves take milliseconds to compile."""
_KM_PER_MILE: Final = 1.609
_UNIT: Final = (
    r"(?P<unit>km|kms|kilomet(?:er|re)s?|kilometern?|kilómetros|kilomètres|kilometros|mi|miles?|meilen|millas|milles)\b"
)
_DISTANCE: Final = r"(?P<distance>\d{1,4}(?:[.,]\d{1,2})?)\s*-?"
_NUMBER_WORDS: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "twelve": 12, "zwei": 2, "drei": 3, "vier": 4, "sechs": 6,
    "zwölf": 12,
    "dos": 2, "tres": 3, "cuatro": 4, "seis": 6, "doce": 12, "deux": 2, "trois": 3, "quatre": 4,
    "douze": 12,
}  # fmt: skip
_DAYS: Final = {
    "day": 1, "tag": 1, "día": 1, "dia": 1, "jour": 1, "week": 7, "woche": 7, "semana": 7, "semaine": 7, "month": 31,
    "monat": 31, "mes": 31, "mois": 31, "year": 366, "jahr": 366, "año": 366, "ano": 366, "ann": 366, "an": 366,
}  # fmt: skip


class Size(NamedTuple):
    """Bounds in followers, as far as they are said, at ``[start, end)``."""

    start: int
    end: int
    low: int | None
    high: int | None


class Radius(NamedTuple):
    """A distance that begins (before a place) or ends (after it) at ``at``."""

    at: int
    km: float


def find_sizes(text: str) -> list[Size]:
    """Numbers of followers in words: "under 10k followers", "1k-10k", "ab 5.000 Followern"."""
    counted = any(word in text.lower() for word in _COUNTED)
    patterns = [_sizes_of_followers] if counted else []
    patterns += [_scaled_sizes] if _SCALED_HINT.search(text) else []
    return [
        Size(
            found.start(), found.end(),
            parse_count(found["low"] or found["least"] or found["plus"]),
            parse_count(found["high"] or found["most"]),
        )
        for pattern in patterns for found in pattern().finditer(text)
    ]  # fmt: skip


def find_days(text: str) -> list[tuple[int, int, int]]:
    """Spans of time that reach until now, as ``(start, end, days)``: "last 90 days", "in den letzten drei Monaten"."""
    folded = text.lower()
    if not any(word in folded for word in _UNTIL_NOW):
        return []
    found_days = []
    for found in _days_pattern().finditer(text):
        written = (found["n"] or found["n2"]).lower()
        many = int(written) if written.isdigit() else _NUMBER_WORDS[written]
        unit = (found["unit"] or found["unit2"]).lower()
        length = next(days for word, days in _DAYS.items() if unit.startswith(word))
        found_days.append((found.start(), found.end(), max(1, many * length)))
    return found_days


def radius_before(text: str, end: int) -> Radius | None:
    """A distance that ends at ``end``, where a place begins: "within 50 km of "."""
    window = text[max(0, end - 70) : end]
    found = _radius_patterns()[0].search(window) if _DISTANCE_HINT.search(window) else None
    return Radius(end - len(window) + found.start(), _km(found)) if found else None


def radius_after(text: str, start: int) -> Radius | None:
    """A distance that begins at ``start``, where a place ends: "+ 50 km", "within 30 miles"."""
    window = text[start : start + 50]
    found = _radius_patterns()[1].match(window) if _DISTANCE_HINT.search(window) else None
    return Radius(start + found.end(), _km(found)) if found else None


def parse_count(written: str | None) -> int | None:
    """The number in "10k", "1.5k", "2,000", "10 mil", "ten thousand"; None for None and for anything else."""
    spelt = re.fullmatch(rf"(\D*?)[\s-]?({'|'.join(_SPELT_SCALES)})", (written or "").strip().lower())
    if spelt is not None and (spelt[1] in _SPELT or not spelt[1]):
        return int(_SPELT.get(spelt[1], 1) * _SPELT_SCALES[spelt[2]])
    found = re.fullmatch(r"(\d[\d.,\s]*?)\s?([a-z]*)", (written or "").strip().lower())
    if found is None or (found[2] and found[2] not in _SCALES):
        return None
    scale = _SCALES.get(found[2], 1)
    digits = re.sub(r"[.,\s](?=\d{3}(?:\D|$))", "", found[1]) if scale == 1 or len(found[1]) > 5 else found[1]
    try:
        return int(float(digits.strip().replace(",", ".").rstrip(".")) * scale)
    except ValueError:
        return None


def parse_share(written: str) -> float | None:
    """The fraction in "2%", "2.5 %" or "0.02"; None for anything else."""
    found = re.fullmatch(r"(\d{1,3}(?:[.,]\d{1,6})?)\s?(%?)", written.strip())
    if found is None:
        return None
    value = float(found[1].replace(",", "."))
    share = value / 100 if found[2] or value >= 1 else value
    return share if share <= 1 else None


def _km(found: re.Match[str]) -> float:
    km = float(found["distance"].replace(",", "."))
    return km if found["unit"].lower().startswith("k") else round(km * _KM_PER_MILE, 1)


def _bounded(number: str) -> str:
    return (
        rf"(?<![\w.,])(?:(?:with|mit|con|avec|having) )?(?:(?:(?:between|from|zwischen|von|entre|de) )?"
        rf"(?P<low>{number})\s?(?:-|–|to|and|bis|und|y|et|a|à)\s?(?P<high>{number})"
        rf"|(?:{_AT_MOST})\s?(?P<most>{number})|(?:{_AT_LEAST})\s?(?P<least>{number})|(?P<plus>{number})\+)"
    )


@cache
def _sizes_of_followers() -> re.Pattern[str]:
    return re.compile(rf"{_bounded(_COUNT)}\s?(?:d['’]\s?)?{_FOLLOWERS}", re.IGNORECASE)


@cache
def _scaled_sizes() -> re.Pattern[str]:
    return re.compile(rf"{_bounded(_SCALED)}(?!\w)(?!{_NO_FOLLOWERS})", re.IGNORECASE)


@cache
def _days_pattern() -> re.Pattern[str]:
    number = rf"\d{{1,4}}|{'|'.join(_NUMBER_WORDS)}"
    lead = (
        r"(?:in|within|over|during|for) the |in den |innerhalb der |(?:en|de|durante) l[oa]s |(?:dans|sur) les "
        r"|[cdl]es |die |l[oa]s "
    )
    units = (
        r"(?:days?|weeks?|months?|years?|tage?n?|wochen?|monate?n?|jahre?n?|d[ií]as?|semanas?|mes(?:es)?|a[ñn]os?"
        r"|jours?|semaines?|mois|années?|ans?)"
    )
    before = r"last|past|previous|letzten?|vergangenen?|[uú]ltim[oa]s|pasad[oa]s"
    after = r"derniers|derni[eè]res"
    return re.compile(
        rf"(?<!\w)(?:{lead})?(?:(?:{before}) (?P<n>{number}) (?P<unit>{units})"
        rf"|(?P<n2>{number}) (?:{after}) (?P<unit2>{units}))(?!\w)",
        re.IGNORECASE,
    )


@cache
def _radius_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Before a place, and after one."""
    lead = (
        r"within|up to|less than|at most|under|in a radius of|im umkreis von|bis zu|bis|maximal"
        r"|en un radio de|a menos de|a|dans un rayon de|à moins de|à"
    )
    around = (
        r"of|from|around|outside|um|von|rund um|de|del|du|alrededor de|a la redonda de|autour de|autour d['’]|d['’]"
    )
    article = r"(?:the cent(?:er|re) of |the |der |dem |den |la |el |los |le |les |l['’])?"
    joint = (
        r"\+|±|within|im umkreis von|in a radius of|en un radio de|dans un rayon de|a|und|and|[-–]"  # between the two
    )
    trail = r"radius|umkreis|around|a la redonda|alrededor|à la ronde|autour"
    distance = rf"(?:an? |einem )?{_DISTANCE}{_UNIT}"
    return (
        re.compile(
            rf"(?<!\w)(?:(?:{lead})\s+)?{distance}(?:\s+(?:radius|umkreis))?\s+(?:{around})\s*{article}$", re.IGNORECASE
        ),
        re.compile(rf"\s*(?:[,(]\s*)?(?:(?:{joint})\s*)?{distance}(?:\s+(?:{trail}))?\)?", re.IGNORECASE),
    )
