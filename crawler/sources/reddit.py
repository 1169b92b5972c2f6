"""Reddit's Data API, with credentials that Reddit approved: who writes about something, and their own pages.

Off unless the operator says that the application was approved (the part ``approved``): since November 2025 new
credentials need approval, and commercial use an agreement. Reddit wants deleted content deleted: what a later answer
shows as deleted is taken out at once, and everything that was not read again within two days as well (``keep_for``).
Without credentials nothing of reddit.com is read. How things are read is in ``_reddit.py``.
"""

import base64
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import ClassVar, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Alias, Consent, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import bases, local_queries, search_seeds
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._keys import Exchange, KeyPart, KeyRule, Quota, SignIn, Token, bearer
from crawler.sources._leads import base_of, lead, without_repeats
from crawler.sources._reddit import (
    NAME,
    author_of,
    gone_in,
    read_author,
    read_own_page,
    read_user,
    read_writings,
    things_in,
    with_replies,
)
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "oauth.reddit.com"
_SITE: Final = frozenset({"reddit.com", "www.reddit.com", "old.reddit.com", "new.reddit.com", _HOST})
_LIMIT: Final = 100
_MOST_QUERIES: Final = 3
_MOST_AUTHORS: Final = 25  # of one answer; each costs two requests
_THINGS: Final = ("t1", "t2", "t3", "t5")
_ABOUT_PATH: Final = re.compile(r"/(?:user|u)/([\w-]{2,30})(?:/about)?(?:\.json)?/?")
_WRITINGS_PATH: Final = re.compile(r"/user/([\w-]{2,30})/submitted/?")
_THREAD_PATH: Final = re.compile(r"(?:/r/\w{2,30})?/comments/([0-9a-z]{1,13})(?:/.*)?")


