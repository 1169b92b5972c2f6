"""Which runs of creators have postings of their own, and when they are joined.

A commit inverts what was appended since the last one. A run joins the one before it as long as that is not more than
twice as large, so that there are few runs and each posting is written a few times only. Files of a run never change.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

from indexer.backends.embedded.inverted import SUFFIXES, Run, Source, open_run, write_run
from indexer.backends.embedded.state import NamedRun
from indexer.backends.embedded.tables import Array

_LARGER: Final = 2  # times as large as the next a run must be to stay as it is


def open_runs(folder: Path, named: Iterable[NamedRun], posts: Array) -> tuple[Run, ...]:
    """Map the files of all runs; ``posts``: the position of each creator's first post. Raises as ``open_run``."""
    return tuple([open_run(folder / run.name, run.first, int(posts[run.first])) for run in named])


def with_new(
    folder: Path, named: Sequence[NamedRun], source: Source, version: int, spelt: Mapping[int, str]
) -> tuple[NamedRun, ...]:
    """The runs of all creators of ``source``; postings of those that have none yet are written.

    ``spelt``: how the stems of at least the creators that are in no run are spelt.
    """
    kept, first, last = list(named), named[-1].last if named else 0, len(source.creators)
    if first == last:
        return tuple(kept)
    terms = [*source.creators["terms"].tolist(), len(source.terms)]
    while kept and terms[kept[-1].last] - terms[kept[-1].first] <= _LARGER * (terms[last] - terms[first]):
        first = kept.pop().first
    words = dict(spelt)
    for run in named[len(kept) :]:
        words |= open_run(folder / run.name, 0, 0).spelling.all()
    new = NamedRun(f"words-{version}", first, last)
    write_run(folder / new.name, source, first, last, words)
    return (*kept, new)


def remove_other_runs(folder: Path, named: Iterable[NamedRun]) -> None:
    """Remove the files of runs that were joined, and what a killed writer left. A reader that was about to open them
    finds them missing and reads the state again.
    """
    kept = {run.name for run in named}
    for suffix in SUFFIXES:
        for path in folder.glob(f"words-*{suffix}"):
            if path.stem not in kept:
                path.unlink(missing_ok=True)
