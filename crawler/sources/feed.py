"""Feeds of blogs, newsletters and podcasts: RSS, Atom, JSON Feed.

Publishing a feed is consent to read it; ``itunes:block`` and ``podcast:block`` take that back. Under which names
the feed's account is known is the rule of ``_site.py``. What the bytes say is read by ``_feedxml`` and ``_feedjson``.
"""

import re
from collections.abc import Iterable, Mapping
from typing import ClassVar

from web_poet import cached_method, field

from catalog.identity import try_canonical
from catalog.items import (
    AccountItem,
    Interaction,
    Link,
    PageDirectives,
    PostItem,
)
from catalog.tasks import Seed
from crawler.sources._document import Document
from crawler.sources._feedaccounts import FeedAccounts, own_address
from crawler.sources._feedblogger import is_blogger_json
from crawler.sources._feedjson import read_json_feed
from crawler.sources._feedmodel import Entry, Feed
from crawler.sources._feedxml import read_xml_feed
from crawler.sources._html import charset_of
from crawler.sources._leads import is_closed
from crawler.sources._site import is_comments_feed, is_feed_address, same_host
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_FEED_ROOT = re.compile(rb"<(?:rss|feed|rdf:rdf)[\s>]")
_MOST_PARTS = 5
_MOST_ARTICLES = 10


class FeedPage(SourcePage):
    """One feed document: its account or accounts, its posts, the site and the next part of the feed."""

    own_words = True

    robots = "page"

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The site's account; of a feed with several authors also one for each of them."""
        if self._speaks_for_others:
            return ()
        return self._who().denied() if self._feed.blocked else self._who().accounts()

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The entries that have a text or a title."""
        if self._speaks_for_others or self._feed.blocked:
            return ()
        own = (entry for entry in self._feed.entries if not self._is_pointer(entry) and not entry.borrowed)
        posts = (self._post(entry) for entry in own)
        return tuple({(post.account, post.native_id): post for post in posts if post is not None}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """The site, the next part, and the articles of which the feed shows only a summary."""
        if self._speaks_for_others or self._feed.blocked:
            return ()
        return tuple(_without_repeats(self._found_links(), but=self._url))

    @field
    def directives(self) -> PageDirectives:
        """The robots meta that some feeds carry."""
        return PageDirectives(noindex=self._feed.noindex)

    @property
    def _url(self) -> str:
        return try_canonical(str(self.response.url)) or str(self.response.url)

    @property
    def _feed(self) -> Feed:
        return self._read()

    @cached_method
    def _who(self) -> FeedAccounts:
        return FeedAccounts(self._feed, self._url, self._first_part)

    @cached_method
    def _read(self) -> Feed:
        body, declared = bytes(self.response.body), charset_of(self.response.headers.get("Content-Type"))
        is_json = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        return read_json_feed(body, self._url, declared) if is_json else read_xml_feed(body, self._url, declared)

    @property
    def _speaks_for_others(self) -> bool:
        """A feed of comments: its authors are the readers, not the creator."""
        return is_comments_feed(self._url, self._feed.title)

    @property
    def _first_part(self) -> str:
        """The feed's own address; of an older part, the feed that led here."""
        first = try_canonical(self.page_params.get("feed") or "")
        return first if first and same_host(first, self._url) else self._url

    def _is_pointer(self, entry: Entry) -> bool:
        """A headline or snippet of somebody else's page (alerts, link lists): their text, not this account's."""
        if entry.complete or not entry.url or same_host(entry.url, self._url):
            return False
        return self._feed.home is None or not same_host(entry.url, self._feed.home)

    def _post(self, entry: Entry) -> PostItem | None:
        account = self._who().account_of(entry)
        if account is None or not (entry.text or entry.title):
            return None
        return PostItem(
            account=account,
            native_id=entry.id or entry.url or entry.fingerprint,
            url=entry.url,
            provenance="feed",
            text=entry.text,
            title=entry.title,
            kind="episode" if entry.episode else "article" if entry.title else "post",
            language=entry.language or self._feed.language,
            tags=entry.tags,
            published=entry.published,
            edited=entry.edited,
            interaction=Interaction(likes=entry.likes, comments=entry.comments),
            complete=entry.complete,
        )

    def _found_links(self) -> Iterable[Link]:
        home = self._who().home or self._feed.home
        if home and not is_closed(home):
            yield Link(url=home, source="page", page="page", score=0.6)
        if self._feed.moved_to:
            yield Link(url=self._feed.moved_to, source="feed", page="feed", score=0.7)
        for show, title in self._feed.recommends:
            yield Link(url=show, source="feed", page="feed", score=0.4, context={"anchor": title} if title else {})
        following = self._feed.next_page
        part = _part_number(self.page_params.get("part"))
        if following and same_host(following, self._url) and part < _MOST_PARTS:
            context = {"part": str(part + 1), "feed": self._first_part}
            yield Link(url=following, source="feed", page="feed", score=0.3, context=context)
        partly = [entry for entry in self._feed.entries if entry.url and not entry.complete and not entry.borrowed]
        for entry in partly[:_MOST_ARTICLES]:
            score = 0.2 if self._is_pointer(entry) else 0.4
            yield Link(url=entry.url, source="page", page="page", score=score)


class FeedSource(Source):
    """Any RSS, Atom or JSON feed, found by link or named by the operator."""

    name = "feed"
    kind: ClassVar[SourceKind] = "blog"
    needs = "nothing"
    rules = "https://www.rssboard.org/rss-specification"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"feed": FeedPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:  # noqa: ARG002 - feeds cannot search
        """The feeds that the operator names by address."""
        for address in hosts:
            url = try_canonical(address if "://" in address else f"https://{address}")
            if url:
                yield Seed(label=f"feed {url}", link=Link(url=url, source="feed", page="feed", score=0.6))

    def recognise(self, url: str) -> Link | None:
        """Addresses that look like a feed of posts; feeds of comments are nobody's."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        if is_comments_feed(canonical, "") or not is_feed_address(canonical):
            return None
        return Link(url=canonical, source="feed", page="feed", score=0.7)

    def recognise_body(self, document: Document) -> Link | None:
        """XML feeds that name their own address, YouTube's by the channel; and JSON that only feeds are written in."""
        address = own_address(document.body) if _FEED_ROOT.search(document.head) else None
        if address is not None:
            return Link(url=address, source="feed", page="feed")
        answer = document.object
        if "jsonfeed.org/version" in answer.text("version") or is_blogger_json(answer):
            return Link(url=document.url, source="feed", page="feed")
        return None


def _part_number(written: str | None) -> int:
    """Which part of a feed in several this is, as the link to it said; the first when nothing was said."""
    return int(written) if written and written.isdecimal() and len(written) < 4 else 1


def _without_repeats(links: Iterable[Link], *, but: str) -> Iterable[Link]:
    seen = {but}
    for link in links:
        if link.url not in seen:
            seen.add(link.url)
            yield link
