"""What all topics of the contract share: how an index is opened, one that is only read, and answers to compare."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.contract import Filters, Index, PostHit
from tests.indexer.contract.people import some_creators
from tests.indexer.worlds import PlainIndex, Scored

NO_FILTERS = Filters()


def pairs(hits: list[PostHit]) -> list[tuple[str, str]]:
    return [(hit.creator_id, hit.post_id) for hit in hits]


def expected(ranked: list[Scored]) -> list[tuple[str, str]]:
    return [(item.creator, item.post) for item in ranked]


class ContractCase(ABC):
    """Subclasses say how to open an index for writing and for reading."""

    @abstractmethod
    def writer(self) -> Index: ...

    @abstractmethod
    def reader(self) -> Index: ...

    @abstractmethod
    def elsewhere(self, request: pytest.FixtureRequest, folder: Path) -> Index:
        """Another, empty index for writing, which lives as long as the fixture that asks."""

    @pytest.fixture(scope="class")
    def stocked(
        self, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[tuple[Index, PlainIndex]]:
        """An index of ``some_creators`` and the plain one beside it; only read, so one does for many tests."""
        index = self.elsewhere(request, tmp_path_factory.mktemp("stocked"))
        yield index, self.fill(index, some_creators())
        index.close()

    @pytest.fixture
    def index(self) -> Iterator[Index]:
        index = self.writer()
        yield index
        index.close()

    def fill(self, index: Index, bundles: list) -> PlainIndex:
        index.upsert(bundles)
        index.commit(epoch="e", seq=1)
        return PlainIndex(bundles)
