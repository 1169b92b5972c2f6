"""Bluesky through its public AppView: people by words, their profiles in batches, what they write, who follows whom.

No key: ``public.api.bsky.app`` answers everybody and takes no sign-in. Post search is closed to strangers; hashtags
come from the stream (``hashtags``). How views are read is in ``_bluesky_actor.py`` and ``_bluesky_post.py``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, parse_qsl, unquote, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Consent, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._bluesky_actor import (
    HOST,
    PUBLIC_API,
    as_lead,
    did_of,
    read_actor,
    strictest,
)
from crawler.sources._bluesky_links import BATCH, feed_link, page_of, profile_link, profiles_links
from crawler.sources._bluesky_post import (
    links_of,
    own_posts,
    read_facets,
    read_post,
    read_record,
    rkey_of,
    thread_posts,
)
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import base_of, base_url, lead, next_page, without_repeats
from crawler.sources._words import share_of, stems
from crawler.sources.base import Advice, PlanTerms, Source, SourceKind, SourcePage

_FOUND: Final = 100  # people, posts or followers that it gives at once
_FURTHER_SEARCHES: Final = 1
_MOST_QUERIES: Final = 6
_MOST_CARDS: Final = 5
_LISTS: Final = ("profiles", "actors", "views")
_METHODS: Final = {
    "/xrpc/app.bsky.actor.searchActors": "search",
    "/xrpc/app.bsky.actor.getProfiles": "profiles",
    "/xrpc/app.bsky.actor.getProfile": "profile",
    "/xrpc/app.bsky.feed.getAuthorFeed": "feed",
    "/xrpc/app.bsky.graph.getFollowers": "followers",
    "/xrpc/app.bsky.graph.getFollows": "followers",
    "/xrpc/com.atproto.repo.getRecord": "record",
    "/xrpc/com.atproto.repo.listRecords": "record",
}
_OF_ONE: Final = frozenset({"profile", "feed", "record"})  # pages whose address names one account or record
_GONE: Final = frozenset(
    {"AccountTakedown", "AccountDeactivated", "RepoNotFound", "RepoTakendown", "RepoDeactivated", "RecordNotFound"}
)
_LOST: Final = frozenset({"Profile not found", "Account not found", "Actor not found"})
_PROFILE_PATH: Final = re.compile(r"/profile/([^/]+)(?:/.*)?")


class BlueskyPage(SourcePage):
    """What all answers of the AppView share."""

    robots = "api"

    @property
    def base(self) -> str:
        """The service that answered; the public one for a body that came from a file."""
        url = str(self.response.url)
        return base_of(url) if urlsplit(url).path.startswith("/xrpc/") else PUBLIC_API

    @cached_method
    def _answer(self) -> JsonObject:
        answer = read_object(bytes(self.response.body), "an answer of Bluesky")
        if answer.text("error"):
            said = f"{answer.text('error')} {answer.text('message')}".strip()[:100]
            raise UnreadablePage(f"an answer of Bluesky expected, but it says: {' '.join(said.split())}")
        return answer

    @property
    def _context(self) -> dict[str, str]:
        """The words that led here, for the pages that follow."""
        query = self.page_params.get("query", "")
        return {"query": query} if query else {}

    def _next(self, page: str, score: float) -> Link | None:
        """The next part of the same list, while the link that led here allows one and the cursor moves."""
        context, cursor = next_page(self.page_params), self._answer().text("cursor")
        parts = urlsplit(str(self.response.url))
        query = dict(parse_qsl(parts.query))
        if context is None or not cursor or cursor == query.get("cursor"):
            return None
        asked = urlencode(query | {"cursor": cursor}, safe=":")
        url = try_canonical(f"{base_of(str(self.response.url))}{parts.path}?{asked}")
        return Link(url=url, source="bluesky", page=page, score=score, context=context) if url else None


class ActorsPage(BlueskyPage):
    """People: one whole profile (``getProfile``) or several (``getProfiles``), with their counts."""

    own_words = True

    @cached_method
    def _views(self) -> tuple[JsonObject, ...]:
        answer = self._answer()
        creators = (view.object("creator") for view in answer.objects("views"))
        rows = (*answer.objects("profiles"), *answer.objects("actors"), *creators)
        if not did_of(answer) and not any(isinstance(answer.values.get(key), list) for key in _LISTS):
            raise UnreadablePage("a profile or a list of profiles expected")
        return (answer, *rows) if did_of(answer) else rows

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """Everybody shown, with what the view holds."""
        return strictest(read_actor(view, self.base) for view in self._views())

    @field
    def links(self) -> tuple[Link, ...]:
        """What they write, and the addresses in their profiles."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        wanted = stems(self.page_params.get("query", ""))
        for account in self.accounts:
            if account.consent.state is not Consent.FULL:
                continue
            share = share_of(wanted, f"{account.name} {account.bio} {account.handle}")
            if account.counts.posts != 0:
                yield feed_link(self.base, account, round(0.5 + 0.3 * share, 3))
            for link in account.links:
                yield lead(link.url, round(0.4 + 0.1 * share, 3))


