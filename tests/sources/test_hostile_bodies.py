"""Bodies made to hurt: each must end in items or in UnreadablePage, soon, without a crash."""

import random
import time
from collections.abc import Callable

import pytest
from web_poet import HttpResponse

from crawler.errors import UnreadablePage
from crawler.sources.base import PageItems, SourcePage
from crawler.sources.feed import FeedPage
from crawler.sources.page import HtmlPage
from tests.sources import items
from tests.sources.cases import read_page

SIZE = 5 << 20  # the crawler fetches no more
DEEP = 100_000
CLASSES: list[type[SourcePage]] = [HtmlPage, FeedPage]


def junk() -> bytes:
    return random.Random(1).randbytes(SIZE)


def word_salad() -> bytes:
    pick = random.Random(2).choice
    words = ["sushi", "<p>", "</div>", "<div class='hentry vcard'>", "h-card", "&amp;", "\n", '<a href="/x">', "author"]
    return " ".join(pick(words) for _ in range(700_000)).encode()[:SIZE]


def bomb() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "lol">{levels}]>'
        "<rss><channel><title>&l9;</title><item><title>a &l9;</title></item></channel></rss>"
    ).encode()


RSS = b"<rss><channel><title>t</title>"
ATOM = b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title><content type="xhtml">'
BODIES: dict[str, Callable[[], bytes]] = {
    "junk": junk,
    "junk after html": lambda: b"<html><body>" + junk()[:-20],
    "junk after rss": lambda: RSS + junk()[:-40],
    "word salad": word_salad,
    "word salad in a feed": lambda: RSS + b"<item><description>" + word_salad(),
    "deep html": lambda: b"<html><body class='h-entry'>" + b"<div class='h-card'>" * DEEP + b"x" + b"</div>" * DEEP,
    "deep atom": lambda: ATOM + b"<div>" * DEEP + b"</div>" * DEEP + b"</content></entry></feed>",
    "deep atom, never closed": lambda: ATOM + b"<div>" * DEEP,
    "deep rss": lambda: RSS + b"<item>" * DEEP + b"</item>" * DEEP + b"</channel></rss>",
    "deep json": lambda: b'{"version":"https://jsonfeed.org/version/1.1","items":' + b"[" * DEEP,
    "deep json-ld": lambda: b'<html><script type="application/ld+json">' + b'{"author":[' * DEEP + b"</script><p>x",
    "entity bomb": bomb,
    "NUL bytes": lambda: b"<html>\0<body>\0<p>a\0b</p>\0" * 1000,
    "NUL bytes in a feed": lambda: (
        b"<rss>\0<channel><title>a\0b</title><item><title>q\0</title></item></channel></rss>"
    ),
    "attributes": lambda: b"<html><div " + b" ".join(b'a%d="x"' % n for n in range(300_000)) + b">x",
    "angle brackets": lambda: RSS + b"<" * (SIZE - 100),
    "ampersands": lambda: RSS + b"&" * (SIZE - 100),
    "comments": lambda: b"<!--" * (SIZE // 4),
    "entries": lambda: RSS + b"<item><title>t</title><link>https://a.example/x</link></item>" * 80_000,
    "bylines": lambda: b"<html>" + b'<a href="/author/x" class="author" rel="author">by someone</a>' * 70_000,
    "spaces": lambda: b" " * SIZE,
    "nothing": lambda: b"",
}


def read_or_refuse(page_class: type[SourcePage], body: bytes) -> PageItems | None:
    response = HttpResponse("https://hostile.example/feed", body, headers={"Content-Type": "text/html; charset=utf-8"})
    try:
        return read_page(page_class, response)
    except UnreadablePage:
        return None


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("page_class", CLASSES, ids=lambda page_class: page_class.__name__)
def test_ends_soon(page_class: type[SourcePage], name: str) -> None:
    body = BODIES[name]()
    started = time.process_time()
    found = read_or_refuse(page_class, body)
    assert time.process_time() - started < 15  # the slowest takes 2; a crawl gives a page 30
    if found is not None:
        items.check(found)


def test_entities_are_not_expanded() -> None:
    found = read_or_refuse(FeedPage, bomb())
    assert found is not None
    assert len(found.posts[0].title) < 50


def test_files_are_not_read() -> None:
    body = (
        b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b"<rss><channel><item><title>t &x;</title></item></channel></rss>"
    )
    found = read_or_refuse(FeedPage, body)
    assert found is not None
    assert "root:" not in repr(found)


@pytest.mark.parametrize("page_class", CLASSES, ids=lambda page_class: page_class.__name__)
@pytest.mark.parametrize(
    "body", [b"%PDF-1.7 x", b"\x89PNG\r\n\x1a\n", b'{"a": 1}', b"[1, 2]", b"just words", b"\x1f\x8b\x08"]
)
def test_what_is_something_else(page_class: type[SourcePage], body: bytes) -> None:
    assert read_or_refuse(page_class, body) is None


def test_each_reads_only_its_own() -> None:
    assert read_or_refuse(HtmlPage, RSS + b"</channel></rss>") is None
    assert read_or_refuse(FeedPage, b"<!doctype html><html><title>x</title></html>") is None
