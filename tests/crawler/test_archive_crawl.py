"""A crawl that is archived, and the same crawl out of its archive: equal catalogs, no network, no waiting."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from crawler.archive import ARCHIVE_NAME
from crawler.errors import ArchiveError, CrawlError, NoContact
from crawler.progress import CrawlReport
from crawler.run import CrawlSettings
from crawler.warc import records
from tests.crawler.builders import NOW
from tests.crawler.crawling import crawl, dump, loopback, outcomes, seed, start_job
from tests.crawler.site import Reply, Site, feed, page, robots, serve, zipped

ROUTES: dict[str, Reply | list[Reply]] = {
    "blog.example/feed": zipped(feed("blog.example", "sushi in Boston", "more sushi")),
    "blog.example/": page("Rice notes", "https://blog.example/about", "https://mika.example/"),
    "mail.example/feed": feed("mail.example", "write to mika.k@mail.example for rice"),
    "shy.example/feed": feed("shy.example", "canary words", **{"X-Robots-Tag": "noindex"}),
    "closed.example/robots.txt": robots("User-agent: *\nDisallow: /\n"),
    "calm.example/robots.txt": robots("User-agent: *\nCrawl-delay: 1\n"),
    "calm.example/feed": feed("calm.example", "slow rice"),
    "moved.example/feed": Reply(b"", 301, {"Location": "https://blog.example/feed"}),
    "busy.example/feed": [Reply(b"", 429, {"Retry-After": "600"}), feed("busy.example", "finally")],
    "torn.example/feed": zipped(feed("torn.example", "rice " * 500), cut=9),
    "slow.example/feed": Reply(b"<rss", declared=999, stall=True),
}
SEEDS = [
    seed(f"https://{name}.example/feed")
    for name in ["blog", "mail", "shy", "closed", "calm", "moved", "busy", "torn", "slow", "gone"]
]
SEEDS.append(seed("https://blog.example/", "page"))


@dataclass(frozen=True)
class World:
    site: Site
    data: Path
    archive: Path
    report: CrawlReport


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Everything recorded, as the demo world is."""
    data, folder = tmp_path_factory.mktemp("world"), tmp_path_factory.mktemp("archive")
    with serve(ROUTES) as site:
        job = start_job(data, SEEDS)
        report = crawl(loopback(data, job, site, timeout=2.0, archive=folder, archive_all=True))
        yield World(site, data, folder / ARCHIVE_NAME, report)


def replay(world: World, data: Path) -> CrawlReport:
    job = start_job(data, SEEDS)
    return crawl(CrawlSettings(data_dir=data, job_id=job, replay=world.archive))


def test_a_replay_ends_in_the_same_catalog(world: World, tmp_path: Path) -> None:
    asked, began = len(world.site.asked), time.monotonic()
    report = replay(world, tmp_path)
    assert time.monotonic() - began < 60  # no host is waited for; loaded machines are slow
    assert len(world.site.asked) == asked
    assert (report.outcome, report.not_archived) == ("done", 0)
    assert outcomes(tmp_path) == outcomes(world.data)
    assert dump(tmp_path) == dump(world.data)
    assert "finally" in dump(tmp_path)


def test_everything_was_recorded(world: World) -> None:
    kinds = {(capture.url, kind) for _, kind, capture in records(world.archive)}
    assert ("https://closed.example/robots.txt", "response") in kinds
    assert ("https://moved.example/feed", "response") in kinds
    assert ("https://gone.example/feed", "response") in kinds
    assert ("https://slow.example/feed", "metadata") in kinds
    urls = [capture.url for _, kind, capture in records(world.archive) if kind != "request"]
    assert urls == sorted(urls)


def test_making_the_world_again_gives_the_same_bytes(world: World, tmp_path: Path) -> None:
    with serve(ROUTES) as site:
        job = start_job(tmp_path / "data", SEEDS)
        settings = loopback(tmp_path / "data", job, site, timeout=2.0, archive=tmp_path / "archive", archive_all=True)
        crawl(settings)
    assert (tmp_path / "archive" / ARCHIVE_NAME).read_bytes() == world.archive.read_bytes()


def test_a_plain_archive_holds_only_what_was_kept_whole(tmp_path: Path) -> None:
    with serve(ROUTES) as site:
        job = start_job(tmp_path, SEEDS)
        crawl(loopback(tmp_path, job, site, timeout=2.0, archive=tmp_path / "archive"))
    path = tmp_path / "archive" / ARCHIVE_NAME
    urls = {capture.url for _, _, capture in records(path)}
    assert "https://blog.example/feed" in urls
    assert "https://moved.example/feed" in urls
    assert "https://mail.example/feed" not in urls  # something was scrubbed
    assert "https://shy.example/feed" not in urls  # noindex
    assert b"canary words" not in b"".join(capture.body for _, _, capture in records(path))


def test_what_was_never_recorded_is_not_archived_and_nothing_else(world: World, tmp_path: Path) -> None:
    job = start_job(tmp_path, [seed("https://stranger.example/feed"), seed("https://blog.example/feed")])
    report = crawl(CrawlSettings(data_dir=tmp_path, job_id=job, replay=world.archive))
    assert report.not_archived >= 1
    assert outcomes(tmp_path)["https://stranger.example/feed"] == ("failed", "not_archived")
    assert outcomes(tmp_path)["https://blog.example/feed"] == ("done", "ok")


def test_a_cut_off_archive_is_refused_before_anything_starts(world: World, tmp_path: Path) -> None:
    cut = tmp_path / "cut.warc.gz"
    cut.write_bytes(world.archive.read_bytes()[:-30])
    with pytest.raises(ArchiveError, match="cut off"):
        crawl(CrawlSettings(data_dir=tmp_path / "data", job_id="none", replay=cut))
    assert not (tmp_path / "data").exists()


def test_a_live_crawl_without_a_contact_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(NoContact, match="nichescout init"):
        crawl(CrawlSettings(data_dir=tmp_path / "data", job_id="none"))
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"loopback": "10.0.0.1:80"}, "127.0.0.1:PORT"),
        ({"archive_all": True, "contact": "x"}, "loopback"),
        ({"archive": Path("/proc/nowhere"), "contact": "x"}, "archive folder"),
    ],
)
def test_settings_that_make_no_sense_are_refused(tmp_path: Path, fields: dict[str, object], says: str) -> None:
    with pytest.raises(CrawlError, match=says):
        crawl(CrawlSettings(data_dir=tmp_path, job_id="none", **fields))  # type: ignore[arg-type]


def test_an_unknown_job_is_one_line(tmp_path: Path) -> None:
    with serve({}) as site, pytest.raises(CrawlError) as caught:
        crawl(loopback(tmp_path, "no-such-job", site))
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_an_unchanged_page_is_asked_for_with_its_validators(tmp_path: Path) -> None:
    routes = {"blog.example/feed": feed("blog.example", "sushi", ETag='"v1"', **{"Last-Modified": "x"})}
    with serve(routes) as site:
        for query in ("one", "two"):
            job = start_job(tmp_path, [seed("https://blog.example/feed")], query=query, fresh_for=-NOW.resolution)
            crawl(loopback(tmp_path, job, site))
        first, second = site.requests("blog.example/feed")
    assert "if-none-match" not in first.headers
    assert second.headers["if-none-match"] == '"v1"'
    assert second.headers["if-modified-since"] == "x"
    assert "sushi" in dump(tmp_path)
