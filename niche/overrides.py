"""What a person fixes by option instead of leaving it to the reading of the query, checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from niche.errors import QueryError
from text.stems import STEM_LANGUAGES

TIERS: Final[dict[str, tuple[int, int | None]]] = {
    "nano": (1_000, 9_999),
    "micro": (10_000, 99_999),
    "small": (1_000, 99_999),
    "mid": (100_000, 499_999),
    "big": (100_000, None),
    "macro": (500_000, 999_999),
    "mega": (1_000_000, None),
}
"""Bounds in followers of the largest account, both included; None: no upper bound."""
PLATFORM_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "blog": ("blog", "feed", "forem", "medium", "substack", "tumblr", "web", "wordpress", "wordpress_com"),
    "fediverse": ("activitypub", "lemmy", "mastodon", "pixelfed"),
    "forum": ("discourse", "hackernews", "lemmy", "nodebb", "reddit", "stackexchange"),
    "newsletter": ("feed", "newsletter", "substack", "web"),
}
"""Names for several platforms. Sites and newsletters are read as "web" or "feed", whoever hosts them."""
PLATFORMS: Final = (
    "activitypub", "bluesky", "discourse", "feed", "flickr", "forem", "hackernews", "instagram", "lemmy", "mastodon",
    "medium", "nodebb", "pixelfed", "podcast", "reddit", "stackexchange", "substack", "threads", "tiktok", "tumblr",
    "web", "wordpress", "wordpress_com", "x", "youtube",
)  # fmt: skip
KINDS: Final = ("person", "organisation", "publication", "group", "aggregator", "bot", "unknown")
INCLUDED: Final = ("organisation", "aggregator")
_MORE_LANGUAGES: Final = frozenset(
    ["bg", "bn", "gl", "he", "hr", "ja", "ko", "lv", "ms", "sk", "sl", "th", "uk", "vi", "zh"]
)
LANGUAGES: Final = STEM_LANGUAGES | _MORE_LANGUAGES


@dataclass(frozen=True, slots=True, kw_only=True)
class Overrides:
    """Options of a query; None or empty leaves the part to what the query says.

    ``places`` replace the places in the query, ``not_places`` are left out besides, ``near`` stands in where the query
    names none, ``no_place`` reads none out of it. ``radius_km`` widens or narrows the wanted places; 0 is the place's
    own border. ``exclude`` are words as after a minus sign. ``min_engagement`` is a fraction: .02 is two in a hundred.
    ``mentions`` and ``no_mentions`` are brands that a post names, or none does.
    """

    places: tuple[str, ...] = ()
    not_places: tuple[str, ...] = ()
    radius_km: float | None = None
    near: str | None = None
    no_place: bool = False
    tier: str | None = None
    min_followers: int | None = None
    max_followers: int | None = None
    min_engagement: float | None = None
    platforms: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    active_within_days: int | None = None
    mentions: tuple[str, ...] = ()
    no_mentions: tuple[str, ...] = ()
    like: str | None = None

    def check(self) -> None:
        """Raise QueryError for the first value that is not known, naming those that are."""
        _one_of("--tier", [self.tier] if self.tier is not None else [], TIERS)
        _one_of("--platform", self.platforms, {*PLATFORMS, *PLATFORM_GROUPS})
        _one_of("--language", self.languages, LANGUAGES)
        _one_of("--kind", self.kinds, KINDS)
        _one_of("--include", self.include, INCLUDED)
        _brands("--mentions", self.mentions)
        _brands("--no-mentions", self.no_mentions)
        _at_least("--radius", self.radius_km, 0)
        _at_least("--min-followers", self.min_followers, 0)
        _at_least("--max-followers", self.max_followers, 0)
        _at_least("--active-within", self.active_within_days, 1)
        _at_least("--min-engagement", self.min_engagement, 0)
        if self.min_engagement is not None and self.min_engagement > 1:
            raise QueryError(f"--min-engagement: {self.min_engagement:g} is more than 1; 0.02 is two in a hundred")
        low, high = self.min_followers, self.max_followers
        if low is not None and high is not None and low > high:
            raise QueryError(f"--min-followers {low} is more than --max-followers {high}; exchange them")
        if self.no_place and (self.places or self.near):
            raise QueryError("--no-place contradicts --place and --near; leave one out")


def resolve_platforms(names: Iterable[str]) -> tuple[str, ...]:
    """Platforms for platforms and groups of platforms, each once."""
    return tuple(dict.fromkeys(platform for name in names for platform in PLATFORM_GROUPS.get(name, (name,))))


def _one_of(option: str, values: Iterable[str], allowed: Iterable[str]) -> None:
    known = sorted(allowed)
    for value in values:
        if value not in known:
            raise QueryError(f"{option}: {value!r} is not known; one of {', '.join(known)}")


def _brands(option: str, values: Iterable[str]) -> None:
    for value in values:
        if not any(letter.isalnum() for letter in value):
            raise QueryError(f"{option}: {value!r} names no brand; give a name, a @handle or a domain")


def _at_least(option: str, value: float | None, least: int) -> None:
    if value is not None and not value >= least:  # nan too
        raise QueryError(f"{option}: {value:g} is too small; at least {least}")
