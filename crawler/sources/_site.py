"""Who a web page or feed belongs to, and under which names: the rule by which page and feed meet.

**Aliases.** One site is one account. Its names, strongest first, are

1. its *home*: the canonical address of the site's front page (``site_home``; for a feed, the site that it links
   to). A host that many strangers share by path (``medium.example/@mika``) has a home per person, or none;
2. its *feed*: the canonical address of the main feed, given by the page (``link rel=alternate``) and by the feed;
3. its *byline*, where the whole site is one person's: ``native host/by/name``.

A home or feed on **another host** than the page that names it is never an alias (anybody can write a link): it
becomes a ``ProfileLink`` with ``rel_me``, which joins only when both sides link each other.

**Several authors.** The byline is the account (``native host/by/name``, the author's page as a further alias) and
the site is an account of kind ``publication``. An article page alone cannot tell whether a site has one author, so
a named author is always known by the byline; a feed whose entries all have one author, or a home page that names
its author, ties byline and home together.

Platform is ``web`` (``podcast`` for feeds of episodes), host the site's host, handle None.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urljoin, urlsplit

from catalog.identity import host_of, native_alias, try_canonical, url_alias
from catalog.items import Alias, ProfileLink
from crawler.sources._html import one_line

# Hosts on which a path, not the host, belongs to a person. Sub-domains of them are sites of their own.
_SHARED_NAMES: Final = """
    archiveofourown.org buymeacoffee.com dev.to facebook.com flickr.com github.com gitlab.com goodreads.com
    hashnode.com instagram.com ko-fi.com linkedin.com medium.com open.spotify.com patreon.com pinterest.com
    podcasters.spotify.com podcasts.apple.com quora.com reddit.com sites.google.com soundcloud.com substack.com
    telegra.ph threads.net tiktok.com tumblr.com twitch.tv twitter.com vimeo.com wattpad.com wordpress.com write.as
    x.com youtube.com blogger.com google.com plus.google.com yelp.com
    anchor.fm api.substack.com audioboom.com buttondown.com buttondown.email buzzsprout.com feed.podbean.com
    feeds.acast.com feeds.blubrry.com feeds.buzzsprout.com feeds.captivate.fm feeds.castos.com feeds.feedburner.com
    feeds.fireside.fm feeds.libsyn.com feeds.megaphone.fm feeds.npr.org feeds.redcircle.com feeds.simplecast.com
    feeds.soundcloud.com feeds.transistor.fm media.rss.com omnycontent.com pinecast.com podcast.ausha.co rss.acast.com
    rss.art19.com rss.buzzsprout.com rss.com spreaker.com tinyletter.com"""
_SHARED_BY_PATH: Final = frozenset(_SHARED_NAMES.split())
_PLATFORMS: Final = {"substack.com": "substack", "medium.com": "medium", "tumblr.com": "tumblr"}
_PERSONAL_PAGE: Final = re.compile(r"/(?:authors?|autor|auteur|contributors?|writers?)/[^/]+/?$", re.IGNORECASE)
_PERSONAL_PATH: Final = re.compile(r"/(?:~|@|(?:users?|u|people|profiles?|c|channel)/)[^/]+", re.IGNORECASE)
_FEED_PATH: Final = re.compile(
    r"(?:^|/)(?:feeds?|rss2?|atom)/?$|\.(?:rss|atom|rdf)$|(?:^|[/_-])(?:feed|rss|atom|index|podcast)\.xml$"
    r"|(?:^|/)feed\.json$|^/feeds/(?:posts/default|videos\.xml)|^/feed/",
    re.IGNORECASE,
)
_FEED_QUERY: Final = re.compile(r"(?:^|&)(?:feed=(?:rss2?|atom|rdf|json)|format=(?:rss|feed))(?:&|$)", re.IGNORECASE)
_COMMENTS_FEED: Final = re.compile(r"/comments?/(?:feed|default|rss|atom)|/feeds/\d+/comments/|comments?-(?:rss|feed)")
_COMMENTS_TITLE: Final = re.compile(
    r"(?:.*\W)?(?:comments? (?:for|on|feed)|kommentare (?:zu|für)|kommentar-feed|commentaires (?:sur|pour)"
    r"|comentarios en)\b",
    re.IGNORECASE,
)
_PART_OF_SITE: Final = re.compile(
    r"/(?:tags?|categor(?:y|ies)|label|topics?|authors?|search|series)/|[?&](?:s|author|tag|cat)=", re.IGNORECASE
)
_EMAIL: Final = re.compile(r"[\w.+%-]+\s*(?:@|\(at\)|\[at\])\s*[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
# Click counters that carry the address they lead to (alerts, link shims of big sites).
_REDIRECTS: Final = re.compile(
    r"https?://(?:www\.google\.[a-z.]+/url|l\.(?:facebook|instagram)\.com/)\?(?:[^#]*&)?(?:url|q|u)=(https?(?::|%3A)[^&#]+)"
)
_BY: Final = re.compile(
    r"^(?:(?:written|posted|published)\s+)?(?:by|von|par|por|(?-i:di|av|door))\b[\s:]+|^(?:author|autor|auteur)\b[\s:]+",
    re.IGNORECASE,
)
_NOBODY_NAMES: Final = """
    admin administrator anonymous author editor editors editorial guest redaktion root staff superuser team
    unknown webmaster wordpress user blog none null noreply"""
_NOBODY: Final = frozenset(_NOBODY_NAMES.split())


@dataclass(frozen=True, slots=True)
class Author:
    """A named author. ``url`` is canonical or ""; it may lie on another host."""

    name: str = ""
    url: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.url)


def absolute(base: str, href: str | None) -> str | None:
    """The canonical form of a link found on ``base``; None for mailto:, javascript: and what is no address."""
    href = (href or "").strip()
    if not href or href.startswith("#"):
        return None
    try:
        joined = urljoin(base, href)
        wrapped = _REDIRECTS.match(joined)
        return try_canonical(unquote(wrapped[1]) if wrapped else joined)
    except ValueError:
        return None


def same_host(one: str, other: str) -> bool:
    """Whether two canonical addresses are of one site, ``www.`` aside."""
    return site_host(one) == site_host(other)


def site_host(url: str) -> str:
    """The host of a canonical address without ``www.``."""
    return host_of(url).removeprefix("www.")


def site_home(url: str) -> str | None:
    """The front page of the site that a canonical address belongs to; None where the host is shared by strangers."""
    parts = urlsplit(url)
    personal = _PERSONAL_PATH.match(parts.path)
    if site_host(url) in _SHARED_BY_PATH and not (personal and personal[0].lower() not in ("/user", "/c")):
        return None
    return try_canonical(f"{parts.scheme}://{parts.netloc}{personal[0] if personal else '/'}")


def platform_of(url: str) -> str:
    """The platform of a site as filters name it: the few hosts of blogs that people name, else "web"."""
    host = site_host(url)
    named = (name for end, name in _PLATFORMS.items() if host == end or host.endswith(f".{end}"))
    return next(named, "web")


def handle_on_platform(home: str) -> str | None:
    """The name in a personal address of Medium or Tumblr, which is the person's own there; None elsewhere."""
    parts, host = urlsplit(home), site_host(home)
    if host == "medium.com":
        found = re.fullmatch(r"/@([\w.-]+)/?", parts.path)
        return found[1].lower() if found else None
    name, _, rest = host.partition(".")
    return name if rest in ("tumblr.com", "medium.com") and name not in ("assets", "api", "help") else None


