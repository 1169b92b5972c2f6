"""The state document: what one tantivy commit says is true. Read and written as JSON inside the commit itself."""

import base64
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.editions import damaged

Live = NDArray[np.bool_]


class NamedRun(NamedTuple):
    """The creators ``[first, last)``, whose postings have files of this name."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """One committed state. ``live`` has one bit for each creator record of the generation.

    ``version`` grows by one with each commit, over rebuilds too; ``surface``/``stems`` are tokens in live documents.
    """

    version: int = 0
    generation: int = 1
    counts: Mapping[str, int] = field(default_factory=dict)
    runs: tuple[NamedRun, ...] = ()  # side by side, together all creators; see runs.py
    live: Live = field(default_factory=lambda: np.zeros(0, np.bool_))
    next_entry: int = 0
    next_no: int = 0
    feed_epoch: str = ""
    feed_seq: int = 0
    deletions: int = 0  # see IndexInfo
    forgotten: str = ""
    creators: int = 0
    posts: int = 0
    passages: int = 0
    creator_surface: int = 0
    creator_stems: int = 0
    post_surface: int = 0
    post_stems: int = 0
    languages: Mapping[str, int] = field(default_factory=dict)
    rates: Mapping[str, int] = field(default_factory=dict)  # see engagement.steps_of
    newest: int | None = None  # newest live post, microseconds since 1970
    marked: Mapping[str, list[Any]] = field(default_factory=dict)  # see Index.marked; as codec.pack_marks makes them

    def to_bytes(self) -> bytes:
        """As stored in the index."""
        content: dict[str, Any] = {
            name: getattr(self, name)
            for name in self.__slots__
            if name not in ("live", "counts", "languages", "rates", "marked")
        }
        content["counts"] = dict(self.counts)
        content["languages"] = dict(sorted(self.languages.items()))
        content["rates"] = dict(sorted(self.rates.items()))
        content["marked"] = dict(sorted(self.marked.items()))
        content["live_count"] = len(self.live)
        content["live"] = base64.b85encode(zlib.compress(np.packbits(self.live).tobytes())).decode("ascii")
        return json.dumps(content).encode()


def state_from_bytes(content: bytes) -> State:
    """Raises IndexDamaged when this is not a state."""
    try:
        values = json.loads(content)
        count = int(values.pop("live_count"))
        bits = np.frombuffer(zlib.decompress(base64.b85decode(values.pop("live"))), dtype=np.uint8)
        if len(bits) != (count + 7) // 8 or count != values["counts"].get("creators", 0):
            raise damaged("the state document does not fit itself")
        values["runs"] = tuple([NamedRun(*run) for run in values["runs"]])
        return State(live=np.unpackbits(bits, count=count).astype(np.bool_), **values)
    except (ValueError, TypeError, KeyError, AttributeError, zlib.error) as error:
        raise damaged(f"state document: {error}") from error


class HoldsState(Protocol):
    """A view of one commit."""

    def state(self) -> bytes | None:
        """The state document; None before the first commit."""


def committed_state(view: HoldsState) -> State:
    """The state of a view. Raises IndexDamaged when it has none."""
    content = view.state()
    if content is None:
        raise damaged("the state document is missing")
    return state_from_bytes(content)
