"""Statuses of servers that speak the Mastodon API, as posts. Accounts are in ``_mastodon_account.py``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from catalog.identity import host_of, try_canonical
from catalog.items import AccountItem, Interaction, Link, PostItem, TimeOrigin
from crawler.sources._dates import parse_moment
from crawler.sources._html import html_to_text, one_line, tidy
from crawler.sources._json import JsonObject
from crawler.sources._leads import anchors, lead
from crawler.sources._mastodon_account import read_account, without_emoji

_MOST_NAMED: Final = 20  # people, and sites, of one list of statuses
_WORDS_AROUND: Final = 300  # characters
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a list of statuses says: accounts that live on its server, their posts, and accounts that live elsewhere."""

    accounts: tuple[AccountItem, ...]
    posts: tuple[PostItem, ...]
    remote: tuple[JsonObject, ...]
    seen: dict[str, int]  # how often an account of this server wrote here, by its address
    named: tuple[JsonObject, ...] = ()  # whom the authors mention or boost, each once
    linked: tuple[Link, ...] = ()  # sites that they link to


def read_timeline(statuses: Iterable[JsonObject], base: str) -> Timeline:
    """Sort a list of statuses by where their authors live; boosts and what is not public are left out."""
    accounts: dict[str, AccountItem] = {}
    remote: dict[str, JsonObject] = {}
    posts: dict[str, PostItem] = {}
    seen: dict[str, int] = {}
    statuses = tuple(statuses)
    for status, author in _own_public(statuses):
        account = read_account(author, base)
        if account is None:
            remote.setdefault(author.text("uri") or author.text("acct"), author)
            continue
        accounts.setdefault(account.url, account)
        seen[account.url] = seen.get(account.url, 0) + 1
        post = read_status(status, account)
        if post is not None:
            posts.setdefault(post.native_id, post)
    return Timeline(
        tuple(accounts.values()),
        tuple(posts.values()),
        tuple(remote.values()),
        seen,
        _named(statuses),
        _linked(statuses),
    )


def _named(statuses: Iterable[JsonObject]) -> tuple[JsonObject, ...]:
    """Mentions hold less than an account does: what stands there is enough to ask at its home."""
    found: dict[str, JsonObject] = {}
    for status in statuses:
        if status.text("visibility") != "public":
            continue
        boosted = status.object("reblog").object("account")
        for person in (*status.objects("mentions"), *([boosted] if boosted else [])):
            found.setdefault(person.text("url") or person.text("acct"), person)
    return tuple(found.values())[:_MOST_NAMED]


def _linked(statuses: Iterable[JsonObject]) -> tuple[Link, ...]:
    found: dict[str, Link] = {}
    for status, _ in _own_public(statuses):
        for anchor in anchors(status.text("content")):
            link = None if anchor.classes & {"mention", "hashtag"} else lead(anchor.url, 0.35)
            if link is not None:
                found.setdefault(link.url, replace(link, words=one_line(_text(status), _WORDS_AROUND)))
    return tuple(found.values())[:_MOST_NAMED]


def read_status(status: JsonObject, account: AccountItem) -> PostItem | None:
    """One status of ``account``; None when it has no id or no text."""
    native_id = status.id("id")
    text = _text(status)
    if not native_id or not text:
        return None
    permalink = try_canonical(status.text("url")) or try_canonical(status.text("uri"))
    tags = (one_line(tag.text("name")).lower() for tag in status.objects("tags"))
    return PostItem(
        account=account.aliases[0],
        native_id=native_id,
        url=permalink if permalink and host_of(permalink) == account.host else "",
        provenance="api",
        text=text,
        kind="reply" if _answers_others(status) else "post",
        language=_language(status.text("language")),
        tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
        published=parse_moment(status.text("created_at"), TimeOrigin.PLATFORM),
        edited=parse_moment(status.text("edited_at"), TimeOrigin.PLATFORM),
        interaction=Interaction(
            likes=status.count("favourites_count"),
            shares=status.count("reblogs_count"),
            comments=status.count("replies_count"),
        ),
    )


def _own_public(statuses: Iterable[JsonObject]) -> Iterator[tuple[JsonObject, JsonObject]]:
    """Statuses with their authors. A boost is somebody else's text, whose author's settings may be another server's."""
    for status in statuses:
        is_public = status.text("visibility") == "public" and status.flag("local_only") is not True
        if is_public and not status.object("reblog"):
            yield status, status.object("account")


def _text(status: JsonObject) -> str:
    """The content warning, which is often the subject, and the content."""
    warning = tidy(status.text("spoiler_text"))
    content = html_to_text(status.text("content"))
    return tidy(without_emoji("\n\n".join(part for part in (warning, content) if part), status))


def _answers_others(status: JsonObject) -> bool:
    answered = status.id("in_reply_to_account_id")
    return bool(answered or status.id("in_reply_to_id")) and answered != status.object("account").id("id")


def _language(code: str) -> str | None:
    match = _LANGUAGE.match(code)
    return match[0].lower() if match else None
