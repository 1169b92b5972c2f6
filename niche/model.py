"""The niche as a value: what was asked for, as understood, in parts that a person can correct."""

from dataclasses import dataclass
from typing import Literal

from places.model import PlaceTarget

PartKind = Literal["theme", "place", "tier", "filter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPart:
    """A stretch ``[start, end)`` of the query, what it was taken for, and the option that forces it.

    ``value`` and ``alternatives`` are in words that the option understands.
    """

    text: str
    start: int
    end: int
    kind: PartKind
    value: str
    alternatives: tuple[str, ...] = ()
    option: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NicheFilters:
    """Hard conditions; None or empty: not asked for. Followers are of a creator's largest account.

    ``platforms`` are names of platforms only, groups ("forum") are resolved. ``min_engagement`` is a fraction.
    ``include`` names kinds (organisation, aggregator) that stand apart unless they are asked for.
    ``mentions`` are brands (name, @handle or domain) of which a post must name one, ``no_mentions`` none may.
    """

    platforms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    min_followers: int | None = None
    max_followers: int | None = None
    active_within_days: int | None = None
    min_engagement: float | None = None
    mentions: tuple[str, ...] = ()
    no_mentions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Niche:
    """A query as understood.

    ``theme`` is the query without place, tier and filler words (what the encoder and the lexical legs get);
    "" when only a place or a creator was asked for. ``excluded`` are words that must not be the theme (``-brand``).
    ``place_words`` are words of the theme that name a place in a longer name ("new york" of a cheesecake): who only
    writes those does not write about it.
    ``like`` is the creator whose like is sought, as typed (handle, handle@host, address or name); "" for none.
    """

    text: str
    theme: str
    places: tuple[PlaceTarget, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    place_words: tuple[str, ...] = ()
    like: str = ""
    filters: NicheFilters = NicheFilters()
    parts: tuple[QueryPart, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def wanted_places(self) -> tuple[PlaceTarget, ...]:
        """The places asked for, without those asked against."""
        return tuple(target for target in self.places if target.relation != "not")
