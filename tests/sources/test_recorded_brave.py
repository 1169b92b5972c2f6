"""Brave's recorded answers: leads, of which nothing is kept."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "787356a0326e": (0, 0),
    "5110e1eb5baf": (0, 0),
    "aec2aff68401": (0, 0),
}


def read(recording: Recording) -> PageItems | None:
    found = read_by_shape(recording, "brave")
    assert len(found.links) >= 20
    return found


def test_accounts_and_posts() -> None:
    check_table(TABLE, "brave", read)
