"""Feeds of podcasts: one account each, whoever talks in it."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "d245dd3ce08a": (1, 20),
    "002900b313f9": (1, 15),
    "de3849cc9359": (1, 59),
    "a12786914632": (1, 3),
    "070b07e5a868": (1, 4),
    "a46a6c8f62a7": (1, 56),
    "1ec110fdcfc3": (1, 5),
    "6c0190ad1b8b": (1, 138),
    "9a3ed1a92830": (1, 54),
    "59d8d17cffc5": (1, 730),
    "19cbe024d883": (1, 1),
    "a09e0ee7938f": (1, 10),
    "e91c91c3dd54": (1, 32),
    "ab0a3030536e": (1, 130),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_podcasts() -> None:
    check_files(TABLE, "podcast")
