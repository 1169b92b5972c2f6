"""Rounding many numbers as Python rounds one: to the decimal that is nearest to what the number really is."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_CLOSE: Final = 1e-4  # of a unit in the last place; what multiplying adds is far less, up to a hundred million units


def rounded(values: Floats, digits: int) -> Floats:
    """``round(value, digits)`` of each. numpy's own multiplies first, and goes wrong where that makes a tie."""
    units = 10.0**digits
    scaled = values * units
    found: Floats = np.rint(scaled) / units
    for at in np.flatnonzero(np.abs(np.abs(scaled - np.trunc(scaled)) - 0.5) < _CLOSE).tolist():
        found[at] = round(float(values[at]), digits)
    return found
