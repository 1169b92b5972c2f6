"""``nichescout forget``: somebody leaves every store at once, and their names stay only as keyed hashes.

Order matters: archives and logs first, while the catalog still knows by what somebody is recognised; then the catalog;
then index and vector cache, whose build keeps the promise by itself should it be cut short here.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from app.config import Config
from app.indexing import build
from app.last_search import forget_search
from base.errors import UserError
from catalog.errors import BadReference
from catalog.holdings import Forgetting, Holding
from catalog.person import Traces
from catalog.store import Catalog, open_catalog
from crawler.archive_care import remove_person
from indexer.connect import open_index
from indexer.errors import IndexMissing
from indexer.locations import Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgot:
    """What was deleted; nothing in it names anybody. ``open``: what could not be done yet, and what to do."""

    reference: str
    accounts: int
    posts: int
    marks: int
    addresses: int
    archived: int  # captures
    log_lines: int
    names: int  # kept as hashes
    open: tuple[str, ...] = ()


def forget(config: Config, name: str, *, reference: str = "") -> Forgot:
    """Delete all that is held on the creator of this name, and keep them out for good.

    Raises UnknownCreator for what cannot be a name, BadReference for a reference that names the person.
    """
    with open_catalog(config.place) as catalog:
        reference = reference or f"{catalog.now():%Y-%m-%d}-{len(catalog.forgettings()) + 1}"
        traces = catalog.traces(name)
        if traces.person.is_in(reference):
            raise BadReference("the reference is kept for good: it must not name the person")
        care = remove_person(catalog, traces)
        lines = _clean_logs(config.data, traces)
        report = catalog.forget(name, reference=reference, archives_are_clean=not care.busy)
        todo = [f"{path} is in use by a crawl, which cleans it when it ends" for path in care.busy]
        todo += [f"{path} is not there: if you moved it, delete it" for path in care.missing]
        if not report.wiped:
            todo.append("another process holds the catalog open: end it, then run the same command again")
    todo += _clean_index(config)
    return Forgot(
        reference=reference,
        accounts=report.accounts,
        posts=report.posts,
        marks=report.marks,
        addresses=len(report.urls),
        archived=care.removed,
        log_lines=lines,
        names=len(report.names),
        open=tuple(todo),
    )


def holdings(config: Config, name: str) -> list[Holding]:
    """Everything that is held on somebody: catalog, then archives. Raises UnknownCreator, CatalogMissing."""
    with open_catalog(config.place, create=False) as catalog:
        return [*catalog.holdings(name), *_archived(catalog, catalog.traces(name))]


def forgettings(config: Config) -> list[Forgetting]:
    """Everybody who was forgotten, without a name. Raises CatalogMissing."""
    with open_catalog(config.place, create=False) as catalog:
        return catalog.forgettings()


def _archived(catalog: Catalog, traces: Traces) -> list[Holding]:
    from crawler.archive_care import captures_of

    return [
        Holding(kind="archive", text=path, url=capture.url, since=capture.fetched_at)
        for path, capture in captures_of(catalog, traces)
    ]


def _clean_logs(data: Path, traces: Traces) -> int:
    """Take lines that name somebody out of the logs and out of what was searched last; returns how many."""
    removed = 0
    for log in sorted((data / "logs").glob("*.log")):
        lines = log.read_text("utf-8", errors="replace").splitlines(keepends=True)
        kept = [line for line in lines if not _speaks(line, traces)]
        if len(kept) < len(lines):
            removed += len(lines) - len(kept)
            _overwrite(log, "".join(kept))
    forget_search(data, traces.person.is_in)
    return removed


def _speaks(line: str, traces: Traces) -> bool:
    person = traces.person
    return person.is_in(line) or any(host in line for host in person.hosts)


def _overwrite(log: Path, text: str) -> None:
    """In place, as a running crawl goes on appending to the file."""
    with log.open("r+", encoding="utf-8") as file:
        file.write(text)
        file.truncate()
        file.flush()
        os.fsync(file.fileno())


def _indexes(config: Config) -> list[Location]:
    """That which is searched, and that in the data folder, which may answer where a server does not."""
    local = config.data / "index"
    return [local] if config.index_place == local else [config.index_place, local]


def _clean_index(config: Config) -> list[str]:
    """The index follows; what keeps it from that is told. Search shows nobody who is on the list, whatever it holds."""
    told, found = [], False
    for place in _indexes(config):
        try:
            open_index(place).close()
            found = True
            build(config.data, catalog=config.catalog, location=place, model=config.model)
        except IndexMissing:
            continue
        except UserError as error:
            found = True
            told.append(f"the index still holds them, unseen ({error}); run: nichescout index build")
    if found:
        return told
    (config.data / "vectors.sqlite").unlink(missing_ok=True)  # of an index that is gone; it can be computed again
    for beside in ("vectors.sqlite-wal", "vectors.sqlite-shm", "vectors.unreadable"):
        (config.data / beside).unlink(missing_ok=True)
    return []
