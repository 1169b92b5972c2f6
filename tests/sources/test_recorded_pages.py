"""Web pages. Two accounts: an author and the publication. None: front pages of lists and stories that nobody signed
or dated."""

import pytest

from tests.sources.recordings import check_files, needs_recordings

TABLE = {
    "609cc4beb083": (0, 0),
    "4f3c53048ddb": (1, 1),
    "c1240c6a30f1": (1, 1),
    "83263dfb4bd6": (1, 1),
    "b2b6db193bf2": (1, 1),
    "1773c37fb9d1": (1, 1),
    "035eaf17db17": (1, 1),
    "7b7dfee07d5c": (1, 1),
    "03dc9213be81": (1, 1),
    "3d761fd9b7ed": (1, 1),
    "a44a5c50e3aa": (0, 0),
    "d2af19c09211": (1, 1),
    "b04f1f857f33": (1, 1),
    "8fd2367d7452": (2, 1),
    "07f916cb70c3": (1, 1),
    "4d09b3136940": (1, 1),
    "7b733f40d755": (1, 1),
    "9cbc31459314": (1, 1),
    "df60e7709fdf": (1, 1),
    "407a278f3126": (2, 1),
    "584f703f60dd": (2, 1),
    "df2e9385a5d4": (1, 1),
    "2237e954f7a7": (1, 1),
    "80c63baf4b5c": (2, 1),
    "1966fa4f9d7a": (2, 1),
    "2c37f4902be1": (1, 1),
    "37d8f731829c": (1, 1),
    "e87e9c41e911": (1, 1),
    "ee2ea16892da": (2, 1),
    "f8f90dd66c47": (0, 0),
    "573c7b1af292": (1, 1),
    "acec763bf9b4": (1, 1),
    "ffa54eb6e8e5": (2, 1),
    "7a4a41cde731": (2, 1),
    "d4e92a939705": (1, 1),
    "7f95809e5294": (1, 1),
    "d2de7f993fd1": (1, 1),
    "9fccb1725821": (1, 1),
    "6fcd2399f427": (1, 1),
    "65c8e2557cd2": (2, 1),
    "55e2789a95a1": (1, 1),
    "bb44264788f7": (1, 1),
    "058f766c431e": (1, 1),
    "31c88f352eb6": (0, 0),
    "953d53bcf913": (1, 1),
    "92ec909d80c4": (1, 1),
    "b55d4ff8fdfb": (1, 1),
    "e3be1c71a4f8": (1, 1),
    "7a97097b01da": (1, 1),
    "5c94edd9648d": (1, 1),
    "1c2a08f1c431": (1, 1),
    "85a2461b65d6": (1, 1),
    "ca4a608c0c3e": (1, 1),
    "d1deafc98888": (1, 1),
    "a7c9581fa115": (1, 1),
    "e45bf13e5c19": (1, 1),
    "7fbe154c6b73": (1, 0),
    "4e0a5578203a": (1, 1),
    "8fc5c32e8976": (1, 0),
    "31f8897128a5": (0, 0),
    "39962c9c9fd8": (1, 0),
    "b0ceec5ad305": (1, 1),
    "67e188822890": (0, 0),
}


@needs_recordings
@pytest.mark.recordings
def test_recorded_pages() -> None:
    check_files(TABLE, "html")
