"""Threads' keyword search, with the operator's token: public posts about something, and who wrote them.

Meta must have approved the app for ``threads_keyword_search``; before that only the operator's own posts come. Posts
carry a user name and neither counts nor a profile. Meta's terms ask for deletion of what its people delete: texts are
read again or taken out within 30 days (``keep_for``).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import handle_alias, try_canonical, url_alias
from catalog.items import AccountItem, Link, PostItem, TimeOrigin
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import bases, is_asked_at, local_queries, public_by_default, read_answer, search_seeds
from crawler.sources._dates import parse_moment
from crawler.sources._document import Document
from crawler.sources._html import one_line, tidy
from crawler.sources._json import JsonObject
from crawler.sources._keys import KeyPart, KeyRule, Quota, query_key
from crawler.sources._leads import base_of, next_page
from crawler.sources._plaintext import hashtags_in
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "graph.threads.net"
_PATH: Final = "/v1.0/keyword_search"
_FIELDS: Final = "id,text,permalink,timestamp,username,is_reply,is_quote_post,topic_tag"
_LIMIT: Final = 50
_MOST_TAGS: Final = 4
_MOST_QUERIES: Final = 4
_NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?")
_PEOPLE: Final = "threads.net"
_PERMALINK: Final = re.compile(r"https://(?:www\.)?threads\.(?:net|com)/")


class PostsPage(SourcePage):
    """``/keyword_search``: public posts of several people."""

    robots = "api"

    @cached_method
    def _answer(self) -> JsonObject:
        answer = read_answer(bytes(self.response.body), "posts")
        if not isinstance(answer.values.get("data"), list):
            raise UnreadablePage("not a list of posts from Threads")
        return answer

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The authors, by name only."""
        names = dict.fromkeys(name for name in map(_author, self._answer().objects("data")) if name)
        return tuple(_account(name) for name in names)

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """Their posts."""
        found = (_post(post) for post in self._answer().objects("data"))
        return tuple({post.native_id: post for post in found if post}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """The next page of results. The address that the answer names for it holds the token, so ours is built anew."""
        paging = self._answer().object("paging")
        after, context = paging.object("cursors").text("after"), next_page(self.page_params)
        if context is None or not after or not paging.text("next"):
            return ()
        here = str(self.response.url)
        query = dict(parse_qsl(urlsplit(here).query)) | {"after": after}
        url = try_canonical(f"{base_of(here)}{_PATH}?{urlencode(query)}")
        return (Link(url=url, source="threads", page="posts", score=0.6, context=context),) if url else ()


class Threads(Source):
    """Posts on Threads by tag and by words."""

    name = "threads"
    kind: ClassVar[SourceKind] = "hashtag"
    needs = "an access token for the Threads API with threads_keyword_search approved"
    rules = "https://developers.facebook.com/docs/threads/keyword-search"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"posts": PostsPage}
    key = KeyRule(
        parts=(KeyPart(name="key", what="an access token for the Threads API"),),
        hosts=(_HOST,),
        sign=query_key("access_token"),
        get_at="https://developers.facebook.com/docs/threads/get-started",
    )
    quotas = (Quota(unit="queries", per_day=2_200, per_discovery=40, cost={"posts": 1}),)
    keep_for = timedelta(days=30)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The first hashtags as topics, and a few searches for words."""
        tags = tuple(dict.fromkeys(terms.hashtags))[:_MOST_TAGS]
        asked = [(f"#{tag} on Threads", _query(tag, "TAG")) for tag in tags]
        asked += [(f'Threads "{words}"', _query(words, "KEYWORD")) for words in local_queries(terms, _MOST_QUERIES)]
        for base in bases(hosts, _HOST):
            yield from search_seeds(self.name, "posts", f"{base}{_PATH}", asked, score=0.88, pages=1)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses. Pages of Threads for people are closed to programs."""
        canonical = try_canonical(url)
        if canonical is None or not is_asked_at(canonical, _HOST, _PATH):
            return None
        return Link(url=canonical, source=self.name, page="posts")

    def recognise_body(self, document: Document) -> Link | None:
        """Posts that name their authors and lie on Threads."""
        posts = document.object.objects("data")
        known = posts and all(post.text("username") and _PERMALINK.match(post.text("permalink")) for post in posts)
        return Link(url=document.url, source=self.name, page="posts") if known else None


def _query(words: str, mode: str) -> dict[str, object]:
    return {"q": words, "search_mode": mode, "search_type": "RECENT", "fields": _FIELDS, "limit": _LIMIT}


def _author(post: JsonObject) -> str:
    name = post.text("username")
    return name.lower() if _NAME.fullmatch(name) else ""


def _account(name: str) -> AccountItem:
    url = f"https://www.threads.com/@{name}"
    return AccountItem(
        platform="threads",
        host=_PEOPLE,
        aliases=(handle_alias(name, _PEOPLE), url_alias(url)),
        url=url,
        consent=public_by_default("", "writes public posts, which Threads' search API shows", url),
        provenance="api",
        handle=name,
        text_complete=False,
    )


def _post(post: JsonObject) -> PostItem | None:
    name, native_id, text = _author(post), post.id("id"), tidy(post.text("text"))
    if not name or not native_id or not text:
        return None
    topic = one_line(post.text("topic_tag"), 100).lstrip("#").lower()
    return PostItem(
        account=handle_alias(name, _PEOPLE),
        native_id=native_id,
        url=try_canonical(post.text("permalink")) or "",
        provenance="api",
        text=text,
        kind="reply" if post.flag("is_reply") else "post",
        tags=tuple(dict.fromkeys([*([topic] if topic else []), *hashtags_in(text)])),
        published=parse_moment(post.text("timestamp"), TimeOrigin.PLATFORM),
    )
