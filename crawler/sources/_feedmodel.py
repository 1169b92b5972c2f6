"""A feed as a value, whatever it was written in: what ``_feedxml`` and ``_feedjson`` give and ``feed.py`` reads."""

import hashlib
from dataclasses import dataclass

from catalog.items import Moment, ProfileLink
from crawler.sources._site import Author


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item. ``text`` is plain; ``complete`` is False for a summary; ``id`` is "" when the feed gives none."""

    id: str
    url: str
    title: str
    text: str
    complete: bool
    authors: tuple[Author, ...] = ()
    published: Moment | None = None
    edited: Moment | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    comments: int | None = None
    likes: int | None = None
    episode: bool = False
    borrowed: bool = False  # a reblog without a word of the feed's own author

    @property
    def fingerprint(self) -> str:
        """An id for an entry that has neither id nor address: changes when its words do."""
        return "sha256:" + hashlib.sha256(f"{self.title}\n{self.text}".encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A whole feed. ``home`` is the site it links to, ``next_page`` the older part (both canonical or None)."""

    title: str
    entries: tuple[Entry, ...]
    description: str = ""
    home: str | None = None
    authors: tuple[Author, ...] = ()
    owner: str = ""
    language: str | None = None
    location: str = ""
    tags: tuple[str, ...] = ()
    links: tuple[ProfileLink, ...] = ()
    next_page: str | None = None
    podcast: bool = False
    blocked: bool = False  # asks not to be listed (itunes:block, podcast:block)
    noindex: bool = False  # robots meta inside the feed
    channel_id: str = ""  # YouTube's
    moved_to: str | None = None  # the new address of the feed
    recommends: tuple[tuple[str, str], ...] = ()  # other people's feeds (canonical) with their titles
