"""The Brave Search API, with the operator's key: web, news and video results as leads; nothing is kept of them.

Whether results may be stored depends on the operator's plan with Brave, so none are, and answers are never archived:
what a creator's own page says, read from that page, is what is kept.
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
from crawler.sources._json import JsonObject
from crawler.sources._keys import KeyPart, KeyRule, Quota, header_key
from crawler.sources._leads import without_repeats
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "api.search.brave.com"
_PATH: Final = "/res/v1/web/search"
_COUNT: Final = 20  # the most at once
_MOST_QUERIES: Final = 6
_FURTHER_PAGES: Final = 1
_CLUSTERS: Final = ("web", "discussions", "videos", "news")
_NEXT: Final = Link(url=f"https://{_HOST}{_PATH}", source="brave", page="results", score=0.6)


class ResultsPage(SourcePage):
    """``/res/v1/web/search`` and its sisters for news and videos: addresses, in the order in which Brave shows them."""

    robots = "api"

    @field
    def links(self) -> tuple[Link, ...]:
        """Every result in the way that suits its address, and the next page of results."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        answer = read_answer(bytes(self.response.body), "search results")
        if answer.text("type") == "ErrorResponse" or not (answer.text("type") or answer.object("query")):
            raise UnreadablePage("not an answer of Brave Search")
        yield from result_leads(addresses(answer))
        if answer.object("query").flag("more_results_available"):
            yield following(
                str(self.response.url), Paging(parameter="offset", step=1, first=0), self.page_params, _NEXT
            )


def addresses(answer: JsonObject) -> Iterator[str]:
    """The addresses of an answer in their mixed order; what is not mentioned in it comes last."""
    lists = {name: answer.object(name).objects("results") for name in _CLUSTERS}
    lists["search"] = answer.objects("results")  # news and videos are lists of their own
    for place in (*answer.object("mixed").objects("main"), *answer.object("mixed").objects("top")):
        entries, index = lists.get(place.text("type"), ()), place.count("index")
        chosen = entries if place.flag("all") else entries[index : index + 1] if index is not None else ()
        yield from (entry.text("url") for entry in chosen)
    for entries in lists.values():
        yield from (entry.text("url") for entry in entries)


class Brave(Source):
    """Web search with the Brave Search API."""

    name = "brave"
    kind: ClassVar[SourceKind] = "search"
    needs = "a key for the Brave Search API (paid, or with a monthly credit)"
    rules = "https://api-dashboard.search.brave.com/documentation"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"results": ResultsPage}
    key = KeyRule(
        parts=(KeyPart(name="key", what="a subscription token for the Brave Search API"),),
        hosts=(_HOST,),
        sign=header_key("X-Subscription-Token"),
        get_at="https://api-dashboard.search.brave.com/app/keys",
    )
    quotas = (Quota(unit="searches", per_day=60, per_discovery=12, cost={"results": 1}),)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The first phrases."""
        for base in bases(hosts, _HOST):
            asked = ((f'Brave "{phrase}"', _query(phrase, terms)) for phrase in terms.phrases[:_MOST_QUERIES])
            yield from search_seeds(self.name, "results", f"{base}{_PATH}", asked, score=0.95, pages=_FURTHER_PAGES)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses."""
        canonical = try_canonical(url)
        if canonical is None or not is_asked_at(canonical, _HOST, _PATH):
            return None
        return Link(url=canonical, source=self.name, page="results")

    def recognise_body(self, document: Document) -> Link | None:
        """Answers that name their type, with Brave's results."""
        answer = document.object
        known = answer.text("type") in ("search", "news", "videos", "images") and answer.object("query").text(
            "original"
        )
        return Link(url=document.url, source=self.name, page="results") if known else None


def _query(phrase: str, terms: PlanTerms) -> dict[str, str | int]:
    query: dict[str, str | int] = {"q": phrase, "count": _COUNT, "text_decorations": "false"}
    if terms.countries:
        query["country"] = terms.countries[0]
    if terms.language:
        query["search_lang"] = terms.language
    return query
