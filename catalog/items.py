"""What a page says, before anybody has decided whether it may be kept.

Page objects (``crawler/sources``) build these frozen values from bytes; importers build them from files; the
gate (``crawler/gate.py``) thins them; ``catalog/store.py`` commits them. Rows read back are in ``records.py``.
Everywhere: ``None`` means "not known", never 0; times are aware and UTC; addresses are canonical
(``catalog.identity.canonical_url``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal


class Precision(StrEnum):
    """How exactly a time is known."""

    SECOND = "second"
    DAY = "day"
    MONTH = "month"


class TimeOrigin(StrEnum):
    """Who says so: the platform's own clock, the author's claim, or our first sight of it."""

    PLATFORM = "platform"
    AUTHOR = "author"
    FIRST_SEEN = "first_seen"


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in UTC with what is known about it (DESIGN 5.1)."""

    at: datetime
    precision: Precision = Precision.SECOND
    origin: TimeOrigin = TimeOrigin.PLATFORM


class AliasKind(StrEnum):
    """The names under which one account is known; (kind, value) is unique over the catalog."""

    ACTOR_URI = "actor_uri"  # https://pixel.example/users/mika
    DID = "did"  # did:plc:...
    NATIVE = "native"  # host/native id, e.g. "forum.example/42"
    HANDLE = "handle"  # handle@host, lower case; may change hands, hence dated
    URL = "url"  # canonical profile, feed or home address


@dataclass(frozen=True, slots=True, order=True)
class Alias:
    """One name of an account."""

    kind: AliasKind
    value: str


AccountKind = Literal["person", "organisation", "publication", "group", "bot", "unknown"]
Provenance = Literal["api", "feed", "page", "import"]


ConsentStrength = Literal["setting", "default", "copy"]


class Consent(StrEnum):
    """What may be kept of an account (DESIGN 5.5). UNKNOWN keeps only the address at which to ask."""

    UNKNOWN = "unknown"
    FULL = "full"
    PROFILE = "profile"
    DENIED = "denied"


@dataclass(frozen=True, slots=True)
class ConsentSignal:
    """A page's word on consent, with the reason in words and the address that said it.

    ``strength`` tells whose word it is: the account's own ``setting`` (its home server's API, an opt-out in its own
    profile); the ``default`` of a page that shows no setting, which holds while no setting has been seen; or a
    ``copy`` on another server, which may lower what is known, never raise it.
    """

    state: Consent
    reason: str
    url: str
    strength: ConsentStrength = "setting"


@dataclass(frozen=True, slots=True)
class ProfileLink:
    """A link that the account's owner lists. ``rel_me`` and ``verified_at`` are what the page claims."""

    url: str
    rel_me: bool = False
    verified_at: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Counts as shown at one time; hidden or missing ones are None.

    ``followers_step``: the step to which a platform rounds the followers; None where it tells the exact number.
    """

    followers: int | None = None
    followers_step: int | None = None
    following: int | None = None
    posts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """Reactions to one post. Holds no other person's text or name (DESIGN 5.1)."""

    likes: int | None = None
    shares: int | None = None
    comments: int | None = None
    distinct_repliers: int | None = None
    author_reply_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountItem:
    """One presence on one platform and host, as one page shows it.

    ``aliases`` holds at least one name, the strongest first, the profile's address among them where it is this
    account's alone; a page that knows only a handle gives a provisional account. ``url`` is for people to open and
    says nothing on identity: authors of one site may share it. ``text_complete`` is False when bio and name were cut
    or only partly shown (a basic view): such a page must not overwrite longer text with shorter.
    """

    platform: str
    host: str
    aliases: tuple[Alias, ...]
    url: str
    consent: ConsentSignal
    provenance: Provenance
    handle: str | None = None
    native_id: str | None = None
    kind: AccountKind = "unknown"
    name: str = ""
    bio: str = ""
    location: str = ""
    languages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[ProfileLink, ...] = ()
    counts: Counts = Counts()
    created: Moment | None = None
    moved_to: Alias | None = None
    text_complete: bool = True


PostKind = Literal["post", "article", "episode", "forum", "reply"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostItem:
    """A public text. ``account`` names its author by any alias, which another item or an older page explains.

    ``native_id`` is unique within the account (DESIGN 5.1); ``url`` is the permalink, "" where none exists.
    ``text`` is plain text with paragraphs kept as newlines; quotations and boosts of others are left out.
    ``complete`` is False for an excerpt (a search snippet, a feed's summary), which never replaces a whole text.
    """

    account: Alias
    native_id: str
    url: str
    provenance: Provenance
    text: str
    title: str = ""
    kind: PostKind = "post"
    language: str | None = None
    tags: tuple[str, ...] = ()
    published: Moment | None = None
    edited: Moment | None = None
    interaction: Interaction = Interaction()
    place: str = ""
    complete: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address worth fetching, found on a page or planned.

    ``source`` names the source that reads it ("mastodon", "page", ...), ``page`` the kind of page for that
    source ("account", "statuses", "feed", ...). ``score`` in (0, 1] is fixed at insert; higher goes first.
    """

    url: str
    source: str
    page: str
    score: float = 0.5
    context: Mapping[str, str] = field(default_factory=dict)
    words: str = ""  # of the link and around it; judged, never kept
    inherited: float | None = None  # how far the page that showed it was about the niche; None: not judged


class Outcome(StrEnum):
    """How a fetch ended. Only OK and GONE may change what is known about a person (DESIGN 5.1)."""

    OK = "ok"
    NOT_MODIFIED = "not_modified"
    REDIRECT = "redirect"  # a new task, never followed in place
    GONE = "gone"  # 404, 410 or a Tombstone
    REFUSED = "refused"  # 401, 403, login wall
    ROBOTS = "robots"  # robots.txt says no
    RETRY = "retry"  # 429, 5xx, time-out, DNS: later
    UNREADABLE = "unreadable"  # the body is not what it claims to be
    NOT_ARCHIVED = "not_archived"  # replay only: never fetched, says nothing
    BLOCKED = "blocked"  # we refuse: unsafe address, operator's block, crawl-delay too long


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDirectives:
    """What the page's own robots meta and headers ask for."""

    noindex: bool = False
    nofollow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """For the next conditional request."""

    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult:
    """Everything that one fetch says; exactly one per leased task, committed in one transaction (DESIGN 5.4)."""

    task_id: int
    token: str
    url: str
    source: str
    page: str
    outcome: Outcome
    fetched_at: datetime
    status: int | None = None
    accounts: tuple[AccountItem, ...] = ()
    posts: tuple[PostItem, ...] = ()
    links: tuple[Link, ...] = ()
    tombstones: tuple[Alias, ...] = ()
    directives: PageDirectives = PageDirectives()
    validators: Validators = Validators()
    content_hash: str | None = None
    redirect_to: str | None = None
    retry_after: float | None = None  # seconds for which the host wants to be left alone, whatever the outcome
    parked: bool = False  # with RETRY: nothing failed, the host only said when to come back
    relevant: tuple[Alias, ...] = ()  # a name of each account that the crawl judged to fit the niche
    judged: bool = False  # whether it could judge: a crawl without a theme cannot
    site_worth: float | None = None  # the page shows whose site this is: at most that are further pages of it worth
    message: str = ""
    hint: str = ""  # one line for the operator, who can mend it
