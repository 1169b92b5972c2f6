"""SearXNG: results are leads only."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "freesearch_SYNTHETIC.json": (0, 0),
    "index54058522818_live_capture.json": (0, 0),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_searxng() -> None:
    check_files(TABLE, "searxng")
