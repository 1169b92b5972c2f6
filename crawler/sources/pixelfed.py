"""Pixelfed profiles through their Atom feeds, which answer without a key; hashtags and search need a token.

The feed holds the profile's note and about ten pictures with their captions. Accounts in the shape of the Mastodon API,
where a server shows them to strangers, are read by that source and know that they are Pixelfed's.
"""

import re
from collections.abc import Iterable, Mapping
from html import unescape
from typing import ClassVar, Final
from urllib.parse import urlsplit

from web_poet import cached_method, field

from catalog.identity import actor_alias, handle_alias, host_of, try_canonical, url_alias
from catalog.items import AccountItem, Alias, Consent, ConsentSignal, Link, PostItem, ProfileLink
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._consent import opt_out_in
from crawler.sources._document import Document
from crawler.sources._feedmodel import Entry, Feed
from crawler.sources._feedxml import read_xml_feed
from crawler.sources._html import charset_of, html_to_text
from crawler.sources._leads import base_of, lead, without_repeats
from crawler.sources._plaintext import hashtags_in, links_in
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_FEED_PATH: Final = re.compile(r"/users/([\w.-]{1,64})\.atom")
_SELF: Final = re.compile(rb"""https?://[^\s"'<>]{1,250}/users/[\w.%-]{1,64}\.atom""")
_PUBLISHES: Final = "publishes a feed, which its owner can switch off"


class ProfileFeedPage(SourcePage):
    """``/users/NAME.atom``: a profile with its newest pictures."""

    own_words = True

    @property
    def _url(self) -> str:
        return try_canonical(str(self.response.url)) or str(self.response.url)

    @cached_method
    def _feed(self) -> Feed:
        return read_xml_feed(
            bytes(self.response.body), self._url, charset_of(self.response.headers.get("Content-Type"))
        )

    @cached_method
    def _account(self) -> AccountItem:
        path = _FEED_PATH.fullmatch(urlsplit(self._url).path)
        if path is None:
            raise UnreadablePage("not the address of a Pixelfed profile's feed")
        name, base, host = path[1], base_of(self._url), host_of(self._url)
        home = self._feed().home
        url = home if home and host_of(home) == host else f"{base}/{name}"
        bio = self._feed().description
        opt_out = opt_out_in(bio)
        denied = ConsentSignal(Consent.DENIED, f"opted out in the profile ({opt_out})", self._url)
        return AccountItem(
            platform="pixelfed",
            host=host,
            aliases=(actor_alias(f"{base}/users/{name}"), handle_alias(name, host), url_alias(url)),
            url=try_canonical(url) or url,
            consent=denied if opt_out else ConsentSignal(Consent.FULL, _PUBLISHES, self._url, "default"),
            provenance="feed",
            handle=name,
            bio="" if opt_out else bio,
            tags=() if opt_out else hashtags_in(bio),
            links=() if opt_out else tuple(ProfileLink(link) for link in links_in(bio)),
            text_complete=False,  # neither counts nor the name
        )

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The profile."""
        return (self._account(),)

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The pictures that have a caption."""
        account = self._account()
        if account.consent.state is not Consent.FULL:
            return ()
        posts = (_read_entry(entry, account.aliases[0], account.host) for entry in self._feed().entries)
        return tuple({post.native_id: post for post in posts if post is not None}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """The addresses in the note."""
        return without_repeats(lead(link.url, 0.4) for link in self._account().links)


class Pixelfed(Source):
    """Profiles on Pixelfed servers."""

    name = "pixelfed"
    kind: ClassVar[SourceKind] = "profile"
    needs = "nothing"
    rules = "https://docs.pixelfed.org/"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"feed": ProfileFeedPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:  # noqa: ARG002 - cannot be searched
        """The profiles that the operator names, as ``pixels.example/NAME``."""
        for address in hosts:
            parts = urlsplit(address if "://" in address else f"https://{address}")
            name = parts.path.strip("/").removeprefix("users/").removesuffix(".atom")
            link = self.recognise(f"{parts.scheme}://{parts.netloc}/users/{name}.atom") if name else None
            if link is not None:
                yield Seed(label=f"{name} on {host_of(link.url)}", link=link)

    def recognise(self, url: str) -> Link | None:
        """Addresses of profile feeds; profiles themselves (``/NAME``) look like any page."""
        canonical = try_canonical(url)
        if canonical is None or not _FEED_PATH.fullmatch(urlsplit(canonical).path):
            return None
        return Link(url=canonical.partition("?")[0], source=self.name, page="feed", score=0.6)

    def recognise_body(self, document: Document) -> Link | None:
        """Atom feeds that say so in their title and name their own address."""
        if b"<feed" not in document.head or b"on pixelfed</title>" not in document.head:
            return None
        own = _SELF.search(document.body[:5000])
        return self.recognise(own[0].decode("ascii", "replace")) if own else None


def _read_entry(entry: Entry, account: Alias, host: str) -> PostItem | None:
    """A picture as a post: its caption, which some versions escape twice."""
    text = html_to_text(unescape(entry.text)) if "<" in entry.text or "&" in entry.text else entry.text
    if not text or not entry.url or host_of(entry.url) != host:
        return None
    return PostItem(
        account=account,
        native_id=urlsplit(entry.url).path.rstrip("/").rpartition("/")[2],
        url=entry.url,
        provenance="feed",
        text=text,
        language=entry.language,
        tags=hashtags_in(text),
        published=entry.published,
        edited=entry.edited,
    )
