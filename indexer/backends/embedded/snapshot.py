"""One committed state, opened for reading: the mapped files, the live rows, ids and documents by position.

Immutable: a refresh opens another snapshot. Nothing proportional to the corpus is read at opening but the bitmap of
live creators; masks over rows are made at the first vector search. The searching itself is in ``search.py``.
"""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from indexer.backends.embedded.known_outlines import KnownOutlines
from indexer.backends.embedded.names import Names
from indexer.backends.embedded.runs import open_runs
from indexer.backends.embedded.state import State
from indexer.backends.embedded.tables import Array, file_types, joined, map_file, ranges
from indexer.backends.embedded.text_store import Role, TextSearcher
from indexer.backends.embedded.vectors import SignBits, VectorFile
from indexer.backends.embedded.words import Words
from indexer.bundles import CreatorDocument, PostDocument, PostTraits
from indexer.card import Card, unpack_cards
from indexer.codec import unpack_creator, unpack_languages, unpack_post
from indexer.contract import Filters, TextQuery
from indexer.editions import damaged
from indexer.engagement import Peers
from indexer.lexicon import Field, Statistics, WeightedTerm
from indexer.outline import Outline, unpack_outlines
from indexer.outline_table import OutlineTable
from indexer.traits import read_traits

Positions = NDArray[np.int64]
Mask = NDArray[np.bool_]

_REMEMBERED: Final = 4096  # filter masks kept for one snapshot


