"""Several builds, each on a machine of its own, of one index on a server: they share the change feed by leased parts.

The catalog says who has which part; how far each part is, the index says itself. What one machine leaves undone,
because it died or is slow, another one takes over when its lease ends.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Final, Protocol, runtime_checkable

from catalog.records import Change, FeedPosition
from catalog.sharing import FeedPart
from indexer.catch_up import READ, Build, CatalogFeed, StageProgress, Tools, Window
from indexer.shared_index import SharedIndex

LEASE: Final = timedelta(minutes=10)  # longer than any window takes to embed; who restarts has its own back at once
JOINED: Final = timedelta(hours=1)  # a rebuild that others worked on within that time is gone on with
_AT_ONCE: Final = 8  # of 64 parts: what is left goes to others
_FEW: Final = 1024  # creators that are not worth sharing out
_ALL: Final = 64


@runtime_checkable
class SharedFeed(CatalogFeed, Protocol):
    """What such a build needs of a catalog beyond the feed; see ``catalog.store``."""

    def changes(  # noqa: D102
        self, after: FeedPosition | None, *, limit: int, part: int | None = None
    ) -> list[Change]: ...

    def follow_parts(self, reader: str, held: Mapping[int, int]) -> None: ...  # noqa: D102 - there

    def take_parts(  # noqa: D102
        self, reader: str, worker: str, *, ttl: timedelta, upto: FeedPosition, most: int = 1
    ) -> tuple[FeedPart, ...]: ...

    def pass_part(self, part: FeedPart, seq: int, *, ttl: timedelta) -> FeedPart | None: ...  # noqa: D102

    def give_back_part(self, part: FeedPart) -> None: ...  # noqa: D102

    def parts_reached(self, reader: str, upto: FeedPosition) -> bool: ...  # noqa: D102

    def parts_followed(self, reader: str, within: timedelta) -> bool: ...  # noqa: D102


class SharedBuild(Build):
    """A build of an index that others may build at the same time."""

    def __init__(self, catalog: SharedFeed, index: SharedIndex, tools: Tools, on_progress: StageProgress) -> None:
        super().__init__(catalog, index, tools, on_progress)
        self._feed = catalog
        self._shared = index
        self._sharing = index.sharing
        self._done = 0

    def everything(self) -> None:
        """Nothing: to an index that is new every creator is a change."""

    def changes(self) -> bool:
        """Index what nobody else does; whether the index then has all that was there at the beginning."""
        while True:
            self._left = False
            head = self._feed.head()
            info = self._shared.info()
            position = FeedPosition(info.feed_epoch, info.feed_seq) if info.feed_epoch else None
            if position is None:
                self._shared.commit(epoch=head.epoch, seq=0)
            self._feed.follow_parts(self._sharing.reader, self._shared.parts())
            total = self._done + self._feed.pending(position)
            while parts := self._take(head, _ALL if total <= _FEW else _AT_ONCE):
                self._shared.refresh()  # to see what whoever had them before has sent
                self._index_parts(parts, head, total)
            if self._left:
                continue
            if not self._feed.parts_reached(self._sharing.reader, head):
                return False
            if head.seq > info.feed_seq:
                self._shared.commit(epoch=head.epoch, seq=head.seq)
            return True

    def _take(self, head: FeedPosition, most: int) -> tuple[FeedPart, ...]:
        return self._feed.take_parts(self._sharing.reader, self._sharing.worker, ttl=LEASE, upto=head, most=most)

    def _index_parts(self, parts: tuple[FeedPart, ...], head: FeedPosition, total: int) -> None:
        """Bring these parts up to ``head``; those that somebody takes over meanwhile are left to them."""
        held = {part.number: part for part in parts}
        reached: dict[int, int] = {}
        window = Window()
        for part in parts:
            position = part.position
            while part.number in held and position.seq < head.seq and (changes := self._after(position, part)):
                self._read_changes(changes, window, tell_revisions=part.position.seq > 0)
                position = FeedPosition(head.epoch, changes[-1].seq)
                reached[part.number] = position.seq
                if window.full:
                    self._write(window, self._passing(held, reached))
                    window, reached = Window(), {}
                self._done += len(changes)
                self._on_progress("indexing", self._done, max(total, self._done))
        if reached:
            self._write(window, self._passing(held, reached))
        for part in held.values():
            self._feed.give_back_part(part)

    def _after(self, position: FeedPosition, part: FeedPart) -> list[Change]:
        return self._feed.changes(position, limit=READ, part=part.number)

    def _passing(self, held: dict[int, FeedPart], reached: Mapping[int, int]) -> Callable[[], None]:
        """The commit of a window: the index first, then all leases are prolonged; lost ones leave ``held``."""

        def commit() -> None:
            self._shared.commit_parts(reached)
            for number, part in list(held.items()):
                further = self._feed.pass_part(part, reached.get(number, part.position.seq), ttl=LEASE)
                if further is None:
                    del held[number]
                else:
                    held[number] = further

        return commit
