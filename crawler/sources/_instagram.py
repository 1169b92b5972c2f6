"""Answers of Instagram's Graph API as items: professional accounts, their media, and what hashtag media tell.

A hashtag's media come without their authors: they become no posts and no accounts, but the handles that their captions
name are leads (``instagram.py``).
"""

import re
from collections import Counter
from dataclasses import replace
from typing import Final

from catalog.identity import handle_alias, native_alias, try_canonical, url_alias
from catalog.items import (
    AccountItem,
    Alias,
    Consent,
    Counts,
    Interaction,
    PostItem,
    ProfileLink,
    TimeOrigin,
)
from crawler.sources._api import mentions_in, public_by_default
from crawler.sources._dates import parse_moment
from crawler.sources._html import tidy
from crawler.sources._json import JsonObject
from crawler.sources._names import display_name
from crawler.sources._plaintext import hashtags_in, links_in

HOST: Final = "instagram.com"
NAME: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.]{0,28}[A-Za-z0-9_])?")
_REASON: Final = "a professional account, which Instagram's API shows to other businesses"


def profile_url(name: str) -> str:
    """The address of a profile for people; Instagram's own for one whose name is not told."""
    return f"https://www.instagram.com/{name}/" if name else "https://www.instagram.com/"


def read_account(profile: JsonObject, asked_for: str) -> AccountItem | None:
    """The account of an answer, under the name that it tells or that was asked for; None when it has neither."""
    told = profile.text("username")
    name = (told if NAME.fullmatch(told) else asked_for).lower()
    native_id = profile.id("id")
    aliases = _aliases(name, native_id)
    if not aliases:
        return None
    bio = tidy(profile.text("biography"))
    consent = public_by_default(f"{profile.text('name')} {bio}", _REASON, profile_url(name))
    account = AccountItem(
        platform="instagram",
        host=HOST,
        aliases=aliases,
        url=profile_url(name),
        consent=consent,
        provenance="api",
        handle=name or None,
        native_id=native_id or None,
        text_complete=bool(told),
    )
    if consent.state is Consent.DENIED:
        return account
    return replace(
        account,
        name=display_name(profile.text("name")),
        bio=bio,
        tags=hashtags_in(bio),
        links=_links(profile.text("website"), bio),
        counts=Counts(
            followers=profile.count("followers_count"),
            following=profile.count("follows_count"),
            posts=profile.count("media_count"),
        ),
    )


def read_media(account: AccountItem, media: tuple[JsonObject, ...]) -> tuple[PostItem, ...]:
    """The captions of an account's media."""
    found: dict[str, PostItem] = {}
    for entry in media:
        native_id, text = entry.id("id"), tidy(entry.text("caption"))
        if native_id and text:
            found.setdefault(
                native_id,
                PostItem(
                    account=account.aliases[0],
                    native_id=native_id,
                    url=try_canonical(entry.text("permalink")) or "",
                    provenance="api",
                    text=text,
                    tags=hashtags_in(text),
                    published=parse_moment(entry.text("timestamp"), TimeOrigin.PLATFORM),
                    interaction=Interaction(likes=entry.count("like_count"), comments=entry.count("comments_count")),
                ),
            )
    return tuple(found.values())


def named_in(media: tuple[JsonObject, ...]) -> tuple[tuple[str, int], ...]:
    """The handles that captions name, most often named first."""
    counted = Counter(name for entry in media for name in mentions_in(entry.text("caption")) if NAME.fullmatch(name))
    return tuple(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _aliases(name: str, native_id: str) -> tuple[Alias, ...]:
    names = [native_alias(HOST, native_id)] if native_id else []
    return (*names, *((handle_alias(name, HOST), url_alias(profile_url(name))) if name else ()))


def _links(website: str, bio: str) -> tuple[ProfileLink, ...]:
    site = try_canonical(website.strip())
    found = dict.fromkeys([*([site] if site else []), *links_in(bio)])
    return tuple(ProfileLink(url) for url in found)
