"""Cosines of float16 rows, the digits in which every backend orders what it found."""

from collections.abc import Callable
from typing import Any

import numkong
import numpy as np
from numpy.typing import NDArray

from indexer.bundles import Vector


def exact_cosines(rows: NDArray[np.float16], vector: Vector) -> NDArray[np.float32]:
    """Of unit rows, clipped to [-1, 1]; independent of which rows are asked together."""
    if len(rows) == 0:
        return np.zeros(0, np.float32)
    query = np.ascontiguousarray(vector[None, :], dtype=np.float16)
    return np.clip(products(query, rows), -1.0, 1.0).astype(np.float32)


def products(query: NDArray[Any], rows: NDArray[Any]) -> NDArray[np.float64]:
    """Dot products of one query, shape (1, dimension), with rows of the same kind."""
    distances: Callable[..., Any] = numkong.cdist
    found: NDArray[np.float64] = np.asarray(distances(query, rows, "dot"))[0]
    return found


def short_products(query: NDArray[np.int8], rows: NDArray[np.int8]) -> NDArray[np.float32]:
    """The same of int8, which half the memory holds: whole numbers, without loss up to a thousand components."""
    distances: Callable[..., Any] = numkong.cdist
    found: NDArray[np.float32] = np.asarray(distances(query, rows, "dot", out_dtype="float32"))[0]
    return found
