"""The legs of a query: posts and creators, by words and by meaning, everywhere and inside what was asked for.

Each leg is a ranking of creators; which of them are looked at more closely is decided by rank fusion. Scores come
later and for all alike (``Index.best_posts``), so that a score does not depend on the leg that found a creator.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from indexer.bundles import Vector
from indexer.contract import Filters, Index, TextQuery
from niche.model import Niche
from search.fusion import reciprocal_ranks
from search.weights import Limits


def everywhere(niche: Niche, now: datetime) -> Filters:
    """Conditions that a creator outside of can never meet: what is not known here is not there."""
    asked = niche.filters
    return Filters(
        platforms=frozenset(asked.platforms),
        languages=frozenset(asked.languages),
        kinds=frozenset(asked.kinds),
        active_since=None if asked.active_within_days is None else now - timedelta(days=asked.active_within_days),
    )


def inside(niche: Niche, now: datetime) -> Filters | None:
    """The narrow part: known to be in the place, of the size and answered as asked for. None where nothing was.

    Only a second set of legs, so that the far away do not crowd out the local: somebody of whom that is not known can
    still be found by the first.
    """
    asked = niche.filters
    keys = frozenset[str]().union(*(target.keys for target in niche.wanted_places))
    wanted = everywhere(niche, now)._replace(
        place_keys=keys,
        min_followers=asked.min_followers,
        max_followers=asked.max_followers,
        min_engagement=asked.min_engagement,
    )
    return None if wanted == everywhere(niche, now) else wanted


def scopes_of(niche: Niche, now: datetime) -> list[Filters]:
    """Where the legs look: everywhere, and inside what was asked for."""
    narrow = inside(niche, now)
    return [everywhere(niche, now), *([narrow] if narrow else [])]


def candidates(
    index: Index, query: TextQuery, meaning: Callable[[], Vector], scopes: Sequence[Filters], limits: Limits
) -> list[tuple[str, float]]:
    """Every creator that a leg found, by rank fusion over all legs, best first."""
    return reciprocal_ranks(index.search_legs(query, meaning, scopes, creators=limits.leg_creators))
