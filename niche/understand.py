"""A query as typed → a ``Niche``: theme, places, size, recency, platform, phrases and exclusions, each with its words.

Each step takes the words that it understands out of the draft; what is left at the end is the theme. Nothing here
loads anything but the gazetteer.
"""

import unicodedata
from dataclasses import replace
from typing import Final

from niche import asked
from niche.draft import Draft
from niche.errors import QueryError
from niche.model import Niche, NicheFilters, QueryPart
from niche.overrides import TIERS, Overrides, resolve_platforms
from niche.signs import take_like, take_quoted, take_tags
from niche.theme import take_denied, take_filler, take_theme, take_voices
from niche.where import names_without_place, take_places, take_places_against
from places.gazetteer import Gazetteer
from text.frequency import Frequency, ask_ahead
from text.stopwords import is_stopword
from text.tokens import tokenize

__all__ = ["Overrides", "understand"]

LONGEST_QUERY: Final = 4_000


def understand(
    query: str,
    gazetteer: Gazetteer,
    *,
    overrides: Overrides = Overrides(),  # noqa: B008 - frozen
    frequency: Frequency | None = None,
) -> Niche:
    """Read ``query``; ``overrides`` win over its words.

    ``frequency`` says in how many posts of the index a (folded) word stands: with it misspelt theme words are
    mended, and words that many write never are. Raises QueryError for an empty query, one of more than 4,000
    characters or of function words only, for a filter that does not exist and for an option whose value is not known.
    """
    draft = _draft(query)
    overrides = _with_keyed(draft, overrides)
    overrides.check()
    like = "" if draft.is_prose else take_like(draft)
    phrases, excluded = take_quoted(draft)
    against = () if overrides.no_place else take_places_against(draft, gazetteer)
    excluded = tuple(word for word in excluded if word not in against)
    overrides = replace(overrides, not_places=(*overrides.not_places, *against))
    take_tags(draft)
    filters = _filters(draft, overrides)
    ask_ahead(frequency, () if draft.is_prose else (word.text for word in draft.words()))
    filler = take_filler(draft)
    targets = take_places(draft, gazetteer, overrides, frequency)
    excluded += () if draft.is_prose else take_denied(draft)
    filler += take_voices(draft)
    unplaced = () if overrides.no_place else names_without_place(draft, frequency)
    theme = take_theme(draft, filler, frequency)
    draft.notes += [_unplaced_note(name) for name in unplaced if name in theme.split()]
    niche = Niche(
        text=draft.text, theme=theme, places=targets, phrases=phrases,
        excluded=tuple(dict.fromkeys((*excluded, *overrides.exclude))), place_words=tuple(draft.place_words),
        like=overrides.like or like, filters=filters,
        parts=tuple(sorted(draft.parts, key=_in_order)), notes=tuple(dict.fromkeys(draft.notes)),
    )  # fmt: skip
    _check_says_something(niche)
    _check_contradictions(niche, overrides)
    return niche


def _unplaced_note(name: str) -> str:
    return f"“{name}” is no place that is known here and was looked for as a word; use --place for a town near by"


def _in_order(part: QueryPart) -> tuple[int, int]:
    return part.start, part.end


def _draft(query: str) -> Draft:
    if len(query) > LONGEST_QUERY:
        raise QueryError(f"the query has {len(query)} characters; the limit is {LONGEST_QUERY}")
    text = "".join(" " if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in query)
    if not text.strip():
        raise QueryError('the query is empty; say what to look for, like "east coast sushi"')
    return Draft(text)


def _with_keyed(draft: Draft, overrides: Overrides) -> Overrides:
    if draft.is_prose or not any(sign in draft.text for sign in ":<>="):
        return overrides
    from niche.keyed import take_keyed  # most queries hold no such sign

    return take_keyed(draft, overrides)


def _filters(draft: Draft, overrides: Overrides) -> NicheFilters:
    said = NicheFilters() if draft.is_prose else asked.take_filters(draft)
    low, high = said.min_followers, said.max_followers
    if overrides.tier is not None:
        low, high = TIERS[overrides.tier]
    if overrides.min_followers is not None:
        low = overrides.min_followers
    if overrides.max_followers is not None:
        high = overrides.max_followers
    if low is not None and high is not None and low > high:
        raise QueryError(
            f"at least {low:,} and at most {high:,} followers: nobody has both; "
            "change the size in the query, --tier, --min-followers or --max-followers"
        )
    return NicheFilters(
        platforms=resolve_platforms(overrides.platforms or said.platforms),
        languages=overrides.languages or said.languages,
        kinds=overrides.kinds or said.kinds,
        include=overrides.include or said.include,
        min_followers=low,
        max_followers=high,
        active_within_days=overrides.active_within_days or said.active_within_days,
        min_engagement=overrides.min_engagement,
        mentions=overrides.mentions,
        no_mentions=overrides.no_mentions,
    )


def _check_contradictions(niche: Niche, overrides: Overrides) -> None:
    if overrides.radius_km is not None and not niche.wanted_places:
        raise QueryError("--radius needs a place to be around; name one in the query, or use --place PLACE")
    tokens = set(tokenize(niche.theme))
    left_out = {token for word in niche.excluded for token in tokenize(word)}
    if tokens and tokens <= left_out:
        raise QueryError(f"“{niche.theme}” is asked for and left out at once; take one of the two away")


def _check_says_something(niche: Niche) -> None:
    if niche.places or niche.like:
        return
    telling = any(not is_stopword(token) for token in tokenize(niche.theme))
    if not telling and niche.theme.isascii():  # "thé" is folded to a stop word
        raise QueryError(
            f"“{niche.text.strip()[:60]}” says nothing to look for; name a theme, like “sushi” or “trail running”"
        )
