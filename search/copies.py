"""Creators that are the same persona twice: the best one stays, the others leave the answer."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from search.ranking import SAME, Ranked
from text.fold import fold

POSTS: Final = 3


def without_copies(ranked: Iterable[Ranked]) -> list[Ranked]:
    """Keep the first of those that share name, bio and best posts.

    A copied post has the same cosine and the same BM25 as its original, so no text needs to be read. Creators without
    a bio are never taken for copies: co-authors of one text are two people.
    """
    seen: set[tuple[str, str, _Best]] = set()
    kept = []
    held = [(entry, _first(entry)) for entry in ranked]
    shared = Counter(first for _, first in held)
    for entry, first in held:
        # Names and bios are folded, and all scores rounded, for these only.
        if first is not None and shared[first] > 1 and entry.outline.bio.strip():
            persona = (*_names(entry), _best(entry))
            if persona in seen:
                continue
            seen.add(persona)
        kept.append(entry)
    return kept


_Best = tuple[tuple[float, float], ...]


def _first(entry: Ranked) -> float | None:
    """A score that copies have in common; None without posts."""
    return round(entry.among.scores.best_cosines[entry.row], SAME) if entry.among.scores.held[entry.row] else None


def _best(entry: Ranked) -> _Best:
    """What the best posts of somebody scored."""
    return tuple((round(post.cosine, SAME), round(post.lexical, SAME)) for post in entry.scores.posts[:POSTS])


def _names(entry: Ranked) -> tuple[str, str]:
    return fold(entry.document.name), " ".join(entry.outline.bio.split())
