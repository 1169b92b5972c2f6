"""Lemmy's recorded answers: how many accounts and posts come out of each. Counted by reading the bodies."""

import pytest

from catalog.items import Consent
from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings, recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "48f8c05d26e8": (1, 0),
    "1ea44e3348c4": (1, 2),  # one person wrote a post and a comment
    "178263eab991": (1, 0),  # the same, but banned
}


def read(recording: Recording) -> PageItems | None:
    return read_by_shape(recording, "lemmy")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "lemmy", read)


def test_the_one_whom_version_4_calls_banned_is_denied() -> None:
    for recording in recordings("lemmy"):
        found = read(recording)
        denied = recording.key == "178263eab991"
        if found and recording.key in TABLE:
            assert {account.consent.state is Consent.DENIED for account in found.accounts} == {denied}
