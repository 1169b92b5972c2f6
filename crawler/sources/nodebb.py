"""NodeBB forums: lists of topics, topics and the people who write in them, where guests may read.

Every page of a forum is JSON under ``/api``. What guests may not see (often search and the list of users) is answered
with 401 or 403 and left alone; by default robots.txt forbids only the administration. The theme's words in titles, tags
and names of rooms choose among general lists. Posts are read in ``_nodebb_items.py``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import ClassVar, Final
from urllib.parse import urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Consent, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import base_of, base_url, lead, next_page, segment, without_repeats
from crawler.sources._nodebb_items import flag, home_of, read_topic, read_user
from crawler.sources._words import share_of, stems
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_FURTHER_PAGES: Final = 1
_MOST_TAGS: Final = 3
_SLUG: Final = re.compile(r"\d+/[^\s/?#]+")
_DEEPEST: Final = 3  # rooms in rooms
_FOLDER: Final = re.compile(r"(.*?)/api(?:/|$)")
_ADDRESSES: Final = (
    ("topic", re.compile(r"(?P<base>.*?)/api/topic/\d+(?:/[^/]+){0,2}/?")),
    ("topics", re.compile(r"(?P<base>.*?)/api/(?:recent|popular|top|tags/[^/]+|category/\d+(?:/[^/]+){0,2})/?")),
    ("categories", re.compile(r"(?P<base>.*?)/api/categories/?")),
    ("user", re.compile(r"(?P<base>.*?)/api/user/[^/]+/?")),
)


class NodeBBPage(SourcePage):
    """What all answers of a forum share."""

    robots = "api"

    @property
    def base(self) -> str:
        """The forum that answered; one in a sub-folder keeps its folder."""
        url = str(self.response.url)
        folder = _FOLDER.match(urlsplit(url).path)
        return base_of(url) + (folder[1] if folder else "")

    @property
    def moved_to(self) -> str:
        """Where the answer is found: the API writes a redirect as the bare path of the page for people, with 200."""
        path = Document(bytes(self.response.body), "").text
        folder = urlsplit(self.base).path
        if not path.startswith(f"{folder}/") or path.startswith("//"):
            return ""
        return try_canonical(f"{self.base}/api{path.removeprefix(folder)}") or ""

    def _read(self, what: str, *keys: str) -> JsonObject:
        """The answer, empty where it is a redirect.

        Raises UnreadablePage when it has none of ``keys``, with the forum's own words if there are any.
        """
        if self.moved_to:
            return JsonObject()
        answer = _unwrapped(read_object(bytes(self.response.body), what))
        if all(answer.values.get(key) in (None, "") for key in keys):
            said = (answer.text("error") or answer.object("status").text("message"))[:100]
            said = " ".join(said.split())
            raise UnreadablePage(f"{what} expected, but the forum says: {said}" if said else f"{what} not found")
        return answer


class TopicListPage(NodeBBPage):
    """``/api/recent``, ``/api/tags/NAME``, ``/api/category/ID/SLUG``: topics, newest activity first."""

    @cached_method
    def _list(self) -> JsonObject:
        return self._read("a list of topics", "topics")

    @field
    def links(self) -> tuple[Link, ...]:
        """The topics that fit the context's query (all of them when ``select`` is "all"), and the next page."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        if self.moved_to:
            yield _link(self.moved_to, "topics", 0.7, self.page_params)
        wanted = stems(self.page_params.get("query", ""))
        take_all = self.page_params.get("select") == "all" or not wanted
        for topic in self._list().objects("topics"):
            words = f"{unescape(topic.text('title'))} {' '.join(tag.text('value') for tag in topic.objects('tags'))}"
            share = share_of(wanted, words)
            if topic.id("tid").isdecimal() and not flag(topic, "deleted") and (share or take_all):
                yield _topic_link(self.base, topic, round(0.6 + 0.25 * share, 3))
        yield self._next()

    def _next(self) -> Link | None:
        context, following = next_page(self.page_params), self._list().object("pagination").object("next")
        number = following.count("page")
        if context is None or not self._list().objects("topics") or following.flag("active") is not True or not number:
            return None
        parts = urlsplit(str(self.response.url))
        url = try_canonical(f"{base_of(str(self.response.url))}{parts.path}?page={number}")
        return Link(url=url, source="nodebb", page="topics", score=0.55, context=context) if url else None


class CategoriesPage(NodeBBPage):
    """``/api/categories``: the rooms of a forum."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The rooms whose name or description has a word of the query."""
        answer = self._read("a list of categories", "categories")
        return without_repeats(self._found(answer.objects("categories")))

    def _found(self, categories: Iterable[JsonObject], depth: int = 0) -> Iterator[Link | None]:
        wanted = stems(self.page_params.get("query", ""))
        for room in categories:
            words = html_words(f"{room.text('name')} {room.text('description')}")
            if share_of(wanted, words) and room.id("cid").isdecimal() and not flag(room, "disabled"):
                yield _room_link(self.base, room)
            if depth < _DEEPEST:
                yield from self._found(room.objects("children"), depth + 1)


