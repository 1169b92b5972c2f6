"""Bluesky's recorded answers: how many accounts and posts come out of each. Counted by reading the bodies."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "2afec0f57c79": (1, 0),
    "aed47ea4c6c8": (1, 0),
    "a6e021439792": (50, 0),
    "3f8cad48a011": (1, 23),  # 25 rows, 2 of them reposts
    "224e9fd20bc5": (31, 57),  # 58 posts, one without words
    "f2759f8676a3": (1, 1),
    "54bca10a2ac0": (1, 1),
    "f1b8bf40c6e3": (50, 0),
    "a3630a3b405e": (1, 0),
    "1d8fcc30539c": (0, 0),  # who a repository belongs to: a link to the profile
    "aba8f6ddf349": (0, 0),  # a feed generator, no post
    "fdcc500b9c1d": (6, 0),
    "a82e372899ef": (0, 1),
    "2612bf3c8939": (1, 0),  # the one post has no words
}


def read(recording: Recording) -> PageItems | None:
    return read_by_shape(recording, "bluesky")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "bluesky", read)
