"""What the head of a podcast's feed says in its name spaces beyond what feedparser keeps: place, hosts, ways to give,
shows that it recommends, a new address. Owners' e-mail addresses are not read.
"""

import re
from typing import Final

from lxml import etree

from catalog.items import ProfileLink
from crawler.sources._html import one_line
from crawler.sources._site import Author, absolute, clean_name

_PODCAST_SPACES: Final = ("https://podcastindex.org/namespace/1.0", "https://github.com/Podcastindex-org")
_ITUNES: Final = "http://www.itunes.com/dtds/podcast-1.0.dtd"
_MOST_RECOMMENDED: Final = 20


class PodcastHead:
    """The channel's own elements; episodes are not looked at. ``text`` is a whole feed."""

    def __init__(self, text: str) -> None:
        head = re.split(r"<item[\s>]", text, maxsplit=1)[0]
        parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
        root = etree.fromstring(head.encode("utf-8", "replace"), parser=parser)
        self._all = [one for one in (root.iter() if root is not None else ()) if isinstance(one.tag, str)]

    def _elements(self, name: str) -> list[etree._Element]:
        named = (one for one in self._all if etree.QName(one).localname == name)
        return [one for one in named if (etree.QName(one).namespace or "").startswith(_PODCAST_SPACES)]

    @property
    def location(self) -> str:
        """Where the makers are; a place that the show is only about is none of theirs."""
        told = [one for one in self._elements("location") if one_line(one.text)]
        makers = [one for one in told if (one.get("rel") or "").lower() == "creator"]
        unsaid = [one for one in told if not one.get("rel")]
        return next((one_line(one.text) for one in (*makers, *unsaid)), "")

    @property
    def blocked(self) -> bool:
        """Whether the show asks not to be listed anywhere."""
        blocks = (one for one in self._elements("block") if not one.get("id"))
        return any((one.text or "").strip().lower() == "yes" for one in blocks)

    def hosts(self, base: str) -> tuple[Author, ...]:
        """The people whose show it is; guests are not."""
        people = [one for one in self._elements("person") if (one.get("role") or "host").lower() == "host"]
        named = ((clean_name(one.text), absolute(base, one.get("href")) or "") for one in people)
        return tuple({name.casefold(): Author(name, url) for name, url in named if name}.values())

    def funding(self, base: str) -> tuple[ProfileLink, ...]:
        """Pages where listeners can give."""
        found = [absolute(base, one.get("url")) for one in self._elements("funding")]
        return tuple(ProfileLink(url, text="funding") for url in dict.fromkeys(found) if url)

    def recommends(self, base: str) -> tuple[tuple[str, str], ...]:
        """The feeds of shows that this one recommends (its podroll), with their titles."""
        shows = [one for roll in self._elements("podroll") for one in roll.iterdescendants() if one in self._all]
        found = {absolute(base, one.get("feedUrl")): one_line(one.get("title"), 120) for one in shows}
        return tuple((url, title) for url, title in found.items() if url)[:_MOST_RECOMMENDED]

    def moved_to(self, base: str) -> str | None:
        """The new address that ``itunes:new-feed-url`` gives."""
        named = (one for one in self._all if etree.QName(one).localname == "new-feed-url")
        moved = next((one for one in named if (etree.QName(one).namespace or "").lower() == _ITUNES), None)
        return absolute(base, moved.text) if moved is not None else None
