"""What ``doctor`` says of the things that run by themselves: brakes, schedules, the forgotten, archives, hosts."""

from collections.abc import Iterator

from app.config import Config
from app.facts import Fact
from app.host_view import host_line
from catalog.errors import CatalogError
from catalog.store import Catalog, open_catalog
from crawler.brakes import brake
from crawler.workers import living
from indexer.connect import open_index
from indexer.errors import SearchIndexError

_HOSTS = 10


def standing_facts(config: Config) -> Iterator[Fact]:
    """One line each; nothing before the first catalog."""
    if not config.place.may_exist or not config.data.is_dir():
        return
    braked = brake(config.data, config.min_free)
    yield Fact(name="brakes", text=braked[1] if braked else "none", value=braked and braked[1], fine=braked is None)
    workers = len(living(config.data))
    yield Fact(name="workers", text=str(workers), value=workers)
    try:
        catalog = open_catalog(config.place, create=False)
    except CatalogError:
        return  # which the line on the catalog says
    with catalog:
        yield _schedules(catalog)
        yield from _forgotten(config, catalog)
        yield from _archives(catalog)
        yield from _rules(catalog)
        yield from _hosts(catalog)


def _schedules(catalog: Catalog) -> Fact:
    planned = catalog.schedules()
    failed = [one.query for one in planned if one.last_outcome == "error"]
    due = catalog.next_by_itself()
    text = f"{len(planned)}"
    if due is not None:
        text += f"; next: {due[1]}, {due[0]:%Y-%m-%d %H:%M} UTC"
    if failed:
        text += f"; failed last: {', '.join(failed)}"
    return Fact(name="schedules", text=text, value=len(planned), fine=not failed)


def _forgotten(config: Config, catalog: Catalog) -> Iterator[Fact]:
    count, promised = len(catalog.forgettings()), catalog.deletions()
    if not count:
        return
    try:
        index = open_index(config.index_place)
    except SearchIndexError:
        yield Fact(name="forgotten", text=f"{count} people", value=count)
        return
    try:
        follows = index.info().forgotten == promised.forgotten
    finally:
        index.close()
    text = f"{count} people" + ("" if follows else "; the index still holds somebody: nichescout index build")
    yield Fact(name="forgotten", text=text, value=count, fine=follows)


def _archives(catalog: Catalog) -> Iterator[Fact]:
    for path in catalog.archives():
        if path.is_file():
            text = f"{path}, {path.stat().st_size / 1e6:.1f} MB"
            yield Fact(name="archive", text=text, value=str(path))
        else:
            yield Fact(name="archive", text=f"{path} is not there; if you moved it, delete it", value=str(path))


def _rules(catalog: Catalog) -> Iterator[Fact]:
    for rule in catalog.host_rules():
        text = f"{rule.rule} since {rule.at:%Y-%m-%d}: {rule.reason}"
        yield Fact(name=rule.host, text=text, value=text)


def _hosts(catalog: Catalog) -> Iterator[Fact]:
    """The hosts with the most trouble, worst first."""
    for report in catalog.info().hosts[:_HOSTS]:
        text = host_line(report)
        yield Fact(name=report.key, text=text, value=text)
