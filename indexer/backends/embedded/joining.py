"""Several runs of postings as one: what each holds of a word lies in order already, so that nothing is sorted again.

Takes memory for some entries at a time, and for the words; what is read is read from the files, not mapped.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.inverted import Hashes, Postings, Run, Spelling, new_run
from indexer.backends.embedded.tables import Array, ranges

_JOINED: Final = 1 << 20  # entries at once: bounds memory


class Part(NamedTuple):
    """A run to be joined, with the path of its files."""

    path: Path
    run: Run


def join_runs(path: Path, parts: Sequence[Part]) -> None:
    """Write and sync the files of the run that these make, which lie side by side, in order."""
    runs = [part.run for part in parts]
    with new_run(path, synced=True) as (documents, times, rest):
        _join_role("post", parts, [run.first_post for run in runs], (documents, times), rest)
        _join_role("creator", parts, [run.first for run in runs], (documents, times), rest)
        rest["owners"] = np.concatenate([run.owners + np.uint32(run.first - runs[0].first) for run in runs])
        rest.update(_spelling([run.spelling for run in runs]))


def _join_role(
    role: str, parts: Sequence[Part], firsts: Sequence[int], files: tuple[BinaryIO, BinaryIO], rest: dict[str, Array]
) -> None:
    held = [part.run.posts if role == "post" else part.run.creators for part in parts]
    keys = np.unique(np.concatenate([each.keys for each in held]))
    counts = np.zeros(len(keys), np.int64)
    for each in held:
        starts = each.starts.astype(np.int64)
        counts[np.searchsorted(keys, each.keys)] += starts[1:] - starts[:-1]
    starts = np.append(0, np.cumsum(counts))
    entries = [
        # In a file the entries of creators stand behind those of posts.
        _Entries(part.path, each, len(part.run.posts.documents) if role == "creator" else 0, first - firsts[0])
        for part, each, first in zip(parts, held, firsts, strict=True)
    ]
    for begin, end in _spans(starts):
        documents, times = _joined(keys[begin:end], starts[begin : end + 1], entries)
        files[0].write(documents.tobytes())
        files[1].write(times.tobytes())
    rest[f"{role}_keys"], rest[f"{role}_starts"] = keys, starts
    rest[f"{role}_surface"] = np.concatenate([each.surface for each in held])
    rest[f"{role}_stems"] = np.concatenate([each.stems for each in held])


def _spans(starts: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Keys from one to another that have so many entries together, at least one key."""
    begin, last = 0, len(starts) - 1
    while begin < last:
        end = max(begin + 1, int(np.searchsorted(starts, starts[begin] + _JOINED, side="right")) - 1)
        yield begin, end
        begin = end


class _Entries(NamedTuple):
    """The entries of one role in a run's files."""

    path: Path
    postings: Postings
    offset: int  # entries before them in the files
    shift: int  # what is added to a number of theirs

    def read(self, suffix: str, kind: str, begin: int, end: int) -> Array:
        """The entries ``[begin, end)``."""
        item = np.dtype(kind)
        return np.fromfile(
            self.path.with_suffix(suffix), item, end - begin, offset=(self.offset + begin) * item.itemsize
        )


def _joined(
    keys: Hashes, starts: NDArray[np.int64], entries: Sequence[_Entries]
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """The entries of some keys, which begin at ``starts``: of each key those of all runs, one run after another."""
    size = int(starts[-1] - starts[0])
    documents, times = np.empty(size, np.uint32), np.empty(size, np.uint8)
    free = starts[:-1] - starts[0]
    for each in entries:
        held = each.postings
        low, high = np.searchsorted(held.keys, keys[[0, -1]])
        high += high < len(held.keys) and held.keys[high] == keys[-1]
        if low == high:
            continue
        borders = held.starts[low : high + 1].astype(np.int64)
        counts, begin, end = np.diff(borders), int(borders[0]), int(borders[-1])
        of = np.searchsorted(keys, held.keys[low:high])
        at = np.repeat(free[of] - (borders[:-1] - begin), counts)
        at += np.arange(end - begin)
        documents[at] = each.read(".documents", "<u4", begin, end) + np.uint32(each.shift)
        times[at] = each.read(".times", "u1", begin, end)
        free[of] += counts
    return documents, times


def _spelling(spellings: Sequence[Spelling]) -> dict[str, Array]:
    """How the stems of all are spelt; where two stems have one hash, as the earliest run has it."""
    hashes, first = np.unique(np.concatenate([each.hashes for each in spellings]), return_index=True)
    sizes = np.concatenate([np.diff(np.append(0, each.ends.astype(np.int64))) for each in spellings])
    starts = (np.cumsum(sizes) - sizes)[first]
    letters = np.concatenate([each.letters for each in spellings])
    return {
        "spelt": hashes,
        "ends": np.cumsum(sizes[first]),
        "letters": letters[ranges(starts, sizes[first])],
    }
