"""Stack Exchange sites (cooking, gardening, photography …): questions, answers and people, without a key.

300 requests a day without a key, so that one search per site is planned and answers and people are asked for in
batches. The service asks for rests inside its answers (``backoff``), which are kept to. Items are read in
``_stackexchange_items.py``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import anchors, base_url, lead, next_page, without_repeats
from crawler.sources._stackexchange_items import (
    is_question,
    is_site,
    read_person,
    read_post,
    site_of,
)
from crawler.sources.base import Advice, PlanTerms, Source, SourceKind, SourcePage

_API_HOST: Final = "api.stackexchange.com"
_VERSION: Final = "/2.3"
_PAGE_SIZE: Final = 50
_MOST_BATCHED: Final = 100  # ids that one request may name
_FURTHER_PAGES: Final = 1
_DAY: Final = 86_400.0  # seconds until the quota is new, at most
_HOBBIES: Final = """cooking gardening diy crafts woodworking photo travel outdoors bicycles pets coffee homebrew
    parenting fitness sustainability"""
_SITES: Final = tuple(f"{name}.stackexchange.com" for name in _HOBBIES.split())
_API_PATH: Final = re.compile(
    r"/\d\.\d/(?:search(?:/advanced)?|questions|answers|users|questions/[\d;]+(?:/answers)?|(?:answers|users)/[\d;]+"
    r"|tags/[^/]+/faq)/?"
)
_FOR_PEOPLE: Final = re.compile(r"/(questions|users|a|q)/(\d+)(?:/.*)?")
_WAIT: Final = re.compile(r"more requests available in (\d{1,6}) seconds")


class ItemsPage(SourcePage):
    """Any answer of the API: ``items`` that are questions, answers or users of one site."""

    robots = "api"

    @cached_method
    def _answer(self) -> JsonObject:
        answer = read_object(bytes(self.response.body), "items")
        if not isinstance(answer.values.get("items"), list):
            said = answer.text("error_message")[:100]
            raise UnreadablePage(f"items expected, but the server says: {said}" if said else "no items in the JSON")
        return answer

    @cached_method
    def _rows(self) -> tuple[tuple[JsonObject, str], ...]:
        """Each item with the host of its site."""
        asked = parse_qs(urlsplit(str(self.response.url)).query).get("site", [""])[0].lower()
        named = asked if "." in asked else f"{asked}.stackexchange.com" if asked.isalnum() else ""
        rows = ((row, site_of(row) or named) for row in self._answer().objects("items"))
        return tuple((row, site) for row, site in rows if site and try_canonical(f"https://{site}/"))

    @cached_method
    def _posts(self) -> tuple[tuple[AccountItem, PostItem], ...]:
        return tuple(found for row, site in self._rows() if (found := read_post(row, site)))

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The authors of questions and answers; the people of a list of people."""
        people = [read_person(row, site) for row, site in self._rows() if row.id("user_id")]
        found = (*(account for account, _ in self._posts()), *(person for person in people if person))
        return tuple({account.url: account for account in found}.values())

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The questions and answers."""
        return tuple({post.native_id: post for _, post in self._posts()}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """All answers in one request, all authors' profiles in one; people's sites; the next page."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        asked = [row.id("question_id") for row, _ in self._rows() if is_question(row) and row.count("answer_count")]
        yield self._batch("questions", asked, "/answers", 0.55)
        yield self._batch("users", [account.native_id or "" for account, _ in self._posts()], "", 0.5)
        for account in self.accounts:
            for link in account.links:
                yield lead(link.url, 0.5)
        for row, _ in self._rows():
            for anchor in anchors(row.text("body")):
                yield lead(anchor.url, 0.25)
        context = next_page(self.page_params)
        if context is not None and self._answer().flag("has_more") is True:
            yield self._next(context)

    def _batch(self, what: str, numbers: Iterable[str], part: str, score: float) -> Link | None:
        """One request for up to a hundred of what the API calls ``what``, on the same site."""
        sites = {site for _, site in self._rows()}
        distinct = ";".join([number for number in dict.fromkeys(numbers) if number.isdecimal()][:_MOST_BATCHED])
        if len(sites) != 1 or not distinct:
            return None
        query = {"site": sites.pop(), "pagesize": str(_MOST_BATCHED)}
        query |= {"filter": "withbody"} if part else {}
        url = try_canonical(f"{self._base()}{_VERSION}/{what}/{distinct}{part}?{urlencode(query)}")
        return Link(url=url, source="stackexchange", page="items", score=score) if url else None

    def _base(self) -> str:
        """The API that answered; of a body that a person saved, the documented one."""
        parts = urlsplit(str(self.response.url))
        return f"{parts.scheme}://{parts.netloc}" if _API_PATH.fullmatch(parts.path) else f"https://{_API_HOST}"

    def _next(self, context: dict[str, str]) -> Link:
        parts = urlsplit(str(self.response.url))
        query = dict(parse_qsl(parts.query))
        number = int(query["page"]) if query.get("page", "").isdecimal() and len(query["page"]) < 4 else 1
        asked = urlencode(query | {"page": str(number + 1)})
        url = canonical_url(f"{parts.scheme}://{parts.netloc}{parts.path}?{asked}")
        return Link(url=url, source="stackexchange", page="items", score=0.5, context=context)


