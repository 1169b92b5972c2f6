"""A small web on one loopback port: it answers by the Host header and remembers who asked for what, when."""

import gzip
import itertools
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{title}</title><link>https://{host}/</link><description>About rice</description>
{items}</channel></rss>"""
ITEM = (
    "<item><title>{title}</title><link>https://{host}/{n}</link><guid>https://{host}/{n}</guid>"
    "<pubDate>Sun, 01 Feb 2026 12:00:0{n} GMT</pubDate><description>{text}</description></item>"
)


def rss(host: str, *texts: str) -> bytes:
    items = "".join(ITEM.format(host=host, n=n, title=f"Note {n}", text=text) for n, text in enumerate(texts))
    return RSS.format(title=f"The {host} notes", host=host, items=items).encode()


def html(title: str, *links: str, head: str = "", text: str = "Rice and fish.") -> bytes:
    anchors = " ".join(f'<a href="{link}">more</a>' for link in links)
    return f"<html><head><title>{title}</title>{head}</head><body><p>{text}</p>{anchors}</body></html>".encode()


@dataclass(frozen=True)
class Reply:
    """One answer. ``declared`` overrides the Content-Length; ``stall`` never ends the body, ``drip`` sends it byte by
    byte, ``endless`` sends headers without an end."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    declared: int | None = None
    stall: bool = False
    drip: bool = False
    endless: bool = False


def feed(host: str, *texts: str, **headers: str) -> Reply:
    return Reply(rss(host, *texts), headers={"Content-Type": "application/rss+xml"} | headers)


def page(title: str, *links: str, head: str = "", **headers: str) -> Reply:
    return Reply(html(title, *links, head=head), headers={"Content-Type": "text/html; charset=utf-8"} | headers)


def robots(text: str) -> Reply:
    return Reply(text.encode(), headers={"Content-Type": "text/plain"})


def zipped(reply: Reply, cut: int = 0) -> Reply:
    body = gzip.compress(reply.body, mtime=0)
    return Reply(body[: len(body) - cut], headers={**reply.headers, "Content-Encoding": "gzip"})


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    url: str
    at: float
    headers: Mapping[str, str]
    body: str = ""


class Site:
    """``routes["host/path"]`` is a Reply, or a list of them: one after the other, the last repeats."""

    def __init__(self, routes: Mapping[str, Reply | list[Reply]]) -> None:
        self.routes = routes
        self.asked: list[Asked] = []
        self.most_at_once: dict[str, int] = {}
        self.closing = threading.Event()
        self._open: dict[str, int] = {}
        self._lock = threading.Lock()
        self._nth: dict[str, int] = {}
        self.longest_stall = 30.0  # seconds
        self.port = 0

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def urls(self) -> list[str]:
        return [one.url for one in self.asked]

    def requests(self, url: str) -> list[Asked]:
        return [one for one in self.asked if one.url == url]

    def enter(self, url: str, headers: Mapping[str, str], body: str = "") -> Reply:
        host = url.partition("/")[0]
        with self._lock:
            self.asked.append(Asked(url, time.monotonic(), headers, body))
            self._open[host] = self._open.get(host, 0) + 1
            self.most_at_once[host] = max(self.most_at_once.get(host, 0), self._open[host])
            found = self.routes.get(url, Reply(b"nothing here", 404, {"Content-Type": "text/plain"}))
            if isinstance(found, Reply):
                return found
            nth = self._nth.get(url, 0)
            self._nth[url] = nth + 1
            return found[min(nth, len(found) - 1)]

    def leave(self, url: str) -> None:
        with self._lock:
            self._open[url.partition("/")[0]] -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what some tests are about."""


def _send_headers_for_ever(out: Any, site: Site) -> None:
    out.write(b"HTTP/1.1 200 OK\r\n")
    for number in itertools.count():
        if site.closing.is_set():
            return
        out.write(b"X-%d: %s\r\n" % (number, b"x" * 8000))


def _send_body(out: Any, reply: Reply, site: Site, inside: ExitStack) -> None:
    """Leaves ``inside`` before the last byte: whoever has that may ask the next thing at once."""
    first, last = reply.body[:-1], reply.body[-1:]
    for part in [bytes([one]) for one in first] if reply.drip else [first]:
        out.write(part)
        if reply.drip and site.closing.wait(0.05):
            break
    if not reply.stall:
        inside.close()
    out.write(last)
    if reply.stall:
        site.closing.wait(site.longest_stall)


@contextmanager
def serve(routes: Mapping[str, Reply | list[Reply]]) -> Iterator[Site]:
    site = Site(routes)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # an answer is several small writes

        def do_GET(self) -> None:
            url = f"{self.headers['Host']}{self.path}"
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            with ExitStack() as inside:
                reply = site.enter(url, {k.lower(): v for k, v in self.headers.items()}, body)
                inside.callback(site.leave, url)
                self._answer(reply, inside)

        def do_POST(self) -> None:
            self.do_GET()

        def _answer(self, reply: Reply, inside: ExitStack) -> None:
            tag = reply.headers.get("ETag")
            if tag and self.headers.get("If-None-Match") == tag:
                reply = Reply(b"", 304)
            if reply.endless:
                _send_headers_for_ever(self.wfile, site)
                return
            self.send_response_only(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(reply.declared or len(reply.body)))
            if not reply.body:
                inside.close()
            self.end_headers()
            _send_body(self.wfile, reply, site, inside)
            self.close_connection |= reply.stall or reply.declared is not None  # more is promised than comes

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = _Server(("127.0.0.1", 0), Handler)
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
