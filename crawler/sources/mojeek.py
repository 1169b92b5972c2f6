"""The Mojeek Search API, with the operator's key: an index of its own, in which small sites are not buried.

Results are leads to the pages themselves; nothing is kept of them.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final

from web_poet import field

from catalog.identity import try_canonical
from catalog.items import Link
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import (
    Paging,
    bases,
    following,
    is_asked_at,
    read_answer,
    result_leads,
    search_seeds,
)
from crawler.sources._document import Document
from crawler.sources._keys import KeyPart, KeyRule, Quota, query_key
from crawler.sources._leads import without_repeats
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "api.mojeek.com"
_PATH: Final = "/search"
_COUNT: Final = 20
_MOST_QUERIES: Final = 6
_FURTHER_PAGES: Final = 1
_NEXT: Final = Link(url=f"https://{_HOST}{_PATH}", source="mojeek", page="results", score=0.55)


class ResultsPage(SourcePage):
    """``/search?q=…&fmt=json``: addresses, best first."""

    robots = "api"

    @field
    def links(self) -> tuple[Link, ...]:
        """Every result in the way that suits its address, and the next page of results."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        response = read_answer(bytes(self.response.body), "search results").object("response")
        if response.text("status") != "OK":
            raise UnreadablePage(
                f"search results expected, but Mojeek says: {response.text('status')[:80] or 'nothing'}"
            )
        results = response.objects("results")
        yield from result_leads(result.text("url") for result in results)
        if len(results) >= _COUNT:
            paging = Paging(parameter="s", step=_COUNT, first=1)
            yield following(str(self.response.url), paging, self.page_params, _NEXT)


class Mojeek(Source):
    """Web search with the Mojeek Search API."""

    name = "mojeek"
    kind: ClassVar[SourceKind] = "search"
    needs = "a key for the Mojeek Search API (paid)"
    rules = "https://www.mojeek.com/support/api/search/"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"results": ResultsPage}
    key = KeyRule(
        parts=(KeyPart(name="key", what="a key for the Mojeek Search API"),),
        hosts=(_HOST,),
        sign=query_key("api_key"),
        get_at="https://www.mojeek.com/services/search/web-search-api/",
    )
    quotas = (Quota(unit="searches", per_day=200, per_discovery=12, cost={"results": 1}),)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The first phrases."""
        language = {"lb": terms.language} if terms.language else {}
        for base in bases(hosts, _HOST):
            asked = (
                (f'Mojeek "{phrase}"', {"q": phrase, "fmt": "json", "t": _COUNT, "s": 1, **language})
                for phrase in terms.phrases[:_MOST_QUERIES]
            )
            yield from search_seeds(self.name, "results", f"{base}{_PATH}", asked, score=0.92, pages=_FURTHER_PAGES)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses."""
        canonical = try_canonical(url)
        if canonical is None or not is_asked_at(canonical, _HOST, _PATH):
            return None
        return Link(url=canonical, source=self.name, page="results")

    def recognise_body(self, document: Document) -> Link | None:
        """A ``response`` with a ``head`` that tells the query."""
        head = document.object.object("response").object("head")
        known = head.text("query") and head.count("results") is not None
        return Link(url=document.url, source=self.name, page="results") if known else None
