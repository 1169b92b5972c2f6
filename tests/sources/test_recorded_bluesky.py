"""Bluesky's recorded answers: how many accounts and posts come out of each. Counted by reading the bodies."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "dart_actor_getProfile.json": (1, 0),
    "dart_actor_getProfiles.json": (1, 0),
    "dart_actor_searchActors.json": (50, 0),
    "dart_feed_getAuthorFeed.json": (1, 23),  # 25 rows, 2 of them reposts
    "dart_feed_getPostThread.json": (31, 57),  # 58 posts, one without words
    "dart_feed_getPosts.json": (1, 1),
    "dart_feed_searchPosts.json": (1, 1),
    "dart_graph_getFollowers.json": (50, 0),
    "dart_labeler_getServices.json": (1, 0),
    "marshalx_did_doc.json": (0, 0),  # who a repository belongs to: a link to the profile
    "marshalx_feed_record.json": (0, 0),  # a feed generator, no post
    "marshalx_get_follows.json": (6, 0),
    "marshalx_post_record.json": (0, 1),
    "marshalx_thread_view_post_with_embed_media.json": (1, 0),  # the one post has no words
}


def read(recording: Recording) -> PageItems | None:
    return read_by_shape(recording, "bluesky")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "bluesky", read)
