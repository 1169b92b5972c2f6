"""Recorded exports of real people, which are not part of the project: every file is read, so many come out of each."""

import pytest

from crawler.followers.model import LeftOut
from tests.crawler.exports import read
from tests.sources.recordings import FOLDER, needs_recordings

LEADS = {
    "instagram/export_followers_1.json": (80, {}),
    "instagram/export_following_2024form.json": (30, {}),
    "instagram/export_following_2026form.json": (30, {}),
    "bluesky/dart_graph_getFollowers.json": (50, {}),
    "bluesky/marshalx_get_follows.json": (6, {}),
}
"""File → rows that name somebody, and rows that were left out."""

pytestmark = [pytest.mark.recordings, needs_recordings]


@pytest.mark.parametrize("file", sorted(LEADS))
def test_a_recorded_export(file: str) -> None:
    people, left_out = read(FOLDER / file)
    expected, others = LEADS[file]
    assert (len(people), dict(left_out)) == (expected, {LeftOut(why): count for why, count in others.items()})
    assert all(person.network == file.partition("/")[0] for person in people)
    if file.startswith("instagram"):
        assert all(person.since is not None for person in people)


def test_no_recorded_export_is_forgotten() -> None:
    there = {f"instagram/{path.name}" for path in (FOLDER / "instagram").glob("export_*.json")}
    assert there <= LEADS.keys()
