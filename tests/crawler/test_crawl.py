"""Real Scrapy over real HTTP on loopback: one crawl of a small web that holds every trap."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.progress import CrawlReport, Progress
from tests.crawler.crawling import crawl, dump, loopback, outcomes, seed, start_job
from tests.crawler.site import Reply, Site, feed, page, robots, serve, zipped

SECRET_TEXT = "never to be kept"
BOMB = zipped(Reply(b"\0" * (20 * 1024 * 1024)))

ROUTES: dict[str, Reply | list[Reply]] = {
    "blog.example/feed": feed("blog.example", "sushi in Boston", "more sushi"),
    "blog.example/zipped": zipped(feed("blog.example", "sushi in Boston", "more sushi")),
    "blog.example/": page("Rice notes", "https://blog.example/about"),
    "allowed.example/robots.txt": robots("User-agent: *\nDisallow: /private\n"),
    "allowed.example/feed": feed("allowed.example", "nigiri"),
    "allowed.example/private": feed("allowed.example", SECRET_TEXT),
    "hidden.example/robots.txt": Reply(b"", 403),
    "hidden.example/feed": feed("hidden.example", "rules that are forbidden are no rules"),
    "elsewhere.example/robots.txt": Reply(b"", 301, {"Location": "https://elsewhere.example/real-robots.txt"}),
    "elsewhere.example/real-robots.txt": robots("User-agent: nichescout\nDisallow: /\n"),
    "elsewhere.example/feed": feed("elsewhere.example", SECRET_TEXT),
    "broken.example/robots.txt": Reply(b"", 503),
    "broken.example/feed": feed("broken.example", SECRET_TEXT),
    "calm.example/robots.txt": robots("User-agent: *\nCrawl-delay: 0.4\n"),
    "calm.example/feed": feed("calm.example", "slowly"),
    "calm.example/feed2": feed("calm.example", "slowly", "again"),
    "patient.example/robots.txt": robots("User-agent: *\nCrawl-delay: 61\n"),
    "patient.example/feed": feed("patient.example", SECRET_TEXT),
    "moved.example/feed": Reply(b"", 301, {"Location": "https://blog.example/feed?utm_source=x"}),
    "moved.example/file": Reply(b"", 302, {"Location": "file:///etc/passwd"}),
    "moved.example/inside": Reply(b"", 302, {"Location": "http://127.0.0.1/secret"}),
    "busy.example/feed": [Reply(b"", 429, {"Retry-After": "900"}), feed("busy.example", "finally")],
    "busy.example/other": feed("busy.example", "finally", "other"),
    "down.example/feed": Reply(b"", 502),
    "big.example/declared": Reply(b"x", headers={"Content-Type": "text/html"}, declared=6 * 1024 * 1024, stall=True),
    "big.example/bomb": BOMB,
    "big.example/torn": zipped(feed("big.example", "rice " * 2000), cut=9),
    "big.example/liar": Reply(b"not gzip at all", headers={"Content-Encoding": "gzip"}),
    "big.example/html-as-feed": page("no feed"),
    "slow.example/feed": Reply(b"<rss", headers={"Content-Type": "application/rss+xml"}, declared=999, stall=True),
    "gone.example/a": Reply(b"", 410),
    "gone.example/b": Reply(b"", 403),
    "shy.example/feed": feed("shy.example", SECRET_TEXT, **{"X-Robots-Tag": "noindex"}),
    "odd.example/": page("odd"),
    "tagged.example/feed": feed("tagged.example", "fine", **{"X-Robots-Tag": "otherbot: noindex"}),
}

FEEDS = [
    "https://blog.example/feed",
    "https://blog.example/zipped",
    "https://allowed.example/feed",
    "https://allowed.example/private",
    "https://hidden.example/feed",
    "https://elsewhere.example/feed",
    "https://broken.example/feed",
    "https://calm.example/feed",
    "https://calm.example/feed2",
    "https://patient.example/feed",
    "https://moved.example/feed",
    "https://moved.example/file",
    "https://moved.example/inside",
    "https://busy.example/feed",
    "https://busy.example/other",
    "https://down.example/feed",
    "https://big.example/declared",
    "https://big.example/bomb",
    "https://big.example/torn",
    "https://big.example/liar",
    "https://big.example/html-as-feed",
    "https://slow.example/feed",
    "https://gone.example/a",
    "https://gone.example/b",
    "https://shy.example/feed",
    "https://tagged.example/feed",
    "https://real-host.test/feed",
    "http://2130706433/feed",
]


@dataclass(frozen=True)
class Ran:
    site: Site
    report: CrawlReport
    told: list[Progress]
    data: Path


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ran]:
    data, told = tmp_path_factory.mktemp("crawl"), list[Progress]()
    seeds = [seed(url) for url in FEEDS] + [
        seed("https://blog.example/", "page"),
        seed("https://odd.example/", "nobody"),
    ]
    job = start_job(data, seeds)
    with serve(ROUTES) as site:
        report = crawl(loopback(data, job, site, timeout=2.0, contact="https://scout.example/"), told)
        yield Ran(site, report, told, data)


EXPECTED = {
    "https://blog.example/feed": ("done", "ok"),
    "https://blog.example/zipped": ("done", "ok"),
    "https://blog.example/": ("done", "ok"),
    "https://allowed.example/feed": ("done", "ok"),
    "https://allowed.example/private": ("failed", "robots"),
    "https://hidden.example/feed": ("done", "ok"),
    "https://elsewhere.example/feed": ("failed", "robots"),
    "https://broken.example/feed": ("failed", "retry"),
    "https://calm.example/feed": ("done", "ok"),
    "https://calm.example/feed2": ("done", "ok"),
    "https://patient.example/feed": ("failed", "blocked"),
    "https://moved.example/feed": ("done", "redirect"),
    "https://moved.example/file": ("failed", "blocked"),
    "https://moved.example/inside": ("done", "redirect"),
    "https://busy.example/feed": ("done", "ok"),
    "https://busy.example/other": ("done", "ok"),
    "https://down.example/feed": ("failed", "retry"),
    "https://big.example/declared": ("failed", "unreadable"),
    "https://big.example/bomb": ("failed", "unreadable"),
    "https://big.example/torn": ("failed", "unreadable"),
    "https://big.example/liar": ("failed", "unreadable"),
    "https://big.example/html-as-feed": ("failed", "unreadable"),
    "https://slow.example/feed": ("failed", "retry"),
    "https://gone.example/a": ("done", "gone"),
    "https://gone.example/b": ("failed", "refused"),
    "https://shy.example/feed": ("done", "ok"),
    "https://tagged.example/feed": ("done", "ok"),
    "https://real-host.test/feed": ("failed", "blocked"),
    "http://2130706433/feed": ("failed", "blocked"),
    "https://odd.example/": ("failed", "unreadable"),
}


@pytest.mark.parametrize("url", EXPECTED)
def test_each_address_ends_as_it_should(ran: Ran, url: str) -> None:
    assert outcomes(ran.data)[url] == EXPECTED[url]


def test_nothing_is_left_undone(ran: Ran) -> None:
    assert ran.report.outcome == "done"
    assert ran.report.waiting == 0
    assert {state for state, _ in outcomes(ran.data).values()} == {"done", "failed"}


def test_what_may_not_be_kept_is_in_no_file(ran: Ran) -> None:
    assert SECRET_TEXT not in dump(ran.data)
    for file in ran.data.rglob("*"):
        assert not file.is_file() or SECRET_TEXT.encode() not in file.read_bytes(), file
    assert "sushi in Boston" in dump(ran.data)
    assert "finally" in dump(ran.data)


def test_what_may_not_be_asked_is_not_asked(ran: Ran) -> None:
    asked = ran.site.urls()
    for url in ("allowed.example/private", "elsewhere.example/feed", "broken.example/feed", "patient.example/feed"):
        assert url not in asked
    assert not any(url.startswith(("127.", "real-host", "2130")) for url in asked)


def test_robots_are_asked_first_and_once(ran: Ran) -> None:
    asked = ran.site.urls()
    for host in ("blog.example", "allowed.example", "calm.example", "hidden.example"):
        of_host = [url for url in asked if url.startswith(host)]
        assert of_host[0] == f"{host}/robots.txt"
        assert of_host.count(f"{host}/robots.txt") == 1


def test_one_request_at_a_time_per_host(ran: Ran) -> None:
    # The server goes on with a body that stalls after we have hung up, which is not our doing.
    stalling = {"big.example", "slow.example"}
    assert {n for host, n in ran.site.most_at_once.items() if host not in stalling} == {1}


def test_a_crawl_delay_is_kept_between_pages(ran: Ran) -> None:
    first, second = (ran.site.requests(f"calm.example/{path}")[0].at for path in ("feed", "feed2"))
    assert abs(second - first) >= 0.35


def test_retry_after_ends_the_visit(ran: Ran) -> None:
    asked = [url for url in ran.site.urls() if url.startswith("busy.example/")]
    assert asked.index("busy.example/feed") < asked.index("busy.example/other") < len(asked) - 1 or (
        asked.count("busy.example/feed") == 2
    )


def test_failures_are_tried_a_few_times_only(ran: Ran) -> None:
    assert len(ran.site.requests("slow.example/feed")) == len(ran.site.requests("down.example/feed")) == 3


def test_we_say_who_we_are_and_carry_nothing_else(ran: Ran) -> None:
    for asked in ran.site.asked:
        assert asked.headers["user-agent"].startswith("nichescout/")
        assert "https://scout.example/" in asked.headers["user-agent"]
        assert not {"cookie", "referer", "authorization"} & set(asked.headers)


def test_the_report_counts(ran: Ran) -> None:
    assert ran.report.accounts >= 5
    assert ran.report.posts >= 6
    assert ran.report.refused >= 6
    assert ran.report.fetched > 20
    assert Path(ran.report.log).is_file()
    assert "Traceback" not in Path(ran.report.log).read_text()


def test_progress_was_told_on_the_way(ran: Ran) -> None:
    assert ran.told
    assert [one.pages for one in ran.told] == sorted(one.pages for one in ran.told)
