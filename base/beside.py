"""One piece of work beside the main thread, for what computes outside of Python's lock. No pool, no queue."""

import sys
from collections.abc import Callable
from threading import Thread
from typing import Final, Generic, TypeVar

T = TypeVar("T")
_HANDING_OVER: Final = 0.0005  # seconds
"""How long a thread may keep Python's lock that another waits for; of ten times as many, as is usual, work that takes
the lock a dozen times between its computing waits longer than it computes."""


class Beside(Generic[T]):
    """Starts ``work`` at once; ``result`` waits for it."""

    def __init__(self, work: Callable[[], T]) -> None:
        sys.setswitchinterval(_HANDING_OVER)
        self._work = work
        self._results: list[T] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self) -> T:
        """What the work gave; raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits
            self._error = error
