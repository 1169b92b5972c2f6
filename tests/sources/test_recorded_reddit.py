"""Reddit's recorded answers: how many accounts and posts come out of each. Counted by reading the bodies."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "47ee1b4368e5": (89, 100),
    "1991391ce08b": (75, 99),  # one of a hundred is a quotation and nothing else
    "a683ae3460a1": (1, 0),
    "f8fb2a7b7163": (1, 0),
    "f6364bdc98be": None,  # an error
    "7157709b31c4": (1, 100),
    "7d87624bc54a": None,  # an error
    "c5944eab826a": (1, 100),
    "09055cb6355d": (1, 0),  # the second name was blanked by whoever recorded it
    "fd8fc97a0108": None,  # an error
    "6a5d47c42849": None,  # an error
    "26f4f99beb82": (15, 0),  # people's own pages
    "7b8928100243": (1, 0),
    "2df9807cb158": (1, 1),  # a thread: comments are other people's words
    "c7ed53dbda53": (6, 6),
    "af6a85eb123b": (1, 24),  # public feeds, read without a key
    "81ee22da66f7": (25, 24),
    "6f7a3b9fdd79": (1, 24),
}


def read(recording: Recording) -> PageItems | None:
    if recording.path.suffix == ".rss":
        return recording.read("feed", "feed", "https://forum.example/feed")
    if recording.path.suffix == ".html" or int(recording.meta.get("status") or 200) >= 400:
        return recording.read("reddit", "things", "https://oauth.reddit.com/search?q=x")
    return read_by_shape(recording, "reddit")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "reddit", read)
