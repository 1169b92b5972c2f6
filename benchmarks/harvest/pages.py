"""The bytes of the invented web: blogs with feeds and stories, social servers, forums, directories, a search engine."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from benchmarks.harvest.words import bio_of, texts_of
from benchmarks.harvest.world import Creator, Directory, Discussion, WideWorld, anchor
from catalog.items import Link
from catalog.tasks import Seed

ENGINE: Final = "search.example"
_PER_LIST: Final = 30  # discussions on one page of a forum's list
_HEAD: Final = '<!doctype html><html lang="en"><head><meta charset="utf-8">'
_TALK: Final = re.compile(r"/t/(?:[^/]+/)?(\d+)\.json")


@dataclass(frozen=True, slots=True)
class Page:
    """One answer."""

    body: bytes
    kind: str


class Pages:
    """Answers for every address of a world; None where there is nothing."""

    def __init__(self, world: WideWorld) -> None:
        self._world = world
        self._blogs = {one.host: one for one in world.creators if one.kind == "blog"}
        self._others = {one.key: one for one in world.creators if one.kind != "blog"}
        self._by_id = {(one.host, _id(one)): one for one in world.creators if one.kind == "account"}
        self._directories = {each.host: each for each in world.directories}
        self._talks = {(talk.host, str(talk.number)): talk for talk in world.discussions}
        self._forums = dict.fromkeys(sorted(talk.host for talk in world.discussions))

    def seeds(self) -> tuple[Seed, ...]:
        """What a plan would start from: some servers' hashtags, a search, a list of the operator's, the forums."""
        tags = [(f"#sourdough on {host}", _link(_tag_url(host), "mastodon", "tag")) for host in self._world.tagged]
        found = ("web search", _link(f"https://{ENGINE}/search?q=sourdough", "searxng", "results"))
        listed = ("a list", _link(f"https://{self._world.directories[0].host}/blogroll", "blogroll", "list", 0.6))
        asked = {"query": "sourdough", "pages": "2"}
        forums = [
            (f"newest topics on {host}", _link(f"https://{host}/latest.json", "discourse", "topics", 0.85, asked))
            for host in self._forums
        ]
        return tuple(Seed(label=label, link=link) for label, link in (*tags, found, listed, *forums))

    def get(self, url: str) -> Page | None:
        """The answer for an address."""
        parts = urlsplit(url)
        host, path, query = parts.netloc, parts.path, parse_qs(parts.query)
        if host == ENGINE:
            return _json({"query": "sourdough", "results": [_result(one) for one in self._world.results]})
        if host in self._blogs:
            return self._of_blog(self._blogs[host], path)
        if host in self._directories:
            return _html(_list(self._directories[host]))
        return self._of_forum(host, path, query) if host in self._forums else self._of_server(host, path, query)

    def sizes(self) -> tuple[int, int]:
        """How many pages people have here, and how many of these are of somebody relevant."""
        pages = [(3 + _count(one) if one.kind == "blog" else 2, one.relevant) for one in self._world.creators]
        return sum(count for count, _ in pages), sum(count for count, relevant in pages if relevant)

    def owners(self, url: str) -> tuple[Creator, ...]:
        """Whom an address shows; for the oracle. Nobody: lists, hashtags, the search."""
        parts = urlsplit(url)
        if parts.netloc in self._blogs:
            return (self._blogs[parts.netloc],)
        if found := _TALK.fullmatch(parts.path):
            talk = self._talks.get((parts.netloc, found[1]))
            return tuple(talk.writers) if talk else ()
        handle = parse_qs(parts.query).get("acct", [""])[0] or parts.path.removeprefix("/u/").removesuffix(".json")
        segments = parts.path.split("/")
        number = segments[4] if len(segments) > 5 else ""
        one = self._others.get(f"{handle}@{parts.netloc}") or self._by_id.get((parts.netloc, number))
        return (one,) if one else ()

    def _of_blog(self, one: Creator, path: str) -> Page | None:
        if path == "/":
            return _html(_front(one))
        if path == "/about":
            return _html(_about(one))
        if path == "/feed.xml":
            return Page(_feed(one).encode(), "application/rss+xml")
        number = path.removeprefix("/story-")
        return _html(_story(one, int(number))) if number.isdecimal() and int(number) < _count(one) else None

    def _of_server(self, host: str, path: str, query: dict[str, list[str]]) -> Page | None:
        if path.startswith("/api/v1/timelines/tag/"):
            return _json([_status(one, 0, "#sourdough") for one in self._world.tagged.get(host, ())])
        if path == "/api/v1/accounts/lookup":
            found = self._others.get(f"{query.get('acct', [''])[0]}@{host}")
            return _json(_account(found)) if found else None
        mine = self._by_id.get((host, path.removeprefix("/api/v1/accounts/").removesuffix("/statuses")))
        return _json([_status(mine, at) for at in range(_count(mine))]) if mine else None

    def _of_forum(self, host: str, path: str, query: dict[str, list[str]]) -> Page | None:
        if path == "/latest.json":
            return _json(self._newest(host, int(query.get("page", ["0"])[0])))
        if found := _TALK.fullmatch(path):
            talk = self._talks.get((host, found[1]))
            return _json(_discussion(talk)) if talk else None
        one = self._others.get(f"{path.removeprefix('/u/').removesuffix('.json')}@{host}")
        return _json({"user": _member(one)}) if one else None

    def _newest(self, host: str, page: int) -> dict[str, Any]:
        talks = [talk for talk in self._talks.values() if talk.host == host]
        shown = talks[page * _PER_LIST : (page + 1) * _PER_LIST]
        more = {"more_topics_url": f"/latest?page={page + 1}"} if talks[(page + 1) * _PER_LIST :] else {}
        return {"topic_list": {"topics": [_row(talk) for talk in shown], **more}}


def _link(url: str, source: str, page: str, score: float = 0.95, context: dict[str, str] | None = None) -> Link:
    return Link(url=url, source=source, page=page, score=score, context=context or {})


def _count(one: Creator) -> int:
    return 4 + one.number % 3


def _texts(one: Creator) -> list[str]:
    kind = {"relevant": one.relevant, "shy": one.shy, "decoy": one.decoy, "neighbour": one.neighbour}
    return texts_of(one.key, one.topic, _count(one), **kind)


def _bio(one: Creator) -> str:
    return bio_of(one.key, one.topic, relevant=one.relevant, shy=one.shy)


def _stories(one: Creator) -> Iterator[str]:
    """The texts with the links spread over them."""
    for at, text in enumerate(_texts(one)):
        mine = one.links[at :: _count(one)]
        named = " ".join(f'See <a href="{other.url}">{html.escape(anchor(one, other))}</a>.' for other in mine)
        yield f"<p>{html.escape(text)} {named}</p>"


def _aside(one: Creator) -> str:
    """About page, blogroll, directories."""
    roll = "".join(f'<li><a href="{other.url}">{html.escape(anchor(one, other))}</a></li>' for other in one.roll)
    lists = "".join(f'<li><a href="https://{host}/blogroll">More blogs</a></li>' for host in one.lists)
    return f'<aside><a href="/about">About</a><ul class="blogroll">{roll}{lists}</ul></aside>'


def _front(one: Creator) -> str:
    stories = "".join(
        f'<div class="story"><h2><a href="/story-{at}">Note {at}</a></h2><div class="entry-content">{story}</div></div>'
        for at, story in enumerate(_stories(one))
    )
    return (
        f'{_HEAD}<title>{one.name}</title><meta name="description" content="{html.escape(_bio(one))}">'
        f'<link rel="alternate" type="application/rss+xml" href="/feed.xml"></head><body><h1>{one.name}</h1>{stories}'
        f"{_aside(one)}</body></html>"
    )


def _about(one: Creator) -> str:
    return (
        f"{_HEAD}<title>About - {one.name}</title></head><body><main><h1>About</h1><p>{html.escape(_bio(one))}</p>"
        "<p>I write here on Sundays, and answer letters when it rains.</p></main></body></html>"
    )


def _story(one: Creator, at: int) -> str:
    text = list(_stories(one))[at]
    return (
        f'{_HEAD}<title>Note {at}</title><meta name="author" content="{one.name}"></head><body><article><h1>Note {at}'
        f'</h1><div class="entry-content">{text}</div></article>{_aside(one)}</body></html>'
    )


def _feed(one: Creator) -> str:
    """Whole texts, or for one blog in three only the beginnings."""
    short = one.number % 3 == 0
    items = "".join(
        f"<item><title>Note {at}</title><link>https://{one.host}/story-{at}</link><guid>https://{one.host}/story-{at}"
        f"</guid><pubDate>Sun, 0{1 + at} Feb 2026 12:00:00 GMT</pubDate>"
        + (f"<description>{html.escape(text[:60])} [...]</description>" if short else _whole(text))
        + "</item>"
        for at, text in enumerate(_texts(one))
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{one.name}</title><link>https://{one.host}/</link><description>{html.escape(_bio(one))}</description>"
        f"{items}</channel></rss>"
    )


def _whole(text: str) -> str:
    return f"<content:encoded>{html.escape(f'<p>{html.escape(text)}</p>')}</content:encoded>"


def _list(directory: Directory) -> str:
    entries = "".join(f'<li><a href="{one.url}">{one.name}</a></li>' for one in directory.listed)
    return f"{_HEAD}<title>Blogs</title></head><body><main><ul>{entries}</ul></main></body></html>"


def _result(one: Creator) -> dict[str, str]:
    return {"url": one.url, "title": one.name, "content": _texts(one)[0]}


def _tag_url(host: str) -> str:
    return f"https://{host}/api/v1/timelines/tag/sourdough?limit=40"


def _id(one: Creator) -> str:
    return str(one.number + 1000)


def _account(one: Creator) -> dict[str, Any]:
    return {
        "id": _id(one),
        "username": one.handle,
        "acct": one.handle,
        "display_name": one.name,
        "note": f"<p>{html.escape(_bio(one))}</p>",
        "url": one.url,
        "uri": f"https://{one.host}/users/{one.handle}",
        "discoverable": True,
        "indexable": True,
        "fields": [],
        "statuses_count": _count(one),
    }


def _status(one: Creator, at: int, tag: str = "") -> dict[str, Any]:
    """A post with its links and mentions."""
    mine = one.links[at :: _count(one)]
    number = 10_000 + 100 * one.number + at
    links = " ".join(f'<a href="{other.url}">{other.url}</a>' for other in mine if other.kind != "account")
    return {
        "id": str(number),
        "created_at": f"2026-02-0{1 + at}T12:00:00.000Z",
        "visibility": "public",
        "language": "en",
        "uri": f"https://{one.host}/users/{one.handle}/statuses/{number}",
        "url": f"https://{one.host}/@{one.handle}/{number}",
        "content": f"<p>{html.escape(_texts(one)[at])} {links} {tag}</p>",
        "account": _account(one),
        "mentions": [
            {
                "id": _id(other),
                "username": other.handle,
                "url": other.url,
                "acct": other.handle if other.host == one.host else other.key,
            }
            for other in mine
            if other.kind == "account"
        ],
        "tags": [{"name": "sourdough"}] if tag else [],
    }


def _row(talk: Discussion) -> dict[str, Any]:
    return {"id": talk.number, "title": talk.title, "archetype": "regular", "visible": True, "tags": []}


def _discussion(talk: Discussion) -> dict[str, Any]:
    posts = [
        {
            "id": 1000 * talk.number + at,
            "username": one.handle,
            "name": one.name,
            "user_id": one.number + 1000,
            "cooked": f"<p>{html.escape(_texts(one)[0])}</p>",
            "created_at": "2026-02-01T12:00:00.000Z",
            "post_number": at + 1,
            "post_type": 1,
        }
        for at, one in enumerate(talk.writers)
    ]
    return {**_row(talk), "posts_count": len(posts), "post_stream": {"posts": posts}}


def _member(one: Creator) -> dict[str, Any]:
    """A profile; its website is a blog that the member likes to name."""
    blogs = [other.url for other in one.links if other.kind == "blog"]
    website = {"website": blogs[0]} if blogs else {}
    return {"id": one.number + 1000, "username": one.handle, "name": one.name, "bio_raw": _bio(one), **website}


def _json(value: Any) -> Page:
    return Page(json.dumps(value).encode(), "application/json")


def _html(text: str) -> Page:
    return Page(text.encode(), "text/html; charset=utf-8")
