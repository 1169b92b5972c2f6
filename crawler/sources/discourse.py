"""Discourse forums: lists of topics, topics and the people who write in them, where guests may read.

By default Discourse forbids crawlers ``/search`` and ``/u/``: both are only ever links here, and each forum's own
robots.txt decides when they are fetched (DESIGN 5.3). The theme's words in titles and tags choose among the topics
of a general list; a list that was asked for by a word is taken whole. Posts are read in ``_discourse_posts.py``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._discourse_posts import Writer, is_public_topic, read_members, read_posts, read_rows, read_user
from crawler.sources._discourse_shapes import home_of, page_of
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_array, read_object
from crawler.sources._leads import base_of, base_url, is_closed, lead, next_page, segment, without_repeats
from crawler.sources._words import stems
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_FURTHER_LISTS: Final = 2
_MOST_QUERIES: Final = 3
_MOST_TAGS: Final = 3
_TOPIC_PATH: Final = re.compile(r"/t/(?:[^/]+/)?(\d+)(?:/\d+)?(?:\.json)?/?")
_CATEGORY_PATH: Final = re.compile(r"(/c(?:/[^/]+){1,3}/\d+)(?:\.json)?/?")
_LIST_PATH: Final = re.compile(r"/latest\.json|/tags?/(?:[^/]+/){0,2}[^/]+\.json")
_USER_PATH: Final = re.compile(r"/u/[^/]+\.json")
_IN_FOLDER: Final = re.compile(r"(.*?)/(?:latest|categories|search|posts|groups|c|g|t|tags?|u)(?:[/.]|$)")
_POSTS_PATH: Final = re.compile(r"/posts(?:/\d+)?\.json")
_MEMBERS_PATH: Final = re.compile(r"/(?:g|groups)/[^/]+/members\.json")


class DiscoursePage(SourcePage):
    """What all answers of a forum share."""

    robots = "api"

    @property
    def base(self) -> str:
        """The forum that answered; one in a sub-folder keeps its folder."""
        url = str(self.response.url)
        folder = _IN_FOLDER.match(urlsplit(url).path)
        return base_of(url) + (folder[1] if folder else "")

    def _read(self, what: str, key: str) -> JsonObject:
        """The answer. Raises UnreadablePage when it lacks ``key``, with the forum's own words if it has any."""
        answer = read_object(bytes(self.response.body), what)
        if not isinstance(answer.values.get(key), dict | list):
            said = " ".join(answer.texts("errors"))[:100]
            raise UnreadablePage(f"{what} expected, but the forum says: {said}" if said else f"{what} not found")
        return answer


class TopicListPage(DiscoursePage):
    """``/latest.json``, ``/c/SLUG/ID.json``, ``/tag/NAME.json``: topics, newest activity first."""

    @cached_method
    def _list(self) -> JsonObject:
        return self._read("a list of topics", "topic_list").object("topic_list")

    @field
    def links(self) -> tuple[Link, ...]:
        """The topics that fit the context's query (all of them when ``select`` is "all"), and the next page."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        topics = self._list().objects("topics")
        yield from _topic_links(topics, self.base, self.page_params)
        context = next_page(self.page_params)
        more = self._list().text("more_topics_url")
        if context is not None and topics and more.startswith("/") and not more.startswith("//"):
            yield self._next(more, context)

    def _next(self, more: str, context: Mapping[str, str]) -> Link | None:
        """``more_topics_url`` is the address for people; ``.json`` belongs before its query."""
        path, _, query = more.partition("?")
        path = path if path.endswith(".json") else f"{path}.json"
        url = try_canonical(f"{base_of(str(self.response.url))}{path}?{query}")
        return Link(url=url, source="discourse", page="topics", score=0.6, context=context) if url else None


class CategoriesPage(DiscoursePage):
    """``/categories.json``: the rooms of a forum."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The categories whose name or description has a word of the query; all where there is none."""
        answer = self._read("a list of categories", "category_list")
        return without_repeats(self._found(answer.object("category_list").objects("categories")))

    def _found(self, categories: Iterable[JsonObject]) -> Iterator[Link | None]:
        wanted = stems(self.page_params.get("query", ""))
        for category in categories:
            if category.flag("read_restricted") is True:
                continue
            words = stems(
                f"{category.text('name')} {category.text('description_text') or category.text('description')}"
            )
            if not wanted or wanted & words:
                yield _category_link(self.base, category, self.page_params)
            yield from self._found(category.objects("subcategory_list"))


