"""YouTube's recorded answers: how many accounts and posts come out of each. Counted by reading the bodies."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "pyyt_activities_activities_by_channel_p1.json": (1, 10),  # ten uploads of one channel
    "pyyt_channel_info_multi.json": (2, 0),
    "pyyt_channels_info.json": (1, 0),
    "pyyt_channels_info_multiple.json": (2, 0),
    "pyyt_comment_threads_comment_threads_by_channel.json": (0, 0),  # other people's words
    "pyyt_search_search_by_keywords_p1.json": (18, 25),
    "pyyt_search_search_by_keywords_p2.json": (17, 25),
    "pyyt_search_search_by_location.json": (1, 5),
    "pyyt_search_search_channels.json": (5, 0),
    "pyyt_search_search_videos_by_channel.json": (1, 5),
    "pyyt_subscriptions_subscriptions_by_channel_p1.json": (5, 0),  # the channels subscribed to
    "pyyt_videos_videos_info_multi.json": (2, 2),
    "pyyt_videos_videos_info_single.json": (1, 1),
    "youtube_atom.xml": (1, 15),  # a channel's public feed
}


def read(recording: Recording) -> PageItems | None:
    if recording.path.suffix == ".xml":
        return recording.read("feed", "feed", "https://show.example/feed")
    return read_by_shape(recording, "youtube")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "youtube", read)
