"""The state document: how far an index is in the feed, what it promised. One an edition, the commit point of a build.

Beside it one document for each part of the feed that several builds share.
"""

import json
from dataclasses import asdict, dataclass
from typing import Final, NamedTuple

from catalog.records import PARTS
from indexer.backends.elastic.binary import decoded, encoded
from indexer.backends.elastic.client import Cluster
from indexer.editions import damaged
from indexer.errors import IndexMissing

KEY: Final = "#state"  # no id of a creator
PART_KEYS: Final = tuple(f"#part-{number}" for number in range(PARTS))
"""Of the documents of the parts of the feed: their version is the position up to which the index has a part."""


@dataclass(frozen=True, slots=True)
class State:
    """What a commit says. ``version`` rises with each; ``deletions`` and ``forgotten`` as in ``IndexInfo``."""

    version: int = 0
    feed_epoch: str = ""
    feed_seq: int = 0
    deletions: int = 0
    forgotten: str = ""

    def document(self) -> dict[str, object]:
        """As it is written."""
        return {"live": False, "state": encoded(json.dumps(asdict(self)).encode())}


def state_of(stored: str) -> State:
    """The inverse of ``State.document``, of its stored field. Raises IndexDamaged."""
    try:
        return State(**json.loads(decoded(stored)))
    except (ValueError, TypeError) as error:
        raise damaged(f"its state: {error}") from error


class Committed(NamedTuple):
    """What tells one commit from every other: where the state document lies, its version, those of the parts."""

    edition: str  # the index of creators
    version: int  # State.version
    parts: tuple[int, ...]


def committed(cluster: Cluster) -> Committed | None:
    """The newest commit of the edition that readers open, in one request; None: there is none."""
    try:
        found = cluster.held(f"{cluster.address.prefix}-creators", [KEY, *PART_KEYS], ["state"], patient=False)
    except IndexMissing:
        return None
    if KEY not in found:
        return None
    parts = tuple(int(found[key]["_version"]) if key in found else 0 for key in PART_KEYS)
    return Committed(str(found[KEY]["_index"]), state_of(found[KEY]["fields"]["state"][0]).version, parts)
