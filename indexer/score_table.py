"""Scores of several creators side by side: arrays for who ranks two hundred, and a mapping for who looks at one."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, islice
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from indexer.bundles import PostTraits
from indexer.contract import CreatorScores, PostScore

Positions = NDArray[np.int64]
Floats = NDArray[np.float64]


_ARRAYS: Final = (
    "profile", "centroids", "bios", "written", "on_theme", "held", "lexical", "cosines", "passages", "posts",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class ScoreTable(Mapping[str, CreatorScores]):
    """See ``contract.CreatorScores``; ``[creator, n]`` of a table is the creator's n-th best post.

    Where a creator has fewer posts than the table has columns, BM25 is 0 and cosine -1. Ids of posts are read when
    somebody asks.
    """

    creators: Sequence[str]  # distinct
    profile: Floats  # BM25
    centroids: Floats
    bios: Floats
    written: Floats  # posts, copies once
    on_theme: Floats
    held: Positions  # posts in the tables below
    lexical: Floats
    cosines: Floats
    passages: Positions
    posts: Positions  # what ``read_ids`` knows a post by
    read_ids: Callable[[Positions], Sequence[str]]
    read_traits: Callable[[Positions], Sequence[PostTraits]]

    def __len__(self) -> int:
        return len(self.creators)

    def __iter__(self) -> Iterator[str]:
        return iter(self.creators)

    def __getitem__(self, creator_id: str) -> CreatorScores:
        row = self._rows[creator_id]
        (ids,) = self.post_ids([row], self.posts.shape[1])
        columns = [table[row, : len(ids)].tolist() for table in (self.lexical, self.cosines, self.passages)]
        return CreatorScores(
            lexical=float(self.profile[row]),
            centroid=float(self.centroids[row]),
            bio=float(self.bios[row]),
            post_count=int(self.written[row]),
            on_theme=float(self.on_theme[row]),
            posts=tuple(map(PostScore, ids, *columns)),
        )

    def best(self, rows: Sequence[int], most: int) -> list[list[tuple[str, int]]]:
        """Ids of the best posts of some creators, at most so many of each, with the best passage; read in one go."""
        passages = self.passages[list(rows), :most].tolist()
        named = zip(self.post_ids(rows, most), passages, strict=True)
        return [list(zip(ids, of_one, strict=False)) for ids, of_one in named]

    def post_ids(self, rows: Sequence[int], most: int) -> list[list[str]]:
        """Ids of the best posts of some creators, at most so many of each, read in one go."""
        if not rows:
            return []
        posts, held = self.posts[list(rows), :most], np.minimum(self.held[list(rows)], most)
        names = iter(self.read_ids(posts[np.arange(posts.shape[1]) < held[:, None]]))
        return [list(islice(names, count)) for count in held.tolist()]

    def traits(self, rows: Sequence[int], columns: Sequence[int]) -> Sequence[PostTraits]:
        """What is known of one post of each of these rows, in that column, read in one go."""
        return self.read_traits(self.posts[list(rows), list(columns)]) if rows else ()

    def of(self, creators: Sequence[str]) -> Self:
        """The same for these creators, in their order."""
        return self if list(creators) == list(self.creators) else self._at([self._rows[key] for key in creators])

    def keeping(self, kept: Mapping[int, Sequence[int]]) -> Self:
        """Of some creators only these of their posts, in this order."""
        if not kept:
            return self
        held = self.held.copy()
        held[list(kept)] = [len(columns) for columns in kept.values()]
        return replace(
            self,
            held=held,
            lexical=_moved(self.lexical, kept, 0.0),
            cosines=_moved(self.cosines, kept, -1.0),
            passages=_moved(self.passages, kept, -1),
            posts=_moved(self.posts, kept, -1),
        )

    def _at(self, rows: Sequence[int]) -> Self:
        arrays: dict[str, Any] = {name: getattr(self, name)[rows] for name in _ARRAYS}
        return replace(self, creators=[self.creators[row] for row in rows], **arrays)

    @property
    def best_cosines(self) -> Floats:
        """The cosine of the best post of each creator; without posts -1."""
        return self.cosines[:, 0] if self.cosines.shape[1] else np.full(len(self.creators), -1.0)

    @cached_property
    def _rows(self) -> dict[str, int]:
        return {key: row for row, key in enumerate(self.creators)}


def _moved(table: NDArray[Any], kept: Mapping[int, Sequence[int]], missing: float) -> NDArray[Any]:
    moved = table.copy()
    for row, columns in kept.items():
        moved[row] = missing
        moved[row, : len(columns)] = table[row, list(columns)]
    return moved


def _untold(post_ids: Sequence[str]) -> Sequence[PostTraits]:
    return [PostTraits(None, may_deny=False)] * len(post_ids)


def table_of(
    scores: Mapping[str, CreatorScores], traits: Callable[[Sequence[str]], Sequence[PostTraits]] = _untold
) -> ScoreTable:
    """A table of scores that were made one by one; ``traits`` by the ids of posts."""
    if isinstance(scores, ScoreTable):
        return scores
    every = list(scores.values())
    posts = list(chain.from_iterable(held.posts for held in every))
    counts = np.array([len(held.posts) for held in every], np.int64)
    shape = (len(every), int(counts.max(initial=0)))
    place = np.arange(shape[1]) < counts[:, None]

    def spread(values: Iterable[float], missing: float) -> NDArray[Any]:
        table = np.full(shape, missing)
        table[place] = list(values)
        return table

    def column(values: Iterable[float]) -> Floats:
        return np.array(list(values), np.float64)

    return ScoreTable(
        creators=list(scores),
        profile=column(held.lexical for held in every),
        centroids=column(held.centroid for held in every),
        bios=column(held.bio for held in every),
        written=column(held.post_count for held in every),
        on_theme=column(held.on_theme for held in every),
        held=counts,
        lexical=spread((post.lexical for post in posts), 0.0),
        cosines=spread((post.cosine for post in posts), -1.0),
        passages=spread((post.passage for post in posts), -1),
        posts=spread(range(len(posts)), -1),
        read_ids=lambda rows: [posts[row].post_id for row in rows.tolist()],
        read_traits=lambda rows: traits([posts[row].post_id for row in rows.tolist()]),
    )
