"""What is made ahead comes in order, all of it, with its errors; and nobody goes on making when nobody takes."""

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.ahead import ahead


@given(st.lists(st.integers(), max_size=50), st.integers(1, 7), st.integers(1, 3))
def test_all_of_it_in_order(items: list[int], batch: int, batches: int) -> None:
    assert list(ahead(iter(items), batch=batch, batches=batches)) == items


def test_an_error_comes_after_what_was_made_before_it() -> None:
    def making() -> Iterator[int]:
        yield from range(4)
        raise ValueError("broken")

    taken = []
    with pytest.raises(ValueError, match="broken"):
        taken.extend(ahead(making(), batch=2))
    made = ahead(making(), batch=2)
    assert [next(made) for _ in range(4)] == [0, 1, 2, 3]
    with pytest.raises(ValueError, match="broken"):
        next(made)


def test_it_is_made_before_it_is_taken_but_not_much_before() -> None:
    made: list[int] = []
    third = threading.Event()

    def making() -> Iterator[int]:
        for number in range(100):
            made.append(number)
            if number == 3:
                third.set()
            yield number

    taking = ahead(making(), batch=1, batches=2)
    assert next(taking) == 0
    assert third.wait(10)
    assert len(made) <= 5
    taking.close()  # type: ignore[attr-defined]


def test_who_stops_taking_ends_the_thread() -> None:
    before = threading.active_count()
    taking = ahead(iter(range(10_000)), batch=1)
    assert next(taking) == 0
    taking.close()  # type: ignore[attr-defined]
    assert threading.active_count() == before
