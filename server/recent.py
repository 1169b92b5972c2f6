"""Answers to what was asked lately, while index and list of the forgotten are as they were: people page and go back."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from search.results import Answer

KEPT: Final = 200  # answers
LARGEST: Final = 25  # results of an answer that is kept


class RecentAnswers:
    """A small memory, for any thread. What it is asked by must name everything that an answer rests on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Answer | None:
        """The answer to exactly this."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, answer: Answer) -> None:
        """Remember an answer, and let go of the one that was not asked for longest."""
        if len(answer.results) + len(answer.nearest) > LARGEST:
            return
        with self._lock:
            self._kept[key] = answer
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
