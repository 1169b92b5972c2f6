"""Feeds of blogs and newsletters. Of feeds that only point elsewhere (headlines, alerts, comments) no post is theirs;
of photos without a word there is nothing to keep."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "5d753317d503": (1, 10),
    "53ea79828bc0": (1, 1),
    "dccf20676783": (1, 10),
    "77af1a8e21cf": (5, 10),
    "07030ce0d53f": (1, 1),
    "5d2415b17471": (4, 3),
    "5a77cc988a54": (1, 10),
    "00017df0dc0e": (3, 2),
    "0ed16b824e34": (1, 2),
    "69b9e7eaae46": (1, 5),
    "e499b854725b": (1, 5),
    "564eee0eef12": (1, 1),
    "bee4f1b405eb": (1, 20),
    "2293b8e30156": (9, 20),
    "ce658b2391e6": (1, 10),
    "9718d59e6342": (1, 14),
    "d0c271c36772": (1, 10),
    "d92471b3e74e": (1, 5),
    "0852c5191acd": (1, 0),
    "a2bdbf2ded3d": (1, 20),
    "516e0870003c": (1, 10),
    "6498eb75f282": (1, 7),
    "8845495ba1c2": (1, 25),
    "16a2a532a681": (1, 40),
    "35ee5afbc1ed": (1, 25),
    "33e2124664c1": (46, 55),
    "7230e8d7c42b": (1, 10),
    "c0816fcb3b88": (1, 15),
    "9920ff847071": (1, 0),
    "4564646b04e2": (1, 1),
    "19d187d70eae": (1, 25),
    "c6055ef9ddb1": (1, 0),
    "881c03ca2eb1": (1, 1),
    "21136695b1a1": (31, 69),
    "13facb605d13": None,
    "9b5b765844b4": (1, 6),
    "ff854ed2abe9": (1, 3),
    "486df215a5b6": (0, 0),
    "b206fe5a84b5": (1, 3),
    "87b6720e0455": (1, 3),
    "f177e61b50b2": (1, 8),
    "8a5ddeafc254": (13, 12),
    "9df42831b55d": (3, 48),
    "623f879d401a": (1, 9),
    "e5421fd02370": (1, 12),
    "e4eeabe4166e": (1, 6),
    "0577312c96e6": (1, 10),
    "c9551724bece": (1, 8),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_feeds() -> None:
    check_files(TABLE, "feeds")
