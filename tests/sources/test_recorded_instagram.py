"""Instagram's recorded API answers: how many accounts and posts come out. Follower exports are read elsewhere."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "pyfb_discovery_medias_p1.json": (1, 2),
    "pyfb_discovery_medias_p2.json": (1, 2),
    "pyfb_discovery_user_fields.json": (1, 0),
    "pyfb_hashtags_hashtag_info.json": (0, 0),  # hashtags and their media name no author
    "pyfb_hashtags_hashtag_recent_medias_p1.json": (0, 0),
    "pyfb_hashtags_hashtag_recent_medias_p2.json": (0, 0),
    "pyfb_hashtags_hashtag_top_medias_p1.json": (0, 0),
    "pyfb_users_hashtag_search.json": (0, 0),
    "pyfb_users_mentioned_media.json": (0, 0),
    "pyfb_users_recently_searched_hashtags.json": (0, 0),
    "pyfb_users_tagged_medias.json": (0, 0),  # of others, without their names
    "pyfb_users_user_fields.json": (1, 0),
}


def read(recording: Recording) -> PageItems | None:
    return None if recording.name.startswith("export_") else read_by_shape(recording, "instagram")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "instagram", read)
