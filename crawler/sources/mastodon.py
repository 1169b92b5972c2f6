"""Servers that speak the Mastodon API: hashtag timelines, accounts and their public statuses, without a key.

A host is first asked what it shows to strangers (``instance``): a server that has closed its hashtag feeds gets no
further request. An account is read at its own server only, for only there its consent can be known; one that
shows up on another server is a lead. How accounts and statuses are read is in ``_mastodon_account.py`` and
``_mastodon_status.py``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qs, unquote, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import AccountItem, Consent, Link, PostItem
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import base_of, base_url, is_closed, next_page, without_repeats
from crawler.sources._mastodon_account import (
    home_link,
    opted_out,
    profile_leads,
    read_account,
    seen_from_afar,
)
from crawler.sources._mastodon_bodies import accounts_in, recognise_answer, statuses_in
from crawler.sources._mastodon_links import (
    api_page,
    feed_link,
    next_address,
    profile_link,
    readable_scope,
    statuses_link,
    tag_link,
)
from crawler.sources._mastodon_status import Timeline, read_timeline
from crawler.sources.base import Advice, PlanTerms, Source, SourceKind, SourcePage

_HANDLE_PATH: Final = re.compile(r"/(?:web/)?@([\w.-]+)(?:@([\w.:-]+\.[\w-]+))?(?:/\d{6,})?/?")
_OTHERS_NAMES: Final = """buymeacoffee.com dribbble.com farcaster.xyz flipboard.com hashnode.com ko-fi.com
    lemon8-app.com medium.com odysee.com rumble.com substack.com unsplash.com vimeo.com"""
_OTHERS: Final = tuple(f".{name}" for name in _OTHERS_NAMES.split())
"""Platforms whose profiles have such addresses too; sub-domains count."""
_NOT_THERE: Final = 404
_CLOSED: Final = (401, 403)


class MastodonPage(SourcePage):
    """What all answers of this API share."""

    robots = "api"

    @property
    def base(self) -> str:
        """The server that answered."""
        return base_of(str(self.response.url))

    @property
    def body(self) -> bytes:
        """The answer's bytes."""
        return bytes(self.response.body)


class InstancePage(MastodonPage):
    """``/api/v2/instance``: whether strangers may read hashtag feeds; if so, the feeds of the tags asked for.

    Servers that do not know that address answer ``/api/v1/instance``.
    """

    @field
    def links(self) -> tuple[Link, ...]:
        """The timelines of the tags in the context (``tags``, separated by spaces)."""
        instance = read_object(self.body, "a server's description")
        if not (instance.text("domain") or instance.text("uri")) or not instance.text("version"):
            raise UnreadablePage("not the description of a server that speaks the Mastodon API")
        feeds = instance.object("configuration").object("timelines_access").object("hashtag_feeds")
        scope = readable_scope(feeds)
        if scope is None:
            return ()
        tags = self.page_params.get("tags", "").split()
        return without_repeats(tag_link(self.base, tag, scope, rank) for rank, tag in enumerate(tags))


class TimelinePage(MastodonPage):
    """Statuses of several people (a hashtag) or of one (their own list): both are read alike.

    So are one status alone, a conversation and the statuses of a search, which only ``nichescout read`` meets.
    """

    @cached_method
    def _timeline(self) -> Timeline:
        return read_timeline(self._statuses(), self.base)

    @cached_method
    def _statuses(self) -> tuple[JsonObject, ...]:
        return statuses_in(self.body)

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The authors who live on this server."""
        return self._timeline().accounts

    @field
    def posts(self) -> tuple[PostItem, ...]:
        """Their public statuses, without boosts."""
        return self._timeline().posts

    def _further(self, score: float) -> Link | None:
        """The next page of the same list, while the link that led here allows one."""
        context, url = next_page(self.page_params), next_address(self.response.headers.get("Link") or "")
        here = urlsplit(str(self.response.url))
        if context is None or url is None or not self._statuses():
            return None
        there = urlsplit(url)
        if (there.netloc.lower(), there.path) != (here.netloc.lower(), here.path):
            return None  # a server that sends us elsewhere
        page = "tag" if isinstance(self, TagPage) else "statuses"
        return Link(url=canonical_url(url), source="mastodon", page=page, score=score, context=context)


class TagPage(TimelinePage):
    """``/api/v1/timelines/tag/NAME``: who writes about something."""

    @field
    def links(self) -> tuple[Link, ...]:
        """Own lists of authors who opened theirs, home servers of the others, the next page."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        timeline = self._timeline()
        for account in timeline.accounts:
            if account.consent.state is Consent.FULL:
                yield statuses_link(self.base, account, round(0.6 + 0.05 * min(timeline.seen[account.url], 6), 3))
            yield from profile_leads(account, 0.4)
        for author in timeline.remote:
            if not opted_out(author):
                yield home_link(author, 0.6)
        yield self._further(0.7)


class StatusesPage(TimelinePage):
    """``/api/v1/accounts/ID/statuses``: what one account writes."""

    own_words = True

    @field
    def links(self) -> tuple[Link, ...]:
        """The addresses that the profile lists, whom its statuses mention or boost, and what they link to."""
        leads = [link for account in self.accounts for link in profile_leads(account, 0.4)]
        named = [_asked_at_home(person, self.base) for person in self._timeline().named]
        return without_repeats([*leads, *named, *self._timeline().linked, self._further(0.5)])


