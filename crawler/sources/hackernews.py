"""Hacker News: stories and comments by Algolia's search, people and items by the official Firebase API, without a key.

Both APIs are documented for everybody. A story's own page is the lead that matters: whoever writes small blogs
submits them here. Items and people are read in ``_hackernews_items.py``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._hackernews_items import (
    HOST,
    author_of,
    below,
    is_name,
    leads_of,
    read_item,
    read_user,
    type_of,
)
from crawler.sources._json import JsonObject, read_numbers, read_object
from crawler.sources._leads import base_url, lead, next_page, segment, without_repeats
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_SEARCH_HOST: Final = "hn.algolia.com"
_ITEM_HOST: Final = "hacker-news.firebaseio.com"
_PER_PAGE: Final = 50
_FURTHER_PAGES: Final = 1
_MOST_QUERIES: Final = 3
_MOST_THREADS: Final = 10
_MOST_PEOPLE: Final = 25
_MOST_OF_LIST: Final = 30
_SHORTEST_LIST: Final = 10  # to tell a list without an address from any numbers
_SEARCH_PATH: Final = re.compile(r"/api/v1/search(?:_by_date)?/?")
_ALGOLIA_PATH: Final = re.compile(r"/api/v1/(item|user)s/([\w-]+)/?", re.ASCII)
_FIREBASE_PATH: Final = re.compile(r"/v0/(item|user)/([\w-]+)\.json", re.ASCII)
_LIST_PATH: Final = re.compile(r"/v0/(?:top|new|best|ask|show|job)stories\.json")


class ForumPage(SourcePage):
    """What all answers share: they are API documents about public posts."""

    robots = "api"

    def _rows(self) -> Iterable[JsonObject]:
        raise NotImplementedError

    @cached_method
    def _items(self) -> tuple[tuple[AccountItem, PostItem], ...]:
        return tuple(found for row in self._rows() if (found := read_item(row)))

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """Everybody who wrote one of the items."""
        return tuple({account.url: account for account, _ in self._items()}.values())

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The stories and comments that are neither deleted nor dead."""
        return tuple({post.native_id: post for _, post in self._items()}.values())


class SearchPage(ForumPage):
    """``/api/v1/search?query=…`` and ``search_by_date``: stories and comments in Algolia's form."""

    @cached_method
    def _answer(self) -> JsonObject:
        answer = read_object(bytes(self.response.body), "search results")
        if not isinstance(answer.values.get("hits"), list):
            said = answer.text("message")[:100]
            raise UnreadablePage(f"search results expected, but the server says: {said}" if said else "no hits")
        return answer

    def _rows(self) -> Iterable[JsonObject]:
        return self._answer().objects("hits")

    @field
    def links(self) -> tuple[Link, ...]:
        """What stories are about, the discussions with most answers, the authors, the next page of hits."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        hits = self._answer().objects("hits")
        for hit in hits:
            yield from leads_of(hit)
        told = sorted(
            (hit for hit in hits if hit.count("num_comments")), key=lambda hit: -(hit.count("num_comments") or 0)
        )
        for hit in told[:_MOST_THREADS]:
            yield thread_link(hit.id("objectID"), 0.5)
        for name in list(dict.fromkeys(filter(None, map(author_of, hits))))[:_MOST_PEOPLE]:
            yield user_link(name, 0.4)
        yield self._next(len(hits))

    def _next(self, hits: int) -> Link | None:
        """The next page while hits are left; Algolia counts from 0 and gives 1,000 hits at most."""
        context = next_page(self.page_params)
        url = str(self.response.url)
        number, pages = self._answer().count("page") or 0, self._answer().count("nbPages")
        if context is None or not hits or (pages is not None and number + 1 >= pages):
            return None
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query)) | {"page": str(number + 1)}
        following = canonical_url(f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode(query)}")
        return Link(url=following, source="hackernews", page="search", score=0.6, context=context)


class ItemPage(ForumPage):
    """One story or comment: ``/v0/item/ID.json`` alone, ``/api/v1/items/ID`` with everything below it."""

    @cached_method
    def _item(self) -> JsonObject:
        body = bytes(self.response.body)
        if body.strip() == b"null":
            raise UnreadablePage("no such item")
        item = read_object(body, "an item")
        if not item.id("id") or not (type_of(item) or item.text("type")):
            raise UnreadablePage("an item expected, but the JSON has no id and type")
        return item

    @cached_method
    def _items(self) -> tuple[tuple[AccountItem, PostItem], ...]:
        item = self._item()
        nested = item.objects("children")
        thread = tuple(below(item)) if nested else None
        rows = (read_item(item, thread), *(read_item(row) for row in thread or ()))
        return tuple(found for found in rows if found)

    @field
    def links(self) -> tuple[Link, ...]:
        """What the story is about and links to, and its author."""
        item, name = self._item(), author_of(self._item())
        return without_repeats((*leads_of(item), user_link(name, 0.4) if name else None))


class UserPage(SourcePage):
    """``/v0/user/NAME.json`` or ``/api/v1/users/NAME``: a profile."""

    robots = "api"
    own_words = True

    @cached_method
    def _account(self) -> AccountItem:
        body = bytes(self.response.body)
        account = None if body.strip() == b"null" else read_user(read_object(body, "a profile"))
        if account is None:
            raise UnreadablePage("no such user, or none that has written anything")
        return account

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The account with its "about"."""
        return (self._account(),)

    @field
    def links(self) -> tuple[Link, ...]:
        """What "about" links to."""
        return without_repeats(lead(link.url, 0.5) for link in self._account().links)


