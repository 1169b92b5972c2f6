"""A query as typed → a ``Niche``: theme, places, size, recency, platform, phrases and exclusions, each with its words.

Each step takes the words that it understands out of the draft; what is left at the end is the theme. Nothing here
loads anything but the gazetteer.
"""

import re
import unicodedata
from typing import Final

from niche import vocabulary as words
from niche.draft import TAKEN, Draft
from niche.errors import QueryError
from niche.model import Niche, NicheFilters, QueryPart
from niche.overrides import TIERS, Overrides
from niche.where import take_places
from places.gazetteer import Gazetteer
from text.fold import fold
from text.stopwords import is_stopword
from text.tokens import tokenize

__all__ = ["Overrides", "understand"]

LONGEST_QUERY: Final = 4_000
_PHRASE: Final = re.compile(r'(?<!\S)(?P<minus>-)?["“”„«](?P<phrase>[^"“”„«»]+)["“”»]')
_EXCLUDED: Final = re.compile(r"(?<!\S)-(?P<word>\w[\w-]*)")
_THEME_RUN: Final = re.compile(r"[^\n]+")
_EDGES: Final = " \t,;:.!?/&()[]|-–—"
_DANGLING_LIST: Final = """
in near around from of at the for about on and or by with to a an who that are is based some any
aus bei im um der die das und über für en de del sobre y la el los à au dans et sur du des le les
"""
_DANGLING: Final = frozenset(_DANGLING_LIST.split())


def understand(query: str, gazetteer: Gazetteer, *, overrides: Overrides = Overrides()) -> Niche:  # noqa: B008 - frozen
    """Read ``query``; ``overrides`` win over its words.

    Raises QueryError for an empty query, one of more than 4,000 characters or of function words only, and for an
    option whose value is not known.
    """
    overrides.check()
    draft = _draft(query)
    phrases, excluded = _take_quoted(draft)
    filters = _take_filters(draft, overrides)
    filler = _fillers(draft)
    targets = take_places(draft, gazetteer, overrides)
    theme = _take_theme(draft, filler)
    _check_theme(theme, bool(targets), draft.text)
    return Niche(
        text=draft.text, theme=theme, places=targets, phrases=phrases, excluded=excluded, filters=filters,
        parts=tuple(sorted(draft.parts, key=_in_order)), notes=tuple(draft.notes),
    )  # fmt: skip


def _in_order(part: QueryPart) -> tuple[int, int]:
    return part.start, part.end


def _draft(query: str) -> Draft:
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"the query has {len(query)} characters; the limit is {LONGEST_QUERY}")
    text = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in query)
    if not text.strip():
        raise QueryError('the query is empty; say what to look for, like "east coast sushi"')
    return Draft(text, text)


