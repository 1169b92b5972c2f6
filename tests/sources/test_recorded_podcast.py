"""Recorded feeds of podcasts: the show is one account, each item with words one post."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "partytime_animated-no-agenda.xml": (1, 20),
    "partytime_changing-the-tide.xml": (1, 15),
    "partytime_dk-podcast.xml": (1, 59),
    "partytime_example.xml": (1, 3),
    "partytime_homegrown-hits.xml": (1, 4),
    "partytime_pc20rss.xml": (1, 56),
    "partytime_podverse-test-feed.xml": (1, 5),
    "partytime_sentimental-garbage.xml": (1, 138),
    "partytime_themnshow.xml": (1, 54),
    "rssparser_giantbomb-podcast.rss": (1, 537),  # of 730: a feed is read as far as its newest 1.2 million characters
    "rssparser_itunes-category.rss": (1, 1),
    "rssparser_itunes-href.rss": (1, 10),
    "rssparser_itunes-keywords-astext.rss": (1, 32),
    "rssparser_itunes-missing-image.rss": (1, 130),
}


def read(recording: Recording) -> PageItems | None:
    return recording.read("feed", "feed", "https://show.example/feed")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "podcast", read)
