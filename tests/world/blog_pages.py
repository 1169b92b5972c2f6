"""Pages of blogs in five themes, each with the machine-readable marks that its kind of software writes.

``indie`` microformats · ``wordpress`` vcard bylines, Open Graph, comments · ``ghost`` JSON-LD · ``plain`` by hand, with
relative links · ``jsonfeed`` rel=author and little else. Feeds are in ``blog_feeds.py``.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any

from tests.world.blog_view import BlogView
from tests.world.model import HiddenPost, Post

_STYLE = "body{max-width:42em;margin:2em auto;font:18px/1.6 Georgia,serif}nav a{margin-right:1em}"
_NOINDEX = '<meta name="robots" content="noindex, nofollow">'


def home(view: BlogView) -> str:
    """The front page: who writes, the posts with their first lines, friends."""
    items = "".join(_teaser(view, post) for post in view.posts)
    items += "".join(f'<li><a href="{post.url}">{escape(post.title)}</a></li>' for post in view.hidden)
    feed_class = ' class="h-feed"' if view.blog.theme == "indie" else ""
    return _page(
        view, view.title, f"{_card(view)}<main{feed_class}><ul>{items}</ul></main>{_friends(view)}", _site_head(view)
    )


def about(view: BlogView) -> str:
    """Who writes here, from where."""
    owner = view.owner
    where = f"<p>{_where(view.language)} {escape(owner.location)}.</p>" if owner else ""
    head = _site_head(view)
    if owner and view.blog.theme == "ghost":
        head += _json_ld({"@type": "ProfilePage", "mainEntity": _person(view) | {"description": view.bio}})
    body = f"{_card(view)}<main><h1>About</h1><p>{escape(view.bio)}</p>{where}</main>"
    return _page(view, f"About - {view.title}", body, head, top="../")


def author_page(view: BlogView, slug: str) -> str | None:
    """What a site with several authors says of one; None for a stranger."""
    writer = next((c for c in view.authors.values() if c.presences[0].handle == slug), None)
    if writer is None:
        return None
    items = "".join(_teaser(view, post) for post in view.posts if post.creator == writer.id)
    body = f'<main><h1 class="page-title">Author: <span class="vcard">{escape(writer.name)}</span></h1>'
    body += f'<div class="archive-description">{escape(writer.bio)}</div><ul>{items}</ul></main>'
    return _page(
        view, f"{writer.name} - {view.title}", body, f'<link rel="canonical" href="{writer.presences[0].url}">'
    )


def article(view: BlogView, post: Post) -> str:
    """One post."""
    text = "".join(f"<p>{escape(part, quote=False)}</p>" for part in post.paragraphs)
    match view.blog.theme:
        case "indie":
            body = _indie_article(view, post, text)
        case "wordpress":
            body = _wordpress_article(view, post, text)
        case "ghost":
            body = (
                f'<article class="gh-article"><h1 class="gh-article-title">{escape(post.title)}</h1>'
                f'<time datetime="{post.published:%Y-%m-%d}">{post.published:%b %d, %Y}</time>'
                f'<section class="gh-content">{text}</section></article>'
            )
        case _:
            date = "Posted some time ago" if view.blog.feed == "broken_dates" else f"{post.published:%d %B %Y}"
            body = f'<article><h1>{escape(post.title)}</h1><p class="date">{date}</p>{text}</article>'
    return _page(view, f"{post.title} - {view.title}", body, _article_head(view, post), top="../")


def hidden_article(view: BlogView, post: HiddenPost) -> str:
    """A post that asks not to be indexed; the header variant has nothing in the page."""
    body = f"<h1 class='p-name'>{post.title}</h1><div class='e-content'><p>{post.text}</p></div>"
    body = f"<article class='h-entry'>{body}</article>"
    return _page(view, post.title, body, _NOINDEX if post.how == "meta" else "")


def calendar(view: BlogView, year: int, month: int) -> str:
    """One month of a calendar that never ends."""
    later, earlier = divmod(year * 12 + month, 12), divmod(year * 12 + month - 2, 12)
    links = "".join(
        f'<a href="/calendar/{y}/{m + 1:02}/">{word}</a> ' for word, (y, m) in (("Earlier", earlier), ("Later", later))
    )
    days = "".join(f'<td><a href="/calendar/{year}/{month:02}/{day:02}/">{day}</a></td>' for day in (7, 14, 21, 28))
    body = f"<main><h1>{year}-{month:02}</h1>{links}<table><tr>{days}</tr></table></main>"
    return _page(view, f"{year}-{month:02}", body, "", top="/")


# Parts


def _page(view: BlogView, title: str, body: str, head: str, *, top: str = "./") -> str:
    """The frame; ``top`` leads from here to the front page for those who write relative links by hand."""
    noindex = _NOINDEX if view.blog.robots == "noindex" else ""
    charset = f'<meta charset="{view.encoding}">'
    about_link = f"{top}about/" if view.blog.theme == "plain" else "/about/"
    nav = f'<nav><a href="{view.base}/">{escape(view.title)}</a><a href="{about_link}">About</a></nav>'
    if view.blog.calendar:
        nav += '<p><a href="/calendar/2026/11/">Dates</a></p>'
    return (
        f'<!DOCTYPE html>\n<html lang="{view.language}"><head>{charset}<title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width">{noindex}{_feed_links(view, top)}{_me_links(view)}{head}'
        f"<style>{_STYLE}</style></head>\n<body>{nav}{body}<footer><p>{escape(view.title)}</p></footer></body></html>"
    )


def _feed_links(view: BlogView, top: str) -> str:
    kind = {"atom": "application/atom+xml", "json": "application/feed+json"}.get(view.blog.feed, "application/rss+xml")
    path = top + view.feed_path[1:] if view.blog.theme == "plain" else view.base + view.feed_path
    title = escape(view.title)
    links = f'<link rel="alternate" type="{kind}" title="{title}" href="{path}">'
    if view.blog.theme == "wordpress":
        comments = f"{view.base}/comments/feed/"
        links += f'<link rel="alternate" type="{kind}" title="{title} &raquo; Comments Feed" href="{comments}">'
        links += f'<link rel="https://api.w.org/" href="{view.base}/wp-json/">'
        links += '<meta name="generator" content="WordPress 6.8">'
    return links


def _me_links(view: BlogView) -> str:
    return "".join(f'<link rel="me" href="{url}">' for url in view.me)


def _site_head(view: BlogView) -> str:
    head = f'<meta name="description" content="{escape(view.bio)}">'
    if view.blog.theme in ("wordpress", "ghost"):
        head += (
            f'<meta property="og:site_name" content="{escape(view.title)}"><meta property="og:type" content="website">'
        )
        head += f'<meta property="og:description" content="{escape(view.bio)}">'
    if view.owner and view.blog.theme in ("plain", "jsonfeed"):
        head += f'<meta name="author" content="{escape(view.owner.name)}">'
    if view.owner and view.blog.theme == "ghost":
        site = {"@type": "WebSite", "name": view.title, "url": f"{view.base}/", "description": view.bio}
        head += _json_ld(site | {"author": _person(view)})
    return head


def _article_head(view: BlogView, post: Post) -> str:
    writer, url = view.author(post), view.url(post)
    head = f'<link rel="canonical" href="{url}"><meta name="description" content="{escape(post.paragraphs[0][:150])}">'
    match view.blog.theme:
        case "wordpress":
            head += (
                f'<meta property="og:type" content="article"><meta property="og:title" content="{escape(post.title)}">'
            )
            head += (
                f'<meta property="og:url" content="{url}"><meta property="og:site_name" content="{escape(view.title)}">'
            )
            head += f'<meta property="article:published_time" content="{post.published:%Y-%m-%dT%H:%M:%S}+00:00">'
        case "ghost":
            head += _json_ld(
                {
                    "@type": "Article",
                    "publisher": {"@type": "Organization", "name": view.title, "url": f"{view.base}/"},
                    "author": _person(view),
                    "headline": post.title,
                    "url": url,
                    "datePublished": f"{post.published:%Y-%m-%dT%H:%M:%S}.000Z",
                    "keywords": ", ".join(post.tags),
                    "mainEntityOfPage": url,
                }
            )
        case "plain" | "jsonfeed":
            head += f'<meta name="author" content="{escape(writer.name)}"><link rel="author" href="{view.base}/about/">'
    return head


def _person(view: BlogView) -> dict[str, Any]:
    assert view.owner is not None
    return {"@type": "Person", "name": view.owner.name, "url": f"{view.base}/about/", "sameAs": list(view.me)}


def _json_ld(value: dict[str, Any]) -> str:
    document = {"@context": "https://schema.org", **value}
    return f'<script type="application/ld+json">{json.dumps(document, ensure_ascii=False)}</script>'


def _card(view: BlogView) -> str:
    """Who writes: an h-card where the theme knows microformats, words elsewhere."""
    if view.owner is None or view.blog.theme != "indie":
        return f"<header><h1>{escape(view.title)}</h1><p>{escape(view.bio)}</p></header>"
    me = "".join(f'<a rel="me" class="u-url" href="{url}">{url.removeprefix("https://")}</a> ' for url in view.me)
    locality = view.owner.location.split(",")[0]
    return (
        f'<header class="h-card"><a class="p-name u-url u-uid" href="{view.base}/">{escape(view.owner.name)}</a>'
        f'<p class="p-note">{escape(view.bio)}</p><span class="p-locality">{escape(locality)}</span> {me}</header>'
    )


def _teaser(view: BlogView, post: Post) -> str:
    path = view.path(post).removeprefix("/") if view.blog.theme == "plain" else view.url(post)
    return f'<li><a href="{path}">{escape(post.title)}</a> {escape(post.paragraphs[0][:110], quote=False)} …</li>'


def _friends(view: BlogView) -> str:
    links = "".join(f'<li><a href="{friend.url}">{escape(friend.name)}</a></li>' for friend in view.friends)
    return f'<aside class="blogroll"><h2>Friends</h2><ul>{links}</ul></aside>' if links else ""


def _indie_article(view: BlogView, post: Post, text: str) -> str:
    tags = " ".join(f'<a class="p-category" href="/tags/{tag}">{tag}</a>' for tag in post.tags)
    return (
        f'<article class="h-entry"><h1 class="p-name">{escape(post.title)}</h1>'
        f'<a class="u-url" href="{view.url(post)}"><time class="dt-published" datetime="{_iso(post.published)}">'
        f'{post.published:%d %B %Y}</time></a> <a class="p-author h-card" href="{view.base}/">'
        f'{escape(view.author(post).name)}</a><div class="e-content">{text}</div>{tags}</article>'
    )


def _wordpress_article(view: BlogView, post: Post, text: str) -> str:
    writer = view.author(post)
    tags = " ".join(f'<a href="{view.base}/tag/{tag}/" rel="tag">{tag}</a>' for tag in post.tags)
    byline = f"{view.base}/author/{writer.presences[0].handle or 'owner'}/"
    return (
        f'<article class="post hentry"><header class="entry-header"><h1 class="entry-title">{escape(post.title)}</h1>'
        f'<div class="entry-meta"><time class="entry-date published" datetime="{_iso(post.published)}">'
        f'{post.published:%B %d, %Y}</time> <span class="byline"><span class="author vcard"><a class="url fn n" '
        f'href="{byline}">{escape(writer.name)}</a></span></span></div></header>'
        f'<div class="entry-content">{text}</div><footer class="entry-footer">{tags}</footer></article>'
        f"{_comments(view)}"
    )


def _comments(view: BlogView) -> str:
    rows: Sequence[str] = [
        f'<li class="comment"><article class="comment-body"><div class="comment-author vcard"><b class="fn">'
        f"{escape(remark.author)}</b> says:</div><div class='comment-content'><p>{escape(remark.text)}</p></div>"
        "</article></li>"
        for remark in view.remarks
    ]
    return (
        f'<div id="comments" class="comments-area"><ol class="comment-list">{"".join(rows)}</ol></div>' if rows else ""
    )


def _where(language: str) -> str:
    return {"es": "Vivo en", "de": "Ich wohne in"}.get(language, "I live in")


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}+00:00"