def _take_quoted(draft: Draft) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Quoted phrases (which stay part of the theme) and words after a minus sign."""
    phrases: list[str] = []
    excluded: list[str] = []
    for found in list(_PHRASE.finditer(draft.rest)):
        phrase = " ".join(found["phrase"].split())
        if found["minus"]:
            excluded.append(phrase)
            draft.add(found.start(), found.end(), "filter", f"without {phrase}")
        elif phrase:
            phrases.append(phrase)
            draft.add(found.start(), found.end(), "theme", phrase)
    for found in list(_EXCLUDED.finditer(draft.rest)):
        excluded.append(found["word"])
        draft.add(found.start(), found.end(), "filter", f"without {found['word']}")
    return tuple(phrases), tuple(excluded)


def _take_filters(draft: Draft, overrides: Overrides) -> NicheFilters:
    low, high = _take_size(draft, overrides)
    days = _take_activity(draft)
    platforms = _take_platforms(draft)
    languages = _take_languages(draft)
    return NicheFilters(
        platforms=overrides.platforms or platforms,
        languages=overrides.languages or languages,
        min_followers=low,
        max_followers=high,
        active_within_days=overrides.active_within_days or days,
    )


def _take_size(draft: Draft, overrides: Overrides) -> tuple[int | None, int | None]:
    """Least and most followers: numbers given by option, then a tier by option, then what the query says."""
    low: int | None = None
    high: int | None = None
    for found in list(words.FOLLOWERS.finditer(draft.rest)):
        low = _count(found["low"] or found["least"] or found["plus"])
        high = _count(found["high"] or found["most"])
        draft.add(found.start(), found.end(), "tier", f"{low or 0} to {high or 'any'}", option="--min-followers")
    for pattern in (words.TIER, words.TIER_LAST):
        for found in list(pattern.finditer(draft.rest)):
            size = fold(found["size"])
            name = next(tier for prefix, tier in words.TIER_OF.items() if size.startswith(prefix))
            low, high = TIERS[name]
            draft.add(
                found.start(), found.end("size"), "tier", name,
                option="--tier", alternatives=[tier for tier in TIERS if tier != name],
            )  # fmt: skip
    if overrides.tier is not None:
        low, high = TIERS[overrides.tier]
    if overrides.min_followers is not None:
        low = overrides.min_followers
    if overrides.max_followers is not None:
        high = overrides.max_followers
    return low, high


def _count(written: str | None) -> int | None:
    """The number in "10k", "1.5k" or "2,000"; None for None."""
    if written is None:
        return None
    digits = written.strip().lower()
    scale = {"k": 1_000, "m": 1_000_000}.get(digits[-1], 1)
    digits = digits.rstrip("km ")
    if scale == 1:
        return int(re.sub(r"[.,]", "", digits))
    return int(float(digits.replace(",", ".").rstrip(".")) * scale)


def _take_activity(draft: Draft) -> int | None:
    days = None
    for found in list(words.ACTIVE.finditer(draft.rest)):
        days = words.YEAR_DAYS if found["year"] else words.ACTIVE_DAYS
        draft.add(found.start(), found.end(), "filter", f"active within {days} days", option="--active-within")
    return days


def _take_platforms(draft: Draft) -> tuple[str, ...]:
    platforms: list[str] = []
    for found in list(words.PLATFORM.finditer(draft.rest)):
        platforms.append("podcast" if found["podcast"] else found["platform"].lower())
        draft.add(found.start(), found.end(), "filter", platforms[-1], option="--platform")
    return tuple(dict.fromkeys(platforms))


def _take_languages(draft: Draft) -> tuple[str, ...]:
    languages: list[str] = []
    for found in list(words.LANGUAGE.finditer(draft.rest)):
        languages.append(words.LANGUAGE_CODES[(found["language"] or found["adjective"]).lower()])
        draft.add(found.start(), found.end(), "filter", languages[-1], option="--language")
    return tuple(dict.fromkeys(languages))


def _fillers(draft: Draft) -> list[tuple[int, int]]:
    """Blank words like "best … blogs to follow"; returns where, for a query that holds nothing else."""
    spans = [found.span() for pattern in (words.FILLER, words.NOUN) for found in pattern.finditer(draft.rest)]
    for start, end in spans:
        draft.take(start, end)
    return sorted(spans)


def _take_theme(draft: Draft, filler: list[tuple[int, int]]) -> str:
    """What is left, in order, with the quoted phrases in their places; filler only when there is nothing else."""
    pieces = [(part.start, part.value) for part in draft.parts if part.kind == "theme"]
    for start, end in [_trimmed(draft.rest, *found.span()) for found in _THEME_RUN.finditer(draft.rest)]:
        if start < end:
            piece = " ".join(draft.text[start:end].split())
            draft.add(start, end, "theme", piece)
            pieces.append((start, piece))
    if not pieces and filler and not any(part.kind == "place" for part in draft.parts):
        start, end = filler[-1]
        piece = draft.text[start:end]
        draft.add(start, end, "theme", piece)
        pieces.append((start, piece))
    return " ".join(piece for _, piece in sorted(pieces))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """``[start, end)`` without punctuation and dangling function words at its edges."""
    while True:
        while start < end and (text[start] in _EDGES or text[start] == TAKEN):
            start += 1
        while end > start and text[end - 1] in _EDGES:
            end -= 1
        first = re.match(r"[^\s]+", text[start:end])
        last = re.search(r"[^\s]+$", text[start:end])
        if first and first.group().lower() in _DANGLING:
            start += first.end()
        elif last and last.group().lower() in _DANGLING:
            end = start + last.start()
        else:
            return start, end


def _check_theme(theme: str, has_place: bool, text: str) -> None:
    tokens = tokenize(theme)
    if any(not is_stopword(token) for token in tokens) or (has_place and not tokens):
        return
    if has_place:
        return
    raise QueryError(f"“{text.strip()[:60]}” says nothing to look for; name a theme, like “sushi” or “trail running”")
