"""What a blog shows, whatever its theme: posts with addresses, authors, friends, third persons' remarks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tests.world.model import Blog, Creator, HiddenPost, Post, Presence, Remark
from tests.world.web import stable_number
from tests.world.writing import World

FEED_PATHS = {
    "indie": "/feed.xml",
    "wordpress": "/feed/",
    "ghost": "/rss/",
    "plain": "/rss.xml",
    "jsonfeed": "/feed.json",
}
FEED_KINDS = {
    "rss": "application/rss+xml; charset=UTF-8",
    "atom": "application/atom+xml; charset=UTF-8",
    "json": "application/feed+json; charset=UTF-8",
    "latin1": "application/xml",
    "broken_dates": "text/xml; charset=UTF-8",
    "html": "application/rss+xml; charset=UTF-8",
    "empty": "application/rss+xml; charset=UTF-8",
}
_FRIENDS = 5
_ROBOT_TRAPS = ("closed-kitchen", "murmur")
"""Everybody links to one of these in turn, so that a crawler has reason to try them."""


@dataclass(frozen=True, slots=True)
class Friend:
    """An entry of a blogroll."""

    name: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogView:
    """One blog, or a publication of several authors (then ``owner`` is None)."""

    host: str
    title: str
    bio: str
    language: str
    blog: Blog
    owner: Creator | None
    authors: Mapping[str, Creator]
    posts: tuple[Post, ...]  # newest first
    friends: tuple[Friend, ...]
    me: tuple[str, ...]  # rel=me links
    remarks: tuple[Remark, ...]
    hidden: tuple[HiddenPost, ...]
    changed: datetime

    @property
    def base(self) -> str:
        """The address without a slash at the end."""
        return f"https://{self.host}"

    @property
    def feed_path(self) -> str:
        """Where the feed lies."""
        return FEED_PATHS[self.blog.theme]

    @property
    def feed_kind(self) -> str:
        """The feed's Content-Type."""
        return FEED_KINDS[self.blog.feed]

    @property
    def encoding(self) -> str:
        """The charset of pages and feed."""
        return "iso-8859-1" if self.blog.feed == "latin1" else "utf-8"

    def path(self, post: Post) -> str:
        """A post's address on this host, in the manner of the theme."""
        day = post.published
        match self.blog.theme:
            case "wordpress":
                return f"/{day:%Y/%m/%d}/{post.slug}/"
            case "indie":
                return f"/{day:%Y/%m}/{post.slug}"
            case "ghost":
                return f"/{post.slug}/"
            case "jsonfeed":
                return f"/notes/{post.slug}"
            case "plain":
                return f"/posts/{post.slug}.html"

    def url(self, post: Post) -> str:
        """The permalink."""
        return self.base + self.path(post)

    def author(self, post: Post) -> Creator:
        """Who wrote it."""
        return self.authors[post.creator]


def blog_views(world: World) -> dict[str, BlogView]:
    """Every blog by host, the publication among them."""
    views = {}
    for creator in world.creators:
        for presence in creator.on("blog"):
            views[presence.host] = _own_blog(world, creator, presence)
    publication = _publication(world)
    return views | {publication.host: publication}


def _own_blog(world: World, creator: Creator, presence: Presence) -> BlogView:
    assert creator.blog is not None
    posts = world.posts_at(presence)
    accounts = tuple(account.url for account in creator.on("mastodon"))
    return BlogView(
        host=presence.host,
        title=creator.blog.title,
        bio=creator.bio,
        language=creator.language,
        blog=creator.blog,
        owner=creator,
        authors={creator.id: creator},
        posts=posts,
        friends=_friends(world, creator, presence.host),
        me=(*accounts, *creator.claims),
        remarks=tuple(remark for remark in world.sites.remarks if remark.blog == presence.host),
        hidden=tuple(post for post in world.sites.hidden_posts if post.blog == presence.host),
        changed=posts[0].published if posts else world.sites.oldest,
    )


def _publication(world: World) -> BlogView:
    writers = {creator.id: creator for creator in world.creators if creator.on("byline")}
    posts = sorted((post for post in world.posts if post.creator in writers), key=lambda post: post.published)
    row = world.sites.publication
    return BlogView(
        host=row["host"],
        title=row["title"],
        bio=row["bio"],
        language="en",
        blog=Blog(title=row["title"], theme="wordpress"),
        owner=None,
        authors=writers,
        posts=tuple(reversed(posts)),
        friends=(),
        me=(),
        remarks=(),
        hidden=(),
        changed=posts[-1].published,
    )


def _friends(world: World, creator: Creator, host: str) -> tuple[Friend, ...]:
    """The next two blogs on the same theme, a few others, and one of the sites that robots must not read.

    The first two make a ring, so that whoever finds one blog on a theme can find them all.
    """
    ring = sorted(
        (other for other in world.creators if other.on("blog") and other.theme == creator.theme),
        key=lambda other: stable_number(other.id),
    )
    at = ring.index(creator)
    following = [other for other in (*ring[at + 1 :], *ring[:at]) if not other.trap or other.trap.startswith("a feed")]
    others = [other for other in world.creators if other.id != creator.id and not other.trap and not other.on("forum")]
    others.sort(key=lambda other: stable_number(other.id, creator.id))
    chosen = dict.fromkeys(other.id for other in (*following[:2], *others[: _FRIENDS - 2]))
    trapped = world.creator(_ROBOT_TRAPS[stable_number(creator.id) % len(_ROBOT_TRAPS)])
    friends = [Friend(friend.name, friend.presences[-1].url) for friend in [*map(world.creator, chosen), trapped]]
    friends += [Friend("an old friend", dead.url) for dead in world.sites.dead if host in dead.url]
    if creator.id == "wren-halloway":
        friends.append(Friend("Mara's old address", f"https://{world.sites.redirect['host']}/"))
    friends += [
        Friend(trap.name, trap.presences[0].url)
        for trap in world.creators
        if trap.trap and trap.on("blog") and stable_number(trap.id, creator.id) % 9 == 0
    ]
    return tuple(friends)
