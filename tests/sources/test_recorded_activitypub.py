"""Recorded ActivityPub documents: how many accounts and posts come out of each. Counted by reading the bodies.

An actor that does not say whether it wants to be found is there by its names only.
"""

import pytest

from catalog.items import Consent
from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings, recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "5485ad7dec41": (0, 1),
    "6e77e3dec53b": (1, 0),
    "f4a6272e9d79": (1, 0),
    "53d96593ec7a": (0, 2),  # two titles, announced by the group
    "ae29d769782e": (0, 1),
    "58c48d8e2ea0": (1, 0),
    "cfd2b6e0700e": (0, 1),
    "f6284c48deb2": (1, 0),
    "3cd237c38cb2": (1, 0),
    "9e671a4fc5a1": (0, 0),
    "da95c03ed095": (1, 0),
    "b911c8b850b4": (0, 0),
    "91c1d7b50594": (1, 0),
    "45fa5d272305": (1, 0),
    "a869e61cd16f": (0, 1),
    "91f7b88f63f1": (0, 0),  # attributed to somebody on another host; and nothing but an emoji
    "bb466a09b38b": (1, 0),
    "79dd7e12fafc": (0, 1),
    "ab6842fe8441": (0, 1),
    "f6237166aa8f": (0, 0),  # somebody else's words
    "6d7933688b3b": (0, 1),
    "f7540db9b100": (0, 1),
}


def read(recording: Recording) -> PageItems | None:
    return read_by_shape(recording, "activitypub")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "activitypub", read)


def test_who_does_not_say_is_not_known() -> None:
    for recording in recordings("activitypub"):
        found = read(recording)
        for account in found.accounts if found else ():
            told = recording.key == "f4a6272e9d79"
            assert (account.consent.state is Consent.PROFILE) == told
            assert bool(account.bio or account.name) == told
