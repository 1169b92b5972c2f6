"""Accounts of servers that speak the Mastodon API: their names, their text and their word on consent.

Statuses are in ``_mastodon_status.py``. The consent rule is DESIGN 5.5: an account speaks for itself only on its own
server, which is the host that serves its actor address.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from catalog.identity import actor_alias, handle_alias, host_of, native_alias, try_canonical, url_alias
from catalog.items import (
    AccountItem,
    AccountKind,
    Alias,
    AliasKind,
    Consent,
    ConsentSignal,
    Counts,
    Link,
    Moment,
    Precision,
    ProfileLink,
    TimeOrigin,
)
from crawler.sources._consent import opt_out_in
from crawler.sources._dates import parse_moment
from crawler.sources._html import html_to_text
from crawler.sources._json import JsonObject
from crawler.sources._leads import anchors, lead, segment
from crawler.sources._names import display_name
from crawler.sources._plaintext import links_in

_PLACE_WORDS: Final = """location based base city town home hometown where place region lives ort wohnort standort stadt
    heimat lieu ville ubicación ubicacion ciudad luogo città plaats woonplaats cidade local localização miasto bor
    paikka sted stad"""
_PLACE_FIELDS: Final = frozenset(_PLACE_WORDS.split())
_ACTOR_PATH: Final = re.compile(r"/(?:users|ap/users)/[^/]+/?$")
_BRIDGES: Final = ("brid.gy",)  # copies of accounts that live elsewhere
_HASHTAG: Final = re.compile(r"(?<![\w/&])#(\w*[^\W\d]\w*)")


def home_of(account: JsonObject, host: str) -> str:
    """The host of the server on which an account lives, as a server ``host`` shows it; "" when it is not told."""
    uri = try_canonical(account.text("uri"))
    if uri is not None:
        return host_of(uri)
    name, _, domain = account.text("acct").partition("@")
    domain = domain.lower()
    return (domain or host) if name and domain in ("", host) else domain


def handle_of(account: JsonObject) -> str:
    """The user name without a host; "" when the object is no account."""
    name = account.text("username") or account.text("acct").partition("@")[0]
    return name if re.fullmatch(r"[\w.-]+", name) else ""


def read_account(account: JsonObject, base: str) -> AccountItem | None:
    """The account as its own server at ``base`` shows it; None when it is no account or lives elsewhere."""
    host, handle = host_of(base), handle_of(account)
    if not handle or home_of(account, host) != host:
        return None
    url = _own_address(account.text("url"), host) or f"{base}/@{segment(handle)}"
    consent = read_consent(account, lookup_url(base, handle))
    item = AccountItem(
        platform="pixelfed" if is_pixelfed(account) else "mastodon",
        host=host,
        aliases=_aliases(account, host, handle, url),
        url=url,
        consent=consent,
        provenance="api",
        handle=handle,
        native_id=account.id("id") or None,
        kind=_kind(account),
        moved_to=_moved_to(account),
    )
    return item if consent.state is Consent.DENIED else _with_text(item, account)


def seen_from_afar(account: JsonObject) -> AccountItem | None:
    """The names of an account that lives on another server than the one that shows it; None when nobody can be asked.

    A copy's settings may be nobody's: they are only heard where they say less (``opted_out``).
    """
    host, handle = home_of(account, ""), handle_of(account)
    url, base = _own_address(account.text("url"), host), f"https://{host}"
    if not handle or not url or host.endswith(_BRIDGES) or try_canonical(base) is None:
        return None
    asked = lookup_url(base, handle)
    aliases = tuple(alias for alias in _aliases(account, host, handle, url) if alias.kind is not AliasKind.NATIVE)
    return AccountItem(
        platform="mastodon",
        host=host,
        aliases=aliases,
        url=url,
        consent=ConsentSignal(Consent.UNKNOWN, "seen through another server: its home is asked", asked, "copy"),
        provenance="api",
        handle=handle,
        text_complete=False,
    )


def read_consent(account: JsonObject, url: str) -> ConsentSignal:
    """The account's own settings as a decision; ``url`` is where they can be asked again."""
    refusal = _refusal(account)
    if is_pixelfed(account) and not refusal:  # everybody is discoverable there, nobody can say indexable
        if account.flag("locked") is True:
            return ConsentSignal(Consent.DENIED, "a private account (locked)", url)
        return ConsentSignal(Consent.FULL, "public Pixelfed profile", url, "default")
    if refusal:
        return ConsentSignal(Consent.DENIED, refusal, url)
    if account.flag("indexable") is not True:
        return ConsentSignal(Consent.PROFILE, "listed in the directory, posts not opened to search (indexable)", url)
    return ConsentSignal(Consent.FULL, "opted in: discoverable and indexable", url)


def opted_out(account: JsonObject) -> bool:
    """Whether even a copy on another server shows that the account does not want to be found."""
    return discoverable(account) is False or (discoverable(account) is True and bool(_refusal(account)))


def lookup_url(base: str, handle: str) -> str:
    """The documented address of a profile by name."""
    return f"{base}/api/v1/accounts/lookup?acct={segment(handle)}"


def lookup_link(base: str, handle: str, score: float) -> Link:
    """A link to a profile at its own server."""
    return Link(url=lookup_url(base, handle), source="mastodon", page="lookup", score=score)


def home_link(account: JsonObject, score: float) -> Link | None:
    """Where a remote account can be asked: its server's API, or the page that it names; None if nowhere."""
    uri, handle = try_canonical(account.text("uri")), handle_of(account)
    host = host_of(uri) if uri else home_of(account, "")
    if not handle or not host or host.endswith(_BRIDGES):
        return None
    if uri is not None and not _ACTOR_PATH.search(urlsplit(uri).path):
        return lead(account.text("url"), score)  # a blog or another kind of server that speaks ActivityPub
    address = f"https://{host}"
    return lookup_link(address, handle, score) if try_canonical(address) else None


