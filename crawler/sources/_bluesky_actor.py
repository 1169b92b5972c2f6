"""People of Bluesky: the views of its AppView as accounts. Posts are in ``_bluesky_post.py``.

Consent (docs/consent.md): the account's own switch against being shown to people who are not signed in is the
label ``!no-unauthenticated``; ``!hide`` and ``!takedown`` are the service's word. Views come in three sizes: what a
view does not show is not known, never 0.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from catalog.identity import canonical_url, handle_alias, url_alias
from catalog.items import (
    AccountItem,
    Alias,
    AliasKind,
    Consent,
    ConsentSignal,
    Counts,
    ProfileLink,
    TimeOrigin,
)
from crawler.sources._consent import opt_out_in
from crawler.sources._dates import parse_moment
from crawler.sources._html import tidy
from crawler.sources._json import JsonObject
from crawler.sources._names import display_name
from crawler.sources._plaintext import hashtags_in, links_in

HOST: Final = "bsky.app"
PUBLIC_API: Final = "https://public.api.bsky.app"
OPEN: Final = "public account; the owner does not ask for signed-in readers only (!no-unauthenticated)"
A_LEAD: Final = "a follower is a lead: the profile itself is asked"
A_BRIDGE: Final = "a bridged copy of an account that lives elsewhere"
DID: Final = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[A-Za-z0-9.%-]{3,200})")
HANDLE: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?")
_DENYING: Final = {
    "!no-unauthenticated": "asks to be shown to signed-in readers only (!no-unauthenticated)",
    "!hide": "hidden by the service (!hide)",
    "!takedown": "taken down by the service (!takedown)",
}
_HANDLE_SERVICES: Final = ("bsky.social", "brid.gy", "host.bsky.network", "bsky.team", "blacksky.app", "eurosky.social")
"""Names under which anybody gets a handle; any other handle is a domain that its owner has proved to hold."""


def did_of(view: JsonObject) -> str:
    """The stable id; "" when the object is no account."""
    did = view.text("did")
    return did if DID.fullmatch(did) else ""


def handle_of(view: JsonObject) -> str:
    """The handle that holds now; "" for ``handle.invalid``, which the service writes when it does not."""
    handle = view.text("handle").lower().rstrip(".")
    return handle if HANDLE.fullmatch(handle) and len(handle) < 254 and not handle.endswith(".invalid") else ""


def labels_of(view: JsonObject) -> frozenset[str]:
    """The labels that hold: those taken back (``neg``) do not."""
    return frozenset(label.text("val") for label in view.objects("labels") if label.flag("neg") is not True)


def denying_label(view: JsonObject) -> str:
    """Why an account or a post must not be shown, in words; "" when nothing says so."""
    found = labels_of(view)
    return next((words for label, words in _DENYING.items() if label in found), "")


def profile_url(base: str, did: str) -> str:
    """Where the account can be asked again."""
    return canonical_url(f"{base}/xrpc/app.bsky.actor.getProfile?actor={did}")


def read_actor(view: JsonObject, base: str, *, whole: bool = True) -> AccountItem | None:
    """An account as a view shows it; None when it is none. ``whole``: the view holds the whole bio, if not the counts.

    Author views inside posts are not whole.
    """
    did = did_of(view)
    if not did:
        return None
    handle = handle_of(view)
    by_did = f"https://{HOST}/profile/{did}"
    url = f"https://{HOST}/profile/{handle}" if handle else by_did
    named = (handle_alias(handle, HOST), url_alias(url)) if handle else ()
    item = AccountItem(
        platform="bluesky",
        host=HOST,
        aliases=(Alias(AliasKind.DID, did), *named, url_alias(by_did)),
        url=canonical_url(url),
        consent=_consent(view, handle, profile_url(base, did)),
        provenance="api",
        handle=handle or None,
        native_id=did,
        kind="bot" if "bot" in labels_of(view) else "unknown",
        text_complete=whole,
    )
    return item if item.consent.state in (Consent.DENIED, Consent.UNKNOWN) else _with_text(item, view)


def as_lead(item: AccountItem) -> AccountItem:
    """An account of which only the names may be used, to ask for its own profile."""
    if item.consent.state is Consent.DENIED:
        return item
    names = replace(item, name="", bio="", location="", tags=(), links=(), counts=Counts(), created=None)
    return replace(names, consent=replace(item.consent, state=Consent.UNKNOWN, reason=A_LEAD), text_complete=False)


def strictest(accounts: Iterable[AccountItem | None]) -> tuple[AccountItem, ...]:
    """Each account once, in order of first sight: a denial wins, then the view that shows most."""
    kept: dict[Alias, AccountItem] = {}
    for account in accounts:
        if account is None:
            continue
        known = kept.get(account.aliases[0])
        if known is None or _rank(account) > _rank(known):
            kept[account.aliases[0]] = account
    return tuple(kept.values())


def _rank(account: AccountItem) -> tuple[bool, bool, bool]:
    counted = account.counts != Counts()
    return account.consent.state is Consent.DENIED, counted, account.text_complete


def _consent(view: JsonObject, handle: str, url: str) -> ConsentSignal:
    words = denying_label(view)
    if words:
        return ConsentSignal(Consent.DENIED, words, url)
    opt_out = opt_out_in(f"{view.text('displayName')} {view.text('description')}")
    if opt_out:
        return ConsentSignal(Consent.DENIED, f"opted out in the profile ({opt_out})", url)
    if handle.endswith(".brid.gy"):
        return ConsentSignal(Consent.UNKNOWN, A_BRIDGE, url, "copy")
    return ConsentSignal(Consent.FULL, OPEN, url)


def _with_text(item: AccountItem, view: JsonObject) -> AccountItem:
    bio = tidy(view.text("description"))
    return replace(
        item,
        name=display_name(view.text("displayName")),
        bio=bio,
        tags=hashtags_in(bio),
        links=_links(view, item.handle or "", bio),
        counts=Counts(
            followers=view.count("followersCount"),
            following=view.count("followsCount"),
            posts=view.count("postsCount"),
        ),
        created=parse_moment(view.text("createdAt"), TimeOrigin.AUTHOR),
    )


def _links(view: JsonObject, handle: str, bio: str) -> tuple[ProfileLink, ...]:
    """Own addresses: the website field, those in the bio, the domain that is the handle."""
    found = [ProfileLink(url, text="website") for url in links_in(view.text("website"))]
    found += [ProfileLink(url) for url in links_in(bio)]
    if handle and not f".{handle}".endswith(tuple(f".{name}" for name in _HANDLE_SERVICES)):
        found.append(ProfileLink(canonical_url(f"https://{handle}/"), rel_me=True, text="handle"))
    return tuple({link.url: link for link in sorted(found, key=lambda link: link.rel_me)}.values())
