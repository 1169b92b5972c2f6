"""BM25 of every post or profile that holds a word of a query, from the postings of all runs.

Scores are those of ``indexer.lexicon.bm25`` to the last digit: the same terms in the same order, live counts, true
lengths. A creator that was replaced keeps its postings until the generation is compacted, so counts pass it over and
whoever reads scores looks at living ones only.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.inverted import Hashes, Postings, Run
from indexer.backends.embedded.state import Live
from indexer.backends.embedded.text_store import Role
from indexer.contract import TextQuery
from indexer.lexicon import (
    K1,
    B,
    Field,
    Statistics,
    WeightedTerm,
    inverse_document_frequency,
    query_terms,
    term_hash,
)

Scores = NDArray[np.float64]
_KEPT: Final = 6  # a query asks for the same words of the same documents several times
_COUNTED: Final = 4096  # terms whose frequency is remembered: understanding a query asks for a word again and again


class Words:
    """The words of one snapshot."""

    def __init__(self, runs: Sequence[Run], live: Live, posts: int) -> None:
        self._runs = runs
        self._live = live
        self._sizes = {"post": posts, "creator": len(live)}
        self._all_live = bool(live.all())
        self._counted: dict[tuple[Role, int], int] = {}
        self._weighted: tuple[tuple[tuple[Role, TextQuery], list[WeightedTerm]], ...] = ()
        self._kept: tuple[tuple[tuple[Role, tuple[WeightedTerm, ...]], Scores], ...] = ()

    def owners(self) -> NDArray[np.uint32]:
        """The creator of each post, by position."""
        if len(self._runs) == 1:
            return self._runs[0].owners
        return np.concatenate([np.zeros(0, np.uint32), *[run.owners + np.uint32(run.first) for run in self._runs]])

    def frequency(self, role: Role, field: Field, token: str) -> int:
        """In how many living documents a term occurs. One unknown word in ten thousand has the hash of a known one."""
        key = role, term_hash(token, field)
        found = self._counted.get(key)
        if found is None:
            if len(self._counted) >= _COUNTED:
                self._counted.clear()
            found = self._counted[key] = int(self.frequencies(role, np.array([key[1]], np.uint32))[0])
        return found

    def frequencies(self, role: Role, terms: Hashes) -> NDArray[np.int64]:
        """In how many living documents each term occurs."""
        counts = np.zeros(len(terms), np.int64)
        for run in self._runs:
            held = _of(run, role)
            if self._all_live:
                counts += held.counts(terms)
            else:
                counts += self._living(run, role, [held.documents[at:end] for at, end in held.entries(terms)])
        return counts

    def weighted(self, role: Role, query: TextQuery, statistics: Statistics) -> list[WeightedTerm]:
        """The query's terms that some living document holds, with their exact weights."""
        for known, terms in self._weighted:
            if known == (role, query):
                return terms
        terms = self._weigh(role, query, statistics.documents)
        self._weighted = (((role, query), terms), *self._weighted[: _KEPT - 1])
        return terms

    def scores(self, role: Role, terms: Sequence[WeightedTerm], statistics: Statistics) -> Scores:
        """BM25 of all documents by position, 0.0 where no term matches; not to be changed."""
        key = role, tuple(terms)
        for known, scores in self._kept:
            if known == key:
                return scores
        scores = self._added(role, terms, statistics)
        self._kept = ((key, scores), *self._kept[: _KEPT - 1])  # in one step: several threads may search
        return scores

    def spelling(self, stems: Hashes) -> dict[int, str]:
        """Those of these hashes that are of a stem in a profile, with the stem."""
        found: dict[int, str] = {}
        for run in self._runs:
            found |= run.spelling.of(stems)
        return found

    def every_spelling(self) -> dict[int, str]:
        """All stems of profiles, by hash."""
        found: dict[int, str] = {}
        for run in self._runs:
            found |= run.spelling.all()
        return found

    def _weigh(self, role: Role, query: TextQuery, documents: int) -> list[WeightedTerm]:
        asked = query_terms(query)
        hashes = np.array([term_hash(token, field) for token, field, _ in asked], np.uint32)
        frequencies = self.frequencies(role, hashes).tolist()
        return [
            WeightedTerm(token, field, count * inverse_document_frequency(documents, frequency) * (K1 + 1))
            for (token, field, count), frequency in zip(asked, frequencies, strict=True)
            if frequency
        ]

    def _added(self, role: Role, terms: Sequence[WeightedTerm], statistics: Statistics) -> Scores:
        scores = np.zeros(self._sizes[role])
        hashes = np.array([term_hash(term.token, term.field) for term in terms], np.uint32)
        for run in self._runs:
            held, first = _of(run, role), run.first_post if role == "post" else run.first
            spans = [(term, *span) for term, span in zip(terms, held.entries(hashes), strict=True) if span[0] < span[1]]
            if not spans:
                continue
            at = [held.documents[begin:end] for _, begin, end in spans]
            lengths = [
                (held.stems if term.field == "stems" else held.surface)[of_one]
                for (term, _, _), of_one in zip(spans, at, strict=True)
            ]
            counts = [end - begin for _, begin, end in spans]
            averages = np.repeat([statistics.average(term.field) for term, _, _ in spans], counts)
            times = np.concatenate([held.times[begin:end] for _, begin, end in spans])
            saturation = times + K1 * (1.0 - B + B * np.concatenate(lengths) / averages)
            gained = np.repeat([term.weight for term, _, _ in spans], counts) * times / saturation
            # Added term after term, as if each were added alone: the sums are the same to the last digit.
            own = np.asarray(np.bincount(np.concatenate(at), gained, len(held.surface)), np.float64)
            if len(own) == len(scores):
                return own
            scores[first : first + len(own)] = own
        return scores

    def _living(self, run: Run, role: Role, documents: Sequence[NDArray[np.uint32]]) -> NDArray[np.int64]:
        """How many of each of these lists of documents live."""
        every = np.concatenate([np.zeros(0, np.uint32), *documents])
        creators = run.owners[every] if role == "post" else every
        before = np.append(0, np.cumsum(self._live[run.first + creators.astype(np.int64)]))
        ends = np.cumsum([0, *map(len, documents)])
        living: NDArray[np.int64] = np.diff(before[ends]).astype(np.int64)
        return living


def _of(run: Run, role: Role) -> Postings:
    return run.posts if role == "post" else run.creators
