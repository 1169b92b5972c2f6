"""Lemmy servers: communities and posts by words, what is written in a community, who writes it.

A server is first asked what it speaks: ``/api/v4/site`` answers on new servers only, ``/api/v3/site`` on old ones and
tells its version, so that each server is searched once. People of other servers are asked at their own. How the two
shapes are read is in ``_lemmy_items.py``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Alias, Consent, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import base_of, base_url, lead, next_page, without_repeats
from crawler.sources._lemmy_items import Found, address_of, is_gone, is_open, read_answer
from crawler.sources._lemmy_links import (
    FURTHER_PAGES,
    LIMIT,
    LISTS,
    community_link,
    home_link,
    page_of,
    search_link,
    user_link,
)
from crawler.sources._words import share_of, stems
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_MOST_QUERIES: Final = 4
_MOST_SHARED: Final = 10
_PAGES: Final = {
    "site": "site",
    "search": "search",
    "post/list": "posts",
    "post": "posts",
    "comment/list": "posts",
    "user": "user",
    "person": "user",
    "person/content": "user",
}
_SINGLE: Final = ("person_view", "post_view", "comment_view", "community_view", "creator")


class LemmyPage(SourcePage):
    """What all answers of this API share."""

    robots = "api"

    @property
    def base(self) -> str:
        """The server that answered."""
        return base_of(str(self.response.url))

    @property
    def version(self) -> int:
        """Which version of the API answered: 4 or 3."""
        return 4 if urlsplit(str(self.response.url)).path.startswith("/api/v4/") else 3

    @cached_method
    def _answer(self) -> JsonObject:
        answer = read_object(bytes(self.response.body), "an answer of Lemmy")
        if answer.text("error"):
            raise UnreadablePage(f"an answer of Lemmy expected, but it says: {answer.text('error')[:100]}")
        return answer

    def _next(self, page: str, score: float, shown: int) -> Link | None:
        """The next part: by a cursor where the answer gives one, else by number."""
        context, parts = next_page(self.page_params), urlsplit(str(self.response.url))
        query = dict(parse_qsl(parts.query))
        cursor = self._answer().text("next_page")
        if context is None or not shown:
            return None
        if cursor and cursor != query.get("page_cursor"):
            query["page_cursor"] = cursor
        elif self.version == 3 and not cursor and shown >= LIMIT:
            query["page"] = str(int(query["page"]) + 1) if query.get("page", "").isdecimal() else "2"
        else:
            return None
        url = try_canonical(f"{self.base}{parts.path}?{urlencode(query)}")
        return Link(url=url, source="lemmy", page=page, score=score, context=context) if url else None


class SitePage(LemmyPage):
    """``/api/v3/site`` and ``/api/v4/site``: whether strangers may read, and which version is spoken."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The searches that the context asks for (``queries``, one a line)."""
        answer = self._answer()
        site = answer.object("site_view")
        if not site:
            raise UnreadablePage("not the description of a Lemmy server")
        private = site.object("local_site").flag("private_instance") is True
        speaks_newer = self.version == 3 and answer.text("version").partition(".")[0] not in ("", "0")
        if private or speaks_newer:
            return ()  # a newer server is asked through /api/v4/site, which is a seed too
        queries = [line for line in self.page_params.get("queries", "").splitlines() if line.strip()]
        return without_repeats(
            search_link(self.base, self.version, words, rank) for rank, words in enumerate(dict.fromkeys(queries))
        )


class PostsPage(LemmyPage):
    """``post/list`` of a community, one post, comments: what is written, with those who write it."""

    @cached_method
    def _found(self) -> Found:
        answer = self._answer()
        known = any(isinstance(answer.values.get(key), list) for key in LISTS)
        if not known and not any(answer.object(key) for key in _SINGLE):
            raise UnreadablePage("people or posts expected")
        return read_answer(answer, self.base)

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """Those who live on this server."""
        return self._found().accounts

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """What they wrote in open communities."""
        return self._found().posts

    @field
    def links(self) -> tuple[Link, ...]:
        """The writers' profiles at their homes, the addresses in bios and posts, the next part."""
        return without_repeats(self._leads())

    def _leads(self) -> Iterator[Link | None]:
        yield from self._people(0.5)
        yield from self._shared()
        yield self._next("posts", 0.5, len(self._found().posts))

    def _shared(self) -> Iterator[Link | None]:
        """Pages that posts share: often somebody's own, and on topic where the room is."""
        yield from (lead(url, 0.3) for url in self._found().shared[:_MOST_SHARED] if url)

    def _people(self, score: float) -> Iterator[Link | None]:
        for account in self._found().accounts:
            if account.consent.state is Consent.FULL:
                yield user_link(self.base, self.version, account.handle or "", score)
                yield from (lead(link.url, 0.4) for link in account.links)
        yield from (home_link(person, score) for person in self._found().remote if not is_gone(person))


