"""Which runs of creators have postings of their own, and when they are joined.

A commit inverts what was appended since the last one, in slices that bound the memory. A run joins the one before it as
long as that is not more than twice as large, so that there are few runs and each posting is written a few times only.
Files of a run never change.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.inverted import SUFFIXES, Run, Source, open_run, write_run
from indexer.backends.embedded.joining import Part, join_runs
from indexer.backends.embedded.state import NamedRun
from indexer.backends.embedded.tables import Array

_LARGER: Final = 2  # times as large as the next a run must be to stay as it is
_INVERTED: Final = 1 << 20  # entries that are put in order at once: bounds memory


def open_runs(folder: Path, named: Iterable[NamedRun], posts: Array) -> tuple[Run, ...]:
    """Map the files of all runs; ``posts``: the position of each creator's first post. Raises as ``open_run``."""
    return tuple([open_run(folder / run.name, run.first, int(posts[run.first])) for run in named])


def with_new(
    folder: Path, named: Sequence[NamedRun], source: Source, version: int, spelt: Mapping[int, str]
) -> tuple[NamedRun, ...]:
    """The runs of all creators of ``source``; postings of those that have none yet are written.

    ``spelt``: how the stems of at least the creators that are in no run are spelt.
    """
    begin, last = named[-1].last if named else 0, len(source.creators)
    if begin == last:
        return tuple(named)
    terms = np.append(source.creators["terms"].astype(np.int64), len(source.terms))
    kept, first = list(named), begin
    while kept and terms[kept[-1].last] - terms[kept[-1].first] <= _LARGER * (terms[last] - terms[first]):
        first = kept.pop().first
    new = NamedRun(f"words-{version}", first, last)
    parts = [NamedRun(f"{new.name}-{number}", *span) for number, span in enumerate(_slices(terms, begin, last))]
    joined = [*named[len(kept) :], *parts]
    if len(joined) == 1:
        write_run(folder / new.name, source, first, last, spelt)
        return (*kept, new)
    for part in parts:
        write_run(folder / part.name, source, part.first, part.last, spelt, synced=False)
    opened = open_runs(folder, joined, source.creators["posts"])
    join_runs(folder / new.name, [Part(folder / each.name, run) for each, run in zip(joined, opened, strict=True)])
    for part in parts:
        for suffix in SUFFIXES:
            (folder / part.name).with_suffix(suffix).unlink()
    return (*kept, new)


def _slices(terms: NDArray[np.int64], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Creators from one to another that have so many terms together, at least one creator."""
    while first < last:
        end = int(np.searchsorted(terms[: last + 1], terms[first] + _INVERTED, side="right")) - 1
        yield first, (end := max(first + 1, end))
        first = end


def remove_other_runs(folder: Path, named: Iterable[NamedRun]) -> None:
    """Remove the files of runs that were joined, and what a killed writer left. A reader that was about to open them
    finds them missing and reads the state again.
    """
    kept = {run.name for run in named}
    for suffix in SUFFIXES:
        for path in folder.glob(f"words-*{suffix}"):
            if path.stem not in kept:
                path.unlink(missing_ok=True)
