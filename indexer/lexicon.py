"""Exact BM25 from a forward index: which terms a document holds and how often.

tantivy finds candidates, but its statistics count deleted documents until a merge happens and its document lengths
are rounded, so that the score of one text would depend on the order in which an index was built. So candidates are
scored again here, from live counts and true lengths: building step by step and rebuilding give the same scores.

A term is a 32-bit hash (CRC 32 with a seed for the field). A wrong match needs a document with a term of the same
hash as a query term: about one in ten million for a post.
"""

import zlib
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import log
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.contract import TextQuery
from indexer.vocabulary import Vocabulary

K1: Final = 1.2
B: Final = 0.75
Field = Literal["surface", "stems"]
FIELDS: Final[tuple[Field, Field]] = ("surface", "stems")

_SEEDS: Final[dict[Field, int]] = {"surface": 0, "stems": 0x9E3779B9}
_REMEMBERED: Final = 1 << 16  # tokens of a field
_MOST_TIMES: Final = 255  # that a frequency counts
_CELLS: Final = 1 << 19  # documents × terms looked up at once: bounds memory
_MOST_READ: Final = 1 << 21  # terms of documents read at once, likewise
_QUICKER_READ: Final = 3  # times, where documents lie side by side
_TABLE: Final = 1 << 16
_LAST_BITS: Final = np.uint32(_TABLE - 1)


class Forward(NamedTuple):
    """The terms of one document, ready to be appended: hashes ascending, with their frequencies (at most 255)."""

    hashes: NDArray[np.uint32]
    frequencies: NDArray[np.uint8]
    surface: int  # tokens
    stems: int


class ReadTerms(NamedTuple):
    """The hash of each token of one document, as they stand."""

    surface: "array[int]"
    stems: "array[int]"


class Forwards(NamedTuple):
    """The terms of several documents, one after another; ``counts``, ``surface`` and ``stems`` are of each document."""

    hashes: NDArray[np.uint32]
    frequencies: NDArray[np.uint8]
    counts: NDArray[np.int64]  # terms
    surface: NDArray[np.int64]  # tokens
    stems: NDArray[np.int64]

    def each(self) -> Iterator[Forward]:
        """The terms of one document after the other."""
        ends = np.cumsum(self.counts)
        numbers = zip(
            (ends - self.counts).tolist(), ends.tolist(), self.surface.tolist(), self.stems.tolist(), strict=True
        )
        for start, end, surface, stems in numbers:
            yield Forward(self.hashes[start:end], self.frequencies[start:end], surface, stems)


def read_terms(surface: str, stems: str) -> ReadTerms:
    """Read the token strings of one document; numpy would read a list three times as slowly."""
    return ReadTerms(
        array("Q", term_hashes(surface.split(), "surface")), array("Q", term_hashes(stems.split(), "stems"))
    )


def forward_all(documents: Iterable[ReadTerms]) -> Forwards:
    """The terms of several documents: one sorting for all of them."""
    hashes = array("Q")
    lengths: list[tuple[int, int]] = []
    for words, stemmed in documents:
        hashes.extend(words)
        hashes.extend(stemmed)
        lengths.append((len(words), len(stemmed)))
    surface, stems = np.array(lengths, np.int64).reshape(-1, 2).T
    # The number of the document stands above the hash, so that sorting keeps documents apart.
    keys = np.repeat(np.arange(len(lengths), dtype=np.uint64) << 32, surface + stems)
    keys |= np.frombuffer(hashes, np.uint64)
    keys.sort()
    begins = np.flatnonzero(np.append(True, keys[1:] != keys[:-1]))[: len(keys)]
    frequencies = np.minimum(np.diff(np.append(begins, len(keys))), _MOST_TIMES)
    first = keys[begins]
    counts = np.bincount((first >> 32).astype(np.int64), minlength=len(lengths))
    return Forwards(first.astype(np.uint32), frequencies.astype(np.uint8), counts, surface, stems)


def term_hash(token: str, field: Field) -> int:
    """The number under which a term of a field is stored. Remembered: a corpus repeats its words."""
    return _HASHES[field][token]


def term_hashes(tokens: Iterable[str], field: Field) -> Iterator[int]:
    """``term_hash`` of each."""
    return map(_HASHES[field].__getitem__, tokens)


