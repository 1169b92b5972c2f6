"""Feeds of blogs, newsletters and podcasts: RSS, Atom, JSON Feed.

Publishing a feed is consent to read it; ``itunes:block`` and ``podcast:block`` take that back. Under which names
the feed's account is known is the rule of ``_site.py``. What the bytes say is read by ``_feedxml`` and ``_feedjson``.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from web_poet import cached_method, field

from catalog.identity import try_canonical
from catalog.items import (
    AccountItem,
    AccountKind,
    Alias,
    Consent,
    ConsentSignal,
    Interaction,
    Link,
    PageDirectives,
    PostItem,
    ProfileLink,
)
from catalog.tasks import Seed
from crawler.sources._feedjson import read_json_feed
from crawler.sources._feedmodel import Entry, Feed
from crawler.sources._feedxml import read_xml_feed
from crawler.sources._html import charset_of
from crawler.sources._site import (
    Author,
    author_aliases,
    byline_alias,
    elsewhere,
    home_named_by,
    is_comments_feed,
    is_feed_address,
    is_part_of_site,
    same_host,
    site_aliases,
    site_home,
    site_host,
)
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

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
        if self._feed.blocked:
            return self._denied()
        accounts = (self._site_account(), *(self._byline_account(author) for author in self._bylines))
        return tuple(account for account in accounts if account is not None)

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The entries that have a text or a title."""
        if self._speaks_for_others or self._feed.blocked:
            return ()
        posts = (self._post(entry) for entry in self._feed.entries if not self._is_pointer(entry))
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

    @property
    def _is_part(self) -> bool:
        """One tag, category or author of a site: says nothing about the whole site."""
        return is_part_of_site(self._url)

    @property
    def _home(self) -> str | None:
        claimed = self._feed.home
        if claimed and same_host(claimed, self._url):
            return home_named_by(claimed, self._url)
        return None if claimed else site_home(self._url)

    @cached_method
    def _entry_authors(self) -> tuple[Author, ...]:
        """Everybody who wrote an entry, each once; entries without an author are the site's own."""
        found = {author.name.casefold(): author for entry in self._feed.entries for author in entry.authors[:1]}
        return tuple(found.values())

    @property
    def _bylines(self) -> tuple[Author, ...]:
        authors = self._entry_authors()
        return authors if self._is_part or (len(authors) > 1 and not self._feed.podcast) else ()

    @property
    def _only_author(self) -> Author | None:
        """The one person behind the whole feed, if it is one person's."""
        authors = self._entry_authors() or self._feed.authors
        if self._is_part or self._feed.podcast or len(authors) != 1:
            return None
        return authors[0]

    def _site_aliases(self) -> tuple[Alias, ...]:
        own_feed = None if self._is_part else self._first_part
        author = self._only_author
        byline = byline_alias(self._url, author.name) if author else None
        return (*site_aliases(self._home, own_feed, self._url), *((byline,) if byline else ()))

    def _site_account(self) -> AccountItem | None:
        aliases = self._site_aliases()
        if self._is_part or not aliases:
            return None
        feed, author = self._feed, self._only_author
        return AccountItem(
            platform="podcast" if feed.podcast else "web",
            host=site_host(self._url),
            aliases=aliases,
            url=self._home or self._url,
            consent=self._consent(),
            provenance="feed",
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
        if author is not None and author.name.casefold() != self._feed.title.casefold():
            return "person"
        return "publication" if self._bylines else "unknown"

    def _bio(self, author: Author | None) -> str:
        """What the feed says about itself; the title where a person's name stands in its place."""
        feed = self._feed
        hosts = ", ".join(dict.fromkeys(one.name for one in feed.authors)) if feed.podcast else ""
        name = author.name if author else feed.title
        lines = dict.fromkeys((feed.title, feed.description, hosts))
        return "\n".join(line for line in lines if line and line != name)

    def _profile_links(self) -> tuple[ProfileLink, ...]:
        people = (author.url for author in self._feed.authors if author.url and not same_host(author.url, self._url))
        claimed = elsewhere((self._feed.home,), self._url)
        found = (*claimed, *self._feed.links, *(ProfileLink(url) for url in people))
        return tuple({link.url: link for link in reversed(found)}.values())[::-1]

    def _byline_account(self, author: Author) -> AccountItem | None:
        aliases = author_aliases(author, self._url)
        if not aliases:
            return None
        return AccountItem(
            platform="web",
            host=site_host(self._url),
            aliases=aliases,
            url=author.url or self._home or self._url,
            consent=self._consent(),
            provenance="feed",
            kind="person",
            name=author.name,
            languages=(self._feed.language,) if self._feed.language else (),
            text_complete=False,
        )

    def _consent(self) -> ConsentSignal:
        return ConsentSignal(Consent.FULL, "publishes a feed", self._url, "default")

    def _denied(self) -> tuple[AccountItem, ...]:
        """The account by its names only, so that what was kept of it can be deleted."""
        aliases = site_aliases(self._home, self._first_part, self._url)
        said, host = ConsentSignal(Consent.DENIED, "the feed asks not to be listed", self._url), site_host(self._url)
        account = AccountItem(
            platform="podcast", host=host, aliases=aliases, url=self._url, consent=said, provenance="feed"
        )
        return (account,) if aliases else ()

    def _account_of(self, entry: Entry) -> Alias | None:
        names = {author.name.casefold() for author in entry.authors[:1]}
        writer = next((author for author in self._bylines if author.name.casefold() in names), None)
        aliases = author_aliases(writer, self._url) if writer else ()
        return next(iter(aliases or self._site_aliases()), None)

    def _is_pointer(self, entry: Entry) -> bool:
        """A headline or snippet of somebody else's page (alerts, link lists): their text, not this account's."""
        if entry.complete or not entry.url or same_host(entry.url, self._url):
            return False
        return self._feed.home is None or not same_host(entry.url, self._feed.home)

    def _post(self, entry: Entry) -> PostItem | None:
        account = self._account_of(entry)
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
            interaction=Interaction(comments=entry.comments),
            complete=entry.complete,
        )

    def _found_links(self) -> Iterable[Link]:
        home = self._home or self._feed.home
        if home:
            yield Link(url=home, source="page", page="page", score=0.6)
        following = self._feed.next_page
        part = _part_number(self.page_params.get("part"))
        if following and same_host(following, self._url) and part < _MOST_PARTS:
            context = {"part": str(part + 1), "feed": self._first_part}
            yield Link(url=following, source="feed", page="feed", score=0.3, context=context)
        partly = [entry for entry in self._feed.entries if entry.url and not entry.complete]
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


def _part_number(written: str | None) -> int:
    """Which part of a feed in several this is, as the link to it said; the first when nothing was said."""
    return int(written) if written and written.isdecimal() and len(written) < 4 else 1


def _without_repeats(links: Iterable[Link], *, but: str) -> Iterable[Link]:
    seen = {but}
    for link in links:
        if link.url not in seen:
            seen.add(link.url)
            yield link
