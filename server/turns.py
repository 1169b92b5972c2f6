"""Who may use one of a few things next: whoever came first. A queue of the standard library lets newcomers pass."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from search.errors import EnginesBusy


class Turns:
    """So many at once, the others in the order in which they came."""

    def __init__(self, places: int, wait: float) -> None:
        """``wait``: seconds after which somebody who waits is sent away."""
        self._free = places
        self._wait = wait
        self._waiting: deque[threading.Event] = deque()
        self._lock = threading.Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a place and keep it. Raises EnginesBusy."""
        self._come()
        try:
            yield
        finally:
            self._go()

    def _come(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            called = threading.Event()
            self._waiting.append(called)
        if called.wait(self._wait):
            return
        with self._lock:
            if called.is_set():  # in the same moment
                return
            self._waiting.remove(called)
        raise EnginesBusy("too many searches at once; try again in a moment")

    def _go(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()  # the place is theirs
            else:
                self._free += 1
