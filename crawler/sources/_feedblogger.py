"""Blogger's own ways with feeds: the JSON form of Atom (``alt=json``), and further parts on another host."""

import re
from typing import Final
from urllib.parse import urlsplit

from catalog.identity import host_of, try_canonical
from catalog.items import TimeOrigin
from crawler.errors import UnreadablePage
from crawler.sources._counts import parse_count
from crawler.sources._dates import parse_moment
from crawler.sources._feedmodel import Entry, Feed
from crawler.sources._html import html_to_text, one_line
from crawler.sources._json import JsonObject
from crawler.sources._site import Author, absolute, clean_name, same_host

_MOST_ENTRIES: Final = 1000
_PART: Final = re.compile(r"/feeds/\d+/posts/(?:default|summary)/?")
_OWN_FEED: Final = re.compile(r"/feeds/posts/(?:default|summary)")


def on_own_host(next_part: str, url: str) -> str:
    """Blogger names the next part of a feed under its own host and the blog's number; the blog's host has it, too."""
    parts, own = urlsplit(next_part), urlsplit(url)
    if same_host(next_part, url) or host_of(next_part).removeprefix("www.") != "blogger.com":
        return next_part
    if not _PART.fullmatch(parts.path) or not _OWN_FEED.match(own.path):
        return next_part
    return try_canonical(f"{own.scheme}://{own.netloc}{own.path}?{parts.query}") or next_part


def is_blogger_json(answer: JsonObject) -> bool:
    """Whether JSON is Atom as Google's old data interface wrote it."""
    return answer.object("feed").object("id").text("$t").startswith("tag:blogger.com")


def read_blogger_json(answer: JsonObject, url: str) -> Feed:
    """The feed in ``answer``, found at ``url``. Raises UnreadablePage when it is none of Blogger's."""
    if not is_blogger_json(answer):
        raise UnreadablePage("not a feed: JSON without the version of a JSON Feed")
    feed = answer.object("feed")
    following = _link(feed, "next", url)
    return Feed(
        title=_line(feed, "title"),
        description=html_to_text(feed.object("subtitle").text("$t")),
        home=_link(feed, "alternate", url),
        authors=_authors(feed, url),
        entries=tuple(_entry(entry, url) for entry in feed.objects("entry")[:_MOST_ENTRIES]),
        next_page=on_own_host(following, url) if following else None,
    )


def _entry(entry: JsonObject, base: str) -> Entry:
    content = html_to_text(entry.object("content").text("$t"))
    replies = parse_count(entry.object("thr$total").text("$t"))
    published = parse_moment(entry.object("published").text("$t"), TimeOrigin.AUTHOR)
    edited = parse_moment(entry.object("updated").text("$t"), TimeOrigin.AUTHOR)
    labels = (one_line(label.text("term"), 80) for label in entry.objects("category"))
    return Entry(
        id=entry.object("id").text("$t").strip(),
        url=_link(entry, "alternate", base) or "",
        title=_line(entry, "title"),
        text=content or html_to_text(entry.object("summary").text("$t")),
        complete=bool(content),
        authors=_authors(entry, base),
        published=published,
        edited=edited if edited and published and edited.at > published.at else None,
        tags=tuple(dict.fromkeys(label for label in labels if label and "://" not in label))[:40],
        comments=replies.value if replies else None,
    )


def _line(context: JsonObject, key: str) -> str:
    return one_line(html_to_text(context.object(key).text("$t")))


def _link(context: JsonObject, rel: str, base: str) -> str | None:
    return next((absolute(base, one.text("href")) for one in context.objects("link") if one.text("rel") == rel), None)


def _authors(context: JsonObject, base: str) -> tuple[Author, ...]:
    found = (
        Author(clean_name(one.object("name").text("$t")), absolute(base, one.object("uri").text("$t")) or "")
        for one in context.objects("author")
    )
    return tuple({author.name.casefold(): author for author in found if author.name}.values())
