"""Instagram's recorded API answers: how many accounts and posts come out. Follower exports are read elsewhere."""

import pytest

from crawler.sources.base import PageItems
from tests.sources.recordings import Recording, Table, check_table, needs_recordings
from tests.sources.shapes import read_by_shape

pytestmark = [pytest.mark.recordings, needs_recordings]

TABLE: Table = {
    "f95afe3b62aa": (1, 2),
    "091bc5a89a18": (1, 2),
    "671cf2ba658f": (1, 0),
    "e7eb5c939324": (0, 0),  # hashtags and their media name no author
    "eb28aba92e12": (0, 0),
    "1ebd1536f8d3": (0, 0),
    "8838124479a6": (0, 0),
    "159f27dbdbc1": (0, 0),
    "b7084051c521": (0, 0),
    "95b447ad30b4": (0, 0),
    "c7281afae5b6": (0, 0),  # of others, without their names
    "20e8d4e231a3": (1, 0),
}


def read(recording: Recording) -> PageItems | None:
    return None if recording.name.startswith("export_") else read_by_shape(recording, "instagram")


def test_accounts_and_posts() -> None:
    check_table(TABLE, "instagram", read)
