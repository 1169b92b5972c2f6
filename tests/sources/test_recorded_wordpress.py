"""WordPress's API: three posts, one user, a tag and a category."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "lsd_categories_3.json": (0, 0),
    "lsd_posts_188.json": (1, 1),
    "lsd_posts_240.json": (1, 1),
    "lsd_posts_259.json": (1, 1),
    "lsd_tags_4.json": (0, 0),
    "lsd_users_1.json": (1, 0),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_wordpress() -> None:
    check_files(TABLE, "wordpress")
