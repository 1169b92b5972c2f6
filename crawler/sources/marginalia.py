"""The Marginalia Search API, with the operator's key: an index of small, text-heavy, personal sites.

Its data is CC BY-NC-SA; commercial use needs a metered key, which is why the shared "public" key is not built in.
Results are leads to the pages themselves; nothing is kept of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final

from web_poet import field

from catalog.identity import try_canonical
from catalog.items import Link
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import bases, is_asked_at, local_queries, read_answer, result_leads, search_seeds
from crawler.sources._document import Document
from crawler.sources._keys import KeyPart, KeyRule, Quota, header_key
from crawler.sources._leads import without_repeats
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "api2.marginalia-search.com"
_PATH: Final = "/search"
_COUNT: Final = 50
_PER_DOMAIN: Final = 1  # one page leads to the site
_MOST_QUERIES: Final = 4


class ResultsPage(SourcePage):
    """``/search?query=…``: addresses, best first."""

    robots = "api"

    @field
    def links(self) -> tuple[Link, ...]:
        """Every result in the way that suits its address."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        answer = read_answer(bytes(self.response.body), "search results")
        if not isinstance(answer.values.get("results"), list):
            raise UnreadablePage("not an answer of Marginalia Search")
        yield from result_leads(result.text("url") for result in answer.objects("results"))


class Marginalia(Source):
    """Search among small sites with the Marginalia Search API."""

    name = "marginalia"
    kind: ClassVar[SourceKind] = "search"
    needs = "a key for the Marginalia Search API (commercial use: a metered one)"
    rules = "https://about.marginalia-search.com/article/api/"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"results": ResultsPage}
    key = KeyRule(
        parts=(KeyPart(name="key", what="a key for the Marginalia Search API"),),
        hosts=(_HOST,),
        sign=header_key("API-Key"),
        get_at="https://about.marginalia-search.com/article/api/",
    )
    quotas = (Quota(unit="searches", per_day=100, per_discovery=8, cost={"results": 1}),)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """A few short queries: its index holds words, not sentences."""
        for base in bases(hosts, _HOST):
            asked = (
                (f'Marginalia "{query}"', {"query": query, "count": _COUNT, "dc": _PER_DOMAIN})
                for query in local_queries(terms, _MOST_QUERIES)
            )
            yield from search_seeds(self.name, "results", f"{base}{_PATH}", asked, score=0.9, step=0.02)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses."""
        canonical = try_canonical(url)
        if canonical is None or not is_asked_at(canonical, _HOST, _PATH):
            return None
        return Link(url=canonical, source=self.name, page="results")

    def recognise_body(self, document: Document) -> Link | None:
        """Results with the licence that comes with every answer."""
        answer = document.object
        known = answer.text("license") and answer.text("query") and isinstance(answer.values.get("results"), list)
        return Link(url=document.url, source=self.name, page="results") if known else None
