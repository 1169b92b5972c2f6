"""SearXNG: results are leads only."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "58b379c726c2": (0, 0),
    "9c1f8185dada": (0, 0),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_searxng() -> None:
    check_files(TABLE, "searxng")
