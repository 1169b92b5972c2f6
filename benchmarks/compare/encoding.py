"""The one query encoder of all systems. Imports no more than it needs: a cold question pays for it."""

from typing import Final

from base.folders import cache_dir
from indexer.bundles import Vector
from indexer.encoder import QueryEncoder

ENCODER: Final = cache_dir() / "compare-encoder"
_opened: Final[list[QueryEncoder]] = []


def encode(text: str) -> Vector:
    """The unit vector of a question, as nichescout's own search makes it."""
    if not _opened:
        _opened.append(QueryEncoder(ENCODER, one_query=False))
    return _opened[0].encode(text)
