"""Many numbers are rounded as Python rounds each."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.rounding import rounded

NUMBERS = st.floats(-2.0, 2.0) | st.integers(-20_000, 20_000).map(lambda tenths: tenths / 10_000 + 0.000_05)


@given(st.lists(NUMBERS), st.sampled_from([4, 6]))
def test_many_are_rounded_as_one(numbers: list[float], digits: int) -> None:
    assert rounded(np.array(numbers), digits).tolist() == [round(number, digits) for number in numbers]
