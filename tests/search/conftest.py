"""What several tests of the search need."""

from collections.abc import Iterator

import pytest

from places.gazetteer import Gazetteer, open_gazetteer


@pytest.fixture(scope="session")
def gazetteer() -> Iterator[Gazetteer]:
    with open_gazetteer() as opened:
        yield opened
