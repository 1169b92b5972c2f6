"""What leaves archives after the crawl: withdrawn consent, what is gone, what is too old; and who waits for whom."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from catalog.items import Consent
from catalog.store import open_catalog
from crawler.archive import ARCHIVE_NAME, ArchiveWriter, cut_members, read_index
from crawler.archive_care import at, tidy_archives
from crawler.clock import StandingClock
from crawler.errors import ArchiveBusy
from crawler.warc import Capture, read_record, records
from tests.catalog.builders import START, World, account, post
from tests.crawler.builders import NOW
from tests.crawler.crawling import crawl, loopback, seed, start_job
from tests.crawler.site import Reply, Site, feed, page, rss, serve

MIKA, NOOR = "https://mikablog.example/feed", "https://noorblog.example/feed"
BLOCK = b'</title><itunes:block xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">yes</itunes:block>'


@pytest.fixture
def site() -> Iterator[Site]:
    routes: dict[str, Reply | list[Reply]] = {
        "mikablog.example/feed": feed("mikablog.example", "yuzukosho notes"),
        "noorblog.example/feed": feed("noorblog.example", "ramen notes"),
    }
    for host in ("mikablog.example", "noorblog.example"):  # without them the posts would be gone for good at the end
        routes |= {f"{host}/": page("Notes"), f"{host}/0": page("A note")}
    with serve(routes) as opened:
        yield opened


def crawled(data: Path, site: Site, query: str, **more: object) -> None:
    job = start_job(data, [seed(MIKA), seed(NOOR)], query=query, fresh_for=timedelta(0))
    crawl(loopback(data, job, site, archive=data / "archive", **more))


def archived(data: Path) -> list[str]:
    path = data / "archive" / ARCHIVE_NAME
    kept = [capture.url for _, kind, capture in records(path) if kind != "request"]
    table = [entry for entry in read_index(path) if entry.kind != "request"]
    assert [entry.url for entry in table] == kept
    for entry in table:
        assert read_record(path, entry.offset, entry.length).url == entry.url
    return [url for url in kept if url.endswith("/feed")]


def test_withdrawn_consent_takes_its_pages_out_of_the_archive(site: Site, tmp_path: Path) -> None:
    crawled(tmp_path, site, "first")
    assert sorted(archived(tmp_path)) == [MIKA, NOOR]
    body = rss("mikablog.example", "yuzukosho notes").replace(b"</title>", BLOCK, 1)
    site.routes["mikablog.example/feed"] = Reply(body, headers={"Content-Type": "application/rss+xml"})
    crawled(tmp_path, site, "second")
    assert set(archived(tmp_path)) == {NOOR}
    assert b"yuzukosho" not in b"".join(capture.body for _, _, capture in records(tmp_path / "archive" / ARCHIVE_NAME))
    with open_catalog(tmp_path, clock=StandingClock(NOW)) as catalog:
        assert catalog.archive_cuts() == frozenset()
        assert [path.name for path in catalog.archives()] == [ARCHIVE_NAME]


def test_what_is_too_old_leaves_when_a_crawl_ends(site: Site, tmp_path: Path) -> None:
    crawled(tmp_path, site, "first")
    crawled(tmp_path, site, "later", now=NOW + timedelta(days=29))
    assert len(archived(tmp_path)) == 4
    crawled(tmp_path, site, "much later", now=NOW + timedelta(days=31))
    assert sorted(archived(tmp_path)) == [MIKA, NOOR]  # the first two are gone
    with open_catalog(tmp_path, clock=StandingClock(NOW + timedelta(days=99))) as catalog:
        tidy_archives(catalog, days=30)
    assert archived(tmp_path) == []


def test_an_archive_in_use_is_cleaned_later(tmp_path: Path) -> None:
    with open_catalog(tmp_path, clock=StandingClock(NOW)) as catalog:
        writer = ArchiveWriter(tmp_path / "archive")
        writer.write(Capture(url=MIKA, fetched_at=NOW - timedelta(days=31), status=200, body=b"old"))
        catalog.add_archive(writer.path)
        with pytest.raises(ArchiveBusy, match="wait for its end"):
            ArchiveWriter(tmp_path / "archive")
        assert tidy_archives(catalog, days=30).busy == (str(writer.path),)
        writer.close()
        done = tidy_archives(catalog, days=30)
        assert (done.removed, done.busy, done.missing) == (1, (), ())
        writer.path.unlink()
        assert tidy_archives(catalog, days=30).missing == (str(writer.path),)


def test_captures_of_one_address_are_told_apart_by_their_date(tmp_path: Path) -> None:
    old = Capture(url=MIKA, fetched_at=NOW, status=200, body=b"old")
    with ArchiveWriter(tmp_path) as writer:
        writer.write(old)
        writer.write(replace(old, fetched_at=NOW + timedelta(hours=1), body=b"new"))
        writer.write(replace(old, url=NOOR))
        assert writer.cut(lambda capture: capture.body == b"old" and capture.url == MIKA) == 1
        writer.write(replace(old, url=NOOR, fetched_at=NOW + timedelta(hours=2)))
    bodies = [capture.body for _, kind, capture in records(tmp_path / ARCHIVE_NAME) if kind == "response"]
    assert bodies == [b"new", b"old", b"old"]
    assert cut_members(tmp_path / ARCHIVE_NAME, at({NOOR})) == 2
    assert len(list(records(tmp_path / ARCHIVE_NAME))) == 2


@pytest.mark.parametrize("first", [Consent.FULL, Consent.DENIED])
def test_in_both_orders_of_arrival(first: Consent, world: World) -> None:
    """The page that arrives second may be the older one: what it showed must go all the same."""
    world.catalog.add_archive(world.folder / "a.warc.gz")
    second = Consent.DENIED if first is Consent.FULL else Consent.FULL
    for state in (first, second):
        denied = state is Consent.DENIED
        at_what_time = START + timedelta(days=2 if denied else 1)
        world.clock.at = at_what_time
        report = world.page(account(consent=state), post(), url=f"https://{state}.example/")
        assert report.archivable == (state is Consent.FULL and first is Consent.FULL)
    assert world.texts() == []
    assert world.catalog.archive_cuts() == ({"https://full.example/"} if first is Consent.FULL else frozenset())


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "data")
    with made.catalog:
        yield made
