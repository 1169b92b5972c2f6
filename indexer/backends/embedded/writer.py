"""The one writer of an edition: appends bundles, counts what lives, commits, compacts.

Order of a commit: tables appended and synced → postings of what is new → tantivy commit with the state document. Until
that commit a reader, or the next writer after a crash, sees the state before; what was appended for nothing is cut off
at the next opening, what was inverted for nothing removed.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from base.failpoints import hit
from catalog.records import Deletions
from indexer.backends.embedded import compaction, runs
from indexer.backends.embedded.appending import append_bundles
from indexer.backends.embedded.inverted import open_source
from indexer.backends.embedded.snapshot import Snapshot
from indexer.backends.embedded.state import Live, State, state_from_bytes
from indexer.backends.embedded.tables import GenerationWriter
from indexer.backends.embedded.text_store import TextWriter, facts_of
from indexer.bundles import ANSWER_MARKS, CreatorBundle, CreatorDocument
from indexer.codec import NO_TIME, pack_marks
from indexer.editions import Manifest
from indexer.engagement import steps_of
from indexer.errors import IndexMismatch
from indexer.lexicon import term_hashes

_DEAD_SHARE: Final = 0.2  # of rows and creators: above it a commit writes a new generation
_LOOKED_UP: Final = 32  # creators looked up at once
_POSTS_TOGETHER: Final = 512  # appended at once: bounds memory
_SMALL: Final = 1000  # below so many records a new generation is not worth its files

_SUMS: Final = ("creators", "posts", "passages", "creator_surface", "creator_stems", "post_surface", "post_stems")


class _Counted(NamedTuple):
    """What is summed over creators and does not stand in their record."""

    languages: dict[str, int]  # posts by language
    rates: Counter[str]  # see engagement.steps_of


class EditionWriter:
    """Writes one edition. The lease of the index must be held."""

    def __init__(self, edition: Path, manifest: Manifest, *, version: int = 0) -> None:
        """Open; ``version`` is where a new edition goes on counting."""
        self.edition = edition
        self._manifest = manifest
        self._text = TextWriter(edition / "text")
        stored = self._text.searcher().state()
        self.state = State(version=version) if stored is None else state_from_bytes(stored)
        compaction.remove_other_generations(edition, self.state.generation)
        runs.remove_other_runs(edition / f"gen-{self.state.generation}", self.state.runs)
        self._begin()

    def upsert(self, bundles: Iterable[CreatorBundle]) -> None:
        """Replace all that is held of these creators, unless what is held is newer."""
        for some in _together(bundles):
            for bundle in some:
                self._check(bundle)
            stored = self._stored([bundle.creator.id for bundle in some])
            self._append([bundle for bundle in some if self._makes_way(bundle.creator, stored)])

    def _makes_way(self, creator: CreatorDocument, stored: Mapping[str, tuple[int, int]]) -> bool:
        """Drop what is held of a creator; False where that is newer."""
        known = self._pending[creator.id] if creator.id in self._pending else stored.get(creator.id)
        if known is not None:
            position, revision = known
            if revision > creator.revision:
                return False
            self._kill(position)
        return True

    def delete(self, creator_id: str) -> None:
        """Drop a creator; an unknown one is no error."""
        pending = self._pending
        known = pending[creator_id] if creator_id in pending else self._stored([creator_id]).get(creator_id)
        if known is not None:
            self._kill(known[0])
            self._pending[creator_id] = None
            self._marked.pop(creator_id, None)

    def commit(self, *, epoch: str, seq: int, kept: Deletions | None = None) -> None:
        """See ``Index.commit``."""
        self._tables.sync()
        hit("vectors_appended")
        state = self._next_state(epoch, seq)
        if kept is not None:
            state = replace(state, deletions=kept.times, forgotten=kept.forgotten)
        if self._worth_compacting(state):
            state = self._compacted(state, self.edition)
        else:
            state = self._inverted(state, self.edition)
        hit("postings_written")
        self._text.commit(state.to_bytes())
        hit("index_commit")
        self._tables.close()
        self.state = state
        runs.remove_other_runs(self.edition / f"gen-{state.generation}", state.runs)
        self._begin()

    def rewrite_into(self, target: Path) -> None:
        """Write an edition of only what lives, deleted texts and terms left out. Nothing may be uncommitted."""
        state = self._compacted(replace(self.state, version=self.state.version + 1, generation=0), target)
        snapshot = self._snapshot
        text = TextWriter(target / "text")
        try:
            for position in np.flatnonzero(self.state.live).tolist():
                compaction.copy_facts(snapshot, position, text)
            text.commit(state.to_bytes())
        finally:
            text.close()

    def discard(self) -> None:
        """Forget everything since the last commit."""
        self._tables.close()
        self._text.rollback()
        self._begin()

    def close(self) -> None:
        """Drop what was not committed."""
        self._tables.close()
        self._text.close()

    # What is held

    def _begin(self) -> None:
        """Start gathering changes on top of ``self.state``."""
        folder = self.edition / f"gen-{self.state.generation}"
        self._tables = GenerationWriter(folder, self._manifest.dimension, self.state.counts)
        self._snapshot = Snapshot(self.edition, self._manifest.dimension, self.state, self._text.searcher())
        self._pending: dict[str, tuple[int, int] | None] = {}  # id → (position, revision); None: deleted
        self._dead: set[int] = set()
        self._sums: Counter[str] = Counter({name: getattr(self.state, name) for name in _SUMS})
        self._languages: Counter[str] = Counter(self.state.languages)
        self._rates: Counter[str] = Counter(self.state.rates)
        self._marked = dict(self.state.marked)
        self._appended: dict[int, tuple[Any, _Counted]] = {}  # position → record, and what is summed beside it
        self._spelt: dict[int, str] = {}  # the stems of appended profiles, by hash
        self._next_entry = self.state.next_entry
        self._next_no = self.state.next_no

    def _stored(self, creator_ids: Sequence[str]) -> dict[str, tuple[int, int]]:
        """Position and revision of those of these creators that the last commit holds."""
        revisions = self._snapshot.creators["revision"]
        return {name: (at, int(revisions[at])) for name, at in self._snapshot.find_creators(creator_ids).items()}

    def _kill(self, position: int) -> None:
        if position in self._appended:
            record, counted = self._appended[position]
        else:
            document, languages = self._snapshot.creator(position), self._snapshot.languages(position)
            record, counted = self._snapshot.creators[position], _Counted(languages, steps_of(document.accounts))
        self._text.delete(int(record["entry"]))
        self._dead.add(position)
        self._count(record, counted, -1)

    def _count(self, record: Any, counted: _Counted, sign: int) -> None:
        self._sums["creators"] += sign
        self._sums["posts"] += sign * int(record["post_count"])
        self._sums["passages"] += sign * int(record["row_count"])
        self._sums["creator_surface"] += sign * int(record["surface"])
        self._sums["creator_stems"] += sign * int(record["stems"])
        self._sums["post_surface"] += sign * int(record["post_surface"])
        self._sums["post_stems"] += sign * int(record["post_stems"])
        for language, count in counted.languages.items():
            self._languages[language] += sign * count
        for step, count in counted.rates.items():
            self._rates[step] += sign * count

    def _note_marks(self, creator: CreatorDocument) -> None:
        self._marked.pop(creator.id, None)
        if deciding := [mark for mark in creator.marks if mark.kind in ANSWER_MARKS]:
            self._marked[creator.id] = pack_marks(deciding)

    # Appending

    def _check(self, bundle: CreatorBundle) -> None:
        dimension = self._manifest.dimension
        given = [vector.shape for vector in (bundle.centroid, bundle.bio_vector) if vector is not None]
        if any(shape != (dimension,) for shape in given) or bundle.vectors.shape[1:] != (dimension,):
            raise IndexMismatch(
                f"this index holds vectors of {dimension} numbers (model {self._manifest.model}), others were given; "
                "run: nichescout index rebuild"
            )
        if len(bundle.vectors) != sum(len(post.passages) for post in bundle.posts):
            raise ValueError(f"creator {bundle.creator.id}: passages and vectors do not match")

    def _append(self, bundles: Sequence[CreatorBundle]) -> None:
        """Append bundles to the tables and to tantivy, and count them."""
        if not bundles:
            return
        first = self._tables.counts["creators"]
        records = append_bundles(self._tables, bundles, entry=self._next_entry, no=self._next_no)
        for position, (record, bundle) in enumerate(zip(records, bundles, strict=True), first):
            creator = bundle.creator
            self._pending[creator.id] = (position, creator.revision)
            self._text.add_creator(self._next_entry, creator.id, facts_of(creator))
            for post in bundle.posts:
                self._text.add_post(self._next_no, self._next_entry, post.id)
                self._next_no += 1
            self._next_entry += 1
            stems = set(creator.stems.split())
            self._spelt.update(zip(term_hashes(stems, "stems"), stems, strict=True))
            counted = _Counted(bundle.post_languages, steps_of(creator.accounts))
            self._appended[position] = (record, counted)
            self._count(record, counted, +1)
            self._note_marks(creator)

    # Committing

    def _next_state(self, epoch: str, seq: int) -> State:
        live: Live = np.ones(self._tables.counts["creators"], np.bool_)
        live[: len(self.state.live)] = self.state.live
        live[list(self._dead)] = False
        newest = self._snapshot.creators["newest"][live[: len(self.state.live)]].max(initial=NO_TIME)
        for position, (record, _) in self._appended.items():
            newest = max(newest, record["newest"]) if live[position] else newest
        sums: dict[str, Any] = {name: self._sums[name] for name in _SUMS}
        return replace(
            self.state,
            version=self.state.version + 1,
            counts=dict(self._tables.counts),
            live=live,
            next_entry=self._next_entry,
            next_no=self._next_no,
            feed_epoch=epoch,
            feed_seq=seq,
            languages={language: count for language, count in self._languages.items() if count > 0},
            rates={step: count for step, count in self._rates.items() if count > 0},
            newest=None if newest == NO_TIME else int(newest),
            marked=dict(self._marked),
            **sums,
        )

    @staticmethod
    def _worth_compacting(state: State) -> bool:
        rows, records = state.counts["row_post"], state.counts["creators"]
        if rows + records < _SMALL:
            return False
        return rows - state.passages > _DEAD_SHARE * rows or records - state.creators > _DEAD_SHARE * records

    def _compacted(self, state: State, edition: Path) -> State:
        """Copy what lives into the next generation, in ``edition``; returns the state that names it."""
        dimension = self._manifest.dimension
        source = Snapshot(
            self.edition, dimension, replace(state, generation=self.state.generation), self._snapshot.text
        )
        generation = state.generation + 1
        counts = compaction.copy_live(source, edition / f"gen-{generation}", dimension)
        living = np.ones(counts["creators"], np.bool_)
        spelt = self._snapshot.words.every_spelling() | self._spelt
        return self._inverted(
            replace(state, generation=generation, counts=counts, live=living, runs=()), edition, spelt
        )

    def _inverted(self, state: State, edition: Path, spelt: Mapping[int, str] | None = None) -> State:
        """Write the postings of what has none; returns the state that names them."""
        folder = edition / f"gen-{state.generation}"
        source = open_source(folder, state.counts)
        named = runs.with_new(folder, state.runs, source, state.version, self._spelt if spelt is None else spelt)
        return replace(state, runs=named)


def _together(bundles: Iterable[CreatorBundle]) -> Iterator[list[CreatorBundle]]:
    """Bundles of different creators that are looked up and appended at once; one with many posts is alone."""
    some: list[CreatorBundle] = []
    posts = 0
    for bundle in bundles:
        posts += len(bundle.posts)
        is_known = any(bundle.creator.id == each.creator.id for each in some)
        if some and (is_known or posts > _POSTS_TOGETHER or len(some) == _LOOKED_UP):
            yield some
            some, posts = [], len(bundle.posts)
        some.append(bundle)
    if some:
        yield some