class TopicPage(NodeBBPage):
    """``/api/topic/ID``: a discussion, its first twenty posts or the page that was asked for."""

    @cached_method
    def _topic(self) -> JsonObject:
        return self._read("a topic", "posts")

    @cached_method
    def _items(self) -> tuple[tuple[AccountItem, PostItem], ...]:
        return tuple(read_topic(self._topic(), self.base))

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """Everybody who wrote a visible post and lives on this forum."""
        return tuple({account.url: account for account, _ in self._items()}.values())

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The visible posts of those who may be shown, without quotations."""
        shown = (post for account, post in self._items() if account.consent.state is Consent.FULL)
        return tuple({post.native_id: post for post in shown}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """The profiles of the writers; the homes of those who write from other servers."""
        if self.moved_to:
            return (_link(self.moved_to, "topic", 0.7, {}),)
        own = [_user_link(self.base, account) for account in self.accounts if account.consent.state is Consent.FULL]
        away = [home_of(row.object("user")) for row in self._topic().objects("posts")]
        return without_repeats([*own, *(lead(address, 0.3) for address in away if address)])


class UserPage(NodeBBPage):
    """``/api/user/SLUG``: a profile, where guests may see it."""

    own_words = True

    @cached_method
    def _account(self) -> AccountItem | None:
        return read_user(self._read("a profile", "uid"), self.base)

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The account with what its owner wrote about themselves."""
        account = self._account()
        return (account,) if account else ()

    @field
    def links(self) -> tuple[Link, ...]:
        """The website and what the bio links to."""
        return without_repeats(lead(link.url, 0.45) for account in self.accounts for link in account.links)


class NodeBB(Source):
    """Forums that run NodeBB."""

    name = "nodebb"
    kind: ClassVar[SourceKind] = "forum"
    needs = "nothing; the forums are named in the hosts file"
    rules = "https://docs.nodebb.org/api/read/"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "topics": TopicListPage,
        "categories": CategoriesPage,
        "topic": TopicPage,
        "user": UserPage,
    }

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The newest topics, the rooms and the tags, per forum."""
        query = terms.theme or " ".join(terms.forum_queries[:1])
        for host in hosts if query else ():
            base = base_url(host)
            name = host_of(base)
            general = {"query": query, "pages": str(_FURTHER_PAGES)}
            yield Seed(label=f"newest topics on {name}", link=_link(f"{base}/api/recent", "topics", 0.85, general))
            rooms = _link(f"{base}/api/categories", "categories", 0.9, {"query": query})
            yield Seed(label=f"rooms on {name}", link=rooms)
            for tag in dict.fromkeys(terms.hashtags[:_MOST_TAGS]):
                url = f"{base}/api/tags/{segment(tag)}"
                yield Seed(label=f"topics tagged {tag} on {name}", link=_link(url, "topics", 0.85, {"select": "all"}))

    def recognise(self, url: str) -> Link | None:
        """JSON addresses only: those for people (``/topic/1/title``) are used by other software too."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        path = urlsplit(canonical).path
        page = next((page for page, form in _ADDRESSES if form.fullmatch(path)), None)
        if page is None:
            return None
        return _link(canonical, page, 0.6, {"select": "all"} if page == "topics" else {})

    def recognise_body(self, document: Document) -> Link | None:
        """Topics, lists of topics, rooms and profiles, by the ids that only this software uses together."""
        page = _page_of(document.object)
        return Link(url=document.url, source=self.name, page=page) if page else None


def html_words(text: str) -> str:
    """Names of rooms hold entities, and descriptions markup."""
    return re.sub(r"<[^>]*>", " ", unescape(text))


def _link(url: str, page: str, score: float, context: Mapping[str, str]) -> Link:
    return Link(url=canonical_url(url), source="nodebb", page=page, score=score, context=context)


def _topic_link(base: str, topic: JsonObject, score: float) -> Link | None:
    url = try_canonical(f"{base}/api/topic/{_path_of(topic, 'tid')}")
    return Link(url=url, source="nodebb", page="topic", score=score) if url else None


def _room_link(base: str, room: JsonObject) -> Link | None:
    context = {"select": "all", "pages": str(_FURTHER_PAGES)}
    url = try_canonical(f"{base}/api/category/{_path_of(room, 'cid')}")
    return Link(url=url, source="nodebb", page="topics", score=0.85, context=context) if url else None


def _path_of(row: JsonObject, key: str) -> str:
    """``12/words-of-the-title``: without the words the API answers with a redirect, which costs a request."""
    slug = row.text("slug")
    return slug if _SLUG.fullmatch(slug) and slug.startswith(f"{row.id(key)}/") else row.id(key)


def _user_link(base: str, account: AccountItem) -> Link | None:
    url = try_canonical(f"{base}/api/user/{segment(account.handle or '')}")
    return Link(url=url, source="nodebb", page="user", score=0.3) if url else None


def _unwrapped(answer: JsonObject) -> JsonObject:
    """What the newer part of the API (``/api/v3``) puts beside a status."""
    inner = answer.object("response")
    return inner if inner and answer.object("status") else answer


def _page_of(document: JsonObject) -> str:
    """The page that reads an answer, told by its shape alone; "" when it is none of NodeBB's."""
    answer = _unwrapped(document)
    if any(
        row.id("pid") and row.object("user").values.keys() >= {"uid", "userslug"} for row in answer.objects("posts")
    ):
        return "topic"
    if any(row.id("tid") and row.id("cid") for row in answer.objects("topics")):
        return "topics"
    if any(row.id("cid") and "slug" in row.values for row in answer.objects("categories")):
        return "categories"
    return "user" if answer.values.keys() >= {"uid", "userslug", "joindate"} else ""
