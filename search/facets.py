"""How the matches of a query divide: by platform, size, kind, language and home, for filters with counts."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from indexer.bundles import CreatorDocument
from indexer.creator_view import shown_kind, tier_of

MOST: Final = 12  # values of one facet, the most frequent ones


def facets_of(documents: Iterable[CreatorDocument]) -> Mapping[str, Mapping[str, int]]:
    """Counts of creators by facet and value; a creator counts once for each of its values."""
    counted: dict[str, Counter[str]] = {name: Counter() for name in ("platform", "tier", "kind", "language", "place")}
    for document in documents:
        counted["platform"].update(document.platforms)
        tier = tier_of(document.followers)
        counted["tier"][tier.name if tier else "unknown"] += 1
        counted["kind"][shown_kind(document.kind)] += 1
        counted["language"].update(document.languages)
        homes = (guess.place.label for guess in document.places if guess.role == "home")
        counted["place"][next(homes, "unknown")] += 1
    return {name: dict(_most(counts)) for name, counts in counted.items()}


def _most(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST]
