"""Unit vectors as int8 with one scale a row for scanning, and as float16 for the exact score of the best.

Of passages the signs of the components are kept too, one bit each: what a large index is looked through by first
(``passage_scan.py``).

One scale a row (its largest component / 127) rather than one for all: no clipping, whatever the model. A scan gives
cosines to about .003; whatever is returned to search was rescored in float16 (about .0003).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numkong
import numpy as np
from numpy.typing import NDArray

from indexer.bundles import Matrix, Vector
from indexer.cosines import exact_cosines, short_products

Floats = NDArray[np.float32]
_SAMPLED: Final = 32  # every so many-th score tells how the scores are spread


class Quantised(NamedTuple):
    """Rows ready to be appended."""

    i8: NDArray[np.int8]
    scale: Floats
    f16: NDArray[np.float16]


def quantise(vectors: Matrix) -> Quantised:
    """Unit rows, shape (n, dimension), in both forms. A row of zeros stays zero."""
    rows = np.ascontiguousarray(vectors, dtype=np.float32)
    scale = np.abs(rows).max(axis=1, initial=0.0).astype(np.float32) / np.float32(127)
    safe = np.where(scale > 0, scale, np.float32(1))
    return Quantised(np.rint(rows / safe[:, None]).astype(np.int8), scale, rows.astype(np.float16))


def sign_bits(vectors: Matrix) -> NDArray[np.uint8]:
    """Which components are below zero, eight to a byte, the last byte filled up with zeros."""
    return np.packbits(vectors < 0, axis=1)


class SignBits:
    """The signs of many rows as mapped, compared by counting the bits that differ."""

    def __init__(self, rows: NDArray[np.uint8]) -> None:
        """``rows`` as ``sign_bits`` makes them."""
        self._rows = rows
        self._asked = False
        self._packed: Any = None

    def distances(self, vector: Vector) -> NDArray[Any]:
        """In how many signs each row differs.

        From the second question on the rows are laid out anew in memory, which halves the time of those that follow
        and costs that of five: whoever asks once does without.
        """
        query = sign_bits(vector[None, :])
        if not self._asked:
            self._asked = True
            plainly: Callable[..., Any] = numkong.cdist
            first: NDArray[np.float64] = np.asarray(plainly(query, self._rows, "hamming", dtype="uint1"))[0]
            return first
        packing: Callable[..., Any] = numkong.hammings_pack
        packed: Callable[..., Any] = numkong.hammings_packed
        if self._packed is None:
            self._packed = packing(self._rows)
        found: NDArray[np.uint32] = np.asarray(packed(query, self._packed))[0]
        return found


@dataclass(frozen=True, slots=True)
class VectorFile:
    """The rows of one kind (passages, centroids or bios) as mapped."""

    i8: NDArray[np.int8]
    scale: Floats
    f16: NDArray[np.float16]

    def __len__(self) -> int:
        return len(self.scale)

    def scan(self, vector: Vector, rows: NDArray[np.int64] | None = None) -> Floats:
        """Approximate cosines of all rows, or of ``rows``."""
        i8, scale = (self.i8, self.scale) if rows is None else (self.i8[rows], self.scale[rows])
        if len(scale) == 0:
            return np.zeros(0, np.float32)
        query = quantise(vector[None, :])
        cosines: Floats = short_products(query.i8, i8)
        cosines *= scale * query.scale[0]
        return cosines

    def exact(self, vector: Vector, rows: NDArray[np.int64]) -> Floats:
        """Cosines of ``rows`` from float16, clipped to [-1, 1]; independent of which rows are asked together."""
        return exact_cosines(self.f16[rows], vector)


def best_rows(scores: Floats, count: int) -> NDArray[np.int64]:
    """The rows of the ``count`` highest scores, in no order; none whose score is -inf."""
    rows = _likely_rows(scores, count)
    if rows is None:
        rows = np.flatnonzero(scores > -np.inf)
    if len(rows) <= count:
        return rows
    return rows[np.argpartition(scores[rows], len(rows) - count)[len(rows) - count :]]


def _likely_rows(scores: Floats, count: int) -> NDArray[np.int64] | None:
    """Somewhat more than ``count`` rows that hold the highest scores; None where a sample cannot tell them.

    Parting all scores in two takes several times as long as comparing them with a bound, and fifty times where most of
    them are the same.
    """
    sample = scores[::_SAMPLED]
    rank = 2 * count // _SAMPLED + _SAMPLED  # of the bound in the sample: about twice as many rows as are wanted
    if rank >= len(sample) // 2:
        return None
    bound = np.partition(sample, len(sample) - rank)[len(sample) - rank]
    likely = np.flatnonzero(scores >= bound)
    return likely if bound > -np.inf and len(likely) >= count else None
