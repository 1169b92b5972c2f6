"""Discourse's recorded answers: how many accounts and posts come out of each. Counted by reading the bodies."""

import pytest

from tests.sources.recordings import Table, check_files, needs_recordings

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "f41a85554684": (0, 0),  # topics that a search found; excerpts are nobody's posts
    "a20d78d0f14d": (0, 0),  # categories
    "bf0054454d49": (0, 0),  # topics
    "c772cafad50f": (100, 0),  # a group
    "15cf48954a94": (0, 0),  # a post by the forum itself
    "e6848c40db9f": (1, 2),  # the newest posts; two are the forum's own
    "f7e57c7698ed": (0, 0),  # a search as forums answered it before 2014
    "d5a92a2da349": (0, 0),
    "15da64d38849": (2, 2),  # a moderator's note and a post without words are left out
    "0222f86cf095": (1, 1),  # the rest of a topic, without its title
    "8f8edf6c434a": (0, 0),
    "75d3e975375a": (1, 0),  # a profile
    "cef37502dd27": None,  # everybody, with their mail addresses, for administrators
    "648dcfa89811": (3, 5),
    "58e8f993f1af": (2, 2),
    "21380f8f60a0": (4, 6),
    "8a38751cb65f": (1, 1),
    "b14488dc4eeb": (2, 5),
    "e1552849a33b": (3, 5),
    "7a020d34153f": (2, 4),
    "2a506fd6d1d8": (3, 3),
}


def test_accounts_and_posts() -> None:
    check_files(TABLE, "discourse")
