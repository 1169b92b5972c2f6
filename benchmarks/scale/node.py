"""A real Elasticsearch node for measuring: one of its own, whose data stays, with more memory than the tests have."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.services.elasticsearch import Node


@contextmanager
def node() -> Iterator[str]:
    """Its address; stopped at the end. Raises CannotStart."""
    started = Node("bench", heap="1g")
    started.start()
    try:
        yield started.address
    finally:
        started.stop()
