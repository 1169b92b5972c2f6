"""Feeds of blogs and podcasts: RSS 2.0, Atom, JSON Feed, and the broken kinds that real sites serve."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape, quoteattr

from tests.world.blog_view import BlogView
from tests.world.model import Creator, Post, Remark

_IN_FEED = 10
_BROKEN_DATES = (
    "Sometime in spring",
    "32 Foo 2026 25:61:00 +9999",
    "",
    "2026-13-45T99:00:00Z",
    "Tue, 01 Jan 0001 00:00:00 GMT",
    "Mon, 10 Mar 2087 08:00:00 GMT",
)
_RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/">'
)
_PODCAST = (
    '<rss version="2.0" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" '
    'xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:atom="http://www.w3.org/2005/Atom">'
)


def blog_feed(view: BlogView) -> str:
    """The feed in the blog's own kind."""
    match view.blog.feed:
        case "atom":
            return _atom(view)
        case "json":
            return _json_feed(view)
        case "html":
            return "<!DOCTYPE html><html><head><title>Feed</title></head><body><p>Our feed has moved.</p></body></html>"
        case _:
            return _rss(view)


def comments_feed(view: BlogView) -> str:
    """What third persons said; its authors are not the blog's author."""
    return _rss_document(
        view,
        f"Comments on: {view.title}",
        view.base + "/comments/feed/",
        (_remark(view, remark) for remark in view.remarks),
    )


def podcast_feed(creator: Creator, posts: Sequence[Post], feed_url: str) -> str:
    """A show with its episodes; like most, it shows the owner's e-mail address."""
    assert creator.blog is not None
    show = creator.presences[0].url
    items = "".join(
        f"<item><title>{escape(post.title)}</title><link>{show}{post.slug}</link>"
        f'<guid isPermaLink="false">{creator.id}-{post.number}</guid><pubDate>{_rfc(post.published)}</pubDate>'
        f"<description>{escape(post.text)}</description><itunes:author>{escape(creator.name)}</itunes:author>"
        f"<itunes:duration>00:{20 + post.number % 30:02}:00</itunes:duration>"
        f'<enclosure url="{show}{post.slug}.mp3" length="{9_000_000 + post.number}" type="audio/mpeg"/></item>\n'
        for post in posts
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n{_PODCAST}<channel><title>{escape(creator.blog.title)}</title>'
        f'<link>{show}</link><atom:link href="{feed_url}" rel="self" type="application/rss+xml"/>'
        f"<description>{escape(creator.bio)}</description><language>{creator.language}</language>"
        f"<itunes:author>{escape(creator.name)}</itunes:author><itunes:owner><itunes:name>{escape(creator.name)}"
        f"</itunes:name><itunes:email>{podcast_email(creator)}</itunes:email></itunes:owner>"
        f"<itunes:summary>{escape(creator.bio)}</itunes:summary><itunes:category text={quoteattr('Food')}/>"
        f"<podcast:person>{escape(creator.name)}</podcast:person><podcast:location>{escape(creator.location)}"
        f"</podcast:location>\n{items}</channel></rss>"
    )


def podcast_email(creator: Creator) -> str:
    """The address in a show's feed, which nobody may keep."""
    return f"{creator.presences[0].handle}@studio-post.example"


def _rss(view: BlogView) -> str:
    posts = () if view.blog.feed == "empty" else view.posts[:_IN_FEED]
    return _rss_document(view, view.title, view.base + view.feed_path, (_item(view, post) for post in posts))


def _rss_document(view: BlogView, title: str, url: str, items: Iterable[str]) -> str:
    encoding = "ISO-8859-1" if view.blog.feed == "latin1" else "UTF-8"
    generator = "<generator>https://wordpress.org/?v=6.8</generator>" if view.blog.theme == "wordpress" else ""
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n{_RSS}<channel><title>{escape(title)}</title>'
        f'<atom:link href="{url}" rel="self" type="application/rss+xml"/><link>{view.base}/</link>'
        f"<description>{escape(view.bio)}</description><language>{view.language}</language>{generator}\n"
        f"{''.join(items)}</channel></rss>"
    )


def _item(view: BlogView, post: Post) -> str:
    link = view.path(post).removeprefix("/") if view.blog.theme == "plain" else view.url(post)
    date = _BROKEN_DATES[post.number % len(_BROKEN_DATES)] if view.blog.feed == "broken_dates" else _rfc(post.published)
    categories = "".join(f"<category><![CDATA[{tag}]]></category>" for tag in post.tags)
    whole = "".join(f"<p>{escape(part)}</p>" for part in post.paragraphs)
    short = view.blog.theme == "plain"  # by hand: an excerpt only
    body = "" if short else f"<content:encoded><![CDATA[{whole}]]></content:encoded>"
    return (
        f"<item><title>{escape(post.title)}</title><link>{link}</link>"
        f"<dc:creator><![CDATA[{view.author(post).name}]]></dc:creator><pubDate>{date}</pubDate>{categories}"
        f'<guid isPermaLink="false">{view.base}/?p={post.number + 11}</guid>'
        f"<description><![CDATA[{post.paragraphs[0][:160]} […]]]></description>".replace("[…]", "[...]")
        + f"{body}<slash:comments>{post.replies}</slash:comments></item>\n"
    )


def _remark(view: BlogView, remark: Remark) -> str:
    return (
        f"<item><title>By: {escape(remark.author)}</title><link>{view.base}/#comment-1</link>"
        f"<dc:creator><![CDATA[{remark.author}]]></dc:creator><pubDate>{_rfc(view.changed)}</pubDate>"
        f'<guid isPermaLink="false">{view.base}/#comment-1</guid>'
        f"<description><![CDATA[{remark.text}]]></description></item>\n"
    )


def _atom(view: BlogView) -> str:
    entries = "".join(
        f"<entry><title>{escape(post.title)}</title><link rel='alternate' href='{view.url(post)}'/>"
        f"<id>tag:{view.host},2024:{post.number}</id><published>{_iso(post.published)}</published>"
        f"<updated>{_iso(post.published)}</updated>{''.join(f'<category term={quoteattr(tag)}/>' for tag in post.tags)}"
        f"<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>"
        f"{''.join(f'<p>{escape(part)}</p>' for part in post.paragraphs)}</div></content></entry>\n"
        for post in view.posts[:_IN_FEED]
    )
    name = view.owner.name if view.owner else view.title
    return (
        f"<?xml version='1.0' encoding='utf-8'?>\n<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='{view.language}'>"
        f"<title>{escape(view.title)}</title><subtitle>{escape(view.bio)}</subtitle>"
        f"<link href='{view.base}{view.feed_path}' rel='self'/><link href='{view.base}/'/><id>{view.base}/</id>"
        f"<updated>{_iso(view.changed)}</updated><author><name>{escape(name)}</name><uri>{view.base}/</uri></author>\n"
        f"{entries}</feed>"
    )


def _json_feed(view: BlogView) -> str:
    name = view.owner.name if view.owner else view.title
    items = [
        {
            "id": view.url(post),
            "url": view.url(post),
            "title": post.title,
            "content_html": "".join(f"<p>{escape(part)}</p>" for part in post.paragraphs),
            "date_published": _iso(post.published),
            "tags": list(post.tags),
        }
        for post in view.posts[:_IN_FEED]
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": view.title,
        "home_page_url": f"{view.base}/",
        "feed_url": view.base + view.feed_path,
        "description": view.bio,
        "language": view.language,
        "authors": [{"name": name, "url": f"{view.base}/"}],
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1)


def _rfc(moment: datetime) -> str:
    return format_datetime(moment)


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}Z"
