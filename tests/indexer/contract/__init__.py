"""What every index backend must do (``indexer.contract``), a file for each topic; a backend's test subclasses it."""

from tests.indexer.contract.bounds import Bounds
from tests.indexer.contract.changes import Changes
from tests.indexer.contract.lifetime import Lifetime
from tests.indexer.contract.scores import Scores
from tests.indexer.contract.words import Words


class IndexContract(Changes, Lifetime, Scores, Bounds, Words):
    """All of it."""
