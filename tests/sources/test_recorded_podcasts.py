"""Feeds of podcasts: one account each, whoever talks in it."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "partytime_animated-no-agenda.xml": (1, 20),
    "partytime_changing-the-tide.xml": (1, 15),
    "partytime_dk-podcast.xml": (1, 59),
    "partytime_example.xml": (1, 3),
    "partytime_homegrown-hits.xml": (1, 4),
    "partytime_pc20rss.xml": (1, 56),
    "partytime_podverse-test-feed.xml": (1, 5),
    "partytime_sentimental-garbage.xml": (1, 138),
    "partytime_themnshow.xml": (1, 54),
    "rssparser_giantbomb-podcast.rss": (1, 730),
    "rssparser_itunes-category.rss": (1, 1),
    "rssparser_itunes-href.rss": (1, 10),
    "rssparser_itunes-keywords-astext.rss": (1, 32),
    "rssparser_itunes-missing-image.rss": (1, 130),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_podcasts() -> None:
    check_files(TABLE, "podcast")
