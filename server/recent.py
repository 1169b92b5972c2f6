"""What was asked lately: answers, while nothing changed, and the rankings that later pages go on in."""

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final, NamedTuple

from search.results import Answer
from search.window import Window

KEPT: Final = 200  # answers
LARGEST: Final = 25  # results of an answer that is kept
MOST: Final = 500  # windows: 15 KB each at most


class Recent(NamedTuple):
    """An answer, and whom its query found in all."""

    answer: Answer
    window: tuple[str, ...]


class RecentAnswers:
    """A small memory, for any thread. What it is asked by must name everything that an answer rests on."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Recent] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Recent | None:
        """What was answered to exactly this."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
            return found

    def keep(self, key: Hashable, recent: Recent) -> None:
        """Remember an answer, and let go of the one that was not asked for longest."""
        if len(recent.answer.results) + len(recent.answer.nearest) > LARGEST:
            return
        with self._lock:
            self._kept[key] = recent
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


class Windows:
    """The windows of the last queries, for any thread; each is found by the cursor that leads on in it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._kept: OrderedDict[Hashable, tuple[float, Window]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Window | None:
        """The window that this leads on in, unless it is too old."""
        with self._lock:
            began, window = self._kept.get(key, (0.0, None))
            return window if time.monotonic() - began < self._seconds else None

    def keep(self, key: Hashable, window: Window, *, before: Hashable = None) -> None:
        """Remember a window; one that was kept ``before`` under another key does not become younger."""
        with self._lock:
            began, _ = self._kept.get(before, (time.monotonic(), window))
            self._kept[key] = (began, window)
            self._kept.move_to_end(key)
            while len(self._kept) > MOST:
                self._kept.popitem(last=False)