class SearchPage(DiscoursePage):
    """``/search.json?q=…``, where a forum lets crawlers search: topics only; excerpts are not kept."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The topics found. An answer without ``topics`` found nothing."""
        return without_repeats(_topic_links(self._topics(), self.base, {"select": "all"}))

    def _topics(self) -> tuple[JsonObject, ...]:
        """Newer forums answer with an object, old ones with a list of kinds of findings."""
        body = bytes(self.response.body)
        if not body.lstrip().startswith(b"["):
            return self._read("search results", "grouped_search_result").objects("topics")
        kinds = [kind for kind in read_array(body, "search results") if kind.text("type") == "topic"]
        return tuple(topic for kind in kinds for topic in kind.objects("results"))


class WrittenPage(DiscoursePage):
    """Posts with their authors."""

    def _written(self) -> Iterable[tuple[AccountItem, PostItem]]:
        raise NotImplementedError

    @cached_method
    def _items(self) -> tuple[tuple[AccountItem, PostItem], ...]:
        return tuple(self._written())

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """Everybody who wrote a visible post."""
        return tuple({account.url: account for account, _ in self._items()}.values())

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The visible posts, without quotations."""
        return tuple({post.native_id: post for _, post in self._items()}.values())


class TopicPage(WrittenPage):
    """``/t/ID.json``: a discussion, its first twenty posts (or the next twenty, ``?page=2``)."""

    def _written(self) -> Iterable[tuple[AccountItem, PostItem]]:
        return read_posts(self._read("a topic", "post_stream"), self.base)

    @field
    def links(self) -> tuple[Link, ...]:
        """The profiles of the writers; robots.txt mostly forbids them."""
        return without_repeats(_user_link(self.base, account) for account in self.accounts)


class UserPage(DiscoursePage):
    """``/u/NAME.json``: a profile, where a forum lets crawlers read it."""

    @cached_method
    def _account(self) -> AccountItem | None:
        return read_user(self._read("a profile", "user").object("user"), self.base)

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The account with what its owner wrote about themselves."""
        account = self._account()
        return (account,) if account else ()

    @field
    def links(self) -> tuple[Link, ...]:
        """The website and what the bio links to."""
        return without_repeats(lead(link.url, 0.45) for account in self.accounts for link in account.links)


class PostsPage(WrittenPage):
    """``/posts.json``: the newest posts of a forum, whatever their topic; ``/posts/ID.json``: one."""

    def _written(self) -> Iterable[tuple[AccountItem, PostItem]]:
        answer = read_object(bytes(self.response.body), "posts")
        rows = (answer,) if "cooked" in answer.values else self._read("posts", "latest_posts").objects("latest_posts")
        return read_rows(rows, self.base)


