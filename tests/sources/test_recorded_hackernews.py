"""Hacker News: hits, items, numbers of stories."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "b0d28d98c045": (3, 3),
    "2de937b0fd80": (1, 1),
    "4a7b4592b327": (1, 1),
    "174797b5337d": (1, 1),
    "45f9a449ffe3": (0, 0),
    "1428548d8a47": (1, 1),
    "52f57d80e4dc": (1, 1),
    "7c3341ff7ba1": (1, 1),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_hackernews() -> None:
    check_files(TABLE, "hackernews")