class SearchPage(ActorsPage):
    """``searchActors``: people by the words in their names and bios, without counts."""

    own_words = False  # shows people whom nobody had asked about

    def _found(self) -> Iterator[Link | None]:
        people = [account for account in self.accounts if account.consent.state is Consent.FULL]
        yield from profiles_links(self.base, (account.native_id or "" for account in people), 0.8, self._context)
        yield self._next("search", 0.7)


class FollowersPage(BlueskyPage):
    """``getFollowers`` and ``getFollows``: leads. Nothing of them is kept; their own profiles are asked."""

    @cached_method
    def _people(self) -> tuple[AccountItem, ...]:
        answer = self._answer()
        if not did_of(answer.object("subject")):
            raise UnreadablePage("a list of followers expected")
        views = (*answer.objects("followers"), *answer.objects("follows"))
        return strictest(read_actor(view, self.base) for view in views)

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The followers by their names, as leads; who asks to be hidden stays denied."""
        return tuple(as_lead(account) for account in self._people())

    @field
    def links(self) -> tuple[Link, ...]:
        """Their profiles, those first whose name or bio fits the context's query; the next part."""
        wanted = stems(self.page_params.get("query", ""))
        open_ones = [account for account in self._people() if account.consent.state is Consent.FULL]
        fitting = sorted(open_ones, key=lambda one: -share_of(wanted, f"{one.name} {one.bio} {one.handle}"))
        batches = profiles_links(self.base, (account.native_id or "" for account in fitting), 0.6, self._context)
        return without_repeats([*batches, self._next("followers", 0.5)])


class FeedPage(BlueskyPage):
    """``getAuthorFeed``: what one account writes. Other lists of posts (``getPosts``, a thread) are read alike."""

    @cached_method
    def _views(self) -> tuple[JsonObject, ...]:
        answer = self._answer()
        if not (answer.object("thread") or any(isinstance(answer.values.get(key), list) for key in ("feed", "posts"))):
            raise UnreadablePage("a list of posts expected")
        threads = thread_posts(answer.object("thread"))
        return (*own_posts(answer.objects("feed")), *answer.objects("posts"), *threads)

    @cached_method
    def _authors(self) -> tuple[AccountItem, ...]:
        return strictest(read_actor(view.object("author"), self.base, whole=False) for view in self._views())

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The authors, as far as a post shows them."""
        return self._authors()

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """Their posts, without reposts, quotations and what they answer."""
        open_ones = {account.aliases[0] for account in self._authors() if account.consent.state is Consent.FULL}
        found = (read_post(view) for view in self._views())
        kept = (post for post in found if post is not None and post.account in open_ones)
        return tuple({(post.account, post.native_id): post for post in kept}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """Pages on the cards, people who are mentioned or reposted, the next part."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        known = {did_of(view.object("author")) for view in self._views()}
        named = [did for did in self._named() if did not in known]
        yield from profiles_links(self.base, named[:BATCH], 0.3, self._context)
        cards = dict.fromkeys(url for view in self._views() for url in links_of(view.object("record")))
        yield from (lead(url, 0.3) for url in list(cards)[:_MOST_CARDS])
        yield self._next("feed", 0.4)

    def _named(self) -> list[str]:
        """Who is reposted or mentioned, most often first."""
        named = [did_of(row.object("post").object("author")) for row in self._answer().objects("feed")]
        named += [facet.did for view in self._views() for facet in read_facets(view.object("record")) if facet.did]
        return sorted(dict.fromkeys(did for did in named if did), key=lambda did: -named.count(did))