class MembersPage(DiscoursePage):
    """``/groups/NAME/members.json``: who is in a group, by name."""

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The members, as far as a list shows them."""
        return tuple(read_members(self._read("members of a group", "members").objects("members"), self.base))


class Discourse(Source):
    """Forums that run Discourse."""

    name = "discourse"
    kind: ClassVar[SourceKind] = "forum"
    needs = "nothing; the forums are named in the hosts file"
    rules = "https://docs.discourse.org/"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "topics": TopicListPage,
        "categories": CategoriesPage,
        "search": SearchPage,
        "topic": TopicPage,
        "user": UserPage,
        "posts": PostsPage,
        "members": MembersPage,
    }

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The newest topics, the categories, tags and searches, per forum."""
        query = terms.theme or " ".join(terms.forum_queries[:1])
        for host in hosts if query else ():
            base = base_url(host)
            name = host_of(base)
            general = {"query": query, "pages": str(_FURTHER_LISTS)}
            yield Seed(label=f"newest topics on {name}", link=_link(f"{base}/latest.json", "topics", 0.85, general))
            url = f"{base}/categories.json?include_subcategories=true"
            yield Seed(label=f"categories on {name}", link=_link(url, "categories", 0.9, {"query": query}))
            for tag in dict.fromkeys(terms.hashtags[:_MOST_TAGS]):
                url = f"{base}/tag/{segment(tag)}.json"
                yield Seed(label=f"topics tagged {tag} on {name}", link=_link(url, "topics", 0.85, {"select": "all"}))
            for words in dict.fromkeys(terms.forum_queries[:_MOST_QUERIES]):
                url = f"{base}/search.json?{urlencode({'q': words})}"
                yield Seed(label=f'forum search "{words}" on {name}', link=_link(url, "search", 0.8, {}))

    def recognise(self, url: str) -> Link | None:
        """Topics and categories by their addresses for people; whatever else only by its JSON address."""
        canonical = try_canonical(url)
        if canonical is None or is_closed(canonical):
            return None
        parts, base = urlsplit(canonical), base_of(canonical)
        topic, category = _TOPIC_PATH.fullmatch(parts.path), _CATEGORY_PATH.fullmatch(parts.path)
        if topic is not None:
            return _link(f"{base}/t/{topic[1]}.json", "topic", 0.6, {})
        if category is not None:
            return _link(f"{base}{category[1]}.json", "topics", 0.6, {"select": "all"})
        if _LIST_PATH.fullmatch(parts.path):
            return _link(canonical, "topics", 0.6, {"select": "all"})
        if parts.path == "/categories.json":
            return _link(canonical, "categories", 0.6, {})
        if parts.path == "/search.json" and "q" in parse_qs(parts.query):
            return _link(canonical, "search", 0.6, {})
        if _POSTS_PATH.fullmatch(parts.path):
            return _link(canonical, "posts", 0.5, {})
        if _MEMBERS_PATH.fullmatch(parts.path):
            return _link(canonical, "members", 0.3, {})
        return _link(canonical, "user", 0.3, {}) if _USER_PATH.fullmatch(parts.path) else None

    def recognise_body(self, document: Document) -> Link | None:
        """Topics, lists of them, posts, profiles; where pictures of people tell the forum, under its address."""
        page, people = page_of(document)
        return Link(url=home_of(people) or document.url, source=self.name, page=page) if page else None


def _link(url: str, page: str, score: float, context: Mapping[str, str]) -> Link:
    return Link(url=canonical_url(url), source="discourse", page=page, score=score, context=context)


def _topic_links(topics: Iterable[JsonObject], base: str, context: Mapping[str, str]) -> Iterator[Link]:
    """Topics that have a word of the query in title or tags first, the others only of a list asked for by a word."""
    wanted = stems(context.get("query", ""))
    take_all = context.get("select") == "all" or not wanted
    for topic in topics:
        number = topic.id("id")
        if not number.isdecimal() or not is_public_topic(topic):
            continue
        words = stems(" ".join((topic.text("title"), *topic.texts("tags"))))
        share = len(wanted & words) / len(wanted) if wanted else 0.0
        if share or take_all:
            yield _link(f"{base}/t/{number}.json", "topic", round(0.6 + 0.25 * share, 3), {})


def _category_link(base: str, category: JsonObject, context: Mapping[str, str]) -> Link | None:
    slug, number = category.text("slug") or "-", category.id("id")
    if not number.isdecimal():
        return None
    asked = {**context, "select": "all", "pages": str(_FURTHER_LISTS)}
    return _link(f"{base}/c/{segment(slug)}/{number}.json", "topics", 0.85, asked)


def _user_link(base: str, account: AccountItem) -> Link | None:
    writer = Writer(base, account.handle or "", "")
    url = try_canonical(f"{writer.url}.json")
    return Link(url=url, source="discourse", page="user", score=0.25) if url else None
