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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.vocabulary import Vocabulary
from places.model import PlaceGuess
from text.denial import may_deny
from text.fold import fold
from text.repetition import repetition
from text.sentences import sentences

if TYPE_CHECKING:
    from catalog.records import Deletions
    from indexer.engagement import Peers
    from indexer.outline import Outline
    from indexer.score_table import ScoreTable

Vector = NDArray[np.float32]  # unit length, shape (dimension,)
Matrix = NDArray[np.float32]  # unit rows, shape (n, dimension)
ANSWER_MARKS: Final = ("hide", "relevant", "not-relevant")  # marks that decide whether an answer shows somebody


class Passage(NamedTuple):
    """A stretch of a post's text, ``[start, end)`` in characters; the post's title is prepended for the encoder."""

    start: int
    end: int
    key: str  # hex digest of the embedded text; the vector cache's key together with the model


@dataclass(frozen=True, slots=True, kw_only=True)
class PostDocument:
    """A post as indexed. ``surface`` and ``stems`` are token strings joined by single spaces (text.tokens)."""

    id: str
    creator_id: str
    account_id: str
    url: str
    kind: str
    title: str
    text: str
    tags: tuple[str, ...]
    language: str | None
    published_at: datetime | None
    fetched_at: datetime
    surface: str
    stems: str
    passages: tuple[Passage, ...]
    likes: int | None = None
    comments: int | None = None
    shares: int | None = None

    # What follows from the text is worked out when a post is stored, and read from there.

    @property
    def written(self) -> str:
        """Title, text and tags."""
        return f"{self.title}\n{self.text}\n{' '.join([f'#{tag}' for tag in self.tags])}"

    @property
    def repetition(self) -> float | None:
        """See ``text.repetition``."""
        return repetition(f"{self.title}\n{self.text}")

    @property
    def may_deny(self) -> bool:
        """See ``text.denial``."""
        return may_deny(fold(self.written))

    @property
    def sentences(self) -> Sequence[Sequence[int]]:
        """Start and end of each sentence of the text (``text.sentences``)."""
        return sentences(self.text)


class Reactions(NamedTuple):
    """What a post of an account usually gets: the median over ``posts`` of the sum of ``counted``."""

    median: float
    posts: int
    counted: tuple[str, ...]  # of likes, comments, shares: those that the platform shows
    spread: float | None = None  # standard deviation over mean of the sums; None where few say too little
    comments_a_like: float | None = None  # median; None where either is not shown or nobody likes


class Before(NamedTuple):
    """How many followers an account had at an earlier time."""

    at: datetime
    followers: int


class AccountView(NamedTuple):
    """What an answer shows of an account."""

    platform: str
    host: str
    handle: str
    url: str
    read: bool
    followers: int | None
    followers_as_of: datetime | None
    collection_id: str | None = None
    id: str = ""
    reactions: Reactions | None = None
    following: int | None = None
    before: Before | None = None


class MarkView(NamedTuple):  # catalog.records.Mark, and its words for a person: "lives in Boston, MA, US"
    """What the operator says of a creator."""

    kind: str
    value: str
    query: str | None
    reason: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorDocument:
    """A creator as indexed: all that an answer shows, and the facts that filters need.

    ``surface``/``stems`` hold bio (three times), name, handles, tags and the concatenated chosen posts (at most 200).
    ``followers`` is the largest account's. ``place_keys`` are the keys of every place guess that is not ``former``
    and at least possible, parents included (a town gives its state and country).
    """

    id: str
    revision: int
    name: str
    kind: str
    bio: str
    languages: tuple[str, ...]
    accounts: tuple[AccountView, ...]
    places: tuple[PlaceGuess, ...]
    place_keys: frozenset[str]
    platforms: frozenset[str]
    followers: int | None
    post_count: int
    posts_per_month: float | None
    last_post_at: datetime | None
    first_seen: datetime
    last_fetched: datetime
    links: tuple[str, ...]
    discovered_by: tuple[tuple[str, str, str], ...]  # (plan, seed, url)
    bio_url: str
    bio_fetched_at: datetime
    surface: str
    stems: str
    topics: tuple[tuple[str, float], ...] = ()  # (own word, share of the posts)
    sponsored_share: float | None = None  # None: too few posts to say
    busiest_day: float | None = None  # share of the dated posts that stand on one day (UTC); None: too few to say
    clockwork: float | None = None  # share of the pauses between posts that have one short length; None: as above
    marks: tuple[MarkView, ...] = ()  # newest first; kind and places already follow them

    @property
    def bio_sentences(self) -> Sequence[Sequence[int]]:
        """Start and end of each sentence of the bio; worked out when a creator is stored, as with posts."""
        return sentences(self.bio)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorBundle:
    """A creator with its posts and vectors. ``vectors[i]`` belongs to the i-th passage, posts in order."""

    creator: CreatorDocument
    posts: tuple[PostDocument, ...]
    vectors: Matrix
    centroid: Vector | None  # None without any passage
    bio_vector: Vector | None  # None without a bio


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

    def search_legs(
        self, query: TextQuery, vector: Vector, scopes: Sequence[Filters], *, creators: int
    ) -> list[list[str]]:
        """Rankings of creators, all that candidates are looked for by, in one question to a server.

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

    def outlines(self, creator_ids: Sequence[str]) -> "Mapping[str, Outline]":
        """These creators in short; unknown ids are left out."""

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
