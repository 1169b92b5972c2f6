"""The operator's own SearXNG: web search results as leads to pages, feeds and profiles; nothing is kept of them.

Only what the plan or a result page of the same instance asks for is read here. No address found on the web is
recognised as SearXNG: its robots.txt is not asked (DESIGN 5.3 a), and no stranger may claim that for a page.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of
from catalog.items import Link
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import base_url, lead, next_page, without_repeats
from crawler.sources.base import Advice, PlanTerms, Source, SourceKind, SourcePage

_JSON_IS_OFF: Final = (
    "this SearXNG does not answer in JSON: add json to search.formats in its settings.yml and restart it"
)
_FURTHER_PAGES: Final = 1  # later results are mostly shops and lists
_PER_PAGE: Final = 10
_SNIPPET: Final = 300  # characters by which a result is judged; they are not kept


class ResultsPage(SourcePage):
    """``/search?q=…&format=json``: addresses, best first."""

    robots = "own_search"

    @cached_method
    def _answer(self) -> JsonObject:
        body = bytes(self.response.body)
        if self.response.status == 403 or body.lstrip()[:1] == b"<":
            raise UnreadablePage(_JSON_IS_OFF)
        answer = read_object(body, "search results")
        if not isinstance(answer.values.get("results"), list):
            raise UnreadablePage("search results expected, but the JSON has none: is this a SearXNG?")
        return answer

    @field
    def links(self) -> tuple[Link, ...]:
        """Every result in the way that suits its address, and the next page of results."""
        results = self._answer().objects("results")
        if not results:
            self._explain_silence()
            return ()
        return without_repeats(self._found(results))

    def _found(self, results: tuple[JsonObject, ...]) -> Iterator[Link | None]:
        skipped = (self._page_number() - 1) * _PER_PAGE
        for rank, result in enumerate(results):
            found = lead(result.text("url"), _score(skipped + rank))
            yield found and replace(found, words=f"{result.text('title')} {result.text('content')[:_SNIPPET]}".strip())
        context = next_page(self.page_params)
        if context is not None:
            yield Link(url=self._next_address(), source="searxng", page="results", score=0.7, context=context)

    def _explain_silence(self) -> None:
        """No result is an answer; no result because no engine answered is a fault that the operator can mend."""
        silent = self._answer().values.get("unresponsive_engines")
        if isinstance(silent, list) and silent:
            told = ", ".join(_engine(entry) for entry in silent[:5])
            raise UnreadablePage(f"no search engine behind this SearXNG answered: {told}")

    def _page_number(self) -> int:
        number = dict(parse_qsl(urlsplit(str(self.response.url)).query)).get("pageno", "1")
        return max(1, int(number)) if number.isdecimal() and len(number) < 4 else 1

    def _next_address(self) -> str:
        parts = urlsplit(str(self.response.url))
        query = dict(parse_qsl(parts.query)) | {"pageno": str(self._page_number() + 1)}
        return canonical_url(f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}")


class SearXNG(Source):
    """Web search through an own SearXNG."""

    name = "searxng"
    kind: ClassVar[SourceKind] = "search"
    needs = "an own SearXNG instance with JSON enabled (search.formats), named in the hosts file"
    rules = "https://docs.searxng.org/dev/search_api.html"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"results": ResultsPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """Every phrase on every instance."""
        for host in hosts:
            for rank, phrase in enumerate(dict.fromkeys(terms.phrases)):
                link = Link(
                    url=search_url(base_url(host), phrase, terms.language),
                    source=self.name,
                    page="results",
                    score=round(max(0.8, 1.0 - 0.01 * rank), 3),
                    context={"pages": str(_FURTHER_PAGES)},
                )
                yield Seed(label=f'search "{phrase}" on {host_of(link.url)}', link=link)

    def recognise(self, url: str) -> Link | None:  # noqa: ARG002 - see the module's docstring
        """Nothing: result pages come from the plan only."""
        return None

    def recognise_body(self, document: Document) -> Link | None:
        """An answer that a person saved; a crawl never asks this."""
        answer = document.object
        if not {"results", "unresponsive_engines", "infoboxes"} <= answer.values.keys():
            return None
        return Link(url=document.url, source=self.name, page="results")

    def advice(self, url: str, page: str, status: int | None, body: bytes) -> Advice:  # noqa: ARG002
        """An instance that refuses JSON answers 403, which says nothing to whoever runs it."""
        return Advice(hint=f"{host_of(url)}: {_JSON_IS_OFF}") if status == 403 else Advice()


def search_url(base: str, phrase: str, language: str | None) -> str:
    """The documented address of one search."""
    query = {"q": phrase, "format": "json", "pageno": "1"} | ({"language": language} if language else {})
    return canonical_url(f"{base}/search?{urlencode(query)}")


def _score(rank: int) -> float:
    return round(max(0.4, 0.85 - 0.015 * rank), 3)


def _engine(entry: object) -> str:
    """``[name, reason]`` in words."""
    words = [str(part)[:60] for part in entry] if isinstance(entry, list) else [str(entry)[:60]]
    return f"{words[0]} ({words[1]})" if len(words) > 1 else "".join(words)
