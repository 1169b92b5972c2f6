"""Lemmy's recorded answers: how many accounts and posts come out of each. Counted by reading the bodies."""

import pytest

from catalog.items import Consent
from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings, recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "lemmykit_personDetailsResponseV3.json": (1, 0),
    "lemmykit_searchResponseV3.json": (1, 2),  # one person wrote a post and a comment
    "lemmykit_searchResponseV4.json": (1, 0),  # the same, but banned
}


def read(recording: Recording) -> PageItems | None:
    return read_by_shape(recording, "lemmy")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "lemmy", read)


def test_the_one_whom_version_4_calls_banned_is_denied() -> None:
    for recording in recordings("lemmy"):
        found = read(recording)
        denied = recording.name == "lemmykit_searchResponseV4.json"
        if found and recording.name in TABLE:
            assert {account.consent.state is Consent.DENIED for account in found.accounts} == {denied}
