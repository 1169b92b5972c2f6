"""What ``show`` tells of one creator: frozen values that are exactly the JSON of ``show --json``.

``None`` means "not known", shares are fractions of 1, times are aware and UTC. Nothing is computed here.
"""

from datetime import datetime
from typing import Literal, NamedTuple

from search.results import Band, CreatorResult, PostResult


class Quote(NamedTuple):
    """What was written, where and when."""

    quote: str
    url: str
    posted_at: datetime | None
    fetched_at: datetime


class TopicShare(NamedTuple):
    """A word that a creator keeps using, with the newest post that does; a post may have several topics or none."""

    label: str
    share: float
    posts: int
    url: str


class Month(NamedTuple):
    """How many dated posts a calendar month (``2026-03``, UTC) has, and how many of them are on the niche."""

    month: str
    posts: int
    on_niche: int | None


class Cadence(NamedTuple):
    """Since when and how often; ``months`` runs from the first to the last without gaps."""

    first_post_at: datetime | None
    last_post_at: datetime | None
    dated_posts: int
    posts_per_month: float | None
    months: tuple[Month, ...]


class NicheFit(NamedTuple):
    """How one niche looks from here. ``place`` is None where the query names none."""

    query: str
    theme: str
    confidence: float | None  # None: outside of the size or words that the query asks for
    band: Band | None
    place: Literal["fits", "possible", "near", "elsewhere", "unknown"] | None
    posts: int
    share: float | None
    latest_at: datetime | None
    best: tuple[Quote, ...]
    latest: tuple[Quote, ...]


class Comments(NamedTuple):
    """Whether people answer, over the posts that show their number."""

    median: float
    posts: int
    answered: int  # posts with at least one


class Said(NamedTuple):
    """Words or a tag that disclosed a payment, and in how many posts."""

    words: str
    means: str
    posts: int


class Sponsored(NamedTuple):
    """Posts that say to have been paid for, and their reactions beside those of the others (None: too few)."""

    posts: int
    of: int
    share: float
    said: tuple[Said, ...]
    quotes: tuple[Quote, ...]
    reactions: float | None
    reactions_of_others: float | None


class Dealing(NamedTuple):
    """A purchase, a visit or a review in the creator's own words, in a post that nobody paid for."""

    kind: Literal["purchase", "visit", "review"]
    said: Quote


class Mention(NamedTuple):
    """Somebody else who is named or linked; ``creator_id`` where the index knows them."""

    name: str
    posts: int
    url: str
    creator_id: str | None
    creator_name: str | None


class BrandMentions(NamedTuple):
    """How often a brand is named, in how many paid posts, and the newest quotes."""

    brand: str
    posts: int
    sponsored_posts: int
    quotes: tuple[Quote, ...]


class Growth(NamedTuple):
    """How the followers of an account have become more or fewer; ``change`` is a fraction of those before."""

    url: str
    before: int
    before_at: datetime
    followers: int
    at: datetime | None
    change: float | None  # None: nobody followed before


class Joined(NamedTuple):
    """Why two accounts are taken for one creator, in words, with the page that shows it."""

    account: str
    other: str
    how: str
    url: str
    seen_at: datetime


class VettingReport(NamedTuple):
    """One creator. ``unknown`` says in words what could not be told; ``posts`` are newest first.

    ``joined`` is of the catalog; empty where a report is made from the index alone.
    """

    as_of: datetime
    creator: CreatorResult
    post_count: int
    topics: tuple[TopicShare, ...]
    niche: NicheFit | None
    cadence: Cadence
    comments: Comments | None
    sponsored: Sponsored | None
    dealings: tuple[Dealing, ...]
    mentions: tuple[Mention, ...]
    brands: tuple[BrandMentions, ...]
    unknown: tuple[str, ...]
    posts: tuple[PostResult, ...]
    growth: tuple[Growth, ...] = ()
    joined: tuple[Joined, ...] = ()
