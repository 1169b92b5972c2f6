"""YouTube's recorded answers: how many accounts and posts come out of each. Counted by reading the bodies."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "8766afdf5e95": (1, 10),  # ten uploads of one channel
    "ff1c6f19398d": (2, 0),
    "63eb73b1e01a": (1, 0),
    "012bcc9894b0": (2, 0),
    "bdfb8f98ac63": (0, 0),  # other people's words
    "e4982c672463": (18, 25),
    "3db2a727840b": (17, 25),
    "0525b0497b5e": (1, 5),
    "24e465288ebb": (5, 0),
    "32059bd00ce5": (1, 5),
    "9c5fa27e4bca": (5, 0),  # the channels subscribed to
    "b00865c2d8ac": (2, 2),
    "9354bfed8f78": (1, 1),
    "6d99a67c8ab6": (1, 15),  # a channel's public feed
}


def read(recording: Recording) -> PageItems | None:
    if recording.path.suffix == ".xml":
        return recording.read("feed", "feed", "https://show.example/feed")
    return read_by_shape(recording, "youtube")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "youtube", read)
