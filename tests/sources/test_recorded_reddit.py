"""Reddit's recorded answers: how many accounts and posts come out of each. Counted by reading the bodies."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "praw_TestDomainListing.test_new.0.json": (89, 100),
    "praw_TestMultiredditListings.test_comments.0.json": (75, 99),  # one of a hundred is a quotation and nothing else
    "praw_TestRedditor.test_fullname_init.0.json": (1, 0),
    "praw_TestRedditor.test_fullname_init.1.json": (1, 0),
    "praw_TestRedditor.test_trophies__user_not_exist.0.json": None,  # an error
    "praw_TestRedditorListings.test_comments__new.0.json": (1, 100),
    "praw_TestRedditorListings.test_hidden__other_user.0.json": None,  # an error
    "praw_TestRedditorListings.test_new.0.json": (1, 100),
    "praw_TestRedditors.test_partial_redditors.0.json": (1, 0),  # the second name was blanked by whoever recorded it
    "praw_TestRedditors.test_partial_redditors__not_found.0.json": None,  # an error
    "praw_TestRedditors.test_partial_redditors__not_found.1.json": None,  # an error
    "praw_TestRedditors.test_popular.0.json": (15, 0),  # people's own pages
    "praw_TestRedditors.test_search.0.json": (1, 0),
    "praw_TestSubmission.test_comments.0.json": (1, 1),  # a thread: comments are other people's words
    "praw_TestSubreddit.test_search.0.json": (6, 6),
    "rssparser_reddit-atom.rss": (1, 24),  # public feeds, read without a key
    "rssparser_reddit-home.rss": (25, 24),
    "rssparser_reddit.rss": (1, 24),
}


def read(recording: Recording) -> PageItems | None:
    if recording.path.suffix == ".rss":
        return recording.read("feed", "feed", "https://forum.example/feed")
    if recording.path.suffix == ".html" or int(recording.meta.get("status") or 200) >= 400:
        return recording.read("reddit", "things", "https://oauth.reddit.com/search?q=x")
    return read_by_shape(recording, "reddit")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "reddit", read)
