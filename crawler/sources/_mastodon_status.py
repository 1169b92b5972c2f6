"""Statuses of servers that speak the Mastodon API, as posts. Accounts are in ``_mastodon_account.py``."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from catalog.identity import host_of, try_canonical
from catalog.items import AccountItem, Interaction, PostItem, TimeOrigin
from crawler.sources._dates import parse_moment
from crawler.sources._html import html_to_text, one_line, tidy
from crawler.sources._json import JsonObject
from crawler.sources._mastodon_account import read_account, without_emoji

_LANGUAGE: Final = re.compile(r"[a-z]{2,3}\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Timeline:
    """What a list of statuses says: accounts that live on its server, their posts, and accounts that live elsewhere."""

    accounts: tuple[AccountItem, ...]
    posts: tuple[PostItem, ...]
    remote: tuple[JsonObject, ...]
    seen: dict[str, int]  # how often an account of this server wrote here, by its address


def read_timeline(statuses: Iterable[JsonObject], base: str) -> Timeline:
    """Sort a list of statuses by where their authors live; boosts and what is not public are left out."""
    accounts: dict[str, AccountItem] = {}
    remote: dict[str, JsonObject] = {}
    posts: dict[str, PostItem] = {}
    seen: dict[str, int] = {}
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
    return Timeline(tuple(accounts.values()), tuple(posts.values()), tuple(remote.values()), seen)


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
