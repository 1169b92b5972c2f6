"""The embedded index behind the contract: freshness, reading, writing; the legs are in ``search.py``."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from indexer import editions
from indexer.backends.embedded import legs, scoring, search
from indexer.backends.embedded.passage_scan import PassageScan
from indexer.backends.embedded.snapshot import Snapshot
from indexer.backends.embedded.state import committed_state
from indexer.backends.embedded.text_store import TextReader
from indexer.bundles import CreatorBundle, CreatorDocument, MarkView, PostDocument, Vector
from indexer.card import Card
from indexer.codec import from_micros, unpack_marks
from indexer.contract import CreatorHit, Filters, IndexInfo, PostHit, TextQuery
from indexer.editions import ENCODER_FOLDER, WriterLease, damaged
from indexer.engagement import Peers
from indexer.errors import IndexClosed, IndexDamaged, IndexMismatch
from indexer.outline_table import OutlineTable
from indexer.score_table import ScoreTable
from indexer.vocabulary import Vocabulary

if TYPE_CHECKING:  # a reader does without the writing half
    from catalog.records import Deletions
    from indexer.backends.embedded.writer import EditionWriter

_ATTEMPTS: Final = 5  # a writer may replace what was just named; each attempt reads the names again


class EmbeddedIndex:
    """Implements ``indexer.contract.Index`` over a folder; ``opening.py`` makes one.

    Any number of readers, also in other processes, beside one writer. Safe for several threads that only search.
    """

    def __init__(self, index_dir: Path, writer: "EditionWriter | None", lease: WriterLease | None) -> None:
        """``writer`` and ``lease`` are None for a reader."""
        self._index_dir = index_dir
        self._writer = writer
        self._lease = lease
        self._enter_edition(editions.current_edition(index_dir) if writer is None else writer.edition)
        self._snapshot: Snapshot | None = None
        self._scan: PassageScan | None = None
        self._near: legs.Near | None = None
        self._info: tuple[Snapshot, IndexInfo] | None = None
        self._closed = False
        self.refresh()

    @property
    def encoder_folder(self) -> Path:
        """See the contract."""
        return self._edition / ENCODER_FOLDER

    def publish(self) -> None:
        """Make this edition the one that readers open, and remove the one before."""
        self._writing()
        editions.publish(self._index_dir, self._edition)
        editions.remove_other_editions(self._index_dir, self._edition)

    # Reading

    def info(self) -> IndexInfo:
        """See the contract."""
        snapshot = self._view()
        if self._info is None or self._info[0] is not snapshot:
            self._info = (snapshot, self._describe(snapshot))
        return self._info[1]

    def refresh(self) -> None:
        """See what was committed since, by whatever process; a new edition too."""
        self._check_open()
        for _ in range(_ATTEMPTS):
            try:
                if self._writer is None:
                    self._follow_edition()
                self._load()
            except FileNotFoundError:
                continue  # compacted in between: the next state names another generation
            except IndexDamaged:
                if self._writer is None and editions.current_edition(self._index_dir) != self._edition:
                    continue  # replaced by a rebuild or a purge in between
                raise
            return
        raise damaged("files that the index names are missing")

    def frequency(self, word: str) -> int:
        """See the contract."""
        return self._view().frequency("post", "surface", word)

    def ask_ahead(self, words: Iterable[str]) -> None:
        """See the contract: nothing, as each is asked where it lies."""

    def near_ahead(self, vector: Vector, scopes: Sequence[Filters], *, creators: int) -> None:
        """See the contract."""
        self._check_vector(vector)
        self._near = legs.near(self._view(), vector, scopes, creators=creators)

    def search_legs(
        self, query: TextQuery, meaning: Callable[[], Vector], scopes: Sequence[Filters], *, creators: int
    ) -> list[list[str]]:
        """See the contract."""
        snapshot = self._view()
        words = legs.by_words(snapshot, query, scopes, creators=creators)
        snapshot.look_ahead(legs.creators_of(words))
        vector = meaning()
        self._check_vector(vector)
        near = self._near  # another thread may look for something else meanwhile
        if near is None or not near.is_of(snapshot, vector, scopes, creators):
            near = legs.near(snapshot, vector, scopes, creators=creators)
        return legs.rankings(snapshot, words, near.found)

    def search_posts_text(
        self, query: TextQuery, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        """See the contract."""
        return search.posts_by_text(self._view(), query, creators=creators, per_creator=per_creator, filters=filters)

    def search_posts_vector(
        self, vector: Vector, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        """See the contract. One scan serves consecutive calls with the same vector and other filters."""
        snapshot = self._view()
        self._check_vector(vector)
        scan = self._scan
        if scan is None or not scan.is_of(snapshot, vector):
            scan = self._scan = PassageScan(snapshot, vector)
        return search.posts_by_vector(snapshot, scan, creators=creators, per_creator=per_creator, filters=filters)

    def search_creators_text(self, query: TextQuery, *, limit: int, filters: Filters) -> list[CreatorHit]:
        """See the contract."""
        return search.creators_by_text(self._view(), query, limit=limit, filters=filters)

    def search_creators_vector(
        self, vector: Vector, *, field: Literal["centroid", "bio"], limit: int, filters: Filters
    ) -> list[CreatorHit]:
        """See the contract."""
        self._check_vector(vector)
        return search.creators_by_vector(self._view(), vector, field=field, limit=limit, filters=filters)

    def vocabulary(self, query: TextQuery) -> Vocabulary | None:
        """See the contract."""
        return search.vocabulary(self._view(), query)

    def best_posts(
        self,
        creator_ids: Sequence[str],
        query: TextQuery,
        vector: Vector,
        *,
        per_creator: int,
        vocabulary: Vocabulary | None = None,
    ) -> ScoreTable:
        """See the contract."""
        self._check_vector(vector)
        return scoring.best_posts(
            self._view(), creator_ids, query, vector, per_creator=per_creator, vocabulary=vocabulary
        )

    def marked(self) -> Mapping[str, tuple[MarkView, ...]]:
        """See the contract."""
        return {name: unpack_marks(rows) for name, rows in self._view().state.marked.items()}

    def peers(self) -> Peers:
        """See the contract."""
        return self._view().peers

    def outlines(self, creator_ids: Sequence[str]) -> OutlineTable:
        """See the contract."""
        return self._view().outlines(creator_ids)

    def cards(self, creator_ids: Sequence[str]) -> Mapping[str, Card]:
        """See the contract."""
        snapshot = self._view()
        found = snapshot.find_creators(creator_ids)
        return dict(zip(found, snapshot.cards(np.fromiter(found.values(), np.int64, len(found))), strict=True))

    def get(self, creator_ids: Sequence[str]) -> Mapping[str, CreatorDocument]:
        """See the contract."""
        snapshot = self._view()
        return {name: snapshot.creator(at) for name, at in snapshot.find_creators(creator_ids).items()}

    def get_posts(self, post_ids: Sequence[str]) -> Mapping[str, PostDocument]:
        """See the contract."""
        snapshot = self._view()
        found = snapshot.find_posts(post_ids)
        return dict(zip(found, snapshot.posts_at(np.fromiter(found.values(), np.int64, len(found))), strict=True))

    def centroid(self, creator_id: str) -> Vector | None:
        """See the contract."""
        return scoring.centroid_of(self._view(), creator_id)

    def posts_of(self, creator_id: str) -> Sequence[PostDocument]:
        """See the contract; posts without a date come last, equal dates by id."""
        snapshot = self._view()
        position = snapshot.find_creators([creator_id]).get(creator_id)
        if position is None:
            return []
        order = sorted(
            snapshot.post_range(position), key=lambda at: (-int(snapshot.posts[at]["published"]), snapshot.post_id(at))
        )
        return [snapshot.post(at) for at in order]

    # Writing

    def upsert(self, bundles: Iterable[CreatorBundle]) -> None:
        """See the contract."""
        self._writing().upsert(bundles)

    def delete(self, creator_ids: Iterable[str], *, revisions: Mapping[str, int] | None = None) -> None:
        """See the contract; there is no slower writer. The text stays in the files until ``purge``."""
        del revisions
        writer = self._writing()
        for creator_id in creator_ids:
            writer.delete(creator_id)

    def commit(self, *, epoch: str, seq: int, kept: "Deletions | None" = None) -> None:
        """See the contract."""
        self._writing().commit(epoch=epoch, seq=seq, kept=kept)
        self.refresh()

    def purge(self) -> None:
        """Rewrite the whole index so that no deleted word, vector or document is left in its files.

        Uncommitted changes are dropped. The encoder goes along. Readers see the new edition at their next refresh.
        """
        writer = self._writing()
        target = editions.next_edition(self._index_dir)
        writer.discard()
        editions.write_manifest(target, self._manifest)
        writer.rewrite_into(target)
        if self.encoder_folder.is_dir():
            editions.copy_folder(self.encoder_folder, target / ENCODER_FOLDER)
        writer.close()
        editions.publish(self._index_dir, target)
        editions.remove_other_editions(self._index_dir, target)
        self._writer = type(writer)(target, self._manifest)
        self._enter_edition(target)
        self.refresh()

    def close(self) -> None:
        """See the contract. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self._snapshot = None
        self._scan = None
        self._near = None
        if self._writer is not None:
            self._writer.close()
        if self._lease is not None:
            self._lease.release()

    # Inside

    def _describe(self, snapshot: Snapshot) -> IndexInfo:
        state = snapshot.state
        return IndexInfo(
            schema_version=self._manifest.schema_version,
            model=self._manifest.model,
            dimension=self._manifest.dimension,
            creators=state.creators,
            posts=state.posts,
            passages=state.passages,
            generation=state.version,
            feed_epoch=state.feed_epoch,
            feed_seq=state.feed_seq,
            languages={name: count / state.posts for name, count in sorted(state.languages.items())},
            newest_post_at=None if state.newest is None else from_micros(state.newest),
            deletions=state.deletions,
            forgotten=state.forgotten,
        )

    def _follow_edition(self) -> None:
        edition = editions.current_edition(self._index_dir)
        if edition != self._edition:
            self._enter_edition(edition)

    def _enter_edition(self, edition: Path) -> None:
        self._edition = edition
        self._manifest = editions.read_manifest(edition)
        self._text = TextReader(edition / "text")

    def _load(self) -> None:
        searcher = self._text.searcher()
        state = committed_state(searcher)
        if self._snapshot is None or self._snapshot.state.version != state.version:
            self._snapshot = Snapshot(self._edition, self._manifest.dimension, state, searcher)

    def _view(self) -> Snapshot:
        self._check_open()
        assert self._snapshot is not None
        return self._snapshot

    def _writing(self) -> "EditionWriter":
        self._check_open()
        if self._writer is None:
            raise RuntimeError("the index was opened for reading")
        return self._writer

    def _check_open(self) -> None:
        if self._closed:
            raise IndexClosed("the index was closed")

    def _check_vector(self, vector: Vector) -> None:
        self._check_open()
        if vector.shape != (self._manifest.dimension,):
            raise IndexMismatch(
                f"the query has a vector of {vector.shape[-1]} numbers, the index of {self._manifest.dimension} "
                f"(model {self._manifest.model}); {editions.REBUILD}"
            )