class StackExchange(Source):
    """Questions, answers and people of the Stack Exchange sites about hobbies and daily life."""

    name = "stackexchange"
    kind: ClassVar[SourceKind] = "forum"
    needs = "nothing"
    rules = "https://api.stackexchange.com/docs/throttle"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"items": ItemsPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The theme on every site: those that the hosts file names (cooking.stackexchange.com), else sites of hobbies.

        Any other host in the file stands in for the API.
        """
        sites = tuple(host for host in hosts if is_site(host)) or _SITES
        for host in tuple(host for host in hosts if not is_site(host)) or (_API_HOST,):
            for rank, site in enumerate(sites if terms.theme.strip() else ()):
                link = Link(
                    url=search_url(base_url(host), terms.theme, site),
                    source=self.name,
                    page="items",
                    score=round(max(0.5, 0.7 - 0.01 * rank), 3),
                    context={"pages": str(_FURTHER_PAGES)},
                )
                yield Seed(label=f'questions "{terms.theme}" on {site}', link=link)

    def recognise(self, url: str) -> Link | None:
        """The API, and the pages of questions, answers and people on the network's sites."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        host, parts = host_of(canonical), urlsplit(canonical)
        if host == _API_HOST and _API_PATH.fullmatch(parts.path) and "site" in parse_qs(parts.query):
            return Link(url=canonical, source=self.name, page="items")
        page = _FOR_PEOPLE.fullmatch(parts.path) if is_site(host) else None
        if page is None:
            return None
        what = {"q": "questions", "a": "answers"}.get(page[1], page[1])
        query = {"site": host} | ({} if what == "users" else {"filter": "withbody"})
        return Link(
            url=canonical_url(f"https://{_API_HOST}{_VERSION}/{what}/{page[2]}?{urlencode(query)}"),
            source=self.name,
            page="items",
        )

    def recognise_body(self, document: Document) -> Link | None:
        """The wrapper around every answer: items with what is left of the day's quota."""
        answer = document.object
        if answer.count("quota_max") is None and not (answer.objects("items") and answer.flag("has_more") is not None):
            return None
        return Link(url=document.url, source=self.name, page="items") if "items" in answer.values else None

    def advice(self, url: str, page: str, status: int | None, body: bytes) -> Advice:  # noqa: ARG002
        """``backoff`` in an answer, a quota that is used up, and the wait that an error names."""
        try:
            answer = read_object(body, "items") if status is not None else JsonObject()
        except UnreadablePage:
            return Advice()
        if answer.text("error_name") == "throttle_violation":
            wait = _WAIT.search(answer.text("error_message"))
            return Advice(rest=min(float(wait[1]), _DAY) if wait else _DAY)
        if answer.count("quota_remaining") == 0:
            return Advice(rest=_DAY)
        backoff = answer.count("backoff")
        return Advice(rest=min(float(backoff), _DAY) if backoff else None)


def search_url(base: str, words: str, site: str) -> str:
    """The documented address of one search on one site, most relevant first, with the texts."""
    query = {"q": words, "site": site, "sort": "relevance", "order": "desc", "filter": "withbody"}
    return canonical_url(f"{base}{_VERSION}/search/advanced?{urlencode(query | {'pagesize': str(_PAGE_SIZE)})}")
