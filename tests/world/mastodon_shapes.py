"""JSON and HTML of servers that speak the Mastodon API; which of it is shown to whom is for ``mastodon_api.py``."""

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tests.world.model import Creator, Post, Presence, Server
from tests.world.web import iso, stable_number
from tests.world.writing import World

Json = dict[str, Any]


class MastodonShapes:
    """The shapes of one server; accounts of other servers are copies here."""

    def __init__(self, world: World, server: Server) -> None:
        self._world = world
        self._server = server

    def account_id(self, presence: Presence) -> str:
        """The account's id on this server."""
        return "10" + str(stable_number("account", self._server.host, presence.url, digits=16)).zfill(16)

    def status_id(self, post: Post, server: str | None = None) -> str:
        """The status's id here, or on ``server``."""
        low = stable_number(server or self._server.host, post.creator, str(post.number), digits=4)
        return str((int(post.published.timestamp() * 1000) << 16) + low)

    def instance(self, people: int) -> Json:
        """``/api/v2/instance``."""
        feeds = {"local": self._server.local_tags, "remote": self._server.remote_tags}
        return {
            "domain": self._server.host,
            "title": self._server.title,
            "version": self._server.version,
            "source_url": "https://source.example/mastodon",
            "description": f"{self._server.title} is an invented server.",
            "usage": {"users": {"active_month": people}},
            "languages": ["en"],
            "configuration": {
                "statuses": {"max_characters": 500, "characters_reserved_per_url": 23},
                "timelines_access": {
                    "live_feeds": feeds,
                    "hashtag_feeds": feeds,
                    "trending_link_feeds": {"local": "public", "remote": "public"},
                },
                "limited_federation": False,
            },
            "registrations": {"enabled": False, "approval_required": True, "message": None},
            "api_versions": {"mastodon": 7},
            "rules": [],
        }

    def status(self, status_id: str, creator: Creator, post: Post) -> Json:
        """One status."""
        presence = post.presence
        home_id = self.status_id(post, presence.host)
        return {
            "id": status_id,
            "created_at": iso(post.published),
            "in_reply_to_id": None,
            "in_reply_to_account_id": None,
            "sensitive": False,
            "spoiler_text": "",
            "visibility": "public",
            "language": post.language,
            "uri": f"https://{presence.host}/users/{presence.handle}/statuses/{home_id}",
            "url": f"{presence.url}/{home_id}",
            "replies_count": post.replies,
            "reblogs_count": post.shares,
            "favourites_count": post.likes,
            "quotes_count": 0,
            "edited_at": None,
            "content": self._content(post),
            "reblog": None,
            "account": self.account(creator, presence),
            "media_attachments": [],
            "mentions": [],
            "tags": [{"name": tag, "url": f"https://{self._server.host}/tags/{tag}"} for tag in post.tags],
            "emojis": [],
            "card": None,
            "poll": None,
        }

    def _content(self, post: Post) -> str:
        base = f"https://{post.presence.host}/tags"
        tags = " ".join(
            f'<a href="{base}/{tag}" class="mention hashtag" rel="tag">#<span>{tag}</span></a>' for tag in post.tags
        )
        return "".join(f"<p>{html.escape(part, quote=False)}</p>" for part in post.paragraphs) + f"<p>{tags}</p>"

    def account(self, creator: Creator, presence: Presence) -> Json:
        """An account, as its home or as another server knows it."""
        local = presence.host == self._server.host
        flags = self._flags(creator, presence)
        suspended = creator.flags.get("suspended", False)
        newest = self._world.posts_at(presence)[:1]
        account = {
            "id": self.account_id(presence),
            "username": presence.handle,
            "acct": presence.handle if local else f"{presence.handle}@{presence.host}",
            "display_name": "" if suspended else creator.name,
            "locked": False,
            "bot": False,
            "discoverable": flags.get("discoverable"),
            "indexable": flags.get("indexable"),
            "group": False,
            "created_at": "2022-11-18T00:00:00.000Z",
            "note": "" if suspended else f"<p>{html.escape(creator.bio, quote=False)}</p>",
            "url": presence.url,
            "uri": f"https://{presence.host}/users/{presence.handle}",
            "avatar": f"https://{presence.host}/avatars/original/missing.png",
            "header": f"https://{presence.host}/headers/original/missing.png",
            "followers_count": 0 if suspended else creator.followers,
            "following_count": 100 + stable_number(creator.id, digits=3) % 400,
            "statuses_count": len(self._world.posts_at(presence)) * 9,
            "last_status_at": f"{newest[0].published:%Y-%m-%d}" if newest else None,
            "hide_collections": None,
            "noindex": creator.flags.get("noindex", False),
            "emojis": [self._emoji(name) for name in creator.emojis],
            "roles": [],
            "fields": [] if suspended else self._fields(creator, presence),
        }
        for name in ("limited", "suspended"):  # the API shows these keys only when they are true
            if creator.flags.get(name):
                account[name] = True
        if creator.moved and presence == creator.presences[0]:
            account["moved"] = self.account(creator, creator.presences[1])
        return account

    def _flags(self, creator: Creator, presence: Presence) -> Mapping[str, bool | None]:
        """Home servers know; copies hold what was said, nothing, or (``copy_flags``) something old."""
        own = {"discoverable": True, "indexable": True} | dict(creator.flags)
        if presence.host == self._server.host:
            return own
        if creator.copy_flags is not None:
            return creator.copy_flags
        return own if stable_number(creator.id, "copy") % 2 else {}

    def _emoji(self, name: str) -> Json:
        image = f"https://{self._server.host}/emoji/{name}.png"
        return {"shortcode": name, "url": image, "static_url": image, "visible_in_picker": True}

    def _fields(self, creator: Creator, presence: Presence) -> list[Json]:
        fields: list[Json] = []
        if stable_number(creator.id, "location") % 3 and not creator.stays:
            fields.append({"name": "Location", "value": html.escape(creator.location), "verified_at": None})
        for blog in creator.on("blog"):
            seen = iso(datetime(2026, 3, 2, 9, 30, tzinfo=self._world.sites.clock.tzinfo)) if creator.joined else None
            fields.append({"name": "Blog", "value": _shown_link(blog.url), "verified_at": seen})
        return fields

    def profile_page(self, creator: Creator, presence: Presence) -> str:
        """The page for people; the application itself is left out."""
        actor = f"https://{presence.host}/users/{presence.handle}"
        quiet = creator.flags.get("noindex") or creator.flags.get("indexable") is False
        head = [
            "<meta charset='utf-8'>",
            f"<title>{html.escape(creator.name)} (@{presence.handle}@{presence.host}) - {self._server.title}</title>",
            f"<meta content='{html.escape(creator.bio)}' name='description'>",
            "<meta content='noindex, noarchive' name='robots'>" if quiet else "",
            "<meta content='profile' property='og:type'>",
            f"<meta content='{html.escape(creator.name)}' property='og:title'>",
            f"<meta content='{html.escape(creator.bio)}' property='og:description'>",
            f"<link href='{actor}' rel='alternate' type='application/activity+json'>",
            *(f"<link href='{blog.url}' rel='me' type='text/html'>" for blog in creator.on("blog")),
        ]
        body = "<body><div id='mastodon'></div><noscript>To use this app, please enable JavaScript.</noscript></body>"
        return f"<!DOCTYPE html>\n<html lang='en'><head>{''.join(head)}</head>{body}</html>"


def _shown_link(url: str) -> str:
    """A link as the platform writes it: scheme and tail hidden in spans."""
    return (
        f'<a href="{url}" target="_blank" rel="nofollow noopener me" translate="no"><span class="invisible">https://'
        f'</span><span class="">{url.removeprefix("https://")}</span><span class="invisible"></span></a>'
    )
