"""Whoever came first is served first, and nobody waits for ever."""

import threading

import pytest

from search.errors import EnginesBusy
from server.turns import Turns


def test_whoever_came_first_is_next() -> None:
    turns, served = Turns(1, 20.0), list[int]()

    def take(number: int) -> None:
        with turns.turn():
            served.append(number)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(8)]
    with turns.turn():
        for number, thread in enumerate(threads):
            thread.start()
            while len(turns._waiting) <= number:
                threading.Event().wait(0.001)
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_who_waits_too_long_is_sent_away_and_takes_no_place() -> None:
    turns = Turns(2, 0.01)
    with turns.turn():
        with turns.turn():
            for _ in range(3):
                with pytest.raises(EnginesBusy), turns.turn():
                    pass
        with turns.turn():
            assert turns._free == 0
    assert turns._free == 2


def test_a_place_is_given_back_whatever_happens() -> None:
    turns = Turns(1, 0.01)
    with pytest.raises(ZeroDivisionError), turns.turn():
        _ = 1 / 0
    with turns.turn():
        pass