class Snapshot:
    """A state with its files."""

    def __init__(self, edition: Path, dimension: int, state: State, text: TextSearcher) -> None:
        """Raises IndexDamaged for a file that is too short, FileNotFoundError for a generation that has gone."""
        self.state = state
        self.text = text
        folder = edition / f"gen-{state.generation}"
        counts = state.counts
        maps = {
            name: map_file(folder / name, item, counts.get(name, 0)) for name, item in file_types(dimension).items()
        }
        self.creators: Array = maps["creators"]
        self.posts: Array = maps["posts"]
        self.row_creator: Array = maps["row_creator"]
        self.row_post: Array = maps["row_post"]
        self.passages = VectorFile(maps["passage_i8"], maps["passage_scale"], maps["passage_f16"])
        self.passage_signs = SignBits(maps["passage_bits"])
        self.centroids = VectorFile(maps["centroid_i8"], maps["centroid_scale"], maps["centroid_f16"])
        self.bios = VectorFile(maps["bio_i8"], maps["bio_scale"], maps["bio_f16"])
        self._maps = maps
        runs = open_runs(folder, state.runs, self.creators["posts"])
        self.words = Words(runs, state.live, len(self.posts))
        self._masks: dict[Filters, Mask] = {}
        self._creator_names = Names(self.creators, maps["ids"], again=True)
        self._post_names = Names(self.posts, maps["ids"], again=False)

    # Numbers and ids

    def creator_positions(self, entries: Sequence[int]) -> Positions:
        """Positions of live creators by entry, in the order given; others are left out."""
        return self._positions(self.creators["entry"], entries)

    def post_positions(self, numbers: Sequence[int]) -> Positions:
        """Positions of live posts by number, in the order given; others are left out."""
        found = self._positions(self.posts["no"], numbers, live=False)
        live: Positions = found[self.state.live[self.posts["creator"][found]]]
        return live

    def find_creators(self, ids: Sequence[str]) -> dict[str, int]:
        """Positions of live creators by id."""
        found, others = self._creator_names.recall(ids)
        positions = self.creator_positions(self.text.find("creator", others))
        return found | dict(zip(self.creator_ids(positions), positions.tolist(), strict=True))

    def find_posts(self, ids: Sequence[str]) -> dict[str, int]:
        """Positions of live posts by id."""
        found, others = self._post_names.recall(ids)
        positions = self.post_positions(self.text.find("post", others))
        return found | dict(zip(self.post_ids(positions), positions.tolist(), strict=True))

    def creator_ids(self, positions: Positions) -> list[str]:
        """The ids of the live creators at these positions."""
        return self._creator_names.of(positions)

    def post_ids(self, positions: Positions) -> list[str]:
        """The ids of the live posts at these positions."""
        return self._post_names.of(positions)

    def creator_id(self, position: int) -> str:
        """The id of the creator at a position."""
        return self._string(self.creators[position])

    def post_id(self, position: int) -> str:
        """The id of the post at a position."""
        return self._string(self.posts[position])

    def post_range(self, position: int) -> range:
        """Positions of a creator's posts."""
        record = self.creators[position]
        return range(int(record["posts"]), int(record["posts"] + record["post_count"]))

    def posts_of(self, creators: Positions) -> Positions:
        """Positions of the posts of these creators, one creator after another."""
        return ranges(self.creators["posts"][creators], self.creators["post_count"][creators])

    def rows_of(self, creators: Positions) -> Positions:
        """Passage rows of these creators, one creator after another."""
        return ranges(self.creators["rows"][creators], self.creators["row_count"][creators])

    def terms_of(self, creators: Positions) -> NDArray[np.uint32]:
        """Hashes of the terms of these creators' profiles, one after another."""
        stretches = ranges(self.creators["terms"][creators], self.creators["term_count"][creators])
        terms: NDArray[np.uint32] = self._maps["terms"][stretches]
        return terms

    def terms_of_one(self, position: int) -> NDArray[np.uint32]:
        """Hashes of the terms of one creator's profile."""
        record = self.creators[position]
        start = int(record["terms"])
        terms: NDArray[np.uint32] = self._maps["terms"][start : start + int(record["term_count"])]
        return terms

    # Documents

    def creator(self, position: int) -> CreatorDocument:
        """A stored creator."""
        return unpack_creator(self._bytes("docs", self.creators[position], "doc_size"))

    def outlines(self, ids: Sequence[str]) -> OutlineTable:
        """Creators in short."""
        found = self.find_creators(ids)
        return self._outlines.table(list(found), np.fromiter(found.values(), np.int64, len(found)))

    def look_ahead(self, positions: Positions) -> None:
        """Read names and outlines of creators who are likely to be asked for; outlines from the second query on, as for
        one they would be too many.
        """
        names = self.creator_ids(positions)
        if "_outlines" in self.__dict__:
            self._outlines.learn(names, positions)

    @cached_property
    def _outlines(self) -> KnownOutlines:
        return KnownOutlines(len(self.creators), self.peers, self._read_outlines)

    def _read_outlines(self, positions: Positions) -> list[Outline]:
        return unpack_outlines(self._joined("outlines", positions, "outline_size"))

    def cards(self, positions: Positions) -> list[Card]:
        """What an answer shows of creators."""
        try:
            return unpack_cards(self._joined("cards", positions, "card_size"))
        except (ValueError, TypeError) as error:
            raise damaged(f"cards: {error}") from error

    def traits(self, positions: Positions) -> list[PostTraits]:
        """What a ranking asks of the texts of posts."""
        return read_traits(self.posts[positions])

    def languages(self, position: int) -> dict[str, int]:
        """The number of a creator's posts by language."""
        return unpack_languages(self._bytes("docs", self.creators[position], "doc_size"))

    def post(self, position: int) -> PostDocument:
        """A stored post."""
        record = self.posts[position]
        return unpack_post(self._bytes("docs", record, "doc_size"), self.creator_id(int(record["creator"])))

    def posts_at(self, positions: Positions) -> list[PostDocument]:
        """Stored posts, read in one go."""
        records, docs = self.posts[positions], self._maps["docs"]
        owners = self.creator_ids(records["creator"].astype(np.int64))
        sizes = zip(records["docs"].tolist(), records["doc_size"].tolist(), owners, strict=True)
        return [unpack_post(docs[start : start + size].tobytes(), owner) for start, size, owner in sizes]

    @cached_property
    def peers(self) -> Peers:
        """Where the rate of an account stands among its peers."""
        return Peers(self.state.rates)

    def file(self, name: str) -> Array:
        """A whole mapped file of the generation."""
        return self._maps[name]

    def tokens(self, record: Any) -> bytes:
        """The packed token strings of a creator's or a post's record."""
        return self._bytes("tokens", record, "token_size")

    # Words

    def weighted(self, role: Role, query: TextQuery) -> list[WeightedTerm]:
        """The query's terms that some live document holds, with their exact weights."""
        return self.words.weighted(role, query, self.statistics(role))

    def frequency(self, role: Role, field: Field, token: str) -> int:
        """In how many live documents a term occurs."""
        return self.words.frequency(role, field, token)

    def statistics(self, role: Role) -> Statistics:
        """Counts over live documents."""
        state = self.state
        if role == "post":
            return Statistics(state.posts, state.post_surface, state.post_stems)
        return Statistics(state.creators, state.creator_surface, state.creator_stems)

    def lexical(self, role: Role, terms: Sequence[WeightedTerm]) -> NDArray[np.float64]:
        """Exact BM25 of all posts or profiles by position; dead ones have some, too."""
        return self.words.scores(role, terms, self.statistics(role))

    @cached_property
    def owners(self) -> NDArray[np.uint32]:
        """The creator of each post, by position: side by side, which in the records they are not."""
        return self.words.owners()

    # Masks

    def creator_mask(self, filters: Filters) -> Mask:
        """Which creators (by position) are live and pass."""
        if filters == Filters():
            return self.state.live
        mask = self._masks.get(filters)
        if mask is None:
            mask = np.zeros(len(self.creators), np.bool_)
            mask[self.creator_positions(self.text.entries(filters, len(self.creators)))] = True
            self._remember(self._masks, filters, mask)
        return mask

    def is_whole(self, filters: Filters) -> bool:
        """Whether every creator of the tables passes."""
        return filters == Filters() and bool(self.state.live.all())

    def post_mask(self, filters: Filters) -> Mask | None:
        """Which posts (by position) are live and pass; None: all."""
        return None if self.is_whole(filters) else self.creator_mask(filters)[self.owners]

    def row_mask(self, filters: Filters) -> Mask | None:
        """Which passage rows are live and pass; None: all."""
        if filters == Filters():
            return self._live_rows
        mask: Mask = self.creator_mask(filters)[self.row_creator]
        return mask

    @cached_property
    def _live_rows(self) -> Mask | None:
        if bool(self.state.live.all()):
            return None
        mask: Mask = self.state.live[self.row_creator]
        return mask

    @staticmethod
    def _remember(memory: dict[Any, Any], key: object, value: object) -> None:
        if len(memory) >= _REMEMBERED:
            memory.clear()
        memory[key] = value

    def _positions(self, numbers: Array, wanted: Sequence[int], *, live: bool = True) -> Positions:
        if len(wanted) == 0 or len(numbers) == 0:
            return np.zeros(0, np.int64)
        asked = np.asarray(wanted, dtype=np.int64)
        at: Positions = np.minimum(np.searchsorted(numbers, asked), len(numbers) - 1)
        at = at[numbers[at] == asked]
        if live:
            at = at[self.state.live[at]]
        return at

    def _joined(self, heap: str, positions: Positions, size: str) -> bytes:
        return joined(self._maps[heap], self.creators[heap][positions], self.creators[size][positions])

    def _string(self, record: Any) -> str:
        return self._bytes("ids", record, "id_size").decode()

    def _bytes(self, heap: str, record: Any, size: str) -> bytes:
        start = int(record[heap])
        content: bytes = self._maps[heap][start : start + int(record[size])].tobytes()
        return content
