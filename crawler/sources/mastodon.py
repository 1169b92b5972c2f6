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
from crawler.sources._json import JsonObject, read_array, read_object
from crawler.sources._leads import base_of, base_url, is_closed, next_page, segment, without_repeats
from crawler.sources._mastodon_account import home_link, lookup_link, opted_out, profile_leads, read_account
from crawler.sources._mastodon_status import Timeline, read_timeline
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_LIMIT: Final = 40  # the most that the API gives at once
_FURTHER_PAGES: Final = 2  # of one hashtag; older statuses say little about who writes today
_HANDLE_PATH: Final = re.compile(r"/(?:web/)?@([\w.-]+)(?:@([\w.:-]+\.[\w-]+))?(?:/\d{6,})?/?")
_OTHERS_NAMES: Final = """buymeacoffee.com dribbble.com farcaster.xyz flipboard.com hashnode.com ko-fi.com
    lemon8-app.com medium.com odysee.com rumble.com substack.com unsplash.com vimeo.com"""
_OTHERS: Final = tuple(f".{name}" for name in _OTHERS_NAMES.split())
"""Platforms whose profiles have such addresses too; sub-domains count."""
_ACCOUNT_PATH: Final = re.compile(r"/api/v1/accounts/\d+(/statuses)?")
_TAG_PATH: Final = re.compile(r"/api/v1/timelines/tag/[^/]+")


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
    """``/api/v2/instance``: whether strangers may read hashtag feeds; if so, the feeds of the tags asked for."""

    @field
    def links(self) -> tuple[Link, ...]:
        """The timelines of the tags in the context (``tags``, separated by spaces)."""
        instance = read_object(self.body, "a server's description")
        if not (instance.text("domain") or instance.text("uri")) or not instance.text("version"):
            raise UnreadablePage("not the description of a server that speaks the Mastodon API")
        feeds = instance.object("configuration").object("timelines_access").object("hashtag_feeds")
        scope = _readable_scope(feeds)
        if scope is None:
            return ()
        tags = self.page_params.get("tags", "").split()
        return without_repeats(tag_link(self.base, tag, scope, rank) for rank, tag in enumerate(tags))


class TimelinePage(MastodonPage):
    """Statuses of several people (a hashtag) or of one (their own list): both are read alike."""

    @cached_method
    def _timeline(self) -> Timeline:
        return read_timeline(self._statuses(), self.base)

    @cached_method
    def _statuses(self) -> tuple[JsonObject, ...]:
        return read_array(self.body, "a list of statuses")

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
        context, url = next_page(self.page_params), _next_address(self.response.headers.get("Link") or "")
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
        """The addresses that the profile lists."""
        leads = [link for account in self.accounts for link in profile_leads(account, 0.4)]
        return without_repeats([*leads, self._further(0.5)])


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
        """The account, if it lives on this server."""
        account = self._account()
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
            return _lookup(base, *handle.partition("@")[::2]) if handle else None
        page = _api_page(path)
        if page is not None:
            return Link(url=canonical, source=self.name, page=page)
        profile = _HANDLE_PATH.fullmatch(path) if not parts.query else None
        if profile is None or f".{host_of(canonical)}".endswith(_OTHERS):
            return None
        return _lookup(base, profile[1], profile[2] or "")

    def recognise_body(self, document: Document) -> Link | None:
        """Profiles, lists of statuses and descriptions of servers."""
        answer, rows = document.object, document.rows
        if answer.text("acct") and answer.text("username"):
            return Link(url=_asked_of(document.url, (answer,)), source=self.name, page="account")
        if rows and all(row.text("visibility") and row.object("account").text("acct") for row in rows):
            writers = tuple(row.object("account") for row in rows)
            page = "statuses" if len({writer.text("acct") for writer in writers}) == 1 else "tag"
            return Link(url=_asked_of(document.url, writers), source=self.name, page=page)
        if answer.text("domain") and answer.text("version") and answer.object("configuration"):
            return Link(url=document.url, source=self.name, page="instance")
        return None


def tag_link(base: str, tag: str, scope: str, rank: int) -> Link:
    """A hashtag's timeline; ``scope`` is "", "local" or "remote", ``rank`` its place in the plan from 0."""
    narrowed = f"&{scope}=true" if scope else ""
    return Link(
        url=canonical_url(f"{base}/api/v1/timelines/tag/{segment(tag)}?limit={_LIMIT}{narrowed}"),
        source="mastodon",
        page="tag",
        score=round(max(0.75, 0.95 - 0.01 * rank), 3),
        context={"pages": str(_FURTHER_PAGES)},
    )


def statuses_link(base: str, account: AccountItem, score: float) -> Link | None:
    """The account's own statuses, without boosts and without answers to others."""
    if not account.native_id:
        return None
    query = f"exclude_reblogs=true&exclude_replies=true&limit={_LIMIT}"
    url = try_canonical(f"{base}/api/v1/accounts/{segment(account.native_id)}/statuses?{query}")
    return Link(url=url, source="mastodon", page="statuses", score=score) if url else None


def _readable_scope(feeds: JsonObject) -> str | None:
    """Which statuses of a hashtag strangers see: "" all, "local" or "remote" ones, None nothing.

    Servers before 4.5 do not say; they answer strangers unless they refuse the timeline itself.
    """
    local, remote = (feeds.text(key) in ("", "public") for key in ("local", "remote"))
    if local and remote:
        return ""
    return "local" if local else "remote" if remote else None


def _next_address(header: str) -> str | None:
    """The address marked rel="next" in a Link header."""
    for part in re.split(r",\s*(?=<)", header):
        address, _, rest = part.partition(">")
        if re.search(r'rel="?next"?', rest):
            return try_canonical(address.strip().lstrip("<"))
    return None


def _api_page(path: str) -> str | None:
    if path in ("/api/v2/instance", "/api/v2/instance/"):
        return "instance"
    if _TAG_PATH.fullmatch(path):
        return "tag"
    account = _ACCOUNT_PATH.fullmatch(path)
    return None if account is None else "statuses" if account[1] else "account"


def _asked_of(url: str, accounts: Iterable[JsonObject]) -> str:
    """The server that a body comes from, told by the accounts that it shows as its own; ``url`` when none is."""
    own = (account.text("uri") or account.text("url") for account in accounts if "@" not in account.text("acct"))
    canonical = next((found for address in own if (found := try_canonical(address))), None)
    return canonical_url(base_of(canonical)) if canonical else url


def _lookup(base: str, name: str, home: str) -> Link | None:
    """The profile of ``name`` at its own server."""
    address = f"https://{home}" if home else base
    if not re.fullmatch(r"[\w.-]+", name) or try_canonical(address) is None:
        return None
    return lookup_link(base_of(address), name, 0.6)
