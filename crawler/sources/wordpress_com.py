"""WordPress.com Reader tags: posts of many blogs under one tag, without a key; each is a lead to its own site.

The API hands out whole posts, but only their addresses are used: the blog's own robots.txt and robots meta decide
on the text (DESIGN 5.3 b), so it is read from the permalink and from the site's feed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from html import unescape
from typing import ClassVar, Final
from urllib.parse import unquote, urlencode, urlsplit

from web_poet import cached_method, field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import Link
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._document import Document
from crawler.sources._json import JsonObject, read_object
from crawler.sources._leads import base_url, is_closed, lead, next_page, segment, without_repeats
from crawler.sources._names import display_name
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_API_HOST: Final = "public-api.wordpress.com"
_NUMBER: Final = 40  # the most that the API gives at once
_FURTHER_PAGES: Final = 1
_TAG_PATH: Final = re.compile(r"/rest/v1\.[1-3]/read/tags/[^/]+/posts/?")
_READER_PATH: Final = re.compile(r"(?:/[a-z]{2}(?:-[a-z]{2})?)?/tag/([^/]+)/?")


class TagPostsPage(SourcePage):
    """``/rest/v1.1/read/tags/TAG/posts``: the newest posts of all blogs with this tag."""

    robots = "api"

    @cached_method
    def _answer(self) -> JsonObject:
        answer = read_object(bytes(self.response.body), "posts of a tag")
        if not isinstance(answer.values.get("posts"), list):
            said = answer.text("message")[:100]
            raise UnreadablePage(f"posts of a tag expected, but the server says: {said}" if said else "no posts")
        return answer

    @field
    def links(self) -> tuple[Link, ...]:
        """Each public post's permalink and its blog's feed; the next page."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        posts = self._answer().objects("posts")
        for post in posts:
            if _is_public(post):
                yield lead(post.text("URL"), 0.6, _hints(post))
                yield _feed_link(post)
        context = next_page(self.page_params)
        if context is not None and len(posts) >= _NUMBER:
            yield self._next(posts[-1], context)

    def _next(self, oldest: JsonObject, context: dict[str, str]) -> Link | None:
        """Paged by date, for the list grows at its other end while it is read."""
        before = oldest.text("date")
        parts = urlsplit(str(self.response.url))
        url = f"{parts.scheme}://{parts.netloc}{parts.path}?{urlencode({'number': _NUMBER, 'before': before})}"
        canonical = try_canonical(url) if before else None
        return (
            Link(url=canonical, source="wordpress_com", page="tag", score=0.6, context=context) if canonical else None
        )


class WordPressCom(Source):
    """Tags over all blogs on WordPress.com and those connected to it."""

    name = "wordpress_com"
    kind: ClassVar[SourceKind] = "hashtag"
    needs = "nothing"
    rules = "https://developer.wordpress.com/docs/api/1.1/get/read/tags/%24tag/posts/"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"tag": TagPostsPage}

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """Every hashtag. There is one such API, so that no host need be named; one that is named stands in for it."""
        for host in hosts or (_API_HOST,):
            for rank, tag in enumerate(dict.fromkeys(terms.hashtags)):
                link = tag_link(base_url(host), tag, round(max(0.75, 0.9 - 0.01 * rank), 3))
                yield Seed(label=f"tag {tag} on {host_of(link.url)}", link=link)

    def recognise(self, url: str) -> Link | None:
        """The API's address, and the Reader's page of a tag (``https://wordpress.com/tag/NAME``)."""
        canonical = try_canonical(url)
        if canonical is None:
            return None
        host, path = host_of(canonical), urlsplit(canonical).path
        if host == _API_HOST and _TAG_PATH.fullmatch(path):
            return Link(url=canonical, source=self.name, page="tag")
        reader = _READER_PATH.fullmatch(path) if host == "wordpress.com" else None
        return tag_link(f"https://{_API_HOST}", unquote(reader[1]), 0.6) if reader else None

    def recognise_body(self, document: Document) -> Link | None:
        """Posts that name the site that they are from by its number."""
        posts = document.object.objects("posts")
        if not posts or not all(post.id("site_ID") and post.text("URL") for post in posts):
            return None
        return Link(url=document.url, source=self.name, page="tag")


def tag_link(base: str, tag: str, score: float) -> Link:
    """The newest posts of one tag."""
    return Link(
        url=canonical_url(f"{base}/rest/v1.1/read/tags/{segment(tag)}/posts?number={_NUMBER}"),
        source="wordpress_com",
        page="tag",
        score=score,
        context={"pages": str(_FURTHER_PAGES)},
    )


def _is_public(post: JsonObject) -> bool:
    """Published on a site that everybody may see, without a password."""
    return (
        post.text("status") in ("", "publish")
        and post.flag("site_is_private") is not True
        and not post.text("password")
        and post.object("content").flag("protected") is not True
    )


def _feed_link(post: JsonObject) -> Link | None:
    """The feed of the blog: the one that the Reader names, else WordPress's own."""
    site = try_canonical(post.text("site_URL"))
    named = try_canonical(post.text("feed_URL"))
    feed = named or (try_canonical(f"{site.rstrip('/')}/feed/") if site else None)
    if feed is None or is_closed(feed):
        return None
    return Link(url=feed, source="feed", page="feed", score=0.65, context=_hints(post))


def _hints(post: JsonObject) -> dict[str, str]:
    """What the API says about who wrote it; a hint for the page that reads the blog itself, nothing more."""
    hints = {
        "author": display_name(unescape(post.object("author").text("name"))),
        "site": display_name(unescape(post.text("site_name"))),
    }
    return {key: value for key, value in hints.items() if value}
