"""The embedded backend: the contract, and what only it promises (crashes, damage, compaction, purge, the lease)."""

from pathlib import Path

import pytest

from indexer.backends.embedded.opening import open_for_reading, open_for_writing
from indexer.contract import Index
from tests.indexer.contract import IndexContract
from tests.indexer.worlds import DIMENSION

MODEL = "hash@1"


class TestEmbedded(IndexContract):
    @pytest.fixture(autouse=True)
    def folder(self, tmp_path: Path) -> None:
        self.folder_ = tmp_path / "index"

    def writer(self) -> Index:
        return open_for_writing(self.folder_, model=MODEL, dimension=DIMENSION)

    def reader(self) -> Index:
        return open_for_reading(self.folder_)
