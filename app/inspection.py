"""What ``index info``, ``index verify`` and ``doctor`` show."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from app.config import Config
from app.facts import Fact
from app.standing import standing_facts
from base.errors import UserError
from catalog.errors import CatalogError
from catalog.information import CatalogInfo
from catalog.records import FeedPosition
from catalog.store import Catalog, open_catalog
from crawler.hosts import load_hosts
from crawler.keys import load_keys
from crawler.sources import all_sources
from indexer.build import verify_index
from indexer.connect import describe_server, drop_older, open_index, roll_back
from indexer.encoder import open_encoder, open_encoder_for
from indexer.errors import SearchIndexError
from indexer.locations import Server
from places.gazetteer import open_gazetteer

_LONG: Final = 600.0  # seconds of one transaction
_NEARLY: Final = 0.9


def catalog_info(config: Config) -> CatalogInfo | None:
    """What the catalog holds; None before the first crawl."""
    if not config.place.may_exist:
        return None
    with open_catalog(config.place, create=False) as catalog:
        return catalog.info()


def index_facts(config: Config) -> list[Fact]:
    """What the index is. Raises SearchIndexError when there is none."""
    index = open_index(config.index_place)
    try:
        info = index.info()
    finally:
        index.close()
    return [Fact(name=name, text=str(value), value=_json_value(value)) for name, value in info._asdict().items()]


def verify(config: Config) -> str:
    """Compare index and catalog; one line. Raises SearchIndexError when they differ."""
    with open_catalog(config.place, create=False) as catalog:
        report = verify_index(catalog, config.data, location=config.index_place)
    if report.differences:
        raise SearchIndexError(
            f"{len(report.differences)} creators differ ({', '.join(report.differences[:3])} ...); "
            "run: nichescout index build, and if they still differ: nichescout index rebuild"
        )
    return f"The index agrees with the catalog: {report.creators} creators, {report.posts} posts."


def go_back(config: Config) -> str:
    """Read the index of before the last rebuild again; one line. Raises SearchIndexError."""
    return f"Searches read {roll_back(_remote(config))} again; the newer index is gone."


def drop_kept(config: Config) -> str:
    """Delete what was kept for going back; one line. Raises SearchIndexError."""
    count = drop_older(_remote(config))
    return f"Deleted {count} older {'index' if count == 1 else 'indices'}."


def _remote(config: Config) -> Server:
    if not isinstance(config.index_place, Server):
        raise SearchIndexError("only an index on a server keeps what a rebuild replaced; see docs/elasticsearch.md")
    return config.index_place


def doctor_facts(config: Config) -> list[Fact]:
    """Everything that a person should know before asking for help; never raises UserError."""
    checks: tuple[tuple[str, Callable[[Config], str]], ...] = (
        ("contact", _contact),
        ("hosts", _hosts),
        ("keys", _keys),
        ("places", _places),
        ("catalog", _catalog),
        *((("search server", _index_server),) if isinstance(config.index_place, Server) else ()),
        ("index", _index),
        ("query encoder", _encoder),
    )
    facts = [
        Fact(name="nichescout", text=version("nichescout"), value=version("nichescout")),
        Fact(name="data", text=str(config.data), value=str(config.data)),
    ]
    facts += [_checked(name, check, config) for name, check in checks]
    return [*facts, *standing_facts(config)]


def _checked(name: str, check: Callable[[Config], str], config: Config) -> Fact:
    try:
        text = check(config)
    except UserError as error:
        return Fact(name=name, text=str(error), value=str(error), fine=False)
    return Fact(name=name, text=text, value=text)


def _contact(config: Config) -> str:
    if not config.contact:
        raise UserError("not set; live crawls refuse to start: nichescout init")
    return config.contact


def _hosts(config: Config) -> str:
    hosts = load_hosts(config.hosts)
    named = {name: len(hosts.for_source(name)) for name in sorted(all_sources())}
    return ", ".join(f"{name} {count}" for name, count in named.items() if count) or "none"


def _keys(config: Config) -> str:
    keys = load_keys(config.keys)
    held = [name for name, source in sorted(all_sources().items()) if source.key is not None and keys.has(name)]
    return f"for {', '.join(held)}" if held else "none; see docs/keys.md"


def _places(_: Config) -> str:
    with open_gazetteer() as gazetteer:
        sample = gazetteer.lookup("boston")
    return f"readable, {sample[0].label}" if sample else "readable"


def _catalog(config: Config) -> str:
    with open_catalog(config.place, create=False) as catalog:
        info = catalog.info()
        key = config.data / "suppression.key"
        if key.is_file() and key.stat().st_mode & 0o077:
            raise UserError(f"{key} can be read by others; run: chmod 600 {key}")
        held = f"{info.creators} creators, {info.accounts} accounts, {info.posts} posts, schema {info.schema}"
        return held + _server(config, catalog)


def _server(config: Config, catalog: Catalog) -> str:
    """What is worth knowing of a server that holds the catalog. Raises UserError for what should be mended."""
    state = catalog.server()
    if state is None:
        return ""
    where = f"{config.place} (PostgreSQL {state.version})"
    if state.feed_waits > _LONG:
        raise UserError(
            f"{where}: somebody's transaction has run for {state.feed_waits / 60:.0f} minutes, and nothing written "
            "since is indexed before it ends; see pg_stat_activity"
        )
    if state.connections > _NEARLY * state.most_connections:
        raise UserError(
            f"{where}: {state.connections} of {state.most_connections} connections are in use; raise max_connections"
        )
    return f"; {where}, {state.size / 1e6:.0f} MB, {state.connections} of {state.most_connections} connections"


def _index_server(config: Config) -> str:
    assert isinstance(config.index_place, Server)
    return f"{config.index_place}: {describe_server(config.index_place)}"


def _index(config: Config) -> str:
    index = open_index(config.index_place)
    try:
        info = index.info()
    finally:
        index.close()
    behind = _changes_behind(config, info.feed_epoch, info.feed_seq)
    return f"{info.creators} creators, {info.posts} posts, {info.passages} passages, model {info.model}{behind}"


def _changes_behind(config: Config, epoch: str, seq: int) -> str:
    try:
        with open_catalog(config.place, create=False) as catalog:
            if catalog.head().epoch != epoch:
                raise UserError("belongs to another catalog; run: nichescout index rebuild")
            behind = catalog.pending(FeedPosition(epoch, seq))
    except CatalogError:
        return "; the catalog cannot be asked"
    return f"; {behind} changes behind: nichescout index build" if behind else ""


def _encoder(config: Config) -> str:
    place = config.index_place
    encoder = open_encoder(place) if isinstance(place, Path) else open_encoder_for(place, _model_of(config))
    return f"answers with {encoder.encode('sushi').shape[0]} dimensions"


def _model_of(config: Config) -> str:
    index = open_index(config.index_place)
    try:
        return index.info().model
    finally:
        index.close()


def _json_value(value: Any) -> Any:
    return value if isinstance(value, int | float | str | dict) or value is None else str(value)
