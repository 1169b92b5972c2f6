"""Creators that are the same persona twice: the best one stays, the others leave the answer."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from search.ranked import SAME, Ranked
from text.fold import fold

POSTS: Final = 3


def without_copies(ranked: Iterable[Ranked]) -> list[Ranked]:
    """Keep the first of those that share name, bio and best posts.

    A copied post has the same cosine and the same BM25 as its original, so no text needs to be read. Creators without
    a bio are never taken for copies: co-authors of one text are two people.
    """
    every = list(ranked)
    alike = _alike(every)
    shared = Counter(alike.values())
    seen: set[tuple[str, _Alike]] = set()
    kept = []
    for entry in every:
        same = alike.get(entry.id)
        if same is not None and shared[same] > 1:  # names are read and folded for these only
            persona = fold(entry.document.name), same
            if persona in seen:
                continue
            seen.add(persona)
        kept.append(entry)
    return kept


_Alike = tuple[str, tuple[tuple[float, float], ...]]  # bio, and what the best posts scored


def _alike(ranked: Sequence[Ranked]) -> dict[str, _Alike]:
    """What copies have in common besides the name, by id, of those who may be one."""
    firsts = [entry.first_score for entry in ranked]
    shared = Counter(firsts)
    return {  # bios are folded, and all scores rounded, for these only
        entry.id: (" ".join(entry.bio.split()), _best(entry))
        for entry, first in zip(ranked, firsts, strict=True)
        if first is not None and shared[first] > 1 and entry.bio.strip()
    }


def _best(entry: Ranked) -> tuple[tuple[float, float], ...]:
    """What the best posts of somebody scored."""
    scores, row = entry.among.scores, entry.row
    most = min(POSTS, int(scores.held[row]))
    pairs = zip(scores.cosines[row, :most].tolist(), scores.lexical[row, :most].tolist(), strict=True)
    return tuple([(round(cosine, SAME), round(lexical, SAME)) for cosine, lexical in pairs])
