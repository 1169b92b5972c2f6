"""What the catalog gives back: rows as frozen values, for the index build, ``show`` and ``forget --show``.

A ``CreatorRecord`` holds only what may be shown: denied and suppressed accounts are gone, posts of accounts
with consent PROFILE are absent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, NamedTuple

from catalog.items import AccountKind, Consent, Counts, Interaction, Moment, PostKind, ProfileLink, Provenance

PARTS: Final = 64
"""Of the feed, shared out among index workers; written into rows, so never to be changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Which seed of which plan led to a page, over how many links and redirects (DESIGN 5.1)."""

    plan: str  # the query as typed, or "import FILE"
    seed: str  # e.g. "hashtag #sushi on pixel.example"
    url: str  # the page that showed it, the nearest of that seed
    steps: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRecord:
    """An account as the catalog holds it."""

    id: str
    platform: str
    host: str
    handle: str | None
    url: str
    kind: AccountKind
    name: str
    bio: str
    location: str
    languages: tuple[str, ...]
    tags: tuple[str, ...]
    links: tuple[ProfileLink, ...]
    counts: Counts
    counts_as_of: datetime | None
    created: Moment | None
    consent: Consent
    consent_reason: str
    consent_url: str
    read: bool  # False: known by name only
    first_seen: datetime
    last_fetched: datetime
    native_id: str | None = None
    collection_id: str | None = None  # the id that an imported collection gave it
    followers_before: tuple[datetime, int] | None = None  # an observation of a month to a year before the newest


@dataclass(frozen=True, slots=True, kw_only=True)
class PostRecord:
    """A post as the catalog holds it."""

    id: str
    account_id: str
    native_id: str
    url: str
    kind: PostKind
    title: str
    text: str
    language: str | None
    tags: tuple[str, ...]
    published: Moment | None
    edited: Moment | None
    first_seen: datetime
    fetched_at: datetime
    interaction: Interaction
    place: str
    provenance: Provenance


MarkKind = Literal["relevant", "not-relevant", "place", "not-in", "kind", "same-as", "not-same-as", "hide"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the operator says of a creator; it wins over what was derived (DESIGN 5.9).

    ``value`` is the place, the kind of creator, or the other creator as the operator names it; ``query`` what
    "relevant" and "not-relevant" are about, None: whatever is asked. ``at`` is set by the catalog.
    """

    kind: MarkKind
    value: str = ""
    query: str | None = None
    reason: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRow:
    """A mark as the catalog keeps it, undone or not. ``creator_id`` is None where nobody has that name now."""

    id: int
    creator_id: str | None
    mark: Mark
    undone_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatorRecord:
    """A creator: a set of joined accounts with their posts, at one revision (DESIGN 5.1, 5.2)."""

    id: str
    revision: int
    accounts: tuple[AccountRecord, ...]
    posts: tuple[PostRecord, ...]
    discovered_by: tuple[Lineage, ...] = ()  # nearest first, at most lineage.MOST_WAYS
    marks: tuple[Mark, ...] = ()  # those that hold: of each subject the newest that was not undone, newest first


@dataclass(frozen=True, slots=True)
class FeedPosition:
    """Where a reader of the change feed stands; ``epoch`` changes when the catalog is copied or restored."""

    epoch: str
    seq: int


class Deletions(NamedTuple):
    """What a catalog promised to delete so far: how often, and the fingerprint of the list of the forgotten.

    An index that carries an older value still holds something of it in its files.
    """

    times: int = 0
    forgotten: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """The newest change of one creator after a position. ``record`` is None when the creator is gone."""

    creator_id: str
    revision: int
    seq: int
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinSeen:
    """Why two accounts, by their addresses, are one creator; ``kind`` is that of the join edge."""

    url: str
    other: str
    kind: str
    evidence_url: str
    at: datetime