class SearchPage(PostsPage):
    """``search``: posts, comments, people and communities with the words."""

    def _leads(self) -> Iterator[Link | None]:
        wanted = stems(self.page_params.get("query", ""))
        for community in self._found().communities:
            share = share_of(wanted, f"{community.text('name')} {community.text('title')}")
            if is_open(community) and (share or not wanted):
                yield community_link(self.base, self.version, community, round(0.5 + 0.3 * share, 3))
        yield from self._people(0.5)
        yield from self._shared()
        yield self._next("search", 0.5, len(self._found().posts))


class UserPage(PostsPage):
    """``user`` (v3), ``person`` and ``person/content`` (v4): one person with their posts."""

    @field
    def tombstones(self) -> tuple[Alias, ...]:
        """The account, where its own server says that the owner deleted it."""
        person = self._answer().object("person_view").object("person")
        mine = {account.aliases[0] for account in self._found().accounts if account.url == address_of(person)}
        return tuple(mine) if is_gone(person) else ()

    def _leads(self) -> Iterator[Link | None]:
        for account in self._found().accounts:
            if account.consent.state is Consent.FULL:
                yield from (lead(link.url, 0.45) for link in account.links)
        person = self._answer().object("person_view").object("person")
        if person and self.version == 4 and not is_gone(person) and person.id("id").isdecimal():
            query = urlencode({"person_id": person.id("id"), "limit": LIMIT})
            url = canonical_url(f"{self.base}/api/v4/person/content?{query}")
            yield Link(url=url, source="lemmy", page="user", score=0.5, context={"pages": str(FURTHER_PAGES)})
        yield from (home_link(one, 0.5) for one in self._found().remote if not is_gone(one))
        yield self._next("user", 0.4, len(self._found().posts))


class Lemmy(Source):
    """Communities and their writers on Lemmy servers."""

    name = "lemmy"
    kind: ClassVar[SourceKind] = "forum"
    needs = "nothing; the servers are named in the hosts file"
    rules = "https://join-lemmy.org/docs/contributors/04-api.html"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "site": SitePage,
        "search": SearchPage,
        "posts": PostsPage,
        "user": UserPage,
    }

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """Two questions per server, one of which leads to its searches: which version it speaks is not known."""
        queries = tuple(dict.fromkeys(terms.forum_queries[:_MOST_QUERIES]))
        for host in hosts if queries else ():
            for version in (3, 4):
                link = Link(
                    url=canonical_url(f"{base_url(host)}/api/v{version}/site"),
                    source=self.name,
                    page="site",
                    score=0.95,
                    context={"queries": "\n".join(queries)},
                )
                yield Seed(label=f"search on {host_of(link.url)} (Lemmy, version {version})", link=link)

    def recognise(self, url: str) -> Link | None:
        """Addresses of the API only: those for people (``/u/name``) are used by other software too."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        parts = urlsplit(canonical)
        method = re.fullmatch(r"/api/v[34]/([a-z/]+?)/?", parts.path)
        page = _PAGES.get(method[1]) if method else None
        if page is None or (page != "site" and not parse_qs(parts.query)):
            return None
        return Link(url=canonical, source=self.name, page=page)

    def recognise_body(self, document: Document) -> Link | None:
        """Answers that hold views of people, posts, comments or communities."""
        answer = document.object
        page, thing = page_of(answer)
        if not page:
            return None
        home = address_of(thing) if thing.flag("local") is True else ""
        newer = "published_at" in thing.values
        url = (
            f"{base_of(home)}/api/v{4 if newer else 3}/{'search' if page == 'search' else 'post/list'}" if home else ""
        )
        return Link(url=url or document.url, source=self.name, page=page)
