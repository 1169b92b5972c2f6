"""Bluesky's search for posts, with the operator's app password: who writes about something.

Strangers may not search posts; the operator's own server does it for whoever is signed in. An app password is not the
account's password and can be taken back in Bluesky's settings. Posts and people are read as by source "bluesky", and
the people's profiles are asked of the public service, without the key.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from web_poet import field

from catalog.identity import host_of, try_canonical
from catalog.items import Consent, Link
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import bases, is_asked_at, local_queries, search_seeds
from crawler.sources._bluesky_actor import PUBLIC_API
from crawler.sources._bluesky_links import profiles_links
from crawler.sources._json import read_object
from crawler.sources._keys import Exchange, KeyPart, KeyRule, Quota, SignIn, Token, bearer
from crawler.sources._leads import base_of, next_page, without_repeats
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage
from crawler.sources.bluesky import FeedPage

_HOST: Final = "bsky.social"
_PATH: Final = "/xrpc/app.bsky.feed.searchPosts"
_LIMIT: Final = 100
_MOST_TAGS: Final = 6
_MOST_QUERIES: Final = 3
_SESSION: Final = 90 * 60.0  # seconds; a token lasts about two hours


def _sign_in(parts: Mapping[str, str]) -> SignIn:
    body = json.dumps({"identifier": parts["handle"], "password": parts["key"]}).encode()
    return SignIn(headers={"Content-Type": "application/json"}, body=body)


def _token(body: bytes) -> Token | None:
    try:
        value = read_object(body, "a session").text("accessJwt")
    except UnreadablePage:
        return None
    return Token(value, _SESSION) if value else None


def _is_expired(status: int, body: bytes) -> bool:
    return status == 401 or (status == 400 and b'"ExpiredToken"' in body)


class FoundPostsPage(FeedPage):
    """``searchPosts``: posts of several people."""

    @property
    def base(self) -> str:
        """The public service, which tells everybody who the authors are."""
        here = str(self.response.url)
        return PUBLIC_API if host_of(here) == _HOST else base_of(here)

    @field
    def links(self) -> tuple[Link, ...]:
        """The authors' profiles in batches, and older posts."""
        return without_repeats(self._further())

    def _further(self) -> Iterator[Link | None]:
        open_ones = (account for account in self._authors() if account.consent.state is Consent.FULL)
        yield from profiles_links(self.base, (account.native_id or "" for account in open_ones), 0.75, self._context)
        here, cursor = urlsplit(str(self.response.url)), self._answer().text("cursor")
        context, query = next_page(self.page_params), dict(parse_qsl(here.query))
        if context is not None and cursor and cursor != query.get("cursor"):
            asked = urlencode(query | {"cursor": cursor})
            url = try_canonical(f"{base_of(str(self.response.url))}{_PATH}?{asked}")
            yield Link(url=url, source="bluesky_search", page="posts", score=0.65, context=context) if url else None


class BlueskySearch(Source):
    """Posts on Bluesky by hashtag and by words."""

    name = "bluesky_search"
    kind: ClassVar[SourceKind] = "hashtag"
    needs = "your Bluesky handle and an app password (free)"
    rules = "https://docs.bsky.app/docs/advanced-guides/rate-limits"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"posts": FoundPostsPage}
    key = KeyRule(
        parts=(
            KeyPart(name="handle", what="your handle, such as name.bsky.social", secret=False),
            KeyPart(name="key", what="an app password, not that of the account"),
        ),
        hosts=(_HOST,),
        sign=bearer,
        get_at="https://bsky.app/settings/app-passwords",
        exchange=Exchange(url=f"https://{_HOST}/xrpc/com.atproto.server.createSession", ask=_sign_in, read=_token),
        expired=_is_expired,
    )
    quotas = (Quota(unit="requests", per_day=3_000, per_discovery=60, cost={"posts": 1}),)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The first hashtags, and a few searches for words."""
        tags = tuple(dict.fromkeys(terms.hashtags))[:_MOST_TAGS]
        asked = [(f"#{tag} on Bluesky", _query(f"#{tag}")) for tag in tags]
        asked += [(f'Bluesky "{words}"', _query(words)) for words in local_queries(terms, _MOST_QUERIES)]
        for base in bases(hosts, _HOST):
            yield from search_seeds(self.name, "posts", f"{base}{_PATH}", asked, score=0.92, pages=1)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses on the operator's server."""
        canonical = try_canonical(url)
        if canonical is None or not is_asked_at(canonical, _HOST, _PATH):
            return None
        return Link(url=canonical, source=self.name, page="posts")


def _query(words: str) -> dict[str, object]:
    return {"q": words, "limit": _LIMIT, "sort": "latest"}
