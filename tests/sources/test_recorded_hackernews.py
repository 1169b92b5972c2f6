"""Hacker News: hits, items, numbers of stories."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "algolia_search_trimmed.json": (3, 3),
    "hackernewsR_item_1000.json": (1, 1),
    "hackernewsR_item_2000.json": (1, 1),
    "hackernewsR_item_21500569.json": (1, 1),
    "hackernewsR_topstories.json": (0, 0),
    "xray_v0_item_14516538.json.http": (1, 1),
    "xray_v0_item_14516923.json.http": (1, 1),
    "xray_v0_item_27402392.json.http": (1, 1),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_hackernews() -> None:
    check_files(TABLE, "hackernews")
