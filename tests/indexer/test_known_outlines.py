"""Rows of outlines are read once, and kept until there are too many."""

import numpy as np
import pytest

from indexer.backends.embedded import known_outlines
from indexer.backends.embedded.known_outlines import KnownOutlines
from indexer.engagement import Peers
from indexer.outline import outline_of
from tests.indexer.worlds import creator

PEOPLE = [creator(f"c{number}", bio=f"Bread, letter {number}.", followers=number) for number in range(40)]


class Reading:
    """Outlines by position, and who was read."""

    def __init__(self) -> None:
        self.read: list[int] = []
        self.known = KnownOutlines(len(PEOPLE), Peers({}), self._outlines)

    def ask(self, *positions: int) -> list[int]:
        """Whose outlines were read to answer."""
        self.read.clear()
        names = [PEOPLE[at].creator.id for at in positions]
        table = self.known.table(names, np.array(positions, np.int64))
        assert table.creators.tolist() == names
        assert table.followers.tolist() == list(positions)
        assert table.bios.tolist() == [f"bread, letter {at}." for at in positions]
        return list(self.read)

    def _outlines(self, positions):
        self.read.extend(positions.tolist())
        return [outline_of(PEOPLE[at].creator) for at in positions.tolist()]


def test_a_creator_is_read_once():
    reading = Reading()
    assert reading.ask(3, 1) == [3, 1]
    assert reading.ask(1, 2, 3) == [2]
    assert reading.ask(2, 1) == []
    assert reading.ask() == []


def test_whoever_is_too_many_is_read_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(known_outlines, "_MOST", 10)
    monkeypatch.setattr(known_outlines, "_ROOM", 2)
    reading = Reading()
    assert reading.ask(*range(8)) == list(range(8))
    assert reading.ask(7, 20, 21) == [20, 21]
    assert reading.ask(0, 30) == [0, 30]  # the eleventh: all were forgotten
    assert reading.ask(*range(15)) == list(range(15))  # more than are kept
    assert reading.ask(14) == []
