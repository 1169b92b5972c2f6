"""A SearXNG instance with JSON switched on: finds pages of the invented web by simple word overlap."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tests.world.blog_view import BlogView
from tests.world.discourse_api import topic_id
from tests.world.web import Request, Response, html_answer, iso, json_answer, not_found, robots_answer, stable_number
from tests.world.writing import World

ROBOTS = """User-agent: *
Allow: /info/en/about
Disallow: /stats
Disallow: /image_proxy
Disallow: /preferences
Disallow: /*?*q=*
"""

_PER_PAGE = 10
_MOST = 30
_EMPTY_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "around",
        "for",
        "i",
        "in",
        "is",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "best",
        "near",
        "by",
        "my",
    ]
)


@dataclass(frozen=True, slots=True)
class _Page:
    url: str
    title: str
    content: str
    published: str | None

    @property
    def words(self) -> frozenset[str]:
        return _words(f"{self.title} {self.content}")


class SearxngSite:
    """The search engine."""

    def __init__(self, world: World, views: dict[str, BlogView]) -> None:
        self._world = world
        self._views = views

    @cached_property
    def _pages(self) -> list[tuple[_Page, frozenset[str]]]:
        """Front pages and posts of blogs, profiles, shows and forum topics; also what robots must not fetch."""
        pages = []
        for view in self._views.values():
            pages.append(_Page(f"{view.base}/", f"{view.title} | a blog", view.bio, None))
            pages += [
                _Page(view.url(post), f"{post.title} - {view.title}", post.text[:300], iso(post.published)[:-5])
                for post in view.posts
            ]
        for creator in self._world.creators:
            for presence in (*creator.on("mastodon"), *creator.on("podcast")):
                pages.append(
                    _Page(presence.url, f"{creator.name} ({presence.handle}) on {presence.host}", creator.bio, None)
                )
        return [(page, page.words) for page in (*pages, *self._stale())]

    def _stale(self) -> Iterator[_Page]:
        """Addresses that an index still has although their owners moved, withdrew or hid them."""
        sites = self._world.sites
        yield _Page(f"https://{sites.redirect['host']}/", "Boston sushi blogs: Quill & Rice (old address)", "", None)
        for dead in sites.dead:
            yield _Page(dead.url, dead.found_as, "", None)
        for hidden in sites.hidden_posts:
            yield _Page(hidden.url, hidden.found_as, "", None)
        for number, topic in enumerate(sites.topics):
            if topic.found_as:
                yield _Page(f"https://{topic.forum}/t/topic/{topic_id(number)}", topic.found_as, "", None)

    def respond(self, request: Request) -> Response:
        """Route one request."""
        match request.path:
            case "/robots.txt":
                return robots_answer(ROBOTS)
            case "/search" if request.parameter("format") == "json":
                return json_answer(self._search(request), kind="application/json")
            case "/" | "/search":
                return html_answer("<!DOCTYPE html><html><title>SearXNG</title><form action='/search'></form></html>")
        return not_found()

    def _search(self, request: Request) -> dict[str, object]:
        query = request.parameter("q")
        asked = _words(query)
        scored = [(len(asked & words) / (len(asked) or 1), page) for page, words in self._pages]
        found = sorted((row for row in scored if row[0] >= 0.5), key=lambda row: (-row[0], stable_number(row[1].url)))
        start = (int(request.parameter("pageno", "1") or 1) - 1) * _PER_PAGE
        shown = found[:_MOST][start : start + _PER_PAGE]
        return {
            "query": query,
            "number_of_results": 0,
            "results": [self._result(page, score, start + rank) for rank, (score, page) in enumerate(shown)],
            "answers": [],
            "corrections": [],
            "infoboxes": [],
            "suggestions": [],
            "unresponsive_engines": [["invented engine", "Suspended: timeout"]],
        }

    def _result(self, page: _Page, score: float, rank: int) -> dict[str, object]:
        host = page.url.split("/")[2]
        return {
            "url": page.url,
            "title": page.title,
            "content": page.content[:160] + (" ..." if len(page.content) > 160 else ""),
            "publishedDate": page.published,
            "thumbnail": None,
            "engine": "mojeek",
            "template": "default.html",
            "parsed_url": ["https", host, page.url.split(host, 1)[1], "", "", ""],
            "img_src": "",
            "priority": "",
            "engines": ["mojeek"],
            "positions": [rank + 1],
            "score": round(score, 3),
            "category": "general",
        }


def _words(text: str) -> frozenset[str]:
    """Lower-case words, plural s taken off, without those that say nothing."""
    words = (word.rstrip("s") or word for word in re.findall(r"\w+", text.lower()))
    return frozenset(word for word in words if word not in _EMPTY_WORDS)
