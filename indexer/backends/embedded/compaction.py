"""Copying what lives: a generation without dead rows, an edition without deleted words.

Runs of live creators are copied file by file; only the positions in the records change. Memory is bounded by one chunk.
"""

import shutil
import time
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np

from indexer.backends.embedded.snapshot import Snapshot
from indexer.backends.embedded.tables import ANCHORS, CREATOR, POST, GenerationWriter
from indexer.backends.embedded.text_store import TextWriter, facts_of

_CHUNK: Final = 1 << 16  # items copied at once
_GRACE: Final = 600.0  # seconds for which a replaced generation stays for readers that just read its name

_PER_CREATOR: Final = ("centroid_i8", "centroid_scale", "centroid_f16", "bio_i8", "bio_scale", "bio_f16")
_HEAPS: Final = ("ids", "docs", "tokens", "terms")


def copy_live(source: Snapshot, folder: Path, dimension: int) -> dict[str, int]:
    """Write the live creators of ``source`` as a new generation in ``folder``; returns its counts."""
    shutil.rmtree(folder, ignore_errors=True)
    with GenerationWriter(folder, dimension, {}) as target:
        for first, last in _runs(source.state.live):
            _copy_run(source, target, first, last)
        target.sync()
        return dict(target.counts)


def copy_facts(source: Snapshot, position: int, text: TextWriter) -> None:
    """Index ids and facts of one stored creator again, under the same numbers."""
    record = source.creators[position]
    creator = source.creator(position)
    facts = facts_of(creator)
    entry = int(record["entry"])
    text.add_creator(entry, creator.id, facts)
    for at in source.post_range(position):
        post = source.posts[at]
        text.add_post(int(post["no"]), entry, source.post_id(at))


def remove_other_generations(edition: Path, keep: int) -> None:
    """Remove generations that no state names: unfinished ones, and replaced ones after the grace period."""
    for folder in edition.glob("gen-*"):
        number = int(folder.name.removeprefix("gen-"))
        old_enough = time.time() - folder.stat().st_mtime > _GRACE
        if number > keep or (number < keep and old_enough):
            shutil.rmtree(folder, ignore_errors=True)


def _runs(live: Any) -> list[tuple[int, int]]:
    """Half-open runs of live positions."""
    padded = np.concatenate([[False], live, [False]]).astype(np.int8)
    borders = np.flatnonzero(np.diff(padded))
    return [(int(first), int(last)) for first, last in borders.reshape(-1, 2)]


def _copy_run(source: Snapshot, target: GenerationWriter, first: int, last: int) -> None:
    bounds = {name: _bounds(source, name, anchor, first, last) for name, anchor in ANCHORS.items()}
    moved = {name: target.counts[name] - start for name, (start, _) in bounds.items()}
    creator_moved = target.counts["creators"] - first

    creators = source.creators[first:last].copy()
    for name in (*_HEAPS, "outlines", "cards"):
        creators[name] = _shift(creators[name], moved[name])
    creators["posts"] = _shift(creators["posts"], moved["posts"])
    creators["rows"] = _shift(creators["rows"], moved["row_post"])
    start, end = bounds["posts"]
    posts = source.posts[start:end].copy()
    for name in _HEAPS:
        posts[name] = _shift(posts[name], moved[name])
    posts["rows"] = _shift(posts["rows"], moved["row_post"])
    posts["creator"] = _shift(posts["creator"], creator_moved)

    target.append("creators", creators.astype(CREATOR))
    target.append("posts", posts.astype(POST))
    shifted = {"row_creator": creator_moved, "row_post": moved["posts"]}
    for name, (start, end) in bounds.items():
        if name != "posts":
            _copy_items(source.file(name), target, name, start, end, shifted.get(name, 0))
    for name in _PER_CREATOR:
        _copy_items(source.file(name), target, name, first, last, 0)


def _bounds(source: Snapshot, name: str, anchor: str, first: int, last: int) -> tuple[int, int]:
    """Where the items of creators ``[first, last)`` lie in a file: up to the next creator's first item."""
    start = int(source.creators[first][anchor])
    end = int(source.creators[last][anchor]) if last < len(source.creators) else source.state.counts[name]
    return start, end


def _copy_items(items: Any, target: GenerationWriter, name: str, start: int, end: int, shift: int) -> None:
    for low, high in pairwise([*range(start, end, _CHUNK), end]):
        chunk = items[low:high]
        target.append(name, _shift(chunk, shift) if shift else chunk)


def _shift(values: Any, by: int) -> Any:
    return (values.astype(np.int64) + by).astype(values.dtype)