class ListPage(SourcePage):
    """``/v0/topstories.json`` and its like: numbers of stories, best or newest first."""

    robots = "api"

    @field
    def links(self) -> tuple[Link, ...]:
        """The first stories."""
        numbers = read_numbers(bytes(self.response.body), "numbers of stories")
        return without_repeats(item_link(str(number), 0.3) for number in numbers[:_MOST_OF_LIST] if number > 0)


class HackerNews(Source):
    """Stories, comments and people of Hacker News."""

    name = "hackernews"
    kind: ClassVar[SourceKind] = "forum"
    needs = "nothing"
    rules = "https://hn.algolia.com/api"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "search": SearchPage,
        "item": ItemPage,
        "user": UserPage,
        "list": ListPage,
    }

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The first forum queries among stories. There is one such search; a host that is named stands in for it."""
        for host in hosts or (_SEARCH_HOST,):
            base = base_url(host)
            for rank, words in enumerate(dict.fromkeys(terms.forum_queries[:_MOST_QUERIES])):
                query = {"query": words, "tags": "story", "hitsPerPage": str(_PER_PAGE)}
                link = Link(
                    url=canonical_url(f"{base}/api/v1/search?{urlencode(query)}"),
                    source=self.name,
                    page="search",
                    score=round(0.7 - 0.02 * rank, 3),
                    context={"pages": str(_FURTHER_PAGES)},
                )
                yield Seed(label=f'stories "{words}" on {host_of(link.url)}', link=link)

    def recognise(self, url: str) -> Link | None:
        """Both APIs, and the pages of items and people that people open."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        host, parts = host_of(canonical), urlsplit(canonical)
        if host == HOST:
            return _for_people(parts.path, parse_qs(parts.query).get("id", [""])[0])
        if host == _SEARCH_HOST and _SEARCH_PATH.fullmatch(parts.path):
            return Link(url=canonical, source=self.name, page="search")
        path = {_SEARCH_HOST: _ALGOLIA_PATH, _ITEM_HOST: _FIREBASE_PATH}.get(host)
        found = path.fullmatch(parts.path) if path else None
        if found is not None and (found[1] == "user" or found[2].isdecimal()):
            return Link(url=canonical, source=self.name, page=found[1])
        if host == _ITEM_HOST and _LIST_PATH.fullmatch(parts.path):
            return Link(url=canonical, source=self.name, page="list", score=0.3)
        return None

    def recognise_body(self, document: Document) -> Link | None:
        """Hits, items, profiles, and lists of numbers, which nobody else hands out."""
        answer, hits = document.object, document.object.objects("hits")
        page = ""
        if hits and all(hit.id("objectID").isdecimal() and hit.text("author") for hit in hits):
            page = "search"
        elif (
            answer.id("id").isdecimal() and type_of(answer) and ("time" in answer.values or "story_id" in answer.values)
        ):
            page = "item"
        elif answer.count("karma") is not None and is_name(answer.text("id") or answer.text("username")):
            page = "user"
        elif _is_list_of_numbers(document.json):
            page = "list"
        return Link(url=document.url, source=self.name, page=page) if page else None


def _is_list_of_numbers(value: object) -> bool:
    return isinstance(value, list) and len(value) >= _SHORTEST_LIST and all(type(one) is int for one in value)


def thread_link(number: str, score: float) -> Link | None:
    """A story with everything below it, in one request."""
    url = f"https://{_SEARCH_HOST}/api/v1/items/{number}"
    return Link(url=url, source="hackernews", page="item", score=score) if number.isdecimal() else None


def item_link(number: str, score: float) -> Link:
    """One item alone."""
    return Link(url=f"https://{_ITEM_HOST}/v0/item/{number}.json", source="hackernews", page="item", score=score)


def user_link(name: str, score: float) -> Link:
    """A profile."""
    url = canonical_url(f"https://{_ITEM_HOST}/v0/user/{segment(name)}.json")
    return Link(url=url, source="hackernews", page="user", score=score)


def _for_people(path: str, named: str) -> Link | None:
    if path == "/item":
        return thread_link(named, 0.5)
    return user_link(unquote(named), 0.5) if path == "/user" and is_name(named) else None
