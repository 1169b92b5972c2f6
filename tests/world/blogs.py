"""Blogs and podcast hosts as sites: robots.txt, pages, feeds, headers. Pages and feeds are made next door."""

import re
from collections.abc import Mapping
from functools import cached_property

from tests.world.blog_feeds import blog_feed, comments_feed, podcast_feed
from tests.world.blog_pages import about, article, author_page, calendar, hidden_article, home
from tests.world.blog_view import BlogView
from tests.world.model import Creator
from tests.world.web import (
    Request,
    Response,
    cached,
    html_answer,
    iso,
    json_answer,
    moved,
    not_found,
    robots_answer,
    text_answer,
    zipped,
)
from tests.world.writing import World

_WORDPRESS_ROBOTS = (
    "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: {base}/wp-sitemap.xml\n"
)
_OPEN_ROBOTS = "User-agent: *\nDisallow: /cgi-bin/\n"
_FORBIDDING_ROBOTS = "# Please leave us alone.\nUser-agent: *\nDisallow: /\n"
_CALENDAR = re.compile(r"/calendar/(\d{4})/(0[1-9]|1[0-2])/(?:\d\d/)?")


class BlogSite:
    """One blog or publication."""

    def __init__(self, world: World, view: BlogView) -> None:
        self._dead = {dead.url: dead for dead in world.sites.dead if dead.url.startswith(f"{view.base}/")}
        self._view = view

    def respond(self, request: Request) -> Response:
        """Route one request."""
        view = self._view
        response = self._route(request)
        if view.blog.theme == "wordpress" and response.header("Content-Type").startswith("text/html"):
            response = response.adding(("Link", f'<{view.base}/wp-json/>; rel="https://api.w.org/"'))
        response = cached(response, request, view.changed)
        return zipped(response, request) if view.blog.theme == "ghost" else response

    @cached_property
    def _pages(self) -> Mapping[str, str]:
        view = self._view
        pages = {"/": home(view), "/about/": about(view)}
        return pages | {view.path(post): article(view, post) for post in view.posts}

    def _route(self, request: Request) -> Response:
        view, path = self._view, request.path
        if path == "/robots.txt":
            return self._robots()
        if path == view.feed_path:
            return self._feed()
        if path in self._pages:
            return self._page(self._pages[path])
        if path + "/" in self._pages:
            return moved(f"{view.base}{path}/")
        if request.url in self._dead:
            dead = self._dead[request.url]
            return html_answer(
                f"<!DOCTYPE html><html><h1>{dead.status}</h1><p>{dead.text}</p></html>", status=dead.status
            )
        if view.blog.calendar and (month := _CALENDAR.fullmatch(path)):
            return html_answer(calendar(view, int(month[1]), int(month[2])))
        for hidden in view.hidden:
            if request.url == hidden.url:
                page = html_answer(hidden_article(view, hidden))
                return page.adding(("X-Robots-Tag", "noindex")) if hidden.how == "header" else page
        return self._wordpress(path) if view.blog.theme == "wordpress" else not_found()

    def _wordpress(self, path: str) -> Response:
        view = self._view
        if path == "/comments/feed/":
            return text_answer(comments_feed(view), view.feed_kind)
        if path.startswith("/author/") and (page := author_page(view, path.split("/")[2])):
            return html_answer(page)
        if path == "/wp-json/wp/v2/posts":
            return json_answer([self._wp_post(number) for number in range(len(view.posts))]).adding(
                ("X-Robots-Tag", "noindex"), ("X-WP-Total", str(len(view.posts))), ("X-WP-TotalPages", "1")
            )
        if path == "/wp-json/wp/v2/users":
            refused = {"code": "rest_user_cannot_view", "message": "Sorry.", "data": {"status": 401}}
            return json_answer(refused, status=401).adding(("X-Robots-Tag", "noindex"))
        return not_found()

    def _wp_post(self, number: int) -> dict[str, object]:
        post = self._view.posts[number]
        text = "".join(f"<p>{part}</p>" for part in post.paragraphs)
        return {
            "id": post.number + 11,
            "date": f"{post.published:%Y-%m-%dT%H:%M:%S}",
            "date_gmt": f"{post.published:%Y-%m-%dT%H:%M:%S}",
            "modified_gmt": f"{post.published:%Y-%m-%dT%H:%M:%S}",
            "slug": post.slug,
            "status": "publish",
            "type": "post",
            "link": self._view.url(post),
            "title": {"rendered": post.title},
            "content": {"rendered": text, "protected": False},
            "excerpt": {"rendered": f"<p>{post.paragraphs[0][:100]}</p>", "protected": False},
            "author": 1,
            "meta": [],
            "tags": [],
        }

    def _robots(self) -> Response:
        if self._view.blog.robots == "forbid":
            return robots_answer(_FORBIDDING_ROBOTS)
        if self._view.blog.theme == "wordpress":
            return robots_answer(_WORDPRESS_ROBOTS.replace("{base}", self._view.base))
        return robots_answer(_OPEN_ROBOTS) if self._view.blog.theme == "ghost" else not_found()

    def _page(self, text: str) -> Response:
        if self._view.encoding == "utf-8":
            return html_answer(text)
        return text_answer(text, "text/html", encoding=self._view.encoding)

    def _feed(self) -> Response:
        view = self._view
        feed = text_answer(blog_feed(view), view.feed_kind, encoding=view.encoding)
        return feed.adding(("X-Robots-Tag", "noindex")) if view.blog.robots == "noindex" else feed


class PodcastSite:
    """A host of podcasts: a page and a feed per show."""

    def __init__(self, world: World, host: str) -> None:
        self._world = world
        self._shows: dict[str, Creator] = {
            presence.handle: creator
            for creator in world.creators
            for presence in creator.on("podcast")
            if presence.host == host
        }
        self._host = host

    def respond(self, request: Request) -> Response:
        """Route one request."""
        match [part for part in request.path.split("/") if part]:
            case ["robots.txt"]:
                return robots_answer("User-agent: *\nAllow: /\n")
            case [slug, "rss"] if slug in self._shows:
                creator = self._shows[slug]
                posts = self._world.posts_at(creator.presences[0])
                feed = podcast_feed(creator, posts, feed_url(self._host, slug))
                return cached(text_answer(feed, "application/rss+xml; charset=utf-8"), request, posts[0].published)
            case [slug] if slug in self._shows:
                return html_answer(self._show_page(slug))
        return not_found()

    def _show_page(self, slug: str) -> str:
        creator = self._shows[slug]
        assert creator.blog is not None
        return (
            f'<!DOCTYPE html><html lang="{creator.language}"><head><meta charset="utf-8">'
            f"<title>{creator.blog.title}</title>"
            f'<meta property="og:site_name" content="{self._host}"><meta name="description" content="{creator.bio}">'
            f'<link rel="alternate" type="application/rss+xml" title="{creator.blog.title}" '
            f'href="{feed_url(self._host, slug)}"></head><body><h1>{creator.blog.title}</h1><p>{creator.bio}</p>'
            f"<p>Updated {iso(self._world.sites.newest)[:10]}</p></body></html>"
        )


def feed_url(host: str, slug: str) -> str:
    """The address of a show's feed."""
    return f"https://{host}/{slug}/rss"


class RedirectSite:
    """A host that has moved, page by page."""

    def __init__(self, to: str) -> None:
        self._to = to

    def respond(self, request: Request) -> Response:
        """Send everybody to the same path on the new host; robots.txt too."""
        return moved(f"https://{self._to}{request.path}")