class _Hashes(dict[str, int]):
    """The hashes of one field's tokens, so many as are kept; read by ``map`` without a call for each token."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._seed = _SEEDS[field]

    def __missing__(self, token: str) -> int:
        if len(self) >= _REMEMBERED:
            self.clear()
        found = self[token] = zlib.crc32(token.encode(), self._seed)
        return found


_HASHES: Final[dict[Field, _Hashes]] = {field: _Hashes(field) for field in FIELDS}


class Statistics(NamedTuple):
    """Of the live documents of one kind: how many there are, and how many tokens each field holds."""

    documents: int
    surface: int
    stems: int

    def average(self, field: Field) -> float:
        """Mean length of a field in tokens, at least 1 so that an empty field divides nothing by zero."""
        return max(getattr(self, field) / self.documents, 1.0) if self.documents else 1.0


class WeightedTerm(NamedTuple):
    """A query term with its weight: idf × (k1 + 1) × how often the query holds it."""

    token: str
    field: Field
    weight: float


def inverse_document_frequency(documents: int, frequency: int) -> float:
    """ln(1 + (N - n + .5) / (n + .5)), as Lucene and tantivy have it."""
    return log(1.0 + (documents - frequency + 0.5) / (frequency + 0.5))


def query_terms(query: TextQuery) -> list[tuple[str, Field, int]]:
    """Distinct terms of a query with their field and how often they were given."""
    counted: list[tuple[str, Field, int]] = []
    for field, tokens in zip(FIELDS, (query.surface, query.stems), strict=True):
        counted.extend((token, field, count) for token, count in Counter(tokens).items())
    return counted


def related_terms(vocabulary: Vocabulary, documents: int, frequencies: Iterable[int]) -> Iterator[WeightedTerm]:
    """The words of a theme with their weights; ``frequencies``: in how many of the ``documents`` each occurs."""
    for word, held in zip(vocabulary.words, frequencies, strict=True):
        if held:
            idf = inverse_document_frequency(documents, held)
            yield WeightedTerm(word.stem, "stems", word.weight * idf * (K1 + 1))


def bm25(
    terms: Sequence[WeightedTerm],
    documents: NDArray[Any],
    statistics: Statistics,
    hashes: NDArray[np.uint32],
    frequencies: NDArray[np.uint8],
) -> NDArray[np.float64]:
    """Scores of ``documents`` (records with ``terms``, ``term_count`` and the lengths); 0 where no term matches."""
    scores = np.zeros(len(documents))
    if not terms or len(hashes) == 0:
        return scores
    targets = np.array([term_hash(term.token, term.field) for term in terms], dtype=np.uint32)
    weights = np.array([term.weight for term in terms])
    in_stems = np.array([term.field == "stems" for term in terms])
    averages = np.where(in_stems, statistics.average("stems"), statistics.average("surface"))
    step = max(1, _CELLS // len(terms))
    for start in range(0, len(documents), step):
        part = documents[start : start + step]
        counts = _frequencies_of(targets, part, hashes, frequencies)
        lengths = np.where(in_stems, part["stems"][:, None], part["surface"][:, None])
        saturation = counts + K1 * (1.0 - B + B * lengths / averages)
        # A running sum by column keeps the order of addition, whatever the number of documents.
        contribution = weights * counts / saturation
        for column in range(len(terms)):
            scores[start : start + step] += contribution[:, column]
    return scores


def _frequencies_of(
    targets: NDArray[np.uint32],
    documents: NDArray[Any],
    hashes: NDArray[np.uint32],
    frequencies: NDArray[np.uint8],
) -> NDArray[np.float64]:
    """How often each document holds each target, by whichever way looks at fewer numbers."""
    counts = documents["term_count"].astype(np.int64)
    terms, steps = int(counts.sum()), int(counts.max(initial=0)).bit_length()
    side_by_side = _are_side_by_side(documents, counts)
    most = len(documents) * len(targets) * steps * (_QUICKER_READ if side_by_side else 1)
    if terms > min(_MOST_READ, most):
        return _by_halving(targets, documents, hashes, frequencies)
    return _by_reading(targets, documents, hashes, frequencies, side_by_side=side_by_side)


def _are_side_by_side(documents: NDArray[Any], counts: NDArray[np.int64]) -> bool:
    """Whether the terms of documents lie one after another, nothing between."""
    starts = documents["terms"].astype(np.int64)
    return bool((starts[1:] == starts[:-1] + counts[:-1]).all())


def _by_reading(
    targets: NDArray[np.uint32],
    documents: NDArray[Any],
    hashes: NDArray[np.uint32],
    frequencies: NDArray[np.uint8],
    *,
    side_by_side: bool,
) -> NDArray[np.float64]:
    """All terms of the documents are read; a table of their last bits sorts out nearly all at once."""
    counts = documents["term_count"].astype(np.int64)
    before = np.cumsum(counts) - counts
    if side_by_side:
        first = int(documents["terms"][0])
        held = hashes[first : first + int(counts.sum())]
    else:
        at = np.repeat(documents["terms"].astype(np.int64) - before, counts)
        at += np.arange(len(at), dtype=np.int64)
        held = hashes[at]
    is_target = np.zeros(_TABLE, np.bool_)
    is_target[targets & _LAST_BITS] = True
    likely = np.flatnonzero(is_target[held & _LAST_BITS])
    owners = np.searchsorted(before + counts, likely, side="right")
    found = np.zeros((len(documents), len(targets)))
    of, column = np.nonzero(held[likely][:, None] == targets)
    matching = likely[of]
    found[owners[of], column] = frequencies[matching + first if side_by_side else at[matching]]
    return found


def _by_halving(
    targets: NDArray[np.uint32],
    documents: NDArray[Any],
    hashes: NDArray[np.uint32],
    frequencies: NDArray[np.uint8],
) -> NDArray[np.float64]:
    """One binary search for all documents and targets side by side."""
    shape = (len(documents), len(targets))
    end = (documents["terms"] + documents["term_count"]).astype(np.int64)[:, None]
    low = np.broadcast_to(documents["terms"].astype(np.int64)[:, None], shape).copy()
    high = np.broadcast_to(end, shape).copy()
    last = len(hashes) - 1
    for _ in range(int(documents["term_count"].max(initial=0)).bit_length()):
        middle = (low + high) >> 1
        smaller = (hashes[np.minimum(middle, last)] < targets) & (low < high)
        low = np.where(smaller, middle + 1, low)
        high = np.where(smaller, high, middle)
    at = np.minimum(low, last)
    found = (low < end) & (hashes[at] == targets)
    return np.where(found, frequencies[at], 0).astype(np.float64)
