"""A crawl of a local many-host site whose worker is killed every few seconds; shared by the test and the benchmark.

The site is one tree of pages over many hosts: each page is a post and has its children in its blogroll, so that a lost
page loses all below it.
"""

import random
import subprocess
import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.store import open_catalog
from crawler.run import CrawlSettings
from tests.crawler.crawling import crawl_apart, outcomes, seed
from tests.crawler.site import Asked, Reply, Site, serve

HOSTS: Final = 50
_FAN: Final = 8


_PAGE: Final = """<html><head><title>Note {n} on {host}</title><script type="application/ld+json">{{"@type":
"BlogPosting", "headline": "Note {n}", "url": "{url}", "datePublished": "2026-02-01T10:00:00Z", "author": {{"@type":
"Person", "name": "Mika of {host}", "url": "https://{host}/"}}}}</script></head><body><article><h1>Note {n}</h1><p>Sushi
and rice, note {n}, as we have it at home on Sundays, with pickles and green tea.</p></article>
<ul class="blogroll">{anchors}</ul></body></html>"""


class Tree(dict[str, Reply]):
    """Routes made on demand: ``hN.example/n`` for every page below ``pages``."""

    def __init__(self, pages: int) -> None:
        super().__init__()
        self._pages = pages

    def get(self, url: str, default: Reply | None = None) -> Reply:  # type: ignore[override]
        host, _, path = url.partition("/")
        if not path.isdigit() or address(int(path)) != f"https://{url}":
            assert default is not None
            return default
        number = int(path)
        children = (child for child in range(_FAN * number + 1, _FAN * number + _FAN + 1) if child < self._pages)
        anchors = "".join(f'<li><a href="{address(child)}">notes {child}</a></li>' for child in children)
        body = _PAGE.format(n=number, host=host, url=f"https://{url}", anchors=anchors)
        return Reply(body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def address(number: int) -> str:
    """The address of a page; a page and its children are on different hosts."""
    level, first = 0, number
    while first > 0:
        level, first = level + 1, (first - 1) // _FAN
    return f"https://{'hg'[level % 2]}{number % HOSTS}.example/{number}"


@dataclass(frozen=True)
class Ended:
    """How it went. ``twice``: pages asked for more than once; ``allowed``: those leased at the moments of the kills."""

    pages: int
    kills: int
    missing: tuple[str, ...]
    twice: tuple[str, ...]
    allowed: frozenset[str]
    states: Counter[tuple[str, str]]


def crawl_with_kills(data: Path, pages: int, *, seconds: tuple[float, float], most_kills: int, luck: int) -> Ended:
    """Crawl ``pages`` pages, ending the worker by SIGKILL again and again until it ends by itself.

    A worker lives for a random time in ``seconds`` after its first request; after ``most_kills`` it may end.
    """
    rng = random.Random(luck)
    with open_catalog(data) as catalog:
        job = catalog.start_job("sushi", [seed(address(0), "page")])
    kills, allowed = 0, set[str]()
    with serve({}) as site:
        site.routes = Tree(pages)
        while True:
            settings = CrawlSettings(
                data_dir=data,
                job_id=job,
                loopback=site.address,
                timeout=10.0,
                patience_seconds=30.0,
                user_agent=f"worker {kills}",
            )
            with crawl_apart(settings) as worker:
                _wait_for_a_request(site, worker, f"worker {kills}")
                try:
                    code = worker.wait(timeout=rng.uniform(*seconds) if kills < most_kills else None)
                except subprocess.TimeoutExpired:
                    worker.kill()
                    worker.wait()
                    kills += 1
                    allowed |= _leased(data)
                    continue
            assert code == 0
            return _ended(data, pages, site.asked, kills, allowed)


def _wait_for_a_request(site: Site, worker: "subprocess.Popen[str]", who: str) -> None:
    while worker.poll() is None and not (site.asked and site.asked[-1].headers["user-agent"] == who):
        threading.Event().wait(0.02)


def _leased(data: Path) -> set[str]:
    return {url for url, (state, _) in outcomes(data).items() if state == "leased"}


def _ended(data: Path, pages: int, asked: list[Asked], kills: int, allowed: set[str]) -> Ended:
    fetched = Counter(f"https://{one.url}" for one in asked if not one.url.endswith("robots.txt"))
    wanted = {address(number) for number in range(pages)}
    done = outcomes(data)
    lost = {url for url in wanted if done.get(url, ("", ""))[0] != "done"}
    return Ended(
        pages=pages,
        kills=kills,
        missing=tuple(sorted((wanted - fetched.keys()) | lost)),
        twice=tuple(sorted(url for url, times in fetched.items() if times > 1 and url in wanted)),
        allowed=frozenset(allowed),
        states=Counter(done[url] for url in wanted if url in done),
    )
