"""Tumblr's tagged posts, with the operator's key: who posts under a hashtag; each is a lead to the blog itself.

The API hands out whole posts, but not whether a blog asks search engines to stay away. The blog's own robots.txt and
robots meta decide on its text (DESIGN 5.3 b), so it is read from the blog's feed and page.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import ClassVar, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from web_poet import field

from catalog.identity import canonical_url, host_of, try_canonical
from catalog.items import Link
from catalog.tasks import Seed
from crawler.errors import UnreadablePage
from crawler.sources._api import bases, is_asked_at, read_answer, search_seeds
from crawler.sources._document import Document
from crawler.sources._json import JsonObject
from crawler.sources._keys import KeyPart, KeyRule, Quota, query_key
from crawler.sources._leads import base_of, lead, next_page, without_repeats
from crawler.sources._names import display_name
from crawler.sources.base import PlanTerms, Source, SourceKind, SourcePage

_HOST: Final = "api.tumblr.com"
_PATH: Final = "/v2/tagged"
_LIMIT: Final = 20  # the most at once
_MOST_TAGS: Final = 8
_FURTHER_PAGES: Final = 2


class TaggedPage(SourcePage):
    """``/v2/tagged``: the newest posts under a tag."""

    robots = "api"

    @field
    def links(self) -> tuple[Link, ...]:
        """The feed and the post of each blog, and older posts under the tag."""
        return without_repeats(self._found())

    def _found(self) -> Iterator[Link | None]:
        answer = read_answer(bytes(self.response.body), "tagged posts")
        if not isinstance(answer.values.get("response"), list):
            said = answer.object("meta").text("msg")[:100]
            raise UnreadablePage(f"tagged posts expected, but Tumblr says: {said}" if said else "not tagged posts")
        posts = answer.objects("response")
        for post in posts:
            if post.text("reblogged_from_name") or post.text("state") not in ("", "published"):
                continue  # somebody else's post, or none yet
            yield _feed_link(post)
            yield lead(post.text("post_url"), 0.55, _hints(post))
        context = next_page(self.page_params)
        oldest = posts[-1].count("featured_timestamp") or posts[-1].count("timestamp") if posts else None
        if context is not None and oldest is not None:
            yield self._older(oldest, context)

    def _older(self, before: int, context: dict[str, str]) -> Link | None:
        tag = dict(parse_qsl(urlsplit(str(self.response.url)).query)).get("tag", "")
        if not tag:
            return None
        query = urlencode({"tag": tag, "limit": _LIMIT, "before": before})
        url = canonical_url(f"{base_of(str(self.response.url))}{_PATH}?{query}")
        return Link(url=url, source="tumblr", page="tagged", score=0.6, context=context)


class Tumblr(Source):
    """Posts under a tag on Tumblr."""

    name = "tumblr"
    kind: ClassVar[SourceKind] = "hashtag"
    needs = "a consumer key for the Tumblr API (free)"
    rules = "https://www.tumblr.com/docs/en/api_agreement"
    pages: ClassVar[Mapping[str, type[SourcePage]]] = {"tagged": TaggedPage}
    key = KeyRule(
        parts=(KeyPart(name="key", what="an OAuth consumer key of Tumblr"),),
        hosts=(_HOST,),
        sign=query_key("api_key"),
        get_at="https://www.tumblr.com/oauth/apps",
    )
    quotas = (Quota(unit="requests", per_day=5_000, per_discovery=60, cost={"tagged": 1}),)

    def seeds(self, terms: PlanTerms, hosts: tuple[str, ...]) -> Iterable[Seed]:
        """The first hashtags."""
        for base in bases(hosts, _HOST):
            tags = tuple(dict.fromkeys(terms.hashtags))[:_MOST_TAGS]
            asked = ((f"#{tag} on Tumblr", {"tag": tag, "limit": _LIMIT}) for tag in tags)
            yield from search_seeds(self.name, "tagged", f"{base}{_PATH}", asked, score=0.9, pages=_FURTHER_PAGES)

    def recognise(self, url: str) -> Link | None:
        """The API's own addresses."""
        canonical = try_canonical(url)
        if canonical is None or not is_asked_at(canonical, _HOST, _PATH):
            return None
        return Link(url=canonical, source=self.name, page="tagged")

    def recognise_body(self, document: Document) -> Link | None:
        """A list of posts that name their blogs."""
        answer = document.object
        posts = answer.objects("response")
        known = posts and answer.object("meta").count("status") and all(post.text("blog_name") for post in posts)
        return Link(url=document.url, source=self.name, page="tagged") if known else None


def _feed_link(post: JsonObject) -> Link | None:
    """The blog's own feed, at its own address, which may be a name of its own."""
    blog = try_canonical(post.object("blog").text("url")) or try_canonical(post.text("post_url"))
    if blog is None or host_of(blog) in ("tumblr.com", "www.tumblr.com"):
        name = post.text("blog_name")
        blog = try_canonical(f"https://{name}.tumblr.com/")
    if blog is None:
        return None
    return Link(url=f"{base_of(blog)}/rss", source="feed", page="feed", score=0.6, context=_hints(post))


def _hints(post: JsonObject) -> dict[str, str]:
    """What the API says about whose blog it is; a hint for the page that reads the blog itself, nothing more."""
    name = display_name(post.object("blog").text("title") or post.text("blog_name"))
    return {"site": name} if name else {}
