"""The state document: how far an index is in the feed, what it promised. One a edition, the commit point of a build."""

import base64
import json
from dataclasses import asdict, dataclass
from typing import Final

from indexer.editions import damaged

KEY: Final = "#state"  # no id of a creator


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
        return {"live": False, "state": base64.b64encode(json.dumps(asdict(self)).encode()).decode("ascii")}


def state_of(stored: str) -> State:
    """The inverse of ``State.document``, of its stored field. Raises IndexDamaged."""
    try:
        return State(**json.loads(base64.b64decode(stored)))
    except (ValueError, TypeError) as error:
        raise damaged(f"its state: {error}") from error