class AccountPage(MastodonPage):
    """``/api/v1/accounts/lookup?acct=NAME`` and ``/api/v1/accounts/ID``: one profile with its settings."""

    own_words = True

    @cached_method
    def _answer(self) -> JsonObject:
        answer = read_object(self.body, "a profile")
        if not answer.text("acct"):
            said = answer.text("error")[:100]
            raise UnreadablePage(f"a profile expected, but the server says: {said}" if said else "not a profile")
        return answer

    @cached_method
    def _account(self) -> AccountItem | None:
        return read_account(self._answer(), self.base)

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """The account; of one that lives on another server only its names, as its home is asked."""
        account = self._account() or seen_from_afar(self._answer())
        return (account,) if account else ()

    @field
    def links(self) -> tuple[Link, ...]:
        """Its statuses, where they may be read; its addresses; its new or its real home."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        account, answer = self._account(), self._answer()
        if account is None:
            yield None if opted_out(answer) else home_link(answer, 0.6)
            return
        if account.consent.state is Consent.FULL:
            yield statuses_link(self.base, account, 0.6)
        if answer.object("moved") and account.consent.state is not Consent.DENIED:
            yield home_link(answer.object("moved"), 0.6)
        yield from profile_leads(account, 0.4)


class AccountsPage(MastodonPage):
    """Lists of profiles: a server's directory, a search for people, suggestions."""

    @cached_method
    def _rows(self) -> tuple[JsonObject, ...]:
        return accounts_in(self.body)

    @field
    def accounts(self) -> tuple[AccountItem, ...]:
        """Those who live on this server; of the others their names, as their homes are asked."""
        found = (read_account(row, self.base) or seen_from_afar(row) for row in self._rows())
        return tuple({account.url: account for account in found if account is not None}.values())

    @field
    def links(self) -> tuple[Link, ...]:
        """Statuses where they may be read, listed addresses, the homes of the others."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        for row in self._rows():
            account = read_account(row, self.base)
            if account is None:
                yield None if opted_out(row) else home_link(row, 0.5)
            elif account.consent.state is Consent.FULL:
                yield statuses_link(self.base, account, 0.5)
                yield from profile_leads(account, 0.4)


class Mastodon(Source):
    """Hashtags on Mastodon and the servers that speak its API."""

    name = "mastodon"
    kind: ClassVar[SourceKind] = "hashtag"
    needs = "nothing"
    rules = "https://docs.joinmastodon.org/methods/timelines/#tag"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {
        "instance": InstancePage,
        "tag": TagPage,
        "lookup": AccountPage,
        "account": AccountPage,
        "statuses": StatusesPage,
        "accounts": AccountsPage,
    }

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """One question per server; its answer leads to the tags, so that a closed server costs one request."""
        tags = tuple(dict.fromkeys(tag for tag in terms.hashtags if re.fullmatch(r"\w+", tag)))
        for host in hosts if tags else ():
            link = Link(
                url=f"{base_url(host)}/api/v2/instance",
                source=self.name,
                page="instance",
                score=1.0,
                context={"tags": " ".join(tags)},
            )
            yield Seed(label=f"hashtags {' '.join('#' + tag for tag in tags)} on {host_of(link.url)}", link=link)

    def recognise(self, url: str) -> Link | None:
        """Documented API addresses, and profile pages (``/@name``) of hosts that are not known to be something else."""
        canonical = try_canonical(url)
        if canonical is None or is_closed(canonical):
            return None
        parts, base = urlsplit(canonical), base_of(canonical)
        path = unquote(parts.path)
        if path == "/api/v1/accounts/lookup":
            handle = parse_qs(parts.query).get("acct", [""])[0]
            return profile_link(base, *handle.partition("@")[::2]) if handle else None
        page = api_page(path)
        if page is not None:
            return Link(url=canonical, source=self.name, page=page)
        profile = _HANDLE_PATH.fullmatch(path) if not parts.query else None
        if profile is None or f".{host_of(canonical)}".endswith(_OTHERS):
            return None
        return profile_link(base, profile[1], profile[2] or "")

    def recognise_body(self, document: Document) -> Link | None:
        """Profiles, statuses, lists of both, descriptions of servers."""
        page, url = recognise_answer(document)
        return Link(url=url, source=self.name, page=page) if page else None

    def advice(self, url: str, page: str, status: int | None, body: bytes) -> Advice:  # noqa: ARG002
        """Where to ask a server that is older, or that closes this API but publishes feeds (Pixelfed)."""
        base = base_of(url)
        if page == "instance" and status == _NOT_THERE and url.endswith("/api/v2/instance"):
            older = Link(url=f"{base}/api/v1/instance", source=self.name, page="instance", score=1.0)
            return Advice(instead=(older,))
        if page == "lookup" and status in _CLOSED:
            name = parse_qs(urlsplit(url).query).get("acct", [""])[0]
            feed = feed_link(base, name, 0.5)
            return Advice(instead=(feed,) if feed else ())
        return Advice()


def _asked_at_home(person: JsonObject, base: str) -> Link | None:
    """The profile of somebody mentioned, who lives here or elsewhere; what they allow is asked there."""
    name, _, home = person.text("acct").partition("@")
    return None if opted_out(person) else profile_link(base, name, home)