def home_named_by(url: str, document: str) -> str | None:
    """The home that a document gives for its own site, without query; None when that lies on another host.

    On a host shared by path a publication's own path is a home, the bare host is not.
    """
    if not same_host(url, document):
        return None
    parts = urlsplit(url)
    if site_host(url) in _SHARED_BY_PATH and parts.path.strip("/") == "":
        return None
    return try_canonical(f"{parts.scheme}://{parts.netloc}{parts.path}")


def is_comments_feed(url: str, title: str) -> bool:
    """Whether a feed holds what readers said: its authors are not the creator."""
    return bool(_COMMENTS_FEED.search(url) or _COMMENTS_TITLE.match(title))


def is_feed_address(url: str) -> bool:
    """Whether an address looks like a feed's, by the habits of the usual blog programs."""
    parts = urlsplit(url)
    return bool(_FEED_PATH.search(parts.path) or _FEED_QUERY.search(parts.query))


def is_part_of_site(url: str) -> bool:
    """Whether an address shows one tag, category, author or search of a site, and so says nothing about the whole."""
    return bool(_PART_OF_SITE.search(url))


def byline_alias(document: str, name: str) -> Alias | None:
    """The name of an author on the site of ``document``: spelling apart, one byline is one account.

    None where strangers share the host: there equal names are different people.
    """
    home = site_home(document)
    words = re.findall(r"\w+", unicodedata.normalize("NFKC", name).casefold())
    if home is None or not words:
        return None
    return native_alias(site_host(document), f"{urlsplit(home).path.strip('/')}/by/{'-'.join(words)}".lstrip("/"))


