"""The web of speed/crawl.py: pages of the size and make-up of real blogs, and the server that hands them out.

Seeded, so that every process makes the same. Pages link only to each other. A large web repeats the pages of its first
hosts under the names of others, as making them takes milliseconds each.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

_PER_HOST: Final = 10  # 7 HTML, 2 RSS, 1 JSON Feed
_DISTINCT: Final = 200  # hosts
_TEXT: Final = """
    the rice fish knife market morning kitchen season counter vinegar cut salt we with and of at that from our for by
    slow fresh small harbour boat chef table family order evening winter autumn street corner light sharp clean sweet
    wrote talked walked ate found learned remember think again always never little about because while before after
"""
_WORDS: Final = _TEXT.split()


@dataclass(frozen=True)
class Site:
    """``pages``: (address, source, kind of page); ``bodies`` by address."""

    hosts: int
    pages: list[tuple[str, str, str]]
    bodies: dict[str, bytes]
    types: dict[str, str] = field(default_factory=dict)

    def mix(self) -> str:
        """Shares of the kinds."""
        counts = Counter(kind.partition(";")[0] for kind in self.types.values())
        return ", ".join(f"{100 * count / len(self.pages):.0f}% {kind}" for kind, count in counts.most_common())


def make_site(pages: int, *, without_repeated: bool = False) -> Site:
    """A web of that many pages; ``without_repeated``: bodies of repeated pages are left out, as they take memory."""
    rng = random.Random(7)
    site = Site(hosts=max(1, pages // _PER_HOST), pages=[], bodies={})
    for number in range(min(site.hosts, _DISTINCT)):
        _add_host(site, _host(number), rng)
    for number in range(_DISTINCT, site.hosts):
        _repeat_host(site, number % _DISTINCT, number, with_bodies=not without_repeated)
    return site


def _host(number: int) -> str:
    return f"blog{number}.example"


def _repeat_host(site: Site, first: int, number: int, *, with_bodies: bool) -> None:
    host, name = _host(first), _host(number)
    for url, source, page in site.pages[first * _PER_HOST : (first + 1) * _PER_HOST]:
        renamed = url.replace(host, name)
        site.pages.append((renamed, source, page))
        site.types[renamed] = site.types[url]
        if with_bodies:
            site.bodies[renamed] = site.bodies[url].replace(host.encode(), name.encode())


def _add_host(site: Site, host: str, rng: random.Random) -> None:
    paths = [
        "",
        *(f"{slug}-{rng.choice(_WORDS)}" for slug in ("rice", "market", "winter", "knife", "harbour", "table")),
    ]
    for path in paths:
        _add(site, f"https://{host}/{path}", "page", "text/html; charset=utf-8", _html(host, path, paths, rng))
    for name in ("feed.xml", "comments.xml"):
        _add(site, f"https://{host}/{name}", "feed", "application/rss+xml", _rss(host, paths, rng))
    _add(site, f"https://{host}/feed.json", "feed", "application/feed+json", _json(host, paths, rng))


def _add(site: Site, url: str, source: str, kind: str, body: str) -> None:
    site.pages.append((url, source, source))
    site.bodies[url] = body.encode()
    site.types[url] = kind


def _text(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(_WORDS, k=words)).capitalize() + "."


def _html(host: str, path: str, paths: list[str], rng: random.Random) -> str:
    paragraphs = "".join(f"<p>{_text(rng, rng.randint(40, 120))}</p>" for _ in range(rng.randint(8, 25)))
    script = ";".join(f'window["cfg{n}"]={{"id":{rng.random()},"on":true}}' for n in range(rng.randint(350, 700)))
    style = "".join(f".c{n}>a:hover{{margin:{n}px;color:#{n:03x}}}" for n in range(rng.randint(350, 600)))
    menu = "".join(f'<li class="menu-item"><a href="https://{host}/{at}">{at or "home"}</a></li>' for at in paths)
    widgets = "".join(f'<div class="widget"><h3>{_text(rng, 3)}</h3><p>{_text(rng, 30)}</p></div>' for _ in range(40))
    guest = '<li class="comment"><div class="comment-author vcard"><cite>guest</cite></div>'
    comments = "".join(f"{guest}<p>{_text(rng, 35)}</p></li>" for _ in range(rng.randint(5, 40)))
    url = f"https://{host}/{path}"
    linked = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": path or host,
        "url": url,
        "datePublished": "2026-02-01T10:00:00Z",
        "author": {"@type": "Person", "name": f"Mika of {host}"},
    }
    return (
        f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{path or host}</title><style>{style}</style>"
        f'<link rel=canonical href="{url}"><meta property="og:title" content="{path or host}">'
        f'<script type="application/ld+json">{json.dumps(linked)}</script><script>{script}</script></head>'
        f"<body><nav><ul>{menu}</ul></nav><main><article><h1>{path or host}</h1>{paragraphs}</article></main>"
        f'<aside>{widgets}</aside><ol class="comment-list">{comments}</ol><footer><p>{_text(rng, 20)}</p></footer>'
        "</body></html>"
    )


def _rss(host: str, paths: list[str], rng: random.Random) -> str:
    items = "".join(
        f"<item><title>{path or host}</title><link>https://{host}/{path}</link><guid>https://{host}/{path}?{n}</guid>"
        f"<pubDate>Sun, 01 Feb 2026 12:00:{n:02} GMT</pubDate><description>{_text(rng, 60)}</description>"
        f"<content:encoded><![CDATA[{''.join(f'<p>{_text(rng, 90)}</p>' for _ in range(9))}]]></content:encoded></item>"
        for n, path in enumerate(paths * 2)
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{host}</title><link>https://{host}/</link><description>{_text(rng, 12)}</description>"
        f"{items}</channel></rss>"
    )


def _json(host: str, paths: list[str], rng: random.Random) -> str:
    items = [
        {"id": f"https://{host}/{path}?j{n}", "url": f"https://{host}/{path}", "title": path or host,
         "date_published": "2026-02-01T10:00:00Z",
         "content_html": "".join(f"<p>{_text(rng, 90)}</p>" for _ in range(10))}
        for n, path in enumerate(paths * 2)
    ]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": host, "home_page_url": f"https://{host}/"}
    return json.dumps(feed | {"items": items})


class _Server(asyncio.Protocol):
    """Just enough HTTP/1.1: GET, kept alive, by the Host header."""

    def __init__(self, site: Site, served: list[float]) -> None:
        self._site, self._served, self._heard = site, served, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            self._answer(head.decode("latin-1"))

    def _answer(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        host = next(line[5:].strip() for line in lines if line.lower().startswith("host:"))
        url = f"https://{host}{first.split(' ')[1]}"
        body = self._site.bodies.get(url)
        if body is not None:
            self._served.append(time.monotonic())
        status, kind = ("200 OK", self._site.types[url]) if body is not None else ("404 Not Found", "text/plain")
        said = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body or b'')}\r\n\r\n"
        assert isinstance(self._transport, asyncio.WriteTransport)
        self._transport.write(said.encode() + (body or b""))


async def _serve(pages: int) -> None:
    site, served = make_site(pages), list[float]()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Server(site, served), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        seconds = served[-1] - served[0] if served else 0.0
        print(json.dumps({"pages": len(served), "seconds": seconds}), flush=True)
        served.clear()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
