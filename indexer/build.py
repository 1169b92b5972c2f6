"""``index build``: bring an index up to its catalog from the change feed, or write it anew; ``index verify``.

Incremental by nature: the index carries its position in the feed inside its own commits, so that a build that was
killed goes on behind the last commit. Torch is loaded only when a text must be embedded or an encoder exported.
"""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from base.garbage import YOUNG
from catalog.records import CreatorRecord, Deletions, FeedPosition
from indexer import connect
from indexer.bundles import CreatorDocument
from indexer.catch_up import READ, Build, CatalogFeed, StageProgress, Tools, parts
from indexer.contract import Index, WritableIndex
from indexer.embedder import Embedder
from indexer.errors import IndexDamaged, IndexMismatch, IndexMissing
from indexer.locations import Location
from indexer.models import SentenceModel, resolve
from indexer.onnx_export import is_encoder_of, write_encoder
from indexer.passages import text_key
from indexer.pieces import PieceStarts
from indexer.shared_index import SharedIndex
from indexer.sharing import JOINED, SharedBuild, SharedFeed
from indexer.vector_cache import VectorCache
from places.gazetteer import open_gazetteer
from text.split import split_words


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did. ``embedded`` counts texts that no cache held; ``rebuilt``: the index was written anew.

    ``others``: builds on other machines are still at work on the rest.
    """

    creators: int
    deleted: int
    posts: int
    passages: int
    embedded: int
    seconds: float
    nothing_new: bool
    rebuilt: bool
    others: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyReport:
    """``differences``: ids of creators that the index lacks, has in another revision, or should not have."""

    creators: int
    posts: int
    differences: tuple[str, ...]


def build_index(
    catalog: CatalogFeed,
    data_dir: Path,
    *,
    location: Location | None = None,
    cache_path: Path | None = None,
    rebuild: bool = False,
    model: str | None = None,
    on_progress: StageProgress | None = None,
) -> BuildReport:
    """Build the index at ``location``, by default ``data_dir/index``; ``cache_path``: of vectors, by default there too.

    Raises IndexMismatch (made with another model), IndexDamaged, IndexLocked, ModelMissing, IndexUnavailable.
    """
    embedder = Embedder(resolve(model))
    with tools_for(embedder, cache_path or data_dir / "vectors.sqlite") as tools:
        return build_with(
            catalog,
            location or data_dir / "index",
            tools,
            write_encoder=lambda folder: _provide_encoder(embedder, folder),
            rebuild=rebuild,
            on_progress=on_progress,
        )


def build_with(
    catalog: CatalogFeed,
    location: Location,
    tools: Tools,
    *,
    write_encoder: Callable[[Path], None],
    rebuild: bool = False,
    on_progress: StageProgress | None = None,
) -> BuildReport:
    """``build_index`` with the tools handed in."""
    started = time.perf_counter()
    missing = _is_missing(location)
    if not missing and not rebuild:
        rebuild = _is_of_another_catalog(location, catalog.head())
    promised = catalog.deletions()  # asked before the changes are read: what is promised meanwhile comes next time
    index = _open(location, tools.embedder.model, catalog, missing=missing, rebuild=rebuild)
    try:
        write_encoder(index.encoder_folder)
        fresh = index.info().feed_epoch == ""  # else others write it, too, and may have sent who is forgotten by now
        if missing:
            index.publish()  # empty, but a killed first build goes on where it stopped
        build = _build(catalog, index, tools, on_progress or (lambda *_: None))
        with _few_collections():
            if rebuild:
                build.everything()
            whole = build.changes()
        if whole and rebuild and not missing:
            index.publish()  # before anything is purged: that takes the older editions away
        if whole:
            keep_promises(index, promised, catalog, tools.cache, fresh=fresh)
        return BuildReport(
            creators=build.creators,
            deleted=build.deleted,
            posts=build.posts,
            passages=build.passages,
            embedded=build.embedded,
            seconds=time.perf_counter() - started,
            nothing_new=whole and not (build.creators or build.deleted or rebuild),
            rebuilt=rebuild,
            others=not whole,
        )
    finally:
        index.close()


def keep_promises(
    index: WritableIndex, promised: Deletions, catalog: CatalogFeed, cache: VectorCache, *, fresh: bool
) -> None:
    """Leave nothing that was promised to be deleted in the files of index and cache; nothing to do where it is kept.

    ``fresh``: the index was written anew and never held it.
    """
    info = index.info()
    is_kept = promised == (info.deletions, info.forgotten)
    if not is_kept and not fresh:
        index.purge()
    if cache.promised != promised:  # each machine has one of its own
        cache.keep_only(_texts_in_use(index, catalog))
        cache.promised = promised
    if not is_kept:
        index.commit(epoch=info.feed_epoch, seq=info.feed_seq, kept=promised)


def _texts_in_use(index: Index, catalog: CatalogFeed) -> Iterator[str]:
    """Keys of the texts that somebody in the index has; bios also of accounts that another's bio stands for."""
    for ids in parts(catalog.creator_ids(), READ):
        for record in catalog.creators(ids).values():
            yield from (text_key(account.bio) for account in record.accounts)
            yield from (passage.key for post in index.posts_of(record.id) for passage in post.passages)


