"""What a hostile server can send: each body costs bounded time and memory and ends its own address alone."""

import gzip
import multiprocessing
import resource
import zlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TypeAlias

import brotli
import pytest

from crawler.crawl_settings import CrawlSettings
from tests.crawler.crawling import crawl, dump, loopback, outcomes, seed, start_job
from tests.crawler.site import Reply, Site, feed, robots, serve

ZEROS = b"\0" * (30 * 1024 * 1024)
FEED = "application/rss+xml"


def packed(body: bytes, encoding: str) -> Reply:
    return Reply(body, headers={"Content-Type": FEED, "Content-Encoding": encoding})


def many_times(body: bytes, times: int) -> bytes:
    for _ in range(times):
        body = gzip.compress(body, mtime=0)
    return body


def zstd(body: bytes) -> bytes:
    from backports import zstd as compression

    made: bytes = compression.compress(body)
    return made


NICE = feed("nice.example", "sushi", "rice").body
ROUTES: dict[str, Reply | list[Reply]] = {
    "bomb.example/gzip": packed(gzip.compress(ZEROS, mtime=0), "gzip"),
    "bomb.example/deflate": packed(zlib.compress(ZEROS), "deflate"),
    "bomb.example/br": packed(brotli.compress(ZEROS), "br"),
    "bomb.example/zstd": packed(zstd(ZEROS), "zstd"),
    "bomb.example/nested": packed(many_times(ZEROS, 2), "gzip, gzip"),
    "bomb.example/deep": packed(many_times(NICE, 40), ", ".join(["gzip"] * 40)),
    "bomb.example/robots.txt": robots("User-agent: *\nDisallow: /closed\n" + "# \n" * 3_000_000),
    "bomb.example/closed": feed("bomb.example", "closed"),
    "fine.example/gzip": packed(gzip.compress(NICE, mtime=0), "gzip"),
    "fine.example/br": packed(brotli.compress(NICE), "br"),
    "fine.example/zstd": packed(zstd(NICE), "zstd"),
    "fine.example/twice": packed(many_times(NICE, 2), "gzip, gzip"),
    "loris.example/drip": Reply(NICE, headers={"Content-Type": FEED}, drip=True),
    "flood.example/headers": Reply(endless=True),
    "inside.example/robots.txt": Reply(b"", 302, {"Location": "http://127.0.0.1:1/robots.txt"}),
    "inside.example/feed": feed("inside.example", "never asked"),
    "markup.example/feed": feed("markup.example", "&lt;script&gt;x()&lt;/script&gt;&lt;b&gt;sushi&lt;/b&gt; in Boston"),
}
ENDS = {
    "bomb.example/gzip": ("failed", "unreadable"),
    "bomb.example/deflate": ("failed", "unreadable"),
    "bomb.example/br": ("failed", "unreadable"),
    "bomb.example/zstd": ("failed", "unreadable"),
    "bomb.example/nested": ("failed", "unreadable"),
    "bomb.example/deep": ("failed", "unreadable"),
    "bomb.example/closed": ("failed", "robots"),
    "fine.example/gzip": ("done", "ok"),
    "fine.example/br": ("done", "ok"),
    "fine.example/zstd": ("done", "ok"),
    "fine.example/twice": ("done", "ok"),
    "loris.example/drip": ("failed", "retry"),
    "flood.example/headers": ("failed", "retry"),
    "inside.example/feed": ("failed", "retry"),
    "markup.example/feed": ("done", "ok"),
}


Ran: TypeAlias = tuple[Path, Site, int]
"""Data folder, server, and KiB of the largest process of the crawl."""


def _crawled(settings: CrawlSettings) -> int:
    crawl(settings)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    data = tmp_path_factory.mktemp("hostile")
    job = start_job(data, [seed(f"https://{url}") for url in ENDS])
    with serve(ROUTES) as site:
        # In a process of its own, whose children are this crawl's alone: the tests' own process had others.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as apart:
            memory = apart.submit(_crawled, loopback(data, job, site, timeout=2.0)).result()
        yield data, site, memory


@pytest.mark.parametrize("url", ENDS)
def test_each_ends_as_it_should(ran: Ran, url: str) -> None:
    assert outcomes(ran[0])[f"https://{url}"] == ENDS[url]


def test_robots_that_lead_inside_are_no_rules(ran: Ran) -> None:
    assert "inside.example/feed" not in ran[1].urls()


def test_only_the_first_part_of_a_long_robots_txt_is_read(ran: Ran) -> None:
    assert len(ROUTES["bomb.example/robots.txt"].body) > 5 * 1024 * 1024  # type: ignore[union-attr]
    assert "bomb.example/closed" not in ran[1].urls()


def test_html_is_kept_as_text(ran: Ran) -> None:
    kept = dump(ran[0])
    assert "sushi in Boston" in kept
    assert "<b>" not in kept
    assert "<script" not in kept


def test_memory_stays_bounded(ran: Ran) -> None:
    assert ran[2] < 400 * 1024
