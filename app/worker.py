"""``nichescout worker``: does what is due, waits for what is next, ends when it is told to.

SIGTERM and Ctrl-C end it cleanly: pages on their way are committed, leases are given back, the next worker goes on
there. Nothing is lost either when it is killed: its leases are taken back by whoever comes next.
"""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Final

from app.by_itself import Turns
from app.config import Config
from app.discovery import check_contact
from app.telling import Say, Stopped, clock_time
from catalog.store import Catalog, open_catalog
from crawler.brakes import brake
from crawler.workers import bury_dead, register

_LONGEST_WAIT: Final = 60.0  # seconds after which it looks again, for schedules that others added
_SHORTEST_WAIT: Final = 5.0
_LOOK_EVERY: Final = 1.0
_TIDY_EVERY: Final = 24 * 3600.0


class Stop:
    """The wish to end, from a signal: at once while waiting, else as an interrupt of what is being done."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self._waiting = False

    def wait(self, seconds: float) -> None:
        """Sleep, at most so long."""
        self._waiting = True
        try:
            self.asked.wait(seconds)
        finally:
            self._waiting = False

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Let the two signals mean this wish."""
        before = {number: signal.signal(number, self._hear) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self.asked.set()
        if not self._waiting:
            raise KeyboardInterrupt


def work(config: Config, say: Say, *, replay: Path | None = None) -> None:
    """Work until told to stop; ``replay``: only on discoveries that were asked for, from a recording.

    Raises NoContact before anything is done.
    """
    if replay is None:
        check_contact(config)
    stop = Stop()
    with open_catalog(config.place) as catalog, register(config.data) as worker, stop.listening():
        try:
            bury_dead(config.data, catalog.reclaim)
            _work(Turns(config, catalog, worker, say, replay), stop, say)
        except (KeyboardInterrupt, Stopped):
            pass
    say("stopped; the next worker goes on from here")


def work_what_is_due(config: Config, say: Say) -> None:
    """Do what is due now, once, and end: for cron. Raises NoContact, Braked, Stopped."""
    check_contact(config)
    with open_catalog(config.place) as catalog, register(config.data) as worker:
        bury_dead(config.data, catalog.reclaim)
        turns = Turns(config, catalog, worker, say)
        turns.tidy()
        while turns.one():
            pass
        braked = brake(config.data, config.min_free)
        say(braked[1] if braked else _next(catalog))


def _work(turns: Turns, stop: Stop, say: Say) -> None:
    tidied, told = -_TIDY_EVERY, ""
    while not stop.asked.is_set():
        if time.monotonic() - tidied >= _TIDY_EVERY:
            turns.tidy()
            tidied = time.monotonic()
        if turns.one():
            told = ""
            continue
        braked = brake(turns.config.data, turns.config.min_free)
        due = "waits for discoveries that are asked for" if turns.replay else _next(turns.catalog)
        words = f"paused: {braked[1]}" if braked else due
        if words != told:  # once, however often it looks
            say(words)
            told = words
        _wait(stop, turns.catalog)


def _wait(stop: Stop, catalog: Catalog) -> None:
    """Until something is due; whoever asks for a discovery sits and looks at the page."""
    until = time.monotonic() + _seconds_to_wait(catalog)
    while not stop.asked.is_set() and time.monotonic() < until and not catalog.discovery_waits():
        stop.wait(_LOOK_EVERY)


def _next(catalog: Catalog) -> str:
    due = catalog.next_by_itself()
    if due is None:
        return 'nothing is scheduled; add something with: nichescout schedule add "QUERY" --every 7d'
    moment, what = due
    return f"next: {what}, {clock_time(moment) if moment > catalog.now() else 'when the worker that has it is done'}"


def _seconds_to_wait(catalog: Catalog) -> float:
    due = catalog.next_by_itself()
    left = _LONGEST_WAIT if due is None else (due[0] - catalog.now()).total_seconds()
    return min(max(left, _SHORTEST_WAIT), _LONGEST_WAIT)
