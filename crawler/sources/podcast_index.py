"""The Podcast Index, with the operator's key and secret: shows about something, as leads to their feeds.

Nothing is kept of the directory's answer; the show's own feed, which its maker publishes, is read by source "feed".
Each request is signed with the hash of key, secret and time, good for a few minutes.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import ClassVar, Final

from web_poet import field

from catalog.identity import try_canonical
from catalog.items import Link
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import bases, is_asked_at, local_queries, read_answer, search_seeds
from crawler.sources._document import Document
from crawler.sources._json import JsonObject
from crawler.sources._keys import KeyPart, KeyRule, Quota, Signature
from crawler.sources._leads import is_closed, without_repeats
from crawler.sources._names import display_name
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "api.podcastindex.org"
_PATH: Final = "/api/1.0/search/byterm"
_COUNT: Final = 60
_MOST_QUERIES: Final = 4


def _sign(parts: Mapping[str, str], now: datetime) -> Signature:
    """The documented signature: SHA-1 over key, secret and the time in whole seconds."""
    at = str(int(now.timestamp()))
    digest = hashlib.sha1(f"{parts['key']}{parts['secret']}{at}".encode(), usedforsecurity=False).hexdigest()
    return Signature(headers={"X-Auth-Key": parts["key"], "X-Auth-Date": at, "Authorization": digest})


class ShowsPage(SourcePage):
    """``/search/byterm``: shows with the addresses of their feeds."""

    robots = "api"

    @field
    def links(self) -> tuple[Link, ...]:
        """The feed of each show that is alive."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        answer = read_answer(bytes(self.response.body), "podcasts")
        if not isinstance(answer.values.get("feeds"), list):
            said = answer.text("description")[:100]
            raise UnreadablePage(
                f"podcasts expected, but the directory says: {said}" if said else "no list of podcasts"
            )
        for rank, show in enumerate(answer.objects("feeds")):
            feed = try_canonical(show.text("url"))
            if feed is not None and not is_closed(feed) and not show.count("dead"):
                score = round(max(0.45, 0.75 - 0.005 * rank), 3)
                yield Link(url=feed, source="feed", page="feed", score=score, context=_hints(show))


class PodcastIndex(Source):
    """Podcasts in the Podcast Index."""

    name = "podcast_index"
    kind: ClassVar[SourceKind] = "podcast"
    needs = "a key and a secret for the Podcast Index API (free)"
    rules = "https://podcastindex-org.github.io/docs-api/"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"shows": ShowsPage}
    key = KeyRule(
        parts=(
            KeyPart(name="key", what="a key for the Podcast Index API"),
            KeyPart(name="secret", what="the secret that belongs to the key"),
        ),
        hosts=(_HOST,),
        sign=_sign,
        get_at="https://api.podcastindex.org/",
    )
    quotas = (Quota(unit="searches", per_day=500, per_discovery=10, cost={"shows": 1}),)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """A few short queries, the local ones first."""
        for base in bases(hosts, _HOST):
            asked = (
                (f'Podcast Index "{query}"', {"q": query, "max": _COUNT})
                for query in local_queries(terms, _MOST_QUERIES)
            )
            yield from search_seeds(self.name, "shows", f"{base}{_PATH}", asked, score=0.86, step=0.02)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses."""
        canonical = try_canonical(url)
        if canonical is None or not is_asked_at(canonical, _HOST, _PATH):
            return None
        return Link(url=canonical, source=self.name, page="shows")

    def recognise_body(self, document: Document) -> Link | None:
        """A list of feeds, with the status written as a text as only this API does."""
        answer = document.object
        known = answer.text("status") == "true" and isinstance(answer.values.get("feeds"), list)
        return Link(url=document.url, source=self.name, page="shows") if known else None


def _hints(show: JsonObject) -> dict[str, str]:
    """What the directory says about the show; a hint for the reader of the feed, nothing more."""
    hints = {
        "author": display_name(show.text("author") or show.text("ownerName")),
        "site": display_name(show.text("title")),
        "genre": display_name(", ".join(map(str, show.object("categories").values.values()))),
    }
    return {key: value for key, value in hints.items() if value}
