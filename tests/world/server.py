"""The whole invented web on one loopback port: the Host header decides which site answers.

``with serve(load_world()) as address:`` gives "127.0.0.1:PORT". ``answer_for`` answers without a socket. The server's
clock stands, so that a recording is the same every time.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.world.blog_view import blog_views
from tests.world.blogs import BlogSite, PodcastSite, RedirectSite
from tests.world.discourse_api import DiscourseSite
from tests.world.itunes_api import ItunesSite
from tests.world.mastodon_api import MastodonSite
from tests.world.searxng_api import SearxngSite
from tests.world.web import Request, Response, Site, not_found
from tests.world.wordpress_com_api import WordPressComSite
from tests.world.writing import World


class Web:
    """Every site by host."""

    def __init__(self, world: World) -> None:
        sites = world.sites
        views = blog_views(world)
        podcast_hosts = {presence.host for creator in world.creators for presence in creator.on("podcast")}
        self.sites: dict[str, Site] = {
            **{server.host: MastodonSite(world, server) for server in sites.servers},
            **{forum.host: DiscourseSite(world, forum) for forum in sites.forums},
            **{host: BlogSite(world, view) for host, view in views.items()},
            **{host: PodcastSite(world, host) for host in sorted(podcast_hosts)},
            sites.redirect["host"]: RedirectSite(sites.redirect["to"]),
            sites.searxng: SearxngSite(world, views),
            sites.wordpress_com: WordPressComSite(world, views),
            sites.itunes: ItunesSite(world),
        }

    def respond(self, request: Request) -> Response:
        """The answer of the host that was asked; an unknown host has nothing."""
        site = self.sites.get(request.host)
        return site.respond(request) if site else not_found("No such site.")

    def get(self, url: str, **headers: str) -> Response:
        """The answer to a GET, without a socket; header names with underscores for hyphens."""
        parts = urlsplit(url)
        named = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        path = unquote(parts.path) or "/"
        return self.respond(Request(host=parts.netloc, path=path, query=parts.query, headers=named))


@contextmanager
def serve(world: World) -> Iterator[str]:
    """Serve the world until the block ends; gives "127.0.0.1:PORT"."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(world))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    web = Web(world)
    date = format_datetime(world.sites.clock, usegmt=True)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def version_string(self) -> str:
            return "smallweb"

        def date_time_string(self, timestamp: float | None = None) -> str:
            return date

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            """Quiet."""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            request = Request(
                host=(parts.netloc or self.headers.get("Host", "")).partition(":")[0].lower(),
                path=unquote(parts.path) or "/",
                query=parts.query,
                headers={name.lower(): value for name, value in self.headers.items()},
            )
            response = web.respond(request)
            self.send_response(response.status, response.reason)
            for name, value in response.headers:
                self.send_header(name, value)
            if response.status != 304:
                self.send_header("Content-Length", str(len(response.body)))
            self.end_headers()
            if self.command != "HEAD" and response.status != 304:
                self.wfile.write(response.body)

        do_HEAD = do_GET

    return Handler
