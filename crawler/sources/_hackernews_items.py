"""Stories, comments and people of Hacker News as items, from both of its APIs: Firebase's names and Algolia's.

User names are told apart by case, so that no handle alias is given. Consent (docs/consent.md): a public forum whose
only profile text is "about"; an opt-out in it is heard.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote

from catalog.identity import native_alias, url_alias
from catalog.items import (
    AccountItem,
    Consent,
    ConsentSignal,
    Counts,
    Interaction,
    Link,
    Moment,
    PostItem,
    ProfileLink,
    TimeOrigin,
)
from crawler.sources._consent import consent_of_profile, without_words
from crawler.sources._dates import parse_moment, unix_moment
from crawler.sources._html import html_to_text, one_line
from crawler.sources._json import JsonObject
from crawler.sources._leads import anchors, lead

HOST: Final = "news.ycombinator.com"
_NAME: Final = re.compile(r"[\w-]{1,40}", re.ASCII)
_TYPES: Final = ("story", "comment", "poll", "job")
_TOLD_TAGS: Final = {"show_hn": "show hn", "ask_hn": "ask hn"}
_MOST_IN_THREAD: Final = 1000


def is_name(name: str) -> bool:
    """Whether a text can be a user name."""
    return _NAME.fullmatch(name) is not None


def type_of(row: JsonObject) -> str:
    """``story``, ``comment``, ``poll`` or ``job``; "" for what is no text of somebody's (a poll's option)."""
    named = row.text("type") or next((tag for tag in row.texts("_tags") if tag in _TYPES), "")
    return named if named in _TYPES else ""


def read_item(row: JsonObject, thread: Iterable[JsonObject] | None = None) -> tuple[AccountItem, PostItem] | None:
    """A story or comment with its author; None for what was deleted, flagged dead, or says nothing.

    ``thread``: everything below it, where that is known whole.
    """
    author, number, kind = author_of(row), row.id("id") or row.id("objectID"), type_of(row)
    if not author or not number.isdecimal() or not kind or row.flag("deleted") or row.flag("dead"):
        return None
    title, text = _title(row), _text(row)
    if not title and not text:
        return None
    account = _account(author)
    post = PostItem(
        account=account.aliases[0],
        native_id=number,
        url=f"https://{HOST}/item?id={number}",
        provenance="api",
        text=text,
        title=title if kind != "comment" else "",
        kind="reply" if kind == "comment" else "forum",
        tags=tuple(_TOLD_TAGS[tag] for tag in row.texts("_tags") if tag in _TOLD_TAGS),
        published=_time(row),
        interaction=_interaction(row, author, thread),
    )
    return account, post


def author_of(row: JsonObject) -> str:
    """Who wrote an item; "" where it is not told."""
    name = row.text("by") or row.text("author")
    return name if is_name(name) else ""


def below(row: JsonObject) -> Iterator[JsonObject]:
    """Everything below an item of Algolia's, which nests answers, in order and without recursion."""
    stack = list(reversed(row.objects("children")))
    for _ in range(_MOST_IN_THREAD):
        if not stack:
            return
        child = stack.pop()
        yield child
        stack.extend(reversed(child.objects("children")))


def read_user(user: JsonObject) -> AccountItem | None:
    """A profile; None when it names nobody."""
    name = user.text("id") or user.text("username")
    if not is_name(name):
        return None
    about, account = html_to_text(user.text("about")), _account(name)
    submitted = user.values.get("submitted")
    return without_words(
        replace(
            account,
            consent=consent_of_profile(about, account.url, "public forum, API open to everybody", shown=True),
            bio=about,
            links=own_links(user.text("about")),
            counts=Counts(posts=len(submitted) if isinstance(submitted, list) else None),
            created=unix_moment(user.count("created"), TimeOrigin.PLATFORM)
            or parse_moment(user.text("created_at"), TimeOrigin.PLATFORM),
            text_complete=True,
        )
    )


def own_links(about: str) -> tuple[ProfileLink, ...]:
    """What somebody's "about" links to."""
    return tuple(ProfileLink(url) for url in dict.fromkeys(anchor.url for anchor in anchors(about)))


def leads_of(row: JsonObject) -> Iterator[Link | None]:
    """The page that a story is about, and the pages that its text links to."""
    yield lead(row.text("url"), 0.45)
    for anchor in anchors(_markup(row)):
        yield lead(anchor.url, 0.3)


def user_url(name: str) -> str:
    """The profile for people."""
    return f"https://{HOST}/user?id={quote(name)}"


def _account(name: str) -> AccountItem:
    """The account as far as an item shows it: a name."""
    return AccountItem(
        platform="hackernews",
        host=HOST,
        aliases=(native_alias(HOST, name), url_alias(user_url(name))),
        url=user_url(name),
        consent=ConsentSignal(Consent.FULL, "public forum, API open to everybody", user_url(name), "default"),
        provenance="api",
        handle=name,
        native_id=name,
        text_complete=False,
    )


def _title(row: JsonObject) -> str:
    return one_line(html_to_text(row.text("title")))


def _markup(row: JsonObject) -> str:
    return row.text("text") or row.text("story_text") or row.text("comment_text")


def _text(row: JsonObject) -> str:
    return html_to_text(_markup(row))


def _time(row: JsonObject) -> Moment | None:
    written = row.count("time") or row.count("created_at_i")
    return unix_moment(written, TimeOrigin.PLATFORM) or parse_moment(row.text("created_at"), TimeOrigin.PLATFORM)


def _interaction(row: JsonObject, author: str, thread: Iterable[JsonObject] | None) -> Interaction:
    likes = row.count("score") if row.count("score") is not None else row.count("points")
    comments = row.count("descendants") if row.count("descendants") is not None else row.count("num_comments")
    if thread is None:
        return Interaction(likes=likes, comments=comments)
    writers = [name for child in thread if (name := author_of(child))]
    told = comments if comments is not None else len(writers)
    return Interaction(likes=likes, comments=told, distinct_repliers=len(set(writers) - {author}))
