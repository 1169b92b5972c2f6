"""A real Elasticsearch node for measuring: one of its own, whose data stays, with more memory than the tests have."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tests.services.elasticsearch import Node


@contextmanager
def node() -> Iterator[Node]:
    """The node; stopped at the end, also at one that ``timeout`` makes. Raises CannotStart."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended before its time"))
    started = Node("bench", heap="1g")
    started.start()
    try:
        yield started
    finally:
        started.stop()
