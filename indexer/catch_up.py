"""The work of a build: read creators from the catalog, embed what no cache holds, send bundles, commit, again.

Windows bound the memory and what a kill can cost. Which index is written, and when it is published: ``build.py``.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Protocol, TypeVar

from base.failpoints import hit
from catalog.records import Change, CreatorRecord, Deletions, FeedPosition
from indexer.bundles import CreatorDocument, Matrix, Vector
from indexer.contract import Index
from indexer.documents import CreatorDraft, Splitter, bundle, draft
from indexer.embedder import OnProgress
from indexer.models import SentenceModel
from indexer.passages import PieceStarts, text_key
from indexer.vector_cache import VectorCache
from places.gazetteer import Gazetteer

T = TypeVar("T")
READ: Final = 256  # creators read from the catalog at once
_SENT: Final = 32  # creators sent to the index at once
_WINDOW_TEXTS: Final = 2048  # texts embedded together: sorting by length pays, and a kill costs no more than these
_WINDOW_CREATORS: Final = 1024
_WINDOW_POSTS: Final = 8192  # bounds memory where every vector is in the cache


class CatalogFeed(Protocol):
    """What a build needs of a catalog."""

    def head(self) -> FeedPosition:
        """The newest position."""

    def changes(self, after: FeedPosition | None, *, limit: int) -> list[Change]:
        """The newest change of each creator after a position, ordered by seq."""

    def pending(self, after: FeedPosition | None) -> int:
        """How many creators have a change after a position."""

    def creators(self, ids: Sequence[str]) -> dict[str, CreatorRecord]:
        """The creators that exist and may be shown."""

    def creator_ids(self) -> Iterator[str]:
        """Every creator that exists."""

    def deletions(self) -> Deletions:
        """What was promised to be deleted so far."""


class TextEmbedder(Protocol):
    """``embedder.Embedder``, or a test's."""

    @property
    def model(self) -> SentenceModel:
        """What makes the vectors."""

    def encode(self, texts: Sequence[str], *, on_progress: OnProgress | None = None) -> Matrix:
        """One unit row for each text."""


StageProgress = Callable[[str, int, int], None]
"""Called with (stage, done, total): "indexing" counts creators, "embedding" texts of one window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What turns records into bundles."""

    embedder: TextEmbedder
    cache: VectorCache
    gazetteer: Gazetteer
    piece_starts: PieceStarts
    split: Splitter


class Window:
    """Creators that are embedded and committed together."""

    def __init__(self) -> None:
        self.drafts: list[CreatorDraft] = []
        self.gone: list[str] = []
        self.revisions: dict[str, int] = {}
        self.posts = 0
        self.vectors: dict[str, Vector] = {}
        self.missing: dict[str, str] = {}
        self.read_at: FeedPosition | None = None  # where the feed stood before the first of them was read

    @property
    def started(self) -> bool:
        """Whether there is anything to commit."""
        return bool(self.drafts or self.gone)

    @property
    def full(self) -> bool:
        """Whether it is time to embed and commit."""
        return (
            len(self.missing) >= _WINDOW_TEXTS
            or len(self.drafts) + len(self.gone) >= _WINDOW_CREATORS
            or self.posts >= _WINDOW_POSTS
        )

    def keys(self) -> set[str]:
        """Of every text that these creators have, and of the bios that another account's stands for."""
        bios = {text_key(account.bio) for read in self.drafts for account in read.record.accounts}
        return bios.union(*(read.texts for read in self.drafts))


