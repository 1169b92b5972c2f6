"""What a source is. One file per source in this package; importing the package finds them all.

A source plans its first addresses from a niche's terms, recognises addresses that it can read, and names a page
class for each kind of page. Page objects are pure: bytes in, ``PageItems`` out; they never open an address.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar, Literal

import attrs
from web_poet import PageParams, WebPage

from catalog.items import AccountItem, Alias, Link, PageDirectives, PostItem
from catalog.tasks import Seed
from crawler.sources._document import Document
from crawler.sources._keys import KeyRule, Quota

SourceKind = Literal["hashtag", "search", "forum", "blog", "podcast", "profile", "export"]
RobotsRule = Literal["page", "api", "own_search"]
"""``page``: robots.txt decides on the fetch, noindex (meta or header) on keeping the content.
``api``: robots.txt decides on the fetch; X-Robots-Tag is about the JSON document and is not applied to the items
(DESIGN 5.3 b). ``own_search``: the operator's own search engine; its robots.txt is not asked (DESIGN 5.3 a)."""


@attrs.define(frozen=True, kw_only=True)
class PageItems:
    """What a page object reads. ``directives`` are the page's own robots meta (headers are added by the spider)."""

    accounts: tuple[AccountItem, ...] = ()
    posts: tuple[PostItem, ...] = ()
    links: tuple[Link, ...] = ()
    tombstones: tuple[Alias, ...] = ()
    directives: PageDirectives = attrs.field(factory=PageDirectives)


@attrs.define(slots=False, eq=False)  # not slotted: attrs would make a second class, which web-poet's fields forbid
class SourcePage(WebPage[PageItems]):
    """A page object of a source.

    Subclasses define ``accounts``, ``posts``, ``links`` ... as web-poet fields. A body that is not what it
    claims to be raises ``UnreadablePage`` with one line, nothing else. ``page_params`` is the context of the link
    that led here (``Link.context``); a page must be readable without it.
    """

    robots: ClassVar[RobotsRule] = "page"
    heavy: ClassVar[bool] = False  # True: read in a worker process
    own_words: ClassVar[bool] = False
    """True: the page shows nobody but the accounts that it is read for. Only such a page may be archived: comments,
    snippets and copies of other people's posts never passed the gate."""

    # Without its parameters, for web-poet finds inputs by the plain class.
    page_params: PageParams = attrs.field(factory=PageParams, kw_only=True)  # type: ignore[type-arg]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTerms:
    """The niche in the words that sources search with, most telling first."""

    theme: str
    hashtags: tuple[str, ...]  # without "#", lower case
    phrases: tuple[str, ...]  # for search engines
    forum_queries: tuple[str, ...]
    language: str | None = None
    countries: tuple[str, ...] = ()  # ISO codes, for stores that ask for one


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What a source knows about an answer beyond its status line.

    ``rest``: seconds for which the body asks to leave the service alone. ``hint``: one line for the operator,
    who can mend it. ``gone``: whom or what the address names is not there any more, which the status does not say.
    ``instead``: what tells the same where the address is closed to us or not there; such links take
    over the context of the link that led to the address.
    """

    rest: float | None = None
    hint: str = ""
    gone: bool = False
    instead: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """The bounds of a listen to a stream: it ends after ``seconds``, or when ``messages`` were kept.

    A message is kept when it holds one of the ``wanted`` words, whatever their case (every message where there are
    none); all others are forgotten at once.
    """

    seconds: float
    messages: int
    wanted: tuple[str, ...]


class Source(ABC):
    """One way to find and read pages; stateless."""

    name: ClassVar[str]
    kind: ClassVar[SourceKind]
    needs: ClassVar[str]  # "nothing" or what the operator must provide, in words
    rules: ClassVar[str]  # address of the documented rules that we rely on
    pages: ClassVar[Mapping[str, type[SourcePage]]]
    key: ClassVar[KeyRule | None] = None  # the operator's key; without it the source is off
    quotas: ClassVar[tuple[Quota, ...]] = ()
    keep_for: ClassVar[timedelta | None] = None
    """How long the platform's rules let its texts be kept without reading them again; None: they do not say."""

    @abstractmethod
    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """First addresses for a niche on ``hosts`` (the operator's ``hosts.toml``); pure and deterministic.

        Without hosts a source asks nobody, unless its service has one documented host, which it then asks.
        """

    @abstractmethod
    def recognise(self, url: str) -> Link | None:
        """The link with which this source would read ``url``, or None. Never raises."""

    def recognise_body(self, document: Document) -> Link | None:  # noqa: ARG002 - for sources whose answers have a shape
        """The link with which this source would read a body whose address says nothing, or None. Never raises.

        Only what no other software writes counts. The link's address is ``document.url``, unless the body itself
        names the address or the server that it comes from. Asked for files that a person reads, not in a crawl.
        """
        return None

    def headers(self, page: str) -> Mapping[str, str]:  # noqa: ARG002 - for sources that need it
        """Extra request headers for a kind of page; no secrets."""
        return {}

    def advice(self, url: str, page: str, status: int | None, body: bytes) -> Advice:  # noqa: ARG002 - most have none
        """What an answer says about asking again. ``status`` is None where robots.txt forbade to ask. Never raises."""
        return Advice()

    def listen(self, page: str, context: Mapping[str, str]) -> Listen | None:  # noqa: ARG002 - most fetch
        """The bounds within which a kind of page is listened to; None for one that is fetched.

        The address is asked for a WebSocket, and what was heard is the page, one message a line. Never raises.
        """
        return None
