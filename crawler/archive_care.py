"""Archives after the crawl: what may no longer be kept leaves them, and what is too old (DESIGN 5.5, 5.6).

Members are told by their address, by who is named in them, or by their date. What was promised is in the catalog
(``catalog/archives.py``); the files are changed by ``archive.py``.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from catalog.identity import try_canonical
from catalog.operating import Operating
from catalog.person import Traces
from crawler.archive import Unwanted, cut_members, lock_archive
from crawler.decoding import plain_body
from crawler.errors import ArchiveBusy, ArchiveError, UnreadablePage
from crawler.warc import Capture, records


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """What was done to the archives of a catalog. ``busy`` are in use; ``missing`` are not where they were."""

    removed: int = 0
    busy: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def tidy_archives(catalog: Operating, *, days: float) -> Care:
    """Remove what the catalog promised, and what is older than ``days``; a busy archive is left for the next time."""
    cuts, oldest = catalog.archive_cuts(), catalog.now() - timedelta(days=days)
    done = _in_every_archive(
        catalog, either(at(cuts), before(oldest)), only_if=lambda path: bool(cuts) or _begins_before(path, oldest)
    )
    if cuts and not done.busy:
        catalog.archive_cuts_done(cuts)
    return done


def remove_person(catalog: Operating, traces: Traces) -> Care:
    """Remove every page that showed somebody, or has one of their names in it."""
    return _in_every_archive(catalog, either(at(traces.pages), names(traces)))


def either(*conditions: Unwanted) -> Unwanted:
    """Any of these."""
    return lambda capture: any(condition(capture) for condition in conditions)


def at(urls: Collection[str]) -> Unwanted:
    """Captures of these canonical addresses."""
    return lambda capture: (try_canonical(capture.url) or capture.url) in urls


def before(moment: datetime) -> Unwanted:
    """Captures from before a moment."""
    return lambda capture: capture.fetched_at < moment


def names(traces: Traces) -> Unwanted:
    """Captures that have one of somebody's names in their address, headers or body; a body that cannot be read, too."""
    person = traces.person

    def named(capture: Capture) -> bool:
        if person.is_at(capture.url) or any(person.is_in(value) for _, value in capture.headers):
            return True
        try:
            text = plain_body(capture).decode("utf-8", "replace")
        except UnreadablePage:
            return True
        # JSON writes a slash in two ways
        return person.is_in(text) or ("\\/" in text and person.is_in(text.replace("\\/", "/")))

    return named


def _begins_before(path: Path, moment: datetime) -> bool:
    """Whether the first capture of an archive, which is its oldest, is from before a moment."""
    return any(capture.fetched_at < moment for _, _, capture in islice(records(path, cut_torn_end=True), 1))


def _in_every_archive(
    catalog: Operating, unwanted: Unwanted, *, only_if: Callable[[Path], bool] = lambda _: True
) -> Care:
    removed, busy, missing = 0, [], []
    for path in catalog.archives():
        name = str(path)
        if not path.is_file():
            missing.append(name)
            continue
        try:
            with lock_archive(path):
                removed += cut_members(path, unwanted) if only_if(path) else 0
        except ArchiveBusy:
            busy.append(name)
        except ArchiveError:
            missing.append(name)  # no archive any more: somebody else's file is left alone
    return Care(removed=removed, busy=tuple(busy), missing=tuple(missing))


def captures_of(catalog: Operating, traces: Traces) -> Iterator[tuple[str, Capture]]:
    """The captures that showed somebody or name them, with the archive that holds them."""
    theirs = either(at(traces.pages), names(traces))
    for path in filter(Path.is_file, catalog.archives()):
        found = (capture for _, kind, capture in records(path, cut_torn_end=True) if kind != "request")
        yield from ((str(path), capture) for capture in found if theirs(capture))
