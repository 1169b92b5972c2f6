"""Creators that are the same persona twice: the best one stays, the others leave the answer."""

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
    seen: set[tuple[object, ...]] = set()
    kept = []
    for entry in ranked:
        persona = _persona(entry)
        if persona is None or persona not in seen:
            kept.append(entry)
        if persona is not None:
            seen.add(persona)
    return kept


def _persona(entry: Ranked) -> tuple[object, ...] | None:
    document = entry.document
    best = tuple((round(post.cosine, SAME), round(post.lexical, SAME)) for post in entry.scores.posts[:POSTS])
    if not document.bio.strip() or not best:
        return None
    return (fold(document.name), " ".join(fold(document.bio).split()), best)