def _sign_in(parts: Mapping[str, str]) -> SignIn:
    basic = base64.b64encode(f"{parts['key']}:{parts['secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    return SignIn(headers=headers, body=b"grant_type=client_credentials")


def _token(body: bytes) -> Token | None:
    try:
        answer = read_object(body, "a token")
    except UnreadablePage:
        return None
    value = answer.text("access_token")
    return Token(value, float(answer.count("expires_in") or 3600)) if value else None


class ThingsPage(SourcePage):
    """A listing of what several people or one wrote, a thread, or a list of accounts."""

    robots = "api"

    @cached_method
    def _answers(self) -> tuple[object, ...]:
        """The listings of an answer: one, or of a thread the link and its comments."""
        try:
            answer = json.loads(bytes(self.response.body).decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise UnreadablePage("things of Reddit expected, but the body is not JSON") from error
        answers = tuple(answer) if isinstance(answer, list) else (answer,)
        if not answers or not all(isinstance(entry, dict) and isinstance(entry.get("data"), dict) for entry in answers):
            raise UnreadablePage(_refusal(answer))
        return answers

    @cached_method
    def _things(self) -> tuple[tuple[str, JsonObject], ...]:
        """What the first listing holds. Comments below a link are other people's words."""
        return tuple(things_in(self._answers()[0]))

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """Authors by name, accounts and people's own pages whole; each once, as told first."""
        return without_copies(_accounts_in(self._things()))

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """Links and comments, as far as their authors still stand by them."""
        posts = read_writings(self._things())
        if len(self._answers()) == 2 and len(posts) == 1:
            comments = [thing for kind, thing in things_in(self._answers()[1]) if kind == "t1"]
            return (with_replies(posts[0], comments),)
        return posts

    @field
    def tombstones(self) -> tuple[Alias, ...]:
        """What was deleted or removed."""
        return gone_in(self._things())

    @field
    def links(self) -> tuple[Link, ...]:
        """The authors' own pages, those who wrote most first."""
        seen = Counter(author_of(thing) for kind, thing in self._things() if kind in ("t1", "t3"))
        del seen[""]
        base = base_of(str(self.response.url))
        return tuple(
            about_link(base, name, round(min(0.8, 0.55 + 0.05 * times), 3))
            for name, times in sorted(seen.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_AUTHORS]
        )


class AboutPage(ThingsPage):
    """``/user/NAME/about``: one account."""

    @field
    def links(self) -> tuple[Link, ...]:
        """What they wrote, and the addresses that they list."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        for account in _accounts_in(self._things()):
            if account.consent.state is not Consent.DENIED:
                yield writings_link(base_of(str(self.response.url)), account.handle or "")
                yield from (lead(link.url, 0.45) for link in account.links)


class WritingsPage(ThingsPage):
    """``/user/NAME/submitted``: what one account posted."""

    @field
    def links(self) -> tuple[Link, ...]:
        """Nothing further: the account led here."""
        return ()


class UsersPage(SourcePage):
    """``/api/user_data_by_account_ids``: accounts by their ids, without texts."""

    robots = "api"

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The accounts."""
        answer = read_object(bytes(self.response.body), "accounts of Reddit")
        users = [(key, answer.object(key)) for key in answer.values if key.startswith("t2_")]
        if not users:
            raise UnreadablePage(_refusal(dict(answer.values)))
        return without_copies(account for key, user in users if (account := read_user(user, key)))


class Reddit(Source):
    """Posts and people on Reddit."""

    name = "reddit"
    kind: ClassVar[SourceKind] = "forum"
    needs = "credentials of an application that Reddit has approved"
    rules = "https://support.reddithelp.com/hc/en-us/articles/42728983564564-Responsible-Builder-Policy"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "things": ThingsPage,
        "about": AboutPage,
        "writings": WritingsPage,
        "users": UsersPage,
    }
    key = KeyRule(
        parts=(
            KeyPart(name="key", what="the client id of your application"),
            KeyPart(name="secret", what="the secret of your application"),
            KeyPart(
                name="approved",
                what="the word yes, if Reddit has approved the application",
                secret=False,
                must_be="yes",
            ),
        ),
        hosts=(_HOST,),
        sign=bearer,
        get_at="https://www.reddit.com/prefs/apps",
        exchange=Exchange(url="https://www.reddit.com/api/v1/access_token", ask=_sign_in, read=_token),
    )
    quotas = (
        Quota(
            unit="requests",
            per_day=5_000,
            per_discovery=200,
            cost={"things": 1, "about": 1, "writings": 1, "users": 1},
        ),
    )
    keep_for = timedelta(days=2)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """A few searches over the last year, the local ones first."""
        for base in bases(hosts, _HOST):
            asked = ((f'Reddit "{query}"', _search(query)) for query in local_queries(terms, _MOST_QUERIES))
            yield from search_seeds(self.name, "things", f"{base}/search", asked, score=0.84, step=0.02)

    def recognise(self, url: str) -> Link | None:
        """People and threads, at the API's addresses and at those for people."""
        canonical = try_canonical(url)
        if canonical is None or host_of(canonical) not in _SITE:
            return None
        parts = urlsplit(canonical)
        path, base = unquote(parts.path), f"https://{_HOST}"
        if (person := _ABOUT_PATH.fullmatch(path)) and NAME.fullmatch(person[1]):
            return about_link(base, person[1], 0.5)
        if person := _WRITINGS_PATH.fullmatch(path):
            return writings_link(base, person[1])
        if thread := _THREAD_PATH.fullmatch(path):
            url = canonical_url(f"{base}/comments/{thread[1]}?limit={_LIMIT}&raw_json=1")
            return Link(url=url, source=self.name, page="things")
        words = dict(parse_qsl(parts.query)).get("q", "")
        if host_of(canonical) == _HOST and path == "/search" and words:
            return Link(
                url=canonical_url(f"{base}/search?{urlencode(_search(words))}"), source=self.name, page="things"
            )
        return None

    def recognise_body(self, document: Document) -> Link | None:
        """Listings, single things, threads, and accounts by id."""
        rows = document.rows or ((document.object,) if document.object else ())
        if rows and all(_is_reddit(row) for row in rows):
            page = "about" if rows[0].text("kind") == "t2" else "things"
            return Link(url=document.url, source=self.name, page=page)
        keys = list(document.object.values)
        if keys and all(key.startswith("t2_") and document.object.object(key).text("name") for key in keys):
            return Link(url=document.url, source=self.name, page="users")
        return None


def about_link(base: str, name: str, score: float) -> Link:
    """The page of one account."""
    return Link(url=canonical_url(f"{base}/user/{name}/about?raw_json=1"), source="reddit", page="about", score=score)


def writings_link(base: str, name: str) -> Link | None:
    """What one account posted, newest first."""
    if not NAME.fullmatch(name):
        return None
    url = canonical_url(f"{base}/user/{name}/submitted?limit={_LIMIT}&raw_json=1&sort=new")
    return Link(url=url, source="reddit", page="writings", score=0.6)


def without_copies(accounts: Iterable[AccountItem]) -> tuple[AccountItem, ...]:
    """Each account once, a whole one rather than one by name only."""
    kept: dict[str, AccountItem] = {}
    for account in accounts:
        known = kept.get(account.url)
        if known is None or (account.text_complete and not known.text_complete):
            kept[account.url] = account
    return tuple(kept.values())


def _accounts_in(things: Iterable[tuple[str, JsonObject]]) -> Iterator[AccountItem]:
    for kind, thing in things:
        if kind in ("t1", "t3"):
            account = read_author(thing)
        elif kind == "t2":
            account = read_user(thing)
        else:
            account = read_own_page(thing) if kind == "t5" else None
        if account is not None:
            yield account


def _search(words: str) -> dict[str, object]:
    return {"q": words, "type": "link", "sort": "relevance", "t": "year", "limit": _LIMIT, "raw_json": 1}


def _is_reddit(answer: JsonObject) -> bool:
    data = answer.object("data")
    if answer.text("kind") == "Listing":
        return isinstance(data.values.get("children"), list)
    return answer.text("kind") in _THINGS and bool(data.text("name") or data.id("id"))


def _refusal(answer: object) -> str:
    said = JsonObject(answer) if isinstance(answer, dict) else JsonObject()
    words = (
        said.text("message") or said.text("explanation") or (f"error {said.id('error')}" if said.id("error") else "")
    )
    return f"things of Reddit expected, but it says: {words[:100]}" if words.strip() else "no things of Reddit"
