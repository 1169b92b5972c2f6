"""Stack Exchange: questions with their authors."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "041600d1ec06": (3, 3),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_stackexchange() -> None:
    check_files(TABLE, "stackexchange")
