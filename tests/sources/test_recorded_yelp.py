"""Yelp's recorded answers are about businesses: no source reads them, and none takes them for its own."""

import pytest

from crawler.sources import recognise_body
from crawler.sources._document import Document
from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "107ff31cefc9": None,
    "7805c5408df4": None,
}


def read(recording: Recording) -> PageItems | None:
    body = bytes(recording.response("https://file.example/x").body)
    assert recognise_body(Document(body, "https://file.example/x")) is None
    return recording.read("feed", "feed", "https://file.example/x")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "yelp", read)
