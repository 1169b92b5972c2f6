"""Changes to one edition: gathered, sent in bulk, made visible by a commit.

Every document has an id of its own making and the creator's revision as its external version, so that sending again
changes nothing and a late writer is refused. What is deleted stays as an empty document with its version, because the
server forgets real deletions after a minute, and an old upsert would bring them back.

Order of a commit: posts → creators → refresh → the state document, which is the commit point. A build that died in
between sends everything again from the last state.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final, NamedTuple

from base.failpoints import hit
from catalog.records import Deletions
from indexer.backends.elastic.client import Cluster
from indexer.backends.elastic.documents import (
    Prepared,
    creator_document,
    deletion_of,
    post_documents,
    post_keys,
    prepared,
    tombstone,
    version_of,
)
from indexer.backends.elastic.editions import Edition, writing_alias
from indexer.backends.elastic.queries import Json
from indexer.backends.elastic.state import KEY, PART_KEYS, State, state_of
from indexer.bundles import CreatorBundle
from indexer.errors import IndexLocked, IndexMismatch

_MOST_POSTS: Final = 16_384  # gathered before they are sent: bounds memory

_TRIES: Final = 20  # to write the state where others write it, too


class Gone(NamedTuple):
    """A creator that is no more, since this revision; None: since the one that is held."""

    revision: int | None


Change = CreatorBundle | Gone
"""A creator as it is now."""


class EditionWriter:
    """Writes one edition."""

    def __init__(self, cluster: Cluster, edition: Edition) -> None:
        """Go on behind the last commit. What an unfinished build sent comes to light and is sent again."""
        self._cluster = cluster
        self.edition = edition
        self._seen: tuple[int, int] | None = None
        self.state = State()
        self._read_state()
        self._pending: dict[str, Change] = {}
        self._posts = 0
        self.sent = 0  # creators

    def upsert(self, bundle: CreatorBundle) -> None:
        """See the contract."""
        self._check(bundle)
        before = self._pending.get(bundle.creator.id)
        if isinstance(before, CreatorBundle) and before.creator.revision > bundle.creator.revision:
            return
        self._pending[bundle.creator.id] = bundle
        self._posts += len(bundle.posts)
        if self._posts >= _MOST_POSTS:
            self._send()

    def delete(self, creator_id: str, revision: int | None = None) -> None:
        """See the contract."""
        self._pending[creator_id] = Gone(revision)

    def commit(self, *, epoch: str, seq: int, kept: Deletions | None = None) -> None:
        """See the contract; a position never goes back. Raises IndexLocked when a build of another catalog wrote."""
        self._show()
        for _ in range(_TRIES):
            if self.state.feed_epoch not in ("", epoch):
                break
            state = replace(
                self.state, version=self.state.version + 1, feed_epoch=epoch, feed_seq=max(seq, self.state.feed_seq)
            )
            if kept is not None:
                state = replace(state, deletions=kept.times, forgotten=kept.forgotten)
            if self._write_state(state):
                hit("index_commit")
                return
        raise IndexLocked(
            f"another build wrote the index at {self._cluster.address} meanwhile; run again: nichescout index build"
        )

    def parts(self) -> dict[int, int]:
        """See ``SharedIndex``: as of now, whoever wrote them."""
        found = self._cluster.held(writing_alias(self.edition.creators), PART_KEYS, ["state"])
        return {
            number: max(self.state.feed_seq, int(found[name]["_version"]) if name in found else 0)
            for number, name in enumerate(PART_KEYS)
        }

    def commit_parts(self, reached: Mapping[int, int]) -> None:
        """See ``SharedIndex``. A worker that is late finds a further position and leaves it."""
        self._show()
        index = writing_alias(self.edition.creators)
        self._cluster.write(
            _action(index, PART_KEYS[number], seq, {"live": False}) for number, seq in reached.items() if seq
        )
        hit("index_commit")

    def _show(self) -> None:
        self._send()
        for name in self.edition.names:
            self._cluster.refresh(name)
        hit("vectors_appended")

    def start_from(self, version: int) -> None:
        """Count commits on from those of the edition before."""
        self.state = replace(self.state, version=version)

    def discard(self) -> None:
        """Forget what was not sent."""
        self._pending.clear()
        self._posts = 0

    # Sending

    def _send(self) -> None:
        pending, self._pending, self._posts = self._pending, {}, 0
        if not pending:
            return
        creators = writing_alias(self.edition.creators)
        held = self._cluster.held(creators, list(pending), ["held"])
        wanted = {
            key: change
            for key, change in pending.items()
            if (isinstance(change, Gone) and (key in held or change.revision is not None))
            or (
                isinstance(change, CreatorBundle)
                and held.get(key, {}).get("_version", -1) <= _version(key, change, held)
            )
        }
        made: dict[str, Prepared] = {}
        self._cluster.write(self._post_actions(wanted, held, made))
        written = self._cluster.write(self._creator_actions(wanted, held, made))
        self.sent += len(wanted)
        overtaken = {key: change for key in written.outdated if isinstance(change := wanted.get(key), CreatorBundle)}
        if overtaken:
            self._take_back(overtaken)

    def _post_actions(
        self, wanted: dict[str, Change], held: dict[str, Json], made: dict[str, Prepared]
    ) -> Iterator[Json]:
        """Puts into ``made`` what the creators' documents are made of, too."""
        index = writing_alias(self.edition.posts)
        for key, change in wanted.items():
            version = _version(key, change, held)
            kept = set()
            if isinstance(change, CreatorBundle):
                made[key] = prepared(change)
                for name, document in post_documents(made[key]):
                    kept.add(name)
                    yield _action(index, name, version, document)
            for name in _held_ids(held.get(key)):
                if name not in kept:
                    yield _action(index, name, version, tombstone(version // 2))

    def _creator_actions(
        self, wanted: dict[str, Change], held: dict[str, Json], made: dict[str, Prepared]
    ) -> Iterator[Json]:
        index = writing_alias(self.edition.creators)
        for key, change in wanted.items():
            version = _version(key, change, held)
            document = tombstone(version // 2) if isinstance(change, Gone) else creator_document(made.pop(key))
            yield _action(index, key, version, document)

    def _take_back(self, overtaken: dict[str, CreatorBundle]) -> None:
        """Another writer was quicker with something newer: none of our posts may stay that it does not know."""
        held = self._cluster.held(writing_alias(self.edition.creators), list(overtaken), ["held"])
        index = writing_alias(self.edition.posts)

        def actions() -> Iterator[Json]:
            for key, bundle in overtaken.items():
                theirs = set(_held_ids(held.get(key)))
                version = int(held[key]["_version"])
                for name in post_keys(bundle):
                    if name not in theirs:
                        yield _action(index, name, version, tombstone(version // 2))

        self._cluster.write(actions())

    # State

    def _read_state(self) -> None:
        found = self._cluster.held(writing_alias(self.edition.creators), [KEY], ["state"]).get(KEY)
        if found is not None:
            self.state = state_of(found["fields"]["state"][0])
            self._seen = (int(found["_seq_no"]), int(found["_primary_term"]))

    def _write_state(self, state: State) -> bool:
        """False where another build wrote it; then what it says now has been read."""
        index = writing_alias(self.edition.creators)
        done = self._cluster.put_state(index, state.document(), self._seen, KEY)
        if done:
            self._cluster.refresh(self.edition.creators)
        self._read_state()
        return done

    def _check(self, bundle: CreatorBundle) -> None:
        dimension = self.edition.manifest.dimension
        given = [vector.shape for vector in (bundle.centroid, bundle.bio_vector) if vector is not None]
        if any(shape != (dimension,) for shape in given) or bundle.vectors.shape[1:] != (dimension,):
            raise IndexMismatch(
                f"this index holds vectors of {dimension} numbers (model {self.edition.manifest.model}), others were "
                "given; run: nichescout index rebuild"
            )
        if len(bundle.vectors) != sum(len(post.passages) for post in bundle.posts):
            raise ValueError(f"creator {bundle.creator.id}: passages and vectors do not match")


def _version(key: str, change: Change, held: Mapping[str, Json]) -> int:
    if isinstance(change, CreatorBundle):
        return version_of(change.creator.revision)
    known = int(held[key]["_version"]) if key in held else 0
    return deletion_of(max(known, version_of(change.revision or 0)))


def _held_ids(document: Json | None) -> Iterable[str]:
    if document is None:
        return ()
    ids: list[str] = document.get("fields", {}).get("held", [])
    return ids


def _action(index: str, key: str, version: int, document: Json) -> Json:
    return {
        "_op_type": "index",
        "_index": index,
        "_id": key,
        "version": version,
        "version_type": "external_gte",
        "_source": document,
    }