def index_now(
    catalog: CatalogFeed,
    data_dir: Path,
    since: FeedPosition,
    *,
    location: Location | None = None,
    model: str | None = None,
) -> None:
    """Bring what changed after ``since`` into an index that is there, whatever else waits for the next build.

    Raises IndexMissing, IndexMismatch, IndexDamaged, IndexLocked, ModelMissing.
    """
    place = location or data_dir / "index"
    if _is_missing(place):
        raise IndexMissing("there is no search index yet; run: nichescout index build")
    if _is_of_another_catalog(place, catalog.head()):
        raise IndexMismatch("the search index belongs to another catalog; run: nichescout index rebuild")
    embedder = Embedder(resolve(model))
    with tools_for(embedder, data_dir / "vectors.sqlite") as tools:
        index = connect.open_index(
            place, mode="write", model=embedder.model.identity, dimension=embedder.model.dimension
        )
        try:
            Build(catalog, index, tools, lambda *_: None).newest(since)
        finally:
            index.close()


def verify_index(catalog: CatalogFeed, data_dir: Path, *, location: Location | None = None) -> VerifyReport:
    """Compare the index with the catalog, creator by creator. Raises IndexMissing, IndexDamaged."""
    index = connect.open_index(location or data_dir / "index")
    try:
        info = index.info()
        differences: list[str] = []
        known = 0
        for ids in parts(catalog.creator_ids(), READ):
            records, documents = catalog.creators(ids), index.get(ids)
            known += len(documents)
            differences += [name for name in ids if not _agree(records.get(name), documents.get(name), index)]
        if info.creators > known:
            differences.append(f"{info.creators - known} that the catalog does not know")
        return VerifyReport(creators=info.creators, posts=info.posts, differences=tuple(differences))
    finally:
        index.close()


@contextmanager
def tools_for(embedder: Embedder, cache_path: Path) -> Iterator[Tools]:
    """What a build needs beside catalog and index; closed at the end."""
    with closing(open_gazetteer()) as gazetteer, VectorCache(cache_path) as cache:
        yield Tools(
            embedder=embedder,
            cache=cache,
            gazetteer=gazetteer,
            piece_starts=PieceStarts(embedder.model.folder),
            split=split_words,
        )


@contextmanager
def _few_collections() -> Iterator[None]:
    """Garbage is looked for less often: all that a window holds lives as long as the window and makes no rings, and
    looking through it again and again took a sixth of the time.
    """
    before = gc.get_threshold()
    gc.set_threshold(YOUNG, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _open(
    location: Location, model: SentenceModel, catalog: CatalogFeed, *, missing: bool, rebuild: bool
) -> WritableIndex:
    """The index to write: a first one that nobody founded meanwhile, a new edition, or the one that is there."""
    if rebuild and isinstance(catalog, SharedFeed):
        return connect.open_new_edition(
            location,
            model=model.identity,
            dimension=model.dimension,
            is_at_work=lambda name: catalog.parts_followed(name, JOINED),
        )
    if rebuild or (missing and isinstance(location, Path)):
        return connect.open_new_edition(location, model=model.identity, dimension=model.dimension)
    return connect.open_index(location, mode="write", model=model.identity, dimension=model.dimension)


def _build(catalog: CatalogFeed, index: WritableIndex, tools: Tools, on_progress: StageProgress) -> Build:
    if isinstance(index, SharedIndex) and isinstance(catalog, SharedFeed):
        return SharedBuild(catalog, index, tools, on_progress)
    return Build(catalog, index, tools, on_progress)


def _is_missing(location: Location) -> bool:
    try:
        connect.open_index(location).close()
    except IndexMissing:
        return True
    except (IndexDamaged, IndexMismatch):
        pass  # the caller decides: a rebuild replaces it, everything else says so
    return False


def _is_of_another_catalog(location: Location, head: FeedPosition) -> bool:
    """Whether the catalog was copied or restored since: its revisions may then have gone back (DESIGN 5.2)."""
    index = connect.open_index(location)
    try:
        return index.info().feed_epoch not in ("", head.epoch)
    finally:
        index.close()


def _provide_encoder(embedder: Embedder, folder: Path) -> None:
    if not is_encoder_of(folder, embedder.model):
        write_encoder(embedder, folder)


def _agree(record: CreatorRecord | None, document: CreatorDocument | None, index: Index) -> bool:
    if record is None or not record.accounts:
        return document is None
    return (
        document is not None
        and document.revision == record.revision
        and document.post_count == len(record.posts) == len(index.posts_of(record.id))
    )
