"""The Elasticsearch index behind the contract: freshness, reading, writing, publishing."""

import socket
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np

from indexer.backends.elastic import editions, scoring, search
from indexer.backends.elastic.client import Cluster
from indexer.backends.elastic.editions import Edition
from indexer.backends.elastic.queries import MOST_AHEAD, Term
from indexer.backends.elastic.state import Committed, committed
from indexer.backends.elastic.troubles import StateGone
from indexer.backends.elastic.view import View
from indexer.bundles import CreatorBundle, CreatorDocument, MarkView, PostDocument, Vector
from indexer.card import Card, card_of
from indexer.contract import CreatorHit, Filters, IndexInfo, PostHit, TextQuery
from indexer.editions import REBUILD, WriterLease
from indexer.engagement import Peers
from indexer.errors import IndexClosed, IndexMismatch, IndexUnavailable
from indexer.locations import Server
from indexer.outline import outline_of
from indexer.outline_table import OutlineTable, outline_table
from indexer.score_table import ScoreTable
from indexer.shared_index import Sharing
from indexer.vocabulary import Vocabulary

if TYPE_CHECKING:  # a reader does without the writing half
    from catalog.records import Deletions
    from indexer.backends.elastic.writer import EditionWriter

T = TypeVar("T")


class ElasticIndex:
    """Implements ``indexer.contract.WritableIndex`` over a cluster; ``opening.py`` makes one.

    Any number of readers on any number of machines. A view that the server lost (it was restarted, or nothing was
    asked for minutes) is opened anew: then a reader sees what is there now, as after ``refresh``.
    """

    def __init__(
        self,
        cluster: Cluster,
        edition: Edition,
        server: Server,
        writer: "EditionWriter | None" = None,
        lease: WriterLease | None = None,
    ) -> None:
        """``writer`` and ``lease`` are None for a reader."""
        self._cluster = cluster
        self._edition = edition
        self._server = server
        self._writer = writer
        self._lease = lease
        self._closed = False
        self._seen: Committed | None = None
        self._opened: View | None = View(cluster, edition)

    @property
    def encoder_folder(self) -> Path:
        """See the contract: on this machine."""
        return self._server.encoder_folder(self._edition.manifest.model)

    # Reading

    def info(self) -> IndexInfo:
        """See the contract."""
        return self._read(lambda view: view.info())

    def refresh(self) -> None:
        """See the contract; a new edition too. A reader asks one small thing where nothing was committed."""
        self._check_open()
        if self._writer is not None:
            self.forget_state()
            return
        now = committed(self._cluster)
        if now is not None and now == self._seen and self._opened is not None:
            return
        self._edition = editions.current(self._cluster)
        self.forget_state()
        view = self._opened = View(self._cluster, self._edition)
        # A commit of which the state cannot be read yet is looked for again.
        self._seen = now if now is not None and now.version == view.state.version else None

    def frequency(self, word: str) -> int:
        """See the contract."""
        return self._read(lambda view: view.frequencies("post", [("surface", word)])["surface", word] if word else 0)

    def ask_ahead(self, words: Iterable[str]) -> None:
        """See the contract."""
        terms: list[Term] = [("surface", word) for word in dict.fromkeys(words) if word][:MOST_AHEAD]
        self._read(lambda view: view.frequencies("post", terms))

    def near_ahead(self, vector: Vector, scopes: Sequence[Filters], *, creators: int) -> None:
        """See the contract."""

    def search_legs(
        self, query: TextQuery, meaning: Callable[[], Vector], scopes: Sequence[Filters], *, creators: int
    ) -> list[list[str]]:
        """See the contract."""
        vector = meaning()
        self._check_vector(vector)
        return self._read(lambda view: search.legs(view, query, vector, scopes, creators=creators))

    def search_posts_text(
        self, query: TextQuery, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        """See the contract."""
        return self._read(
            lambda view: search.posts_by_text(view, query, creators=creators, per_creator=per_creator, filters=filters)
        )

    def search_posts_vector(
        self, vector: Vector, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        """See the contract."""
        self._check_vector(vector)
        return self._read(
            lambda view: search.posts_by_vector(
                view, vector, creators=creators, per_creator=per_creator, filters=filters
            )
        )

    def search_creators_text(self, query: TextQuery, *, limit: int, filters: Filters) -> list[CreatorHit]:
        """See the contract."""
        return self._read(lambda view: search.creators_by_text(view, query, limit=limit, filters=filters))

    def search_creators_vector(
        self, vector: Vector, *, field: Literal["centroid", "bio"], limit: int, filters: Filters
    ) -> list[CreatorHit]:
        """See the contract."""
        self._check_vector(vector)
        return self._read(
            lambda view: search.creators_by_vector(view, vector, field=field, limit=limit, filters=filters)
        )

    def vocabulary(self, query: TextQuery) -> Vocabulary | None:
        """See the contract."""
        return self._read(lambda view: scoring.learn_vocabulary(view, query))

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
        return self._read(
            lambda view: scoring.best_posts(
                view, creator_ids, query, vector, per_creator=per_creator, vocabulary=vocabulary
            )
        )

    def marked(self) -> Mapping[str, tuple[MarkView, ...]]:
        """See the contract."""
        return self._read(lambda view: view.marked)

    def peers(self) -> Peers:
        """See the contract."""
        return self._read(lambda view: view.peers)

    def outlines(self, creator_ids: Sequence[str]) -> OutlineTable:
        """See the contract; made of the documents, which the server gives back whole in any case."""
        found = self.get(creator_ids)
        return outline_table(list(found), list(map(outline_of, found.values())), self.peers())

    def cards(self, creator_ids: Sequence[str]) -> Mapping[str, Card]:
        """See the contract; made of the documents, too."""
        return {name: card_of(document) for name, document in self.get(creator_ids).items()}

    def get(self, creator_ids: Sequence[str]) -> Mapping[str, CreatorDocument]:
        """See the contract."""
        return self._read(lambda view: view.creators(creator_ids))

    def get_posts(self, post_ids: Sequence[str]) -> Mapping[str, PostDocument]:
        """See the contract."""
        return self._read(lambda view: view.posts(post_ids))

    def centroid(self, creator_id: str) -> Vector | None:
        """See the contract."""

        def read(view: View) -> Vector | None:
            block = view.blocks([creator_id]).get(creator_id)
            return None if block is None or block.centroid is None else block.centroid.astype(np.float32)

        return self._read(read)

    def posts_of(self, creator_id: str) -> Sequence[PostDocument]:
        """See the contract."""
        return self._read(lambda view: view.posts_of(creator_id))

    # Writing

    def upsert(self, bundles: Iterable[CreatorBundle]) -> None:
        """See the contract."""
        writer = self._writing()
        for bundle in bundles:
            writer.upsert(bundle)

    def delete(self, creator_ids: Iterable[str], *, revisions: Mapping[str, int] | None = None) -> None:
        """See the contract. The text stays on the servers' disks until ``purge``."""
        writer = self._writing()
        for creator_id in creator_ids:
            writer.delete(creator_id, (revisions or {}).get(creator_id))

    def commit(self, *, epoch: str, seq: int, kept: "Deletions | None" = None) -> None:
        """See the contract. Raises IndexLocked when a build of another catalog wrote meanwhile."""
        self._writing().commit(epoch=epoch, seq=seq, kept=kept)
        self.refresh()

    @cached_property
    def sharing(self) -> Sharing:
        """See the contract."""
        machine = f"{socket.gethostname()}:{self._server.folder.absolute()}"
        return Sharing(self._cluster.identity(self._edition.creators), machine)

    def parts(self) -> Mapping[int, int]:
        """See the contract."""
        return self._writing().parts()

    def commit_parts(self, reached: Mapping[int, int]) -> None:
        """See the contract."""
        self._writing().commit_parts(reached)
        self.refresh()

    def publish(self) -> None:
        """See the contract; an edition that does not hold what was sent takes nobody's place. The one before stays."""
        from indexer.backends.elastic.checks import check_edition

        self._writing()
        if editions.replaces_another(self._cluster, self._edition):  # the first may be half sent, by several machines
            self._read(check_edition)
        editions.publish(self._cluster, self._edition)

    def purge(self) -> None:
        """See the contract. Other editions hold what was deleted, so they go; the encoder stays."""
        writer = self._writing()
        writer.discard()
        for edition in editions.others(self._cluster, self._edition):
            self._cluster.drop(edition.names)
        self.forget_state()  # a state that is held open keeps its files
        self._cluster.expunge(",".join(self._edition.names))
        self.refresh()

    def close(self) -> None:
        """See the contract. A second call does nothing."""
        if self._closed:
            return
        self._closed = True
        self.forget_state()
        self._cluster.close()
        if self._lease is not None:
            self._lease.release()

    # Inside

    def _read(self, ask: Callable[[View], T]) -> T:
        """Ask the view; once more of a new one where the server lost it."""
        self._check_open()
        try:
            return ask(self._view())
        except StateGone:
            self._opened = None
        try:
            return ask(self._view())
        except StateGone:
            self._opened = None
            raise IndexUnavailable(f"the index at {self._cluster.address} is not all there; try again") from None

    def _view(self) -> View:
        if self._opened is None:
            self._opened = View(self._cluster, self._edition)
        return self._opened

    def forget_state(self) -> None:
        """Let the server forget the state that is looked at; the next question opens another."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

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
        manifest = self._edition.manifest
        if vector.shape != (manifest.dimension,):
            raise IndexMismatch(
                f"the query has a vector of {vector.shape[-1]} numbers, the index of {manifest.dimension} "
                f"(model {manifest.model}); {REBUILD}"
            )
