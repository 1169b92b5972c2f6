"""JSON Feed 1 and 1.1 (jsonfeed.org/version/1.1); bytes in, ``Feed`` out."""

import json
from collections.abc import Iterable
from typing import Any

from catalog.items import ProfileLink, TimeOrigin
from crawler.errors import UnreadablePage
from crawler.sources._dates import parse_moment
from crawler.sources._feedblogger import read_blogger_json
from crawler.sources._feedmodel import Entry, Feed
from crawler.sources._html import decode, html_to_text, one_line, tidy
from crawler.sources._json import JsonObject
from crawler.sources._site import Author, absolute, clean_name

_MOST_ENTRIES = 1000


def read_json_feed(body: bytes, url: str, declared: str | None) -> Feed:
    """The feed in ``body``, found at ``url``. Raises UnreadablePage when it is no JSON Feed."""
    try:
        data = json.loads(decode(body, declared), strict=False)
    except (ValueError, RecursionError) as error:
        raise UnreadablePage("not a feed: broken JSON") from error
    if isinstance(data, dict) and isinstance(data.get("feed"), dict):
        return read_blogger_json(JsonObject(data), url)
    if not isinstance(data, dict) or "jsonfeed.org/version" not in _string(data, "version"):
        raise UnreadablePage("not a feed: JSON without the version of a JSON Feed")
    items = [item for item in _list(data, "items") if isinstance(item, dict)]
    entries = tuple(_entry(item, url) for item in items[:_MOST_ENTRIES])
    expired = data.get("expired") is True
    return Feed(
        title=one_line(_string(data, "title")),
        description=tidy(_string(data, "description")),
        home=absolute(url, _string(data, "home_page_url")),
        authors=_authors(data, url),
        language=_language(data),
        links=_author_links(data, url),
        entries=entries,
        next_page=None if expired else absolute(url, _string(data, "next_url")),
        podcast=any(entry.episode for entry in entries),
    )


def _entry(item: dict[str, Any], base: str) -> Entry:
    content = html_to_text(_string(item, "content_html")) or tidy(_string(item, "content_text"))
    permalink = absolute(base, _string(item, "url")) or ""
    return Entry(
        id=_string(item, "id") or permalink,
        url=permalink,
        title=one_line(html_to_text(_string(item, "title"))),
        text=content or tidy(_string(item, "summary")),
        complete=bool(content),
        authors=_authors(item, base),
        published=parse_moment(_string(item, "date_published"), TimeOrigin.AUTHOR),
        edited=parse_moment(_string(item, "date_modified"), TimeOrigin.AUTHOR),
        language=_language(item),
        tags=tuple(dict.fromkeys(one_line(tag, 80) for tag in _list(item, "tags") if isinstance(tag, str)))[:40],
        episode=any(_is_sound(attachment) for attachment in _list(item, "attachments")),
    )


def _string(data: dict[str, Any], key: str) -> str:
    """A text value; numbers count, since ids are often written as such."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    # Half a character cannot be written, a blank around an id is none of it.
    return str(value).encode("utf-8", "replace").decode("utf-8").strip()


def _list(data: dict[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, list) else []


def _language(data: dict[str, Any]) -> str | None:
    primary = _string(data, "language").partition("-")[0].lower()
    return primary if primary.isalpha() and len(primary) in (2, 3) else None


def _people(data: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """Version 1 has one ``author``, version 1.1 a list ``authors``; feeds mix them."""
    return (one for one in (*_list(data, "authors"), data.get("author")) if isinstance(one, dict))


def _authors(data: dict[str, Any], base: str) -> tuple[Author, ...]:
    found = (
        Author(clean_name(_string(one, "name")), absolute(base, _string(one, "url")) or "") for one in _people(data)
    )
    return tuple({author.name.casefold(): author for author in found if author.name}.values())


def _author_links(data: dict[str, Any], base: str) -> tuple[ProfileLink, ...]:
    urls = (absolute(base, _string(one, "url")) for one in _people(data))
    return tuple(ProfileLink(url) for url in dict.fromkeys(urls) if url)


def _is_sound(attachment: object) -> bool:
    kind = attachment.get("mime_type") if isinstance(attachment, dict) else None
    return isinstance(kind, str) and kind.startswith(("audio/", "video/"))
