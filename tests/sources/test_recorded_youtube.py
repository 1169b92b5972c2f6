"""YouTube: the channel feed needs no key; what the Data API answers belongs to a source of its own."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "pyyt_activities_activities_by_channel_p1.json": None,
    "pyyt_channel_info_multi.json": None,
    "pyyt_channels_info.json": None,
    "pyyt_channels_info_multiple.json": None,
    "pyyt_comment_threads_comment_threads_by_channel.json": None,
    "pyyt_search_search_by_keywords_p1.json": None,
    "pyyt_search_search_by_keywords_p2.json": None,
    "pyyt_search_search_by_location.json": None,
    "pyyt_search_search_channels.json": None,
    "pyyt_search_search_videos_by_channel.json": None,
    "pyyt_subscriptions_subscriptions_by_channel_p1.json": None,
    "pyyt_videos_videos_info_multi.json": None,
    "pyyt_videos_videos_info_single.json": None,
    "youtube_atom.xml": (1, 15),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_youtube() -> None:
    check_files(TABLE, "youtube")
