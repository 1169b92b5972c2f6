"""The index contract: what search may ask of an index, and what a build may tell it.

The unit of change is a creator with all its posts (a ``CreatorBundle``): joining, splitting, moving or editing
sends the bundle again, replacing whatever the index held of that creator. Backends differ only in how they store
and scan; fusion and ranking happen above this contract, once.

Rules for every backend (tests/indexer/contract):
* ``upsert`` twice equals once; ``delete`` of an unknown creator does nothing; an older revision never replaces a newer.
* Nothing is visible before ``commit``; after it everything is, in this process (``refresh`` in another).
* Equal scores are ordered by id, ascending. Scores are comparable within one call.
* Text scores are BM25 (k1 1.2, b .75) summed over the fields asked; vector scores are cosines in [-1, 1].
* ``IndexMismatch`` when a vector has another dimension than the index; any call after ``close`` raises ``IndexClosed``.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from indexer.bundles import CreatorBundle, CreatorDocument, MarkView, PostDocument, Vector
from indexer.vocabulary import Vocabulary

if TYPE_CHECKING:
    from catalog.records import Deletions
    from indexer.card import Card
    from indexer.engagement import Peers
    from indexer.outline_table import OutlineTable
    from indexer.score_table import ScoreTable


class Filters(NamedTuple):
    """Conditions on the creator; empty or None: no condition. All must hold; within one, any value does."""

    platforms: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    min_followers: int | None = None  # a creator whose count is unknown does not pass
    max_followers: int | None = None
    place_keys: frozenset[str] = frozenset()
    active_since: datetime | None = None
    min_engagement: float | None = None  # reactions a post over followers (``engagement.rate_of``); unknown: no


class TextQuery(NamedTuple):
    """Terms after the token chain. ``stems`` holds the stems of every language that the index asks for."""

    surface: tuple[str, ...]
    stems: tuple[str, ...]


class PostHit(NamedTuple):  # a query makes thousands of hits and scores: a tuple costs a third of a dataclass
    """A post found by one leg. ``passage`` is the index of its best passage for a vector leg, -1 for a text leg."""

    post_id: str
    creator_id: str
    score: float
    passage: int = -1


class CreatorHit(NamedTuple):
    """A creator found by one leg."""

    creator_id: str
    score: float


class PostScore(NamedTuple):
    """One post of one creator, scored by both legs whatever leg found it. 0.0 lexical: no term matches."""

    post_id: str
    lexical: float
    cosine: float
    passage: int  # best passage, -1 without any


class CreatorScores(NamedTuple):
    """Absolute features of one creator for one query, independent of the leg that found it."""

    lexical: float  # BM25 over the profile field
    centroid: float  # cosine; -1.0 without a centroid
    bio: float  # cosine; -1.0 without a bio
    post_count: int  # copies of one text count once, here and below
    on_theme: float  # posts' worth of text on the theme (vocabulary.FULL_POST); 0.0: not counted
    posts: tuple[PostScore, ...]  # the best ones, best first by .75 cosine + .25 normalised BM25


class IndexInfo(NamedTuple):
    """What an index is. ``languages`` maps stem languages to their share of the posts."""

    schema_version: int
    model: str
    dimension: int
    creators: int
    posts: int
    passages: int
    generation: int
    feed_epoch: str
    feed_seq: int
    languages: Mapping[str, float]
    newest_post_at: datetime | None
    deletions: int = 0  # as many promises of the catalog to delete something are kept in the files, too
    forgotten: str = ""  # fingerprint of the list of the forgotten that the index follows


class Index(Protocol):
    """A searchable copy of a catalog. One writer (a lease), any number of readers."""

    def info(self) -> IndexInfo:
        """What this index is and how much it holds."""

    def upsert(self, bundles: Iterable[CreatorBundle]) -> None:
        """Replace all that is held of these creators."""

    def delete(self, creator_ids: Iterable[str], *, revisions: Mapping[str, int] | None = None) -> None:
        """Drop creators with all that is theirs; what slower writers send of before ``revisions`` is refused later."""

    def commit(self, *, epoch: str, seq: int, kept: "Deletions | None" = None) -> None:
        """Make everything since the last commit durable and visible, with the feed position, atomically.

        ``kept``: the promises to delete that hold in the files from now on; None: those of before.
        """

    def refresh(self) -> None:
        """See what another process committed."""

    def frequency(self, word: str) -> int:
        """In how many posts' surface this token stands: how "#eastcoastsushi" is split and a slip is mended."""

    def ask_ahead(self, words: Iterable[str]) -> None:
        """Get the frequency of all of these in one question, where each question is a journey to a server."""

    def near_ahead(self, vector: Vector, scopes: Sequence[Filters], *, creators: int) -> None:
        """Look for what ``search_legs`` will want by meaning; for a thread beside the one that still reads words.

        Nothing is done where all legs are one question to a server.
        """

    def search_legs(
        self, query: TextQuery, meaning: Callable[[], Vector], scopes: Sequence[Filters], *, creators: int
    ) -> list[list[str]]:
        """Rankings of creators, all that candidates are looked for by, in one question to a server.

        ``meaning`` gives the vector, and waits for it: an index in this process looks for words first.
        For each scope four, each of at most ``creators`` ids: by their best post in words, by their best post in
        meaning, by their profile in words, by their centroid.
        """

    def search_posts_text(
        self, query: TextQuery, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        """Best posts by BM25 until ``creators`` distinct creators are in hand, at most ``per_creator`` of each."""

    def search_posts_vector(
        self, vector: Vector, *, creators: int, per_creator: int, filters: Filters
    ) -> list[PostHit]:
        """Best posts by their best passage's cosine, under the same two limits."""

    def search_creators_text(self, query: TextQuery, *, limit: int, filters: Filters) -> list[CreatorHit]:
        """Best creators by BM25 over the profile."""

    def search_creators_vector(
        self, vector: Vector, *, field: Literal["centroid", "bio"], limit: int, filters: Filters
    ) -> list[CreatorHit]:
        """Best creators by centroid or bio cosine."""

    def vocabulary(self, query: TextQuery) -> Vocabulary | None:
        """The words of those who keep writing about this; None when too few do."""

    def best_posts(
        self,
        creator_ids: Sequence[str],
        query: TextQuery,
        vector: Vector,
        *,
        per_creator: int,
        vocabulary: Vocabulary | None = None,
    ) -> "ScoreTable":
        """Score these creators and their best posts by both legs, in one call; unknown ids are left out.

        ``on_theme`` is counted only when a vocabulary is given.
        """

    def marked(self) -> Mapping[str, tuple[MarkView, ...]]:
        """By creator, the marks of ``ANSWER_MARKS``, newest first."""

    def peers(self) -> "Peers":
        """Where the rate of an account stands among those of its platform and size."""

    def outlines(self, creator_ids: Sequence[str]) -> "OutlineTable":
        """These creators in short, in any order; unknown ids are left out."""

    def cards(self, creator_ids: Sequence[str]) -> "Mapping[str, Card]":
        """What an answer shows of these creators; unknown ids are left out."""

    def get(self, creator_ids: Sequence[str]) -> Mapping[str, CreatorDocument]:
        """The stored creators (``surface`` and ``stems`` may be empty); unknown ids are left out."""

    def get_posts(self, post_ids: Sequence[str]) -> Mapping[str, PostDocument]:
        """The stored posts (``surface`` and ``stems`` may be empty); unknown ids are left out."""

    def centroid(self, creator_id: str) -> Vector | None:
        """What all posts of a creator are about together; None for an unknown creator or one without posts."""

    def posts_of(self, creator_id: str) -> Sequence[PostDocument]:
        """All posts of one creator, newest first."""

    def close(self) -> None:
        """Let go of files and locks; uncommitted changes are dropped."""


class WritableIndex(Index, Protocol):
    """What a build needs beyond the contract: an edition that can be replaced as a whole."""

    @property
    def encoder_folder(self) -> Path:
        """Where the query encoder of this edition lies."""

    def publish(self) -> None:
        """Make this edition the one that readers open, and remove the one before."""

    def purge(self) -> None:
        """Rewrite everything so that no deleted word, vector or document is left in a file."""