def profile_leads(item: AccountItem, score: float) -> Iterator[Link | None]:
    """The addresses that a profile lists, those that the platform verified first in score."""
    if item.consent.state in (Consent.FULL, Consent.PROFILE):
        for link in item.links:
            yield lead(link.url, round(score + (0.1 if link.verified_at else 0.0), 3))


def is_pixelfed(account: JsonObject) -> bool:
    """Whether a server that speaks this API runs Pixelfed."""
    return "note_text" in account.values and "header_bg" in account.values


def discoverable(account: JsonObject) -> bool | None:
    """The opt-in to discovery; Pleroma and Akkoma keep it among the account's source, old Pixelfed has none."""
    flag = True if is_pixelfed(account) else account.flag("discoverable")
    return account.object("source").object("pleroma").flag("discoverable") if flag is None else flag


def _refusal(account: JsonObject) -> str:
    if discoverable(account) is not True:
        return "has not opted in to discovery (discoverable)"
    for flag, words in (
        ("noindex", "asks not to be indexed (noindex)"),
        ("suspended", "suspended by its server"),
        ("limited", "limited by its server"),
        ("memorial", "a memorial account"),
    ):
        if account.flag(flag) is True:
            return words
    opt_out = opt_out_in(f"{account.text('display_name')} {_bio(account)} {' '.join(_field_words(account))}")
    return f"opted out in the profile ({opt_out})" if opt_out else ""


def _aliases(account: JsonObject, host: str, handle: str, url: str) -> tuple[Alias, ...]:
    uri, native = _own_address(account.text("uri"), host), account.id("id")
    found = [actor_alias(uri)] if uri else []
    found += [native_alias(host, native)] if native else []
    return (*found, handle_alias(handle, host), url_alias(url))


def _own_address(url: str, host: str) -> str | None:
    """``url`` if it lies on the account's own server: nobody speaks for an address elsewhere."""
    canonical = try_canonical(url)
    return canonical if canonical is not None and host_of(canonical) == host else None


def _kind(account: JsonObject) -> AccountKind:
    if account.flag("group") is True:
        return "group"
    return "bot" if account.flag("bot") is True else "unknown"


def _moved_to(account: JsonObject) -> Alias | None:
    """The new account: by its actor, which servers before 4.2 do not tell, else by its address."""
    moved = account.object("moved")
    uri, url = try_canonical(moved.text("uri")), try_canonical(moved.text("url"))
    return actor_alias(uri) if uri else url_alias(url) if url else None


def _with_text(item: AccountItem, account: JsonObject) -> AccountItem:
    bio = _bio(account)
    return replace(
        item,
        name=display_name(without_emoji(account.text("display_name"), account)),
        bio=bio,
        location=_location(account),
        tags=tuple(dict.fromkeys(tag.lower() for tag in _HASHTAG.findall(bio))),
        links=_links(account),
        counts=_counts(account),
        created=_created(account),
    )


def _counts(account: JsonObject) -> Counts:
    """Counts that the owner shows: hidden ones are -1 on some servers, 0 beside a flag on Pleroma and Akkoma."""
    hidden = account.object("pleroma")
    followers, following = account.count("followers_count"), account.count("following_count")
    return Counts(
        followers=None if hidden.flag("hide_followers_count") is True else followers,
        following=None if hidden.flag("hide_follows_count") is True else following,
        posts=account.count("statuses_count"),
    )


def without_emoji(text: str, owner: JsonObject) -> str:
    """``text`` without the custom emoji (``:name:``) that ``owner`` explains; clock times stay."""
    for emoji in owner.objects("emojis"):
        if emoji.text("shortcode"):
            text = text.replace(f":{emoji.text('shortcode')}:", " ")
    return text


def _bio(account: JsonObject) -> str:
    return html_to_text(without_emoji(account.text("note"), account))


def _field_words(account: JsonObject) -> Iterator[str]:
    for entry in account.objects("fields"):
        yield f"{entry.text('name')} {html_to_text(entry.text('value'))}"


def _location(account: JsonObject) -> str:
    for entry in account.objects("fields"):
        words = re.findall(r"[^\W\d_]+", without_emoji(entry.text("name"), account).casefold())
        if _PLACE_FIELDS.intersection(words):
            return display_name(html_to_text(without_emoji(entry.text("value"), account)))
    return display_name(account.text("location"))  # Pixelfed's own field


def _links(account: JsonObject) -> tuple[ProfileLink, ...]:
    found: dict[str, ProfileLink] = {}
    for entry in account.objects("fields"):
        verified = parse_moment(entry.text("verified_at"), TimeOrigin.PLATFORM)
        label = display_name(without_emoji(entry.text("name"), account))
        for anchor in anchors(entry.text("value")):
            link = ProfileLink(anchor.url, "me" in anchor.rel, verified.at if verified else None, label)
            found.setdefault(anchor.url, link)
    for website in links_in(account.text("website")):  # Pixelfed's own field
        found.setdefault(website, ProfileLink(website, text="website"))
    for anchor in anchors(account.text("note")):
        if not anchor.classes & {"mention", "hashtag"}:
            found.setdefault(anchor.url, ProfileLink(anchor.url, "me" in anchor.rel))
    return tuple(found.values())


def _created(account: JsonObject) -> Moment | None:
    moment = parse_moment(account.text("created_at"), TimeOrigin.PLATFORM)
    if moment is not None and (moment.at.hour, moment.at.minute, moment.at.second) == (0, 0, 0):
        return replace(moment, precision=Precision.DAY)  # the platform rounds it to the day
    return moment
