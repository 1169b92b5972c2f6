"""Servers that speak the Mastodon API (shapes of 4.5), with federation: other servers hold copies of accounts.

What a server shows depends on its settings for strangers and on each account's consent flags.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property

from tests.world.mastodon_shapes import Json, MastodonShapes
from tests.world.model import Creator, Post, Presence, Server
from tests.world.web import (
    Request,
    Response,
    html_answer,
    iso,
    json_answer,
    moved,
    not_found,
    robots_answer,
    stable_number,
)
from tests.world.writing import World

ROBOTS = """# See http://www.robotstxt.org/robotstxt.html for documentation on how to use the robots.txt file

User-agent: GPTBot
Disallow: /

User-agent: *
Disallow: /media_proxy/
Disallow: /interact/
"""

_MOST = 40
_FEDERATED = 4  # one account in so many is known on each other server


class MastodonSite:
    """One server."""

    def __init__(self, world: World, server: Server) -> None:
        self._world = world
        self._server = server
        self._shapes = MastodonShapes(world, server)

    # What this server knows

    @cached_property
    def _known(self) -> Mapping[str, tuple[Creator, Presence]]:
        """Account id on this server → whose it is; suspended and deleted ones too."""
        return {
            self._shapes.account_id(presence): (creator, presence)
            for creator in self._world.creators
            for presence in creator.on("mastodon")
            if presence.host == self._server.host or self._federates(creator, presence)
        }

    def _federates(self, creator: Creator, presence: Presence) -> bool:
        if creator.seen_on:
            return self._server.host in creator.seen_on
        if creator.flags or creator.moved:
            return False
        return stable_number(creator.id, self._server.host) % _FEDERATED == 0

    @cached_property
    def _visible(self) -> list[tuple[str, Creator, Post]]:
        """Every status that may stand in a timeline here, newest first."""
        found = [
            (self._shapes.status_id(post), creator, post)
            for creator, presence in self._known.values()
            if not (creator.deleted and presence.host == self._server.host)
            for post in self._world.posts_at(presence)
        ]
        return sorted(found, key=lambda row: int(row[0]), reverse=True)

    # Answers

    def respond(self, request: Request) -> Response:
        """Route one request."""
        response = self._route(request)
        if request.path.startswith("/api/"):
            return response.adding(
                ("Cache-Control", "private, no-store"),
                ("X-RateLimit-Limit", "300"),
                ("X-RateLimit-Remaining", "287"),
                ("X-RateLimit-Reset", iso(self._world.sites.clock)),
            )
        return response

    def _route(self, request: Request) -> Response:
        match request.path.strip("/").split("/"):
            case ["robots.txt"]:
                return robots_answer(ROBOTS)
            case ["api", "v2", "instance"]:
                return json_answer(self._shapes.instance(len(self._known)))
            case ["api", "v1", "timelines", "tag", tag]:
                return self._tag(tag.lower(), request)
            case ["api", "v1", "accounts", "lookup"]:
                return self._lookup(request.parameter("acct"))
            case ["api", "v1", "accounts", account_id]:
                return self._account_answer(account_id)
            case ["api", "v1", "accounts", account_id, "statuses"]:
                return self._statuses(account_id, request)
            case ["users", name]:
                return self._actor(name, request)
            case [name] if name.startswith("@"):
                return self._profile(name[1:])
            case [name, _] if name.startswith("@"):
                return self._profile(name[1:])
            case [""]:
                return html_answer(f"<!DOCTYPE html><html><head><title>{self._server.title}</title></head></html>")
        return not_found("The page you were looking for isn't here.")

    def _tag(self, tag: str, request: Request) -> Response:
        local, remote = (request.parameter(name) == "true" for name in ("local", "remote"))
        wanted = [self._server.local_tags] * (not remote) + [self._server.remote_tags] * (not local)
        if "disabled" in wanted:
            return json_answer([])
        if "authenticated" in wanted:
            return json_answer({"error": "This method requires an authenticated user"}, status=401)
        rows = [
            row
            for row in self._visible
            if tag in row[2].tags
            and not (local and row[2].presence.host != self._server.host)
            and not (remote and row[2].presence.host == self._server.host)
        ]
        return self._paged([self._shapes.status(*row) for row in rows], request)

    def _paged(self, statuses: list[Json], request: Request) -> Response:
        """At most 40 statuses below ``max_id``, with a Link header while there are more."""
        below = int(request.parameter("max_id", "0") or 0)
        limit = min(_MOST, int(request.parameter("limit", "20") or 20))
        rest = [status for status in statuses if not below or int(status["id"]) < below]
        page = rest[:limit]
        response = json_answer(page)
        if not page:
            return response
        kept = "&".join(
            part for part in request.query.split("&") if part and part.split("=")[0] not in ("max_id", "min_id")
        )
        base = f"https://{self._server.host}{request.path}?{kept}{'&' if kept else ''}"
        links = [f'<{base}min_id={page[0]["id"]}>; rel="prev"']
        if len(rest) > limit:
            links.insert(0, f'<{base}max_id={page[-1]["id"]}>; rel="next"')
        return response.adding(("Link", ", ".join(links)))

    def _lookup(self, acct: str) -> Response:
        name, _, host = acct.removeprefix("@").partition("@")
        for account_id, (_, presence) in self._known.items():
            if (presence.handle, presence.host) == (name, host or self._server.host):
                return self._account_answer(account_id)
        return json_answer({"error": "Record not found"}, status=404)

    def _account_answer(self, account_id: str) -> Response:
        creator, presence = self._known.get(account_id, (None, None))
        if creator is None or presence is None:
            return json_answer({"error": "Record not found"}, status=404)
        if creator.deleted and presence.host == self._server.host:
            return json_answer({"error": "Record not found"}, status=410)
        return json_answer(self._shapes.account(creator, presence))

    def _statuses(self, account_id: str, request: Request) -> Response:
        if account_id not in self._known:
            return json_answer({"error": "Record not found"}, status=404)
        creator, presence = self._known[account_id]
        if creator.flags.get("suspended"):
            return json_answer([])
        statuses = [
            self._shapes.status(*row) for row in self._visible if row[1] is creator and row[2].presence == presence
        ]
        if request.parameter("exclude_reblogs") != "true":
            statuses = sorted(
                [*statuses, *self._boosts(creator, presence)], key=lambda row: int(row["id"]), reverse=True
            )
        return self._paged(statuses, request)

    def _profile(self, name: str) -> Response:
        for creator, presence in self._known.values():
            if presence.handle != name or presence.host != self._server.host:
                continue
            if creator.deleted or creator.flags.get("suspended"):
                return html_answer("<!DOCTYPE html><title>Gone</title><p>This account is gone.</p>", status=410)
            return html_answer(self._shapes.profile_page(creator, presence))
        return not_found("The page you were looking for isn't here.")

    def _actor(self, name: str, request: Request) -> Response:
        """The ActivityPub address of an account; a deleted one leaves a Tombstone."""
        gone = any(creator.deleted for creator, presence in self._known.values() if presence.handle == name)
        if not gone:
            return moved(f"https://{self._server.host}/@{name}")
        if "json" not in request.headers.get("accept", ""):
            return html_answer("<!DOCTYPE html><title>Gone</title><p>This account is gone.</p>", status=410)
        tombstone = {"@context": "https://www.w3.org/ns/activitystreams", "id": request.url, "type": "Tombstone"}
        return json_answer(tombstone, status=410, kind="application/activity+json; charset=utf-8")

    def _boosts(self, creator: Creator, presence: Presence) -> Iterable[Json]:
        """Statuses of others, boosted: the account is the booster, the text hangs below ``reblog``."""
        for name in creator.boosts if presence.host == self._server.host else ():
            friend = self._world.creator(name)
            for post in self._world.posts_at(friend.on("mastodon")[0])[:4]:
                original = self._shapes.status(self._shapes.status_id(post), friend, post)
                boost_id = str(int(original["id"]) + (3_600_000 << 16))
                activity = f"https://{presence.host}/users/{presence.handle}/statuses/{boost_id}/activity"
                yield original | {
                    "id": boost_id,
                    "uri": activity,
                    "url": activity,
                    "content": "",
                    "tags": [],
                    "reblog": original,
                    "account": self._shapes.account(creator, presence),
                }
