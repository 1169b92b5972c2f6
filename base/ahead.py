"""Making things in a thread while what was made before is sent: a pipeline of two, for work that waits for a server."""

import queue
from collections.abc import Iterable, Iterator
from itertools import islice
from threading import Event, Thread
from typing import Final, TypeVar

T = TypeVar("T")
_WAITING: Final = 0.05  # seconds between two looks whether the thread has ended


def ahead(items: Iterable[T], *, batch: int = 100, batches: int = 2) -> Iterator[T]:
    """The items in their order, made at most ``batches + 1`` batches before they are taken; raises what they raise.

    ``items`` are made in a thread of their own and must not share what is not made for it.
    """
    ready: queue.Queue[list[T] | BaseException | None] = queue.Queue(batches)
    stopped = Event()
    thread = Thread(target=_make, args=(items, batch, ready, stopped), daemon=True)
    thread.start()
    try:
        while (some := ready.get()) is not None:
            if isinstance(some, BaseException):
                raise some
            yield from some
    finally:
        stopped.set()
        while thread.is_alive():
            _make_room(ready)
            thread.join(_WAITING)


def _make(items: Iterable[T], batch: int, ready: "queue.Queue[list[T] | BaseException | None]", stopped: Event) -> None:
    making = iter(items)
    try:
        while not stopped.is_set() and (some := list(islice(making, batch))):
            ready.put(some)
        ready.put(None)
    except BaseException as error:  # noqa: BLE001 - handed to whoever takes
        ready.put(error)


def _make_room(ready: "queue.Queue[list[T] | BaseException | None]") -> None:
    """Nobody takes any more: what the thread still puts must not keep it."""
    try:
        while True:
            ready.get_nowait()
    except queue.Empty:
        return