def site_aliases(home: str | None, feed: str | None, document: str) -> tuple[Alias, ...]:
    """The names of the site itself, strongest first; only addresses on the document's own host count."""
    return tuple(url_alias(url) for url in dict.fromkeys((home, feed)) if url and same_host(url, document))


def author_aliases(author: Author, document: str) -> tuple[Alias, ...]:
    """The names of one author of several: the byline, and the author's own page if it is on this site."""
    page = own_page(author, document)
    own = url_alias(page) if page else None
    return tuple(alias for alias in (byline_alias(document, author.name), own) if alias)


def own_page(author: Author, document: str) -> str | None:
    """The author's page without query, if it is on this site and one person's; ``/company/team/`` is nobody's name."""
    if not author.url or not same_host(author.url, document):
        return None
    parts = urlsplit(author.url)
    last = "".join(re.findall(r"\w+", unquote(parts.path.rstrip("/").rpartition("/")[2]).casefold()))
    words = [word for word in re.findall(r"\w+", author.name.casefold()) if len(word) > 2]
    named = _PERSONAL_PAGE.search(parts.path) or _PERSONAL_PATH.match(parts.path) or any(word in last for word in words)
    return try_canonical(f"{parts.scheme}://{parts.netloc}{parts.path}") if named and last else None


def elsewhere(urls: tuple[str | None, ...], document: str) -> tuple[ProfileLink, ...]:
    """Home or feed on other hosts, as claims that hold when they are returned."""
    return tuple(ProfileLink(url, rel_me=True) for url in dict.fromkeys(urls) if url and not same_host(url, document))


def without_email(text: str) -> str:
    """The text without e-mail addresses."""
    return _EMAIL.sub(" ", text)


def clean_name(text: str | None) -> str:
    """A person's name out of a byline: no e-mail address, no "by", no "admin"; "" when nothing is left."""
    name = one_line(without_email(text or ""), 120)
    name = _BY.sub("", name).replace("()", "").strip(" \t,;:|–—-<>()[]\"'")
    lowered = name.casefold()
    if lowered in _NOBODY or lowered.startswith(("http://", "https://", "www.", "//")) or "@" in name.strip("@"):
        return ""
    return name if re.search(r"\w", name) and len(name.split()) <= 12 else ""


def name_from_path(url: str) -> str:
    """The author in ``/author/mika-tan/`` as words, Mika Tan; "" when the last segment is no name."""
    segment = unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2])
    return clean_name(segment.replace("-", " ").replace("_", " ").title()) if re.search(r"[^\W\d]", segment) else ""
