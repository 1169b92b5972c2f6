"""The WordPress.com Reader's tag interface, over the blogs below the world's ``*.wordbarge.example``."""

from typing import Any

from tests.world.blog_view import BlogView
from tests.world.model import Post
from tests.world.web import Request, Response, json_answer, robots_answer, stable_number
from tests.world.writing import World

_MOST = 40


class WordPressComSite:
    """The API host."""

    def __init__(self, world: World, views: dict[str, BlogView]) -> None:
        self._rows = sorted(
            (
                (view, post)
                for host, view in views.items()
                if host.endswith(world.sites.wordpress_suffix)
                for post in view.posts
            ),
            key=lambda row: row[1].published,
            reverse=True,
        )

    def respond(self, request: Request) -> Response:
        """Route one request."""
        match [part for part in request.path.split("/") if part]:
            case ["robots.txt"]:
                return robots_answer("User-agent: *\nDisallow: /wp-admin/\n")
            case ["rest", "v1.1", "read", "tags", tag, "posts"]:
                return self._tag(tag.lower(), request)
        missing = {"error": "unknown_endpoint", "message": "Unknown endpoint."}
        return json_answer(missing, status=404)

    def _tag(self, tag: str, request: Request) -> Response:
        before = request.parameter("before")
        number = min(_MOST, int(request.parameter("number", "20") or 20))
        rows = [row for row in self._rows if tag in row[1].tags and (not before or _date(row[1]) < before)][:number]
        posts = [_post(view, post) for view, post in rows]
        range_ = {"before": posts[-1]["date"], "after": posts[0]["date"]} if posts else {}
        return json_answer({"tag": tag, "number": len(posts), "date_range": range_, "posts": posts})


def _post(view: BlogView, post: Post) -> dict[str, Any]:
    """A post as the Reader shows it, with its author and its site."""
    writer = view.author(post)
    site = stable_number(view.host, digits=9)
    return {
        "ID": post.number + 11,
        "site_ID": site,
        "author": {
            "ID": stable_number(writer.id, digits=8),
            "login": writer.id.replace("-", ""),
            "email": False,
            "name": writer.name,
            "URL": f"{view.base}/",
            "profile_URL": f"https://wordbarge.example/{writer.id}",
        },
        "date": _date(post),
        "modified": _date(post),
        "title": post.title,
        "URL": view.url(post),
        "content": "".join(f"<p>{part}</p>" for part in post.paragraphs),
        "excerpt": f"<p>{post.paragraphs[0][:120]}</p>",
        "slug": post.slug,
        "status": "publish",
        "password": "",
        "type": "post",
        "likes_enabled": True,
        "like_count": post.likes,
        "discussion": {"comments_open": True, "comment_count": post.replies},
        "tags": {tag: {"name": tag, "slug": tag} for tag in post.tags},
        "site_name": view.title,
        "site_URL": view.base,
        "site_is_private": False,
        "feed_URL": f"{view.base}/feed/",
        "is_external": False,
    }


def _date(post: Post) -> str:
    return f"{post.published:%Y-%m-%dT%H:%M:%S}+00:00"
