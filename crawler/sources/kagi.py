"""The Kagi Search API, with the operator's token: web results as leads; nothing is kept of them.

Each search is paid for, so that few are made: the first phrases, one page each.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final

from web_poet import field

from catalog.identity import try_canonical
from catalog.items import Link
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import bases, is_asked_at, read_answer, result_leads, search_seeds
from crawler.sources._document import Document
from crawler.sources._keys import KeyPart, KeyRule, Quota, header_key
from crawler.sources._leads import without_repeats
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "kagi.com"
_PATH: Final = "/api/v0/search"
_COUNT: Final = 25
_MOST_QUERIES: Final = 4
_RESULT: Final = 0  # the ``t`` of a search result; others are related searches


class ResultsPage(SourcePage):
    """``/api/v0/search?q=…``: addresses, best first."""

    robots = "api"

    @field
    def links(self) -> tuple[Link, ...]:
        """Every result in the way that suits its address."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        answer = read_answer(bytes(self.response.body), "search results")
        if not isinstance(answer.values.get("data"), list):
            raise UnreadablePage("not an answer of Kagi's search")
        yield from result_leads(entry.text("url") for entry in answer.objects("data") if entry.count("t") == _RESULT)


class Kagi(Source):
    """Web search with the Kagi Search API."""

    name = "kagi"
    kind: ClassVar[SourceKind] = "search"
    needs = "a token for the Kagi Search API (paid)"
    rules = "https://help.kagi.com/kagi/api/search.html"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"results": ResultsPage}
    key = KeyRule(
        parts=(KeyPart(name="key", what="a token for the Kagi Search API"),),
        hosts=(_HOST,),
        sign=header_key("Authorization", before="Bot "),
        get_at="https://kagi.com/settings?p=api",
    )
    quotas = (Quota(unit="searches", per_day=40, per_discovery=6, cost={"results": 1}),)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The first phrases."""
        for base in bases(hosts, _HOST):
            asked = ((f'Kagi "{phrase}"', {"q": phrase, "limit": _COUNT}) for phrase in terms.phrases[:_MOST_QUERIES])
            yield from search_seeds(self.name, "results", f"{base}{_PATH}", asked, score=0.94)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses."""
        canonical = try_canonical(url)
        if canonical is None or not is_asked_at(canonical, _HOST, _PATH):
            return None
        return Link(url=canonical, source=self.name, page="results")

    def recognise_body(self, document: Document) -> Link | None:
        """A list of numbered kinds beside what the API says of itself."""
        meta, entries = document.object.object("meta"), document.object.objects("data")
        known = meta.text("node") and meta.text("id") and all(entry.count("t") is not None for entry in entries)
        return Link(url=document.url, source=self.name, page="results") if known else None
