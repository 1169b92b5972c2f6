"""The ways to open an index on a server: to read, to go on writing, to write a new edition; and to go back to one."""

import time
from collections.abc import Callable
from typing import TypeVar

from indexer.backends.elastic import editions
from indexer.backends.elastic.address import read_access, read_address
from indexer.backends.elastic.client import Cluster
from indexer.backends.elastic.editions import Edition
from indexer.backends.elastic.index import ElasticIndex
from indexer.editions import REBUILD, SCHEMA_VERSION, Manifest, WriterLease
from indexer.errors import IndexLocked, IndexMismatch, IndexMissing, IndexUnavailable
from indexer.locations import Server

T = TypeVar("T")
_FOUNDING_TURNS, _FOUNDING_PAUSE = 20, 0.5  # seconds: another machine's first index is empty when it is published


def connect(server: Server) -> Cluster:
    """A connection. Raises IndexAccessInvalid; whether anybody answers is not asked."""
    address = read_address(server.address)
    return Cluster(address, read_access(server.access, address))


def open_for_reading(server: Server, *, model: str | None = None) -> ElasticIndex:
    """Raises IndexMissing, IndexMismatch (another schema, or another model than the one named), IndexUnavailable."""

    def opened(cluster: Cluster) -> ElasticIndex:
        edition = editions.current(cluster)
        if model is not None:
            _check_model(edition, model)
        return ElasticIndex(cluster, edition, server)

    return _connected(server, opened)


def open_for_writing(server: Server, *, model: str, dimension: int) -> ElasticIndex:
    """Open the current edition, or found the first one. Raises IndexLocked, IndexMismatch for another model."""
    from indexer.backends.elastic.writer import EditionWriter

    def opened(cluster: Cluster, lease: WriterLease) -> ElasticIndex:
        edition = _founded(cluster)
        if edition is None:
            try:
                index = _found(cluster, server, lease, Manifest(SCHEMA_VERSION, model, dimension), version=0)
            except IndexLocked:  # another machine was quicker
                edition = _founded(cluster)
                if edition is None:
                    raise
            else:
                index.publish()
                return index
        _check_model(edition, model)
        return ElasticIndex(cluster, edition, server, EditionWriter(cluster, edition), lease)

    return _leased(server, opened)


def open_new_edition(
    server: Server, *, model: str, dimension: int, is_at_work: Callable[[str], bool] = lambda _: False
) -> ElasticIndex:
    """Found an edition that nobody sees before ``publish``; the current one stays as it is until then.

    ``is_at_work``: whether somebody works on an index (``Sharing.reader``) that is not published yet: then it is that
    one, of the same schema and model. Others newer than the current one are what killed rebuilds left, and go.
    """
    from indexer.backends.elastic.writer import EditionWriter

    def opened(cluster: Cluster, lease: WriterLease) -> ElasticIndex:
        current, version = _current_or_none(cluster), 0
        wanted = Manifest(SCHEMA_VERSION, model, dimension)
        for edition in reversed(editions.others(cluster, current)):
            if current is None or edition.number > current.number:
                known = [cluster.identity(name) for name in edition.names]
                if edition.manifest == wanted and all(known) and is_at_work(known[0]):
                    return ElasticIndex(cluster, edition, server, EditionWriter(cluster, edition), lease)
                cluster.drop(edition.names)
        if current is not None:
            version = EditionWriter(cluster, current).state.version
        return _found(cluster, server, lease, wanted, version=version)

    return _leased(server, opened)


def describe(server: Server) -> str:
    """The server's version and how our indices are. Raises IndexUnavailable, also where parts are gone."""

    def described(cluster: Cluster) -> str:
        version, health = cluster.version(), cluster.health()
        missing = int(health["unassigned_primary_shards"])
        if missing:
            raise IndexUnavailable(
                f"{missing} parts of the index at {cluster.address} are on no node; bring the missing nodes back"
            )
        lacking = int(health["unassigned_shards"])
        copies = f", {lacking} copies of parts are missing" if lacking else ""
        older = len(editions.all_editions(cluster)) - 1
        kept = f", {older} older kept for going back" if older > 0 else ""
        cluster.close()
        return f"Elasticsearch {version}, {health['status']}{copies}{kept}"

    return _connected(server, described)


def roll_back(server: Server) -> str:
    """Make the newest older edition the one that readers open; the other goes. Returns its name.

    Raises IndexMissing when there is none, IndexLocked.
    """

    def back(cluster: Cluster, lease: WriterLease) -> str:
        current = editions.current(cluster)
        older = [edition for edition in editions.others(cluster, current) if edition.number < current.number]
        if not older:
            raise IndexMissing(f"there is no older index at {cluster.address} to go back to")
        editions.publish(cluster, older[-1])
        cluster.drop(current.names)
        lease.release()
        cluster.close()
        return older[-1].creators

    return _leased(server, back)


def drop_older(server: Server) -> int:
    """Delete the editions that were kept for going back; returns how many. Raises IndexLocked."""

    def drop(cluster: Cluster, lease: WriterLease) -> int:
        dropped = editions.others(cluster, editions.current(cluster))
        for edition in dropped:
            cluster.drop(edition.names)
        lease.release()
        cluster.close()
        return len(dropped)

    return _leased(server, drop)


def _connected(server: Server, opened: Callable[[Cluster], T]) -> T:
    cluster = connect(server)
    try:
        return opened(cluster)
    except BaseException:
        cluster.close()
        raise


def _leased(server: Server, opened: Callable[[Cluster, WriterLease], T]) -> T:
    lease = WriterLease(server.folder)
    try:
        return _connected(server, lambda cluster: opened(cluster, lease))
    except BaseException:
        lease.release()
        raise


def _founded(cluster: Cluster) -> Edition | None:
    """The current edition, also one that another machine is just about to publish; None: there is none."""
    for _ in range(_FOUNDING_TURNS):
        try:
            return editions.current(cluster)
        except IndexMissing:
            if not editions.all_editions(cluster):
                return None
        time.sleep(_FOUNDING_PAUSE)
    return None  # whoever began one was killed


def _check_model(edition: Edition, model: str) -> None:
    if edition.manifest.model != model:
        raise IndexMismatch(
            f"the search index was made with the model {edition.manifest.model}, not {model}; {REBUILD}"
        )


def _found(cluster: Cluster, server: Server, lease: WriterLease, manifest: Manifest, *, version: int) -> ElasticIndex:
    """Found an edition with an empty first commit."""
    from indexer.backends.elastic.writer import EditionWriter

    edition = editions.found(cluster, manifest, server.shards)
    writer = EditionWriter(cluster, edition)
    writer.start_from(version)
    writer.commit(epoch="", seq=0)
    return ElasticIndex(cluster, edition, server, writer, lease)


def _current_or_none(cluster: Cluster) -> Edition | None:
    """The current edition, also one of another schema."""
    try:
        return editions.current(cluster)
    except IndexMissing:
        return None
    except IndexMismatch:
        named = cluster.indices(f"{cluster.address.prefix}-creators")
        found = [edition for edition in editions.all_editions(cluster) if edition.creators in named]
        return found[0] if found else None
