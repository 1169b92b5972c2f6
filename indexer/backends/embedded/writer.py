"""The one writer of an edition: appends bundles, counts what lives, commits, compacts.

Order of a commit: tables appended and synced → postings of what is new → tantivy commit with the state document. Until
that commit a reader, or the next writer after a crash, sees the state before; what was appended for nothing is cut off
at the next opening, what was inverted for nothing removed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from base.failpoints import hit
from catalog.records import Deletions
from indexer.backends.embedded import compaction, runs
from indexer.backends.embedded.inverted import open_source
from indexer.backends.embedded.snapshot import Snapshot
from indexer.backends.embedded.state import Live, State, state_from_bytes
from indexer.backends.embedded.tables import CREATOR, HAS_BIO, HAS_CENTROID, LISTS, POST, Array, GenerationWriter
from indexer.backends.embedded.text_store import TextWriter, facts_of
from indexer.backends.embedded.vectors import quantise, sign_bits
from indexer.bundles import ANSWER_MARKS, CreatorBundle, CreatorDocument, Matrix, PostDocument
from indexer.card import pack_card
from indexer.codec import NO_TIME, micros, pack_creator, pack_marks, pack_post, pack_tokens
from indexer.editions import Manifest
from indexer.engagement import steps_of
from indexer.errors import IndexMismatch
from indexer.lexicon import forward_all, term_hashes
from indexer.outline import outline_of, pack_outline
from indexer.profile import copies
from indexer.traits import write_traits
from indexer.vocabulary import teaches

_DEAD_SHARE: Final = 0.2  # of rows and creators: above it a commit writes a new generation
_LOOKED_UP: Final = 32  # creators looked up at once
_TOGETHER: Final = 256  # posts appended at once: bounds memory
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
        rest = iter(bundles)
        while some := list(islice(rest, _LOOKED_UP)):
            stored = self._stored([bundle.creator.id for bundle in some])
            for bundle in some:
                self._replace(bundle, stored)

    def _replace(self, bundle: CreatorBundle, stored: Mapping[str, tuple[int, int]]) -> None:
        self._check(bundle)
        creator = bundle.creator
        known = self._pending[creator.id] if creator.id in self._pending else stored.get(creator.id)
        if known is not None:
            position, revision = known
            if revision > creator.revision:
                return
            self._kill(position)
        self._pending[creator.id] = (self._append(bundle), creator.revision)
        self._note_marks(creator)

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

    def _append(self, bundle: CreatorBundle) -> int:
        """Append a bundle to the tables and to tantivy; returns the creator's position."""
        tables, creator = self._tables, bundle.creator
        position, entry = tables.counts["creators"], self._next_entry
        self._next_entry += 1
        facts = facts_of(creator)
        languages = dict(Counter(post.language for post in bundle.posts if post.language))

        record = np.zeros(1, CREATOR)
        record["entry"], record["revision"] = entry, creator.revision
        record["posts"], record["rows"] = tables.counts["posts"], tables.counts["row_post"]
        record["post_count"], record["row_count"] = len(bundle.posts), len(bundle.vectors)
        self._append_documents(record, [creator], [pack_creator(creator, languages)])
        outline = pack_outline(outline_of(creator))
        record["outlines"], record["outline_size"] = tables.append_bytes("outlines", outline), len(outline)
        card = pack_card(creator)
        record["cards"], record["card_size"] = tables.append_bytes("cards", card), len(card)
        self._text.add_creator(entry, creator.id, facts)

        posts = self._posts_of(bundle, entry, position)
        first_post = tables.append("posts", posts)
        tables.append("row_creator", np.full(len(bundle.vectors), position, np.uint32))
        tables.append("row_post", np.repeat(np.arange(first_post, first_post + len(posts)), posts["row_count"]))

        self._append_vectors("passage", bundle.vectors)
        tables.append("passage_bits", sign_bits(bundle.vectors))
        record["has"] = (HAS_CENTROID if bundle.centroid is not None else 0) | (
            HAS_BIO if bundle.bio_vector is not None else 0
        )
        record["has"] |= 0 if teaches(creator.bio) else LISTS
        stems = set(creator.stems.split())
        self._spelt.update(zip(term_hashes(stems, "stems"), stems, strict=True))
        empty = np.zeros(self._manifest.dimension, np.float32)
        self._append_vectors("centroid", (empty if bundle.centroid is None else bundle.centroid)[None, :])
        self._append_vectors("bio", (empty if bundle.bio_vector is None else bundle.bio_vector)[None, :])

        record["newest"] = posts["published"].max(initial=NO_TIME)
        record["post_surface"], record["post_stems"] = posts["surface"].sum(), posts["stems"].sum()
        tables.append("creators", record)
        counted = _Counted(languages, steps_of(creator.accounts))
        self._appended[position] = (record[0], counted)
        self._count(record[0], counted, +1)
        return position

    def _posts_of(self, bundle: CreatorBundle, entry: int, position: int) -> Array:
        """The records of a creator's posts, their documents and words appended."""
        posts = np.zeros(len(bundle.posts), POST)
        posts["creator"], posts["copy"] = position, ~copies(bundle.posts)
        traits = [post.traits for post in bundle.posts]
        write_traits(posts, traits)
        posts["no"] = np.arange(self._next_no, self._next_no + len(posts))
        posts["published"] = [micros(post.published_at) for post in bundle.posts]
        posts["row_count"] = [len(post.passages) for post in bundle.posts]
        posts["rows"] = self._tables.counts["row_post"] + _starts(posts["row_count"])
        for start in range(0, len(posts), _TOGETHER):
            end = start + _TOGETHER
            some = bundle.posts[start:end]
            packed = [pack_post(post, of_it) for post, of_it in zip(some, traits[start:end], strict=True)]
            self._append_documents(posts[start:end], some, packed)
        for post in bundle.posts:
            self._text.add_post(self._next_no, entry, post.id)
            self._next_no += 1
        return posts

    def _append_documents(
        self, records: Array, documents: Sequence[CreatorDocument | PostDocument], packed: Sequence[bytes]
    ) -> None:
        """Append ids, documents, token strings and terms, and note in ``records`` where they lie."""
        tables = self._tables
        heaps = {
            ("ids", "id_size"): [document.id.encode() for document in documents],
            ("docs", "doc_size"): packed,
            ("tokens", "token_size"): [pack_tokens(document.surface, document.stems) for document in documents],
        }
        for (heap, size), contents in heaps.items():
            records[size] = [len(content) for content in contents]
            records[heap] = tables.append_bytes(heap, b"".join(contents)) + _starts(records[size])
        terms = forward_all([(document.surface, document.stems) for document in documents])
        records["surface"], records["stems"], records["term_count"] = terms.surface, terms.stems, terms.counts
        records["terms"] = tables.append("terms", terms.hashes) + _starts(terms.counts)
        tables.append("frequencies", terms.frequencies)

    def _append_vectors(self, kind: str, vectors: Matrix) -> None:
        quantised = quantise(vectors)
        self._tables.append(f"{kind}_i8", quantised.i8)
        self._tables.append(f"{kind}_scale", quantised.scale)
        self._tables.append(f"{kind}_f16", quantised.f16)

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


def _starts(sizes: Array) -> NDArray[np.int64]:
    """Where each of several things begins that lie one after another."""
    return np.cumsum(sizes, dtype=np.int64) - sizes
