"""WordPress's API: three posts, one user, a tag and a category."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "b63ce1bdcb3f": (0, 0),
    "ccb495e2463f": (1, 1),
    "32d5db5db477": (1, 1),
    "938e15848f01": (1, 1),
    "0cffd75ab8ad": (0, 0),
    "7db12f52c69c": (1, 0),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_wordpress() -> None:
    check_files(TABLE, "wordpress")