class RecordPage(BlueskyPage):
    """Bare records of a repository (``getRecord``, ``listRecords``, ``describeRepo``): posts without their author."""

    @cached_method
    def _records(self) -> tuple[JsonObject, ...]:
        answer = self._answer()
        rows = (answer, *answer.objects("records"))
        if not (did_of(answer) or isinstance(answer.values.get("records"), list) or answer.text("uri")):
            raise UnreadablePage("a record expected")
        return tuple(row for row in rows if row.object("value"))

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """The posts; whether they may be kept is decided by their author's profile."""
        found = (read_record(row.object("value"), *rkey_of(row.text("uri")), seen="") for row in self._posts())
        return tuple({post.native_id: post for post in found if post is not None}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """The profiles of the owners."""
        owners = [rkey_of(row.text("uri"))[0] for row in self._posts()] or [did_of(self._answer())]
        return without_repeats(profile_link(self.base, did, 0.6) for did in owners if did)

    def _posts(self) -> list[JsonObject]:
        return [row for row in self._records() if rkey_of(row.text("uri"))[0]]


class Bluesky(Source):
    """People on Bluesky, by the words in their profiles."""

    name = "bluesky"
    kind: ClassVar[SourceKind] = "search"
    needs = "nothing"
    rules = "https://docs.bsky.app/docs/advanced-guides/rate-limits"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "search": SearchPage,
        "profiles": ActorsPage,
        "profile": ActorsPage,
        "feed": FeedPage,
        "followers": FollowersPage,
        "record": RecordPage,
    }

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """People by the theme alone and with each place. There is one such service; a host that is named stands in."""
        for host in hosts or (PUBLIC_API,):
            for rank, words in enumerate(dict.fromkeys(terms.forum_queries[:_MOST_QUERIES])):
                query = urlencode({"limit": _FOUND, "q": words})
                link = Link(
                    url=canonical_url(f"{base_url(host)}/xrpc/app.bsky.actor.searchActors?{query}"),
                    source=self.name,
                    page="search",
                    score=round(0.9 - 0.02 * rank, 3),
                    context={"query": words, "pages": str(_FURTHER_SEARCHES)},
                )
                yield Seed(label=f'people by "{words}" on {host_of(link.url)}', link=link)

    def advice(self, url: str, page: str, status: int | None, body: bytes) -> Advice:  # noqa: ARG002
        """Whoever deleted an account, switched it off or was suspended: said with status 400."""
        if status != 400 or page not in _OF_ONE:
            return Advice()
        try:
            said = read_object(body, "an error of Bluesky")
        except UnreadablePage:
            return Advice()
        is_gone = said.text("error") in _GONE or (
            said.text("error") == "InvalidRequest" and said.text("message") in _LOST
        )
        return Advice(gone=is_gone)

    def recognise(self, url: str) -> Link | None:
        """Profile pages of bsky.app (their posts and lists too), and the methods of the API."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        parts = urlsplit(canonical)
        if host_of(canonical) == HOST:
            found = _PROFILE_PATH.fullmatch(unquote(parts.path))
            return profile_link(PUBLIC_API, found[1], 0.6) if found else None
        page = _METHODS.get(parts.path)
        if page is None or not parse_qs(parts.query):
            return None
        return Link(url=canonical, source=self.name, page=page)

    def recognise_body(self, document: Document) -> Link | None:
        """Views of people and posts, and bare records."""
        page = page_of(document.object)
        return Link(url=document.url, source=self.name, page=page) if page else None
