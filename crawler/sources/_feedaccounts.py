"""Whose a feed is: the site's account, those of its authors, and under which names (the rule of ``_site.py``).

What the bytes say is read before (``_feedxml``, ``_feedjson``); posts and links are made in ``feed.py``.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from html import unescape

from catalog.identity import handle_alias, native_alias, try_canonical
from catalog.items import AccountItem, AccountKind, Alias, Consent, ConsentSignal, ProfileLink
from crawler.sources._feedmodel import Entry, Feed
from crawler.sources._html import decode
from crawler.sources._site import (
    Author,
    author_aliases,
    byline_alias,
    elsewhere,
    handle_on_platform,
    home_named_by,
    is_part_of_site,
    platform_of,
    same_host,
    site_aliases,
    site_home,
    site_host,
)

_LINK = re.compile(r"<(?:\w+:)?link\b[^>]{0,2000}>")
_IS_SELF = re.compile(r"""\srel\s*=\s*["']self["']""")
_HREF = re.compile(r"""\shref\s*=\s*["']([^"']+)""")
_PLAIN_LINK = re.compile(r"<link>\s*(?:<!\[CDATA\[)?\s*(https?://[^<\]\s]+)")
_PROXIES = frozenset({"feeds.feedburner.com", "feeds2.feedburner.com", "feedproxy.google.com", "feedpress.me"})
"""Hosts that hand on a site's feed: the feed is the site's, which it names as its home."""
_YOUTUBE = "https://www.youtube.com/"
_CHANNEL = re.compile(r"<yt:channelId>((?:UC)?[\w-]{22})</yt:channelId>")


def own_address(body: bytes) -> str | None:
    """The address that an XML feed gives for itself (YouTube's: by the channel); None when it gives none."""
    head = decode(body[:5000], None)
    channel = _CHANNEL.search(head)
    if channel is not None:
        full = channel[1] if channel[1].startswith("UC") else f"UC{channel[1]}"
        return f"{_YOUTUBE}feeds/videos.xml?channel_id={full}"
    channel_head = head.partition("<item")[0].partition("<entry")[0]
    links = [
        (link, try_canonical(unescape(href[1]))) for link in _LINK.findall(channel_head) if (href := _HREF.search(link))
    ]
    own = next((url for link, url in links if url and _IS_SELF.search(link)), None)
    if own is None or site_host(own) not in _PROXIES:
        return own
    written = _PLAIN_LINK.search(channel_head)
    home = try_canonical(unescape(written[1])) if written else None
    return home or next((url for link, url in links if url and not _IS_SELF.search(link) and "hub" not in link), own)


@dataclass(frozen=True)
class FeedAccounts:
    """The accounts of one feed at ``url``; ``first_part`` is its own address, of an older part that of the newest."""

    feed: Feed
    url: str
    first_part: str

    def accounts(self) -> tuple[AccountItem, ...]:
        """The site's account; of a feed with several authors also one for each of them."""
        found = (self._site_account(), *(self._byline_account(author) for author in self._bylines))
        return tuple(account for account in found if account is not None)

    @property
    def _is_part(self) -> bool:
        """One tag, category or author of a site: says nothing about the whole site."""
        return is_part_of_site(self.url)

    @property
    def _channel(self) -> str:
        """YouTube's id of the channel, of its own feeds only."""
        return self.feed.channel_id if same_host(self.url, _YOUTUBE) else ""

    @property
    def _platform(self) -> str:
        return "podcast" if self.feed.podcast else "youtube" if self._channel else platform_of(self.url)

    @property
    def home(self) -> str | None:
        """The site's front page, if the feed may speak for it."""
        if self._channel:
            return f"{_YOUTUBE}channel/{self._channel}"
        claimed = self.feed.home
        if claimed and same_host(claimed, self.url):
            return home_named_by(claimed, self.url)
        return None if claimed else site_home(self.url)

    @cached_property
    def _entry_authors(self) -> tuple[Author, ...]:
        """Everybody who wrote an entry, each once; entries without an author are the site's own."""
        found = {author.name.casefold(): author for entry in self.feed.entries for author in entry.authors[:1]}
        return tuple(found.values())

    @property
    def _bylines(self) -> tuple[Author, ...]:
        authors = self._entry_authors
        return authors if self._is_part or (len(authors) > 1 and not self._is_one_show) else ()

    @property
    def _is_one_show(self) -> bool:
        """A podcast or a channel goes by its own name, whoever is named beside it."""
        return self.feed.podcast or bool(self._channel)

    @property
    def _only_author(self) -> Author | None:
        """The one person behind the whole feed, if it is one person's."""
        authors = self._entry_authors or self.feed.authors
        if self._is_part or self._is_one_show or len(authors) != 1:
            return None
        return authors[0]

    def _site_aliases(self) -> tuple[Alias, ...]:
        own_feed = None if self._is_part else self.first_part
        author = self._only_author
        byline = byline_alias(self.url, author.name) if author else None
        native = native_alias(site_host(_YOUTUBE), self._channel) if self._channel else None
        handle = handle_alias(self._handle, self._platform_host) if self._handle else None
        named = (native, *site_aliases(self.home, own_feed, self.url), byline, handle)
        return tuple(alias for alias in named if alias is not None)

    @property
    def _handle(self) -> str | None:
        return handle_on_platform(self.home) if self.home else None

    @property
    def _platform_host(self) -> str:
        """The host on which a handle is one person's: ``tumblr.com`` for ``mika.tumblr.com``."""
        return f"{platform_of(self.url)}.com"

    def _site_account(self) -> AccountItem | None:
        aliases = self._site_aliases()
        if self._is_part or not aliases:
            return None
        feed, author = self.feed, self._only_author
        return AccountItem(
            platform=self._platform,
            host=site_host(self.url),
            aliases=aliases,
            url=self.home or self.url,
            consent=self._consent(),
            provenance="feed",
            handle=self._handle,
            native_id=self._channel or None,
            kind=self._kind(author),
            name=author.name if author else feed.title or feed.owner,
            bio=self._bio(author),
            location=feed.location,
            languages=(feed.language,) if feed.language else (),
            tags=feed.tags,
            links=self._profile_links(),
            text_complete=False,  # the site's own pages tell more
        )

    def _kind(self, author: Author | None) -> AccountKind:
        if author is not None and author.name.casefold() != self.feed.title.casefold():
            return "person"
        return "publication" if self._bylines else "unknown"

    def _bio(self, author: Author | None) -> str:
        """What the feed says about itself; the title where a person's name stands in its place."""
        feed = self.feed
        hosts = ", ".join(dict.fromkeys(one.name for one in feed.authors)) if feed.podcast else ""
        name = author.name if author else feed.title
        lines = dict.fromkeys((feed.title, feed.description, hosts))
        return "\n".join(line for line in lines if line and line != name)

    def _profile_links(self) -> tuple[ProfileLink, ...]:
        people = (author.url for author in self.feed.authors if author.url and not same_host(author.url, self.url))
        claimed = elsewhere((self.feed.home,), self.url)
        found = (*claimed, *self.feed.links, *(ProfileLink(url) for url in people))
        return tuple({link.url: link for link in reversed(found)}.values())[::-1]

    def _byline_account(self, author: Author) -> AccountItem | None:
        aliases = author_aliases(author, self.url)
        if not aliases:
            return None
        return AccountItem(
            platform=platform_of(self.url),
            host=site_host(self.url),
            aliases=aliases,
            url=author.url or self.home or self.url,
            consent=self._consent(),
            provenance="feed",
            kind="person",
            name=author.name,
            languages=(self.feed.language,) if self.feed.language else (),
            text_complete=False,
        )

    def _consent(self) -> ConsentSignal:
        return ConsentSignal(Consent.FULL, "publishes a feed", self.url, "default")

    def denied(self) -> tuple[AccountItem, ...]:
        """The account by its names only, so that what was kept of it can be deleted."""
        aliases = site_aliases(self.home, self.first_part, self.url)
        said, host = ConsentSignal(Consent.DENIED, "the feed asks not to be listed", self.url), site_host(self.url)
        account = AccountItem(
            platform=self._platform, host=host, aliases=aliases, url=self.url, consent=said, provenance="feed"
        )
        return (account,) if aliases else ()

    def account_of(self, entry: Entry) -> Alias | None:
        """Whose an entry is."""
        names = {author.name.casefold() for author in entry.authors[:1]}
        writer = next((author for author in self._bylines if author.name.casefold() in names), None)
        aliases = author_aliases(writer, self.url) if writer else ()
        return next(iter(aliases or self._site_aliases()), None)