class Build:
    """One run over one index, with counts of what it did."""

    def __init__(self, catalog: CatalogFeed, index: Index, tools: Tools, on_progress: StageProgress) -> None:
        self._catalog = catalog
        self._index = index
        self._tools = tools
        self._on_progress = on_progress
        self.creators = self.deleted = self.posts = self.passages = self.embedded = 0
        self._left = False  # whether a window left somebody to the next

    def everything(self) -> None:
        """Index every creator; the position is the head of before, so that later changes come again."""
        head = self._catalog.head()
        total = sum(1 for _ in self._catalog.creator_ids())
        done = 0
        window = Window()
        for ids in parts(self._catalog.creator_ids(), READ):
            self._read(ids, window)
            done += len(ids)
            self._on_progress("indexing", done, total)
            if window.full:
                self._write(window, self._reached(head.epoch, 0))
                window = Window()
        self._write(window, self._reached(head.epoch, head.seq))

    def changes(self) -> bool:
        """Index what changed since the position that the index carries; whether that is all that there is to index."""
        self._once_through()
        while self._left:  # somebody changed while texts were embedded, and is named again
            self._once_through()
        return True

    def _once_through(self) -> None:
        self._left = False
        info, head = self._index.info(), self._catalog.head()
        position = FeedPosition(info.feed_epoch, info.feed_seq) if info.feed_epoch else None
        done, total = 0, self._catalog.pending(position)
        window = Window()
        while changes := self._catalog.changes(position, limit=READ):
            self._read_changes(changes, window)
            position = FeedPosition(head.epoch, changes[-1].seq)
            if window.full:
                self._write(window, self._reached(head.epoch, position.seq))
                window = Window()
            done += len(changes)
            self._on_progress("indexing", done, max(total, done))
        if position is not None and window.started:
            self._write(window, self._reached(head.epoch, position.seq))
        elif not info.feed_epoch:
            self._index.commit(epoch=head.epoch, seq=0)  # an empty catalog: the index still belongs to it

    def newest(self, since: FeedPosition) -> None:
        """Index what changed after a position ahead of what waits; then the feed names it again, without harm."""
        info = self._index.info()
        waits = (info.feed_epoch, info.feed_seq) != (since.epoch, since.seq)
        while changes := self._catalog.changes(since, limit=READ):
            since = FeedPosition(since.epoch, changes[-1].seq)
            window = Window()
            self._read_changes(changes, window)
            reached = (info.feed_epoch, info.feed_seq) if waits else (since.epoch, since.seq)
            self._write(window, self._reached(*reached))

    def _reached(self, epoch: str, seq: int) -> Callable[[], None]:
        """The commit that says how far in the feed the index is then."""
        return lambda: self._index.commit(epoch=epoch, seq=seq)

    def _read_changes(self, changes: Sequence[Change], window: Window, *, tell_revisions: bool = False) -> None:
        """``tell_revisions``: of who is gone, to an index that may get them from a slower build yet."""
        if tell_revisions:
            window.revisions.update((change.creator_id, change.revision) for change in changes)
        self._read([change.creator_id for change in changes], window)

    def _read(self, ids: Sequence[str], window: Window) -> None:
        """Draft these creators into the window and look their vectors up."""
        tools = self._tools
        window.read_at = window.read_at or self._catalog.head()
        records = self._catalog.creators(ids)
        wanted: dict[str, str] = {}
        for creator_id in ids:
            record = records.get(creator_id)
            if record is None or not record.accounts:
                window.gone.append(creator_id)
                continue
            read = draft(record, piece_starts=tools.piece_starts, split=tools.split)
            window.drafts.append(read)
            window.posts += len(read.posts)
            wanted.update((key, text) for key, text in read.texts.items() if key not in window.vectors)
        found = tools.cache.get(tools.embedder.model.identity, wanted)
        window.vectors.update(found)
        window.missing.update((key, text) for key, text in wanted.items() if key not in found)

    def _write(self, window: Window, commit: Callable[[], None]) -> None:
        """Embed what is missing, send the bundles, commit."""
        self._embed(window)
        self._leave_to_the_next(window)
        tools, dimension = self._tools, self._tools.embedder.model.dimension
        known = self._index.get(window.gone)
        self._forget_vectors(known, window)
        # Also whom nobody can see here: another build may have sent them and not committed, or be about to.
        self._index.delete(window.gone, revisions=window.revisions)
        for some in parts(window.drafts, _SENT):
            made = [
                bundle(read, window.vectors, gazetteer=tools.gazetteer, split=tools.split, dimension=dimension)
                for read in some
            ]
            self._index.upsert(made)
            self.posts += sum(len(each.posts) for each in made)
            self.passages += sum(len(each.vectors) for each in made)
        commit()
        hit("feed_position")
        self.creators += len(window.drafts)
        self.deleted += len(known)

    def _leave_to_the_next(self, window: Window) -> None:
        """Take out whom the catalog changed while texts were embedded: whoever was forgotten meanwhile is not sent.

        The feed names them again behind what this window was read from.
        """
        position = window.read_at
        if position is None or self._catalog.head() == position:
            return
        changed: set[str] = set()
        while changes := self._catalog.changes(position, limit=READ):
            changed.update(change.creator_id for change in changes)
            position = FeedPosition(position.epoch, changes[-1].seq)
        held = {*window.gone, *(read.record.id for read in window.drafts)}
        self._left = self._left or not changed.isdisjoint(held)
        window.drafts = [read for read in window.drafts if read.record.id not in changed]
        window.gone = [name for name in window.gone if name not in changed]

    def _embed(self, window: Window) -> None:
        if not window.missing:
            return
        tools = self._tools
        texts = list(window.missing.values())
        rows = tools.embedder.encode(texts, on_progress=lambda done, total: self._on_progress("embedding", done, total))
        made: Mapping[str, Vector] = dict(zip(window.missing, rows, strict=True))
        tools.cache.put(tools.embedder.model.identity, made)
        window.vectors.update(made)
        self.embedded += len(texts)

    def _forget_vectors(self, known: Mapping[str, CreatorDocument], window: Window) -> None:
        """Vectors of creators that are gone leave the cache too, unless their texts went to whom they were joined with.

        A text that others share is embedded again.
        """
        if not known:
            return
        keys = {text_key(document.bio) for document in known.values()}
        keys |= {passage.key for name in known for post in self._index.posts_of(name) for passage in post.passages}
        self._tools.cache.delete(sorted(keys - window.keys()))


def parts(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most ``size`` things."""
    rest = iter(things)
    while part := list(islice(rest, size)):
        yield part
