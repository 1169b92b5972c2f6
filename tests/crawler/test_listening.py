"""Listening to a stream: bounds, refusals and a whole crawl, against a real WebSocket server on loopback."""

import asyncio
import time
from pathlib import Path

import pytest
import scrapy.exceptions
from scrapy.http import Request, Response

from catalog.items import Link
from catalog.tasks import Seed
from crawler.listening import listen
from crawler.replay import ReplayArchive
from crawler.sources.base import Listen
from tests.crawler.crawling import crawl, dump, loopback, outcomes, start_job
from tests.crawler.stream import Stream, event, serve_stream

MIKA, PRIYA = "did:plc:mika23456723456723456723", "did:plc:priya2345672345672345672"
URL = "https://stream.example/subscribe?tags=sushi&wantedCollections=app.bsky.feed.post"
ABOUT = event(MIKA, "3kaaaaaaaaa22", "Rolls #Sushi")
OTHER = event(PRIYA, "3kbbbbbbbbb22", "My bike")


def hear(
    stream: Stream, *, seconds: float = 5.0, messages: int = 10, wanted: tuple[str, ...] = ("#sushi",)
) -> Response:
    bounds = Listen(seconds=seconds, messages=messages, wanted=wanted)
    request = Request(URL, headers={"User-Agent": "nichescout/1 (+https://operator.example/)"})
    return asyncio.run(listen(request, bounds, local=stream.address, stop=lambda: False))


def test_only_what_is_wanted_is_kept_whatever_its_case() -> None:
    with serve_stream(Stream([ABOUT, OTHER, ABOUT.replace("Sushi", "SUSHI")], stays_open=False)) as stream:
        heard = hear(stream)
    assert heard.status == 200
    assert heard.body.splitlines() == [ABOUT.encode(), ABOUT.replace("Sushi", "SUSHI").encode()]


def test_it_ends_after_its_seconds_though_nobody_speaks() -> None:
    begun = time.monotonic()
    with serve_stream(Stream([OTHER])) as stream:
        assert hear(stream, seconds=0.5).body == b""
    assert time.monotonic() - begun < 30  # loaded machines are slow


def test_it_ends_with_enough_messages_though_the_stream_goes_on() -> None:
    with serve_stream(Stream([ABOUT] * 5000)) as stream:
        assert len(hear(stream, messages=3).body.splitlines()) == 3
    assert stream.said < 5000


def test_it_ends_when_the_crawl_does() -> None:
    with serve_stream(Stream([ABOUT] * 3)) as stream:
        request = Request(URL)
        bounds = Listen(seconds=60, messages=100, wanted=())
        begun = time.monotonic()
        asyncio.run(listen(request, bounds, local=stream.address, stop=lambda: time.monotonic() - begun > 0.3))
    assert time.monotonic() - begun < 30


def test_a_message_too_large_ends_it_without_harm() -> None:
    with serve_stream(Stream([ABOUT, "x" * (2 * 1024 * 1024), ABOUT])) as stream:
        assert hear(stream).body == ABOUT.encode()


def test_a_line_break_inside_a_message_does_not_make_two() -> None:
    with serve_stream(Stream(['{"a":\n"#sushi"}'], stays_open=False)) as stream:
        assert hear(stream).body == b'{"a": "#sushi"}'


@pytest.mark.parametrize("status", [301, 401, 403, 429, 503])
def test_a_refused_handshake_is_an_answer_like_any_other(status: int) -> None:
    told = {"Retry-After": "120", "Location": "https://elsewhere.example/subscribe"}
    with serve_stream(Stream([], refusal=(status, told, b"no"))) as stream:
        heard = hear(stream)
    assert heard.status == status
    assert heard.headers["Retry-After"] == b"120"
    assert len(stream.asked) == 1, "no redirect is followed in place"


def test_nobody_there_is_a_failure_to_be_tried_again() -> None:
    with serve_stream(Stream([])) as stream:
        pass
    with pytest.raises((scrapy.exceptions.DownloadConnectionRefusedError, scrapy.exceptions.DownloadFailedError)):
        hear(stream)


def test_what_is_asked() -> None:
    with serve_stream(Stream([ABOUT], stays_open=False)) as stream:
        hear(stream)
    (asked,) = stream.asked
    host, path, headers = asked
    assert host == "stream.example"
    assert path.startswith("/subscribe?")
    assert headers["user-agent"].startswith("nichescout/1")
    assert not {"cookie", "authorization", "origin", "referer"} & headers.keys()


def test_a_crawl_listens_once_and_keeps_nothing_of_people_who_were_not_asked(tmp_path: Path) -> None:
    data, archive = tmp_path / "data", tmp_path / "archive"
    link = Link(url=URL, source="bluesky_hashtags", page="stream", context={"tags": "sushi"})
    with serve_stream(Stream([OTHER, ABOUT], stays_open=False)) as stream:
        job = start_job(data, [Seed(label="stream", link=link)])
        report = crawl(loopback(data, job, stream, archive=archive, archive_all=True))
    assert (report.outcome, outcomes(data)[URL]) == ("done", ("done", "ok"))
    assert [path for path in stream.paths() if path != "/robots.txt"] == [URL.removeprefix("https://stream.example")]
    assert "/robots.txt" in stream.paths()
    assert "Rolls #Sushi" not in dump(data)
    replayed = ReplayArchive(archive / "crawl.warc.gz").answer("GET", URL)
    assert replayed.body == ABOUT.encode(), "what was heard can be read again without the stream"
