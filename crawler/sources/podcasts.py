"""Podcasts: the iTunes directory, searched without a key, leads to the feeds of the shows.

Nothing is kept of the directory's answer; the show's own feed, which its maker publishes, is read by source "feed".
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import Link
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import base_url, is_closed, without_repeats
from crawler.sources._names import display_name
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_API_HOST: Final = "itunes.apple.com"
_LIMIT: Final = 50
_MOST_TERMS: Final = 3  # the directory allows about 20 requests a minute, and a term answers for many
_MOST_COUNTRIES: Final = 2
_SHOW_PATH: Final = re.compile(r"/(?:[a-z]{2}/)?podcast/(?:[^/]+/)?id(\d{4,12})/?")


class ShowsPage(SourcePage):
    """``/search?media=podcast`` and ``/lookup``: shows with the addresses of their feeds."""

    robots = "api"

    @cached_method
    def _shows(self) -> tuple[JsonObject, ...]:
        answer = read_object(bytes(self.response.body), "podcasts")
        if not isinstance(answer.values.get("results"), list):
            said = answer.text("errorMessage")[:100]
            raise UnreadablePage(f"podcasts expected, but the server says: {said}" if said else "no list of podcasts")
        return answer.objects("results")

    @field
    def links(self) -> tuple[Link, ...]:
        """The feed of each show; those without a public feed are left out."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        for rank, show in enumerate(self._shows()):
            feed = try_canonical(show.text("feedUrl"))
            if feed is not None and not is_closed(feed):
                score = round(max(0.45, 0.75 - 0.006 * rank), 3)
                yield Link(url=feed, source="feed", page="feed", score=score, context=_hints(show))


class Podcasts(Source):
    """Podcasts in the iTunes directory."""

    name = "podcasts"
    kind: ClassVar[SourceKind] = "podcast"
    needs = "nothing"
    rules = "https://developer.apple.com/library/archive/documentation/AudioVideo/Conceptual/iTuneSearchAPI/"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"shows": ShowsPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The theme and the first forum queries, in the stores of the first countries.

        There is one directory, so that no host need be named; one that is named stands in for it.
        """
        wanted = [term for term in dict.fromkeys((terms.theme, *terms.forum_queries)) if term.strip()][:_MOST_TERMS]
        countries = terms.countries[:_MOST_COUNTRIES] or ("US",)
        for host in hosts or (_API_HOST,):
            for country in countries:
                for rank, term in enumerate(wanted):
                    url = search_url(base_url(host), term, country)
                    link = Link(url=url, source=self.name, page="shows", score=round(0.85 - 0.02 * rank, 3))
                    yield Seed(label=f'podcasts "{term}" in the {country} store of {host_of(url)}', link=link)

    def recognise(self, url: str) -> Link | None:
        """A search or look-up in the directory, and a show's page in Apple's web player."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        host, parts = host_of(canonical), urlsplit(canonical)
        if host == _API_HOST and parts.path in ("/search", "/lookup") and "podcast" in _asked_for(parts.query):
            return Link(url=canonical, source=self.name, page="shows")
        show = _SHOW_PATH.fullmatch(parts.path) if host in ("podcasts.apple.com", _API_HOST) else None
        lookup = f"https://{_API_HOST}/lookup?entity=podcast&id={show[1]}" if show else ""
        return Link(url=lookup, source=self.name, page="shows") if lookup else None

    def recognise_body(self, document: Document) -> Link | None:
        """The directory's answers, which count their results."""
        answer = document.object
        if answer.count("resultCount") is None or not isinstance(answer.values.get("results"), list):
            return None
        return Link(url=document.url, source=self.name, page="shows")


def search_url(base: str, term: str, country: str) -> str:
    """The documented address of one search in one country's store."""
    return canonical_url(
        f"{base}/search?{urlencode({'media': 'podcast', 'term': term, 'country': country, 'limit': _LIMIT})}"
    )


def _asked_for(query: str) -> set[str]:
    fields = parse_qs(query)
    return {value for name in ("media", "entity") for value in fields.get(name, [])}


def _hints(show: JsonObject) -> dict[str, str]:
    """What the directory says about the show; a hint for the reader of the feed, nothing more."""
    hints = {
        "author": display_name(show.text("artistName")),
        "site": display_name(show.text("collectionName")),
        "genre": display_name(show.text("primaryGenreName")),
    }
    return {key: value for key, value in hints.items() if value}
