"""What an index holds of a creator: documents with their texts and facts, posts, passages and vectors.

Values between the rooms; how they are made is in ``documents.py``, how they lie in a file in ``codec.py``.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from places.model import PlaceGuess
from text.denial import may_deny
from text.fold import fold
from text.repetition import repetition
from text.sentences import sentences

Vector = NDArray[np.float32]  # unit length, shape (dimension,)
Matrix = NDArray[np.float32]  # unit rows, shape (n, dimension)
ANSWER_MARKS: Final = ("hide", "relevant", "not-relevant")  # marks that decide whether an answer shows somebody


class Passage(NamedTuple):
    """A stretch of a post's text, ``[start, end)`` in characters; the post's title is prepended for the encoder."""

    start: int
    end: int
    key: str  # hex digest of the embedded text; the vector cache's key together with the model


class PostTraits(NamedTuple):
    """What a ranking asks of a post's text, worked out when it is indexed."""

    repetition: float | None  # text.repetition
    may_deny: bool  # text.denial


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
    def traits(self) -> PostTraits:
        """Both of these."""
        return PostTraits(self.repetition, self.may_deny)

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

    @property
    def post_languages(self) -> dict[str, int]:
        """How many posts are in each language."""
        return dict(Counter(post.language for post in self.posts if post.language))
