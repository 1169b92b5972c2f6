"""The invented web as frozen values, nothing of any platform's wire format.

They are read from files in ``source_form.py``; posts are written in ``writing.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parents[2] / "fixtures" / "worlds"
WORLD_NAME = "east-coast-sushi"

PresenceKind = Literal["mastodon", "blog", "forum", "podcast", "byline"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A real town with invented counters and markets. ``tz`` is hours from UTC."""

    key: str
    name: str
    city: str
    tags: tuple[str, ...]
    coast: bool
    tz: int
    areas: tuple[str, ...]
    spots: tuple[str, ...]
    markets: tuple[str, ...]
    scenes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """Sentence material of one theme; ``words`` fill the slots."""

    key: str
    tags: tuple[str, ...]
    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    asides: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Presence:
    """A creator on one host: a Mastodon account, a blog, a forum user, a podcast, an author of a shared site."""

    kind: PresenceKind
    host: str
    handle: str = ""

    @property
    def url(self) -> str:
        """The address for people."""
        base = f"https://{self.host}"
        match self.kind:
            case "mastodon":
                return f"{base}/@{self.handle}"
            case "forum":
                return f"{base}/u/{self.handle}"
            case "podcast":
                return f"{base}/{self.handle}/"
            case "byline":
                return f"{base}/author/{self.handle}/"
            case "blog":
                return f"{base}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Blog:
    """How a blog or podcast presents itself; ``robots``: "allow", "forbid" (robots.txt) or "noindex" (pages)."""

    title: str
    theme: Literal["indie", "wordpress", "ghost", "plain", "jsonfeed"] = "plain"
    feed: Literal["rss", "atom", "json", "latin1", "broken_dates", "html", "empty"] = "rss"
    robots: Literal["allow", "forbid", "noindex"] = "allow"
    calendar: bool = False
    hidden_posts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stay:
    """A stretch of posts written in one town; a trip has a theme of its own."""

    town: str
    posts: int
    theme: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """Somebody invented. ``flags`` are Mastodon's consent settings, ``copy_flags`` what other servers hold of them."""

    id: str
    name: str
    theme: str
    town: str
    bio: str
    presences: tuple[Presence, ...]
    posts: int
    location: str = ""
    language: str = "en"
    followers: int = 0
    focus: float = 0.9
    stray: int = 0
    joined: bool = False
    moved: bool = False
    deleted: bool = False
    trap: str = ""
    mark: str = ""
    own: tuple[str, ...] = ()
    own_tags: tuple[str, ...] = ()
    emojis: tuple[str, ...] = ()
    boosts: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    seen_on: tuple[str, ...] = ()
    flags: Mapping[str, bool] = field(default_factory=dict)
    copy_flags: Mapping[str, bool] | None = None
    blog: Blog | None = None
    stays: tuple[Stay, ...] = ()
    trips: tuple[Stay, ...] = ()

    def on(self, kind: PresenceKind) -> tuple[Presence, ...]:
        """The presences of one kind."""
        return tuple(presence for presence in self.presences if presence.kind == kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A text as its author wrote it; how it looks on a platform is the renderers' business."""

    creator: str
    presence: Presence
    number: int  # from 0, by date, within the creator
    published: datetime
    title: str
    paragraphs: tuple[str, ...]
    tags: tuple[str, ...]
    language: str
    theme: str
    likes: int
    shares: int
    replies: int

    @property
    def text(self) -> str:
        """All paragraphs, a newline between two."""
        return "\n".join(self.paragraphs)

    @property
    def slug(self) -> str:
        """The title as it stands in an address; unique within the creator."""
        kept = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in self.title.lower())
        return "-".join(part for part in kept.split("-") if part) + f"-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that speaks the Mastodon API, with what it shows to strangers."""

    host: str
    title: str
    version: str
    local_tags: str
    remote_tags: str


@dataclass(frozen=True, slots=True)
class Category:
    """A forum's category."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Forum:
    """A Discourse forum."""

    host: str
    title: str
    categories: tuple[Category, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic: the first handle starts it. ``text`` replaces the written posts (of a hidden or private topic).

    ``found_as``, here and below, is the title under which the search engine has an address that should not be kept.
    """

    forum: str
    category: str
    title: str
    tags: tuple[str, ...]
    by: tuple[str, ...]
    hidden: bool = False
    private: bool = False
    text: str = ""
    found_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A third person's words under a blog's posts."""

    blog: str
    author: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadPage:
    """An address that answers 404 or 410 with a page of its own."""

    url: str
    status: int
    text: str
    found_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenPost:
    """A post of a blog that asks not to be indexed: by a meta element or by a header."""

    blog: str
    how: Literal["meta", "header"]
    title: str
    text: str
    found_as: str

    @property
    def url(self) -> str:
        """The permalink."""
        return f"https://{self.blog}/drafts/{self.title.lower().replace(' ', '-')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sites:
    """Hosts that are more than one person's home."""

    seed: str
    clock: datetime
    oldest: datetime
    newest: datetime
    servers: tuple[Server, ...]
    forums: tuple[Forum, ...]
    topics: tuple[Topic, ...]
    remarks: tuple[Remark, ...]
    dead: tuple[DeadPage, ...]
    hidden_posts: tuple[HiddenPost, ...]
    publication: Mapping[str, str]
    redirect: Mapping[str, str]
    searxng: str
    wordpress_com: str
    wordpress_suffix: str
    itunes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The whole source form of a world."""

    sites: Sites
    towns: Mapping[str, Town]
    themes: Mapping[str, Theme]
    creators: tuple[Creator, ...]
