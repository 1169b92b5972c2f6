"""What an index offers beyond the contract where several builds, each on a machine of its own, may write it at once."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol, runtime_checkable

from indexer.contract import WritableIndex


class Sharing(NamedTuple):
    """Who several builds of one index are to the change feed, which they share by parts."""

    reader: str  # the index; another one after a rebuild
    worker: str  # this machine


@runtime_checkable
class SharedIndex(WritableIndex, Protocol):
    """An index that several builds, each on a machine of its own, may write at once."""

    @property
    def sharing(self) -> Sharing:
        """Who we are to the change feed."""

    def parts(self) -> Mapping[int, int]:
        """Up to which position of the feed each part of it is in the index; those at the start may be left out."""

    def commit_parts(self, reached: Mapping[int, int]) -> None:
        """As ``commit``, of some parts of the feed; the position of the whole stays."""
