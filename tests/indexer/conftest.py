"""A prefix of its own on the shared Elasticsearch node, for each test that asks."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.backends.elastic.opening import connect
from indexer.locations import Server

_numbers = itertools.count()


@pytest.fixture
def server(elasticsearch: str, tmp_path: Path) -> Iterator[Server]:
    made = Server(f"{elasticsearch}/t{os.getpid()}-{next(_numbers)}", tmp_path / "remote")
    yield made
    clean(made)


def clean(server: Server) -> None:
    cluster = connect(server)
    cluster.drop(cluster.indices(f"{cluster.address.prefix}-*"))
    cluster.close()
