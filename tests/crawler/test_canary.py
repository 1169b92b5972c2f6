"""No key leaves the download handler: a crawl with a canary for every keyed source, then a search of every byte.

The server echoes what it is sent in bodies, headers, redirects and errors, packed and plain, while an archive is
written and the log is as talkative as it gets. First it is shown that the server did get every key.
"""

import base64
import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, quote, quote_plus, unquote, urlsplit

import pytest

from catalog.items import Link
from catalog.tasks import Seed
from crawler.progress import CrawlReport, Progress
from crawler.run import run_crawl
from crawler.signing import invented_host
from crawler.sources import all_sources
from crawler.sources.base import PlanTerms, Source
from crawler.warc import members
from tests.conftest import Ran, nichescout
from tests.crawler.crawling import loopback, outcomes, start_job
from tests.crawler.site import Asked, Reply, Site, serve

KEYED = {name: source for name, source in all_sources().items() if source.key is not None}
TERMS = PlanTerms(
    theme="sushi",
    hashtags=("sushi", "bostonsushi", "nycsushi", "sushinyc"),
    phrases=("sushi blog boston", "sushi blogs", "nyc sushi blog", "sushi"),
    forum_queries=("sushi", "sushi boston", "sushi nyc", "sushi miami"),
    language="en",
    countries=("US",),
)
SESSION = "canary/session+token=="


def canary(source: str, part: str) -> str:
    """A secret with characters that are spelled differently in addresses, JSON and HTML."""
    return f"canary-{source}-{part}+/{source[::-1]}&x=1"


def values_of(source: Source) -> dict[str, str]:
    assert source.key is not None
    return {
        part.name: part.must_be or (canary(source.name, part.name) if part.secret else "operator.example")
        for part in source.key.parts
    }


SECRETS = {
    (name, part.name): values_of(source)[part.name]
    for name, source in KEYED.items()
    for part in (source.key.parts if source.key else ())
    if part.secret
}


class Echo(Mapping[str, Reply | list[Reply]]):
    """Answers every address with what was asked, in one bad way after the other."""

    def __init__(self) -> None:
        self.site: Site | None = None
        self.nth: dict[str, int] = {}

    def get(self, url: str, default: object = None) -> Reply:  # type: ignore[override]
        host, _, path = url.partition("/")
        if path == "robots.txt":
            return Reply(b"", 404)
        assert self.site is not None
        asked = self.site.asked[-1]
        if "createSession" in path:
            return Reply(json.dumps({"accessJwt": SESSION + "bsky", "echo": asked.body}).encode())
        if "access_token" in path and "www-reddit" in host:
            return Reply(json.dumps({"access_token": SESSION + "reddit", "expires_in": 3600}).encode())
        turn = self.nth.get(host, 0)
        self.nth[host] = turn + 1
        return _answers(url, asked)[turn % 6]

    def __getitem__(self, url: str) -> Reply:
        return self.get(url)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def _answers(url: str, asked: Asked) -> list[Reply]:
    said = json.dumps({"you sent": url, "headers": dict(asked.headers), "next": f"https://{url}"})
    told = base64.b64encode("\n".join(asked.headers.values()).encode()).decode()
    body = _post(f"sushi {said} {told}") if url.startswith(invented_host("graph.threads.net")) else b""
    body = body or f"{said} {url} {told} {quote(url, safe='')}".encode()
    headers = {"X-Echo": url, "Link": f'<https://{url}>; rel="next"', "Set-Cookie": f"session={quote(url, safe='')}"}
    return [
        Reply(body, 200, headers),
        Reply(gzip.compress(body, mtime=0), 200, headers | {"Content-Encoding": "gzip"}),
        Reply(body, 400, headers),
        Reply(b"", 302, headers | {"Location": f"https://{url}&again=1"}),
        Reply(body, 500, headers),
        Reply(body, 200, headers, declared=len(body) + 9),  # ends too early: an error of the connection
    ]


def _post(text: str) -> bytes:
    """An answer that is read, so that what it echoes goes the whole way."""
    row = {"id": "18000000000000001", "text": text, "permalink": "https://www.threads.com/@mika.k/post/P1",
           "timestamp": "2026-02-01T10:00:00+0000", "username": "mika.k"}  # fmt: skip
    return json.dumps({"data": [row]}).encode()


@dataclass(frozen=True)
class Crawled:
    site: Site
    data: Path
    report: CrawlReport
    told: list[Progress]
    built: Ran


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    data = tmp_path_factory.mktemp("canary")
    keys = data.parent / f"{data.name}-keys.toml"
    tables = (f"[{name}]\n" + "".join(f"{part} = {json.dumps(value)}\n" for part, value in values_of(source).items())
              for name, source in KEYED.items())  # fmt: skip
    keys.touch(mode=0o600)
    keys.write_text("\n".join(tables))
    echo, told = Echo(), []
    with serve(echo) as site:
        echo.site = site
        job = start_job(data, list(_seeds()))
        settings = loopback(data, job, site, archive=data / "archive", archive_all=True, keys=keys, log_level="DEBUG")
        report = run_crawl(settings, on_progress=told.append)
    return Crawled(site, data, report, told, nichescout("--data", str(data), "index", "build"))


def _seeds() -> Iterator[Seed]:
    """Every page kind of every keyed source, six times, on invented hosts that stand for the real ones."""
    for name, source in KEYED.items():
        assert source.key is not None
        host = invented_host(source.key.hosts[0])
        yield from source.seeds(TERMS, (host,))
        for page in source.pages:
            for number in range(6):
                url = f"https://{host}/{page}/operator/{number}?q=x"
                yield Seed(label=f"{name} {page} {number}", link=Link(url=url, source=name, page=page, score=0.9))


def test_every_keyed_source_was_asked_and_sent_its_key(crawled: Crawled) -> None:
    """Otherwise the search below would find nothing for want of anything to find."""
    for name, source in KEYED.items():
        assert source.key is not None
        host = invented_host(source.key.hosts[0])
        asked = [one for one in crawled.site.asked if one.url.startswith(host) and "robots.txt" not in one.url]
        assert len(asked) >= 3, name
        hosts = {host} | (
            {invented_host(urlsplit(source.key.exchange.url).hostname or "")} if source.key.exchange else set()
        )
        sent = [one for one in crawled.site.asked if one.url.partition("/")[0] in hosts]
        for part in source.key.parts:
            if part.secret and (name, part.name) != ("podcast_index", "secret"):  # of which only a hash is sent
                assert any(SECRETS[name, part.name] in _all_of(one) for one in sent), (
                    f"{name}: {part.name} was not sent"
                )


def _all_of(asked: Asked) -> str:
    """What a server can read in a request: address, query, headers (Basic ones decoded) and body."""
    parts = urlsplit(f"https://{asked.url}")
    query = " ".join(value for values in parse_qs(parts.query).values() for value in values)
    basic = re.findall(r"Basic (\S+)", asked.headers.get("authorization", ""))
    decoded = " ".join(base64.b64decode(value).decode() for value in basic)
    return " ".join([unquote(asked.url), query, *asked.headers.values(), decoded, asked.body, json.dumps(asked.body)])


def test_a_signature_is_sent_and_changes_with_time(crawled: Crawled) -> None:
    host = invented_host("api.podcastindex.org")
    headers = [
        one.headers for one in crawled.site.asked if one.url.startswith(f"{host}/") and "x-auth-key" in one.headers
    ]
    assert headers
    assert all(
        re.fullmatch(r"[0-9a-f]{40}", sent["authorization"]) and sent["x-auth-date"].isdigit() for sent in headers
    )


def test_robots_txt_is_asked_without_any_key(crawled: Crawled) -> None:
    for one in crawled.site.asked:
        if one.url.endswith("/robots.txt"):
            assert not any(secret in _all_of(one) for secret in SECRETS.values())
            assert "authorization" not in one.headers


def test_the_crawl_met_every_kind_of_answer(crawled: Crawled) -> None:
    """Redirects, errors and broken bodies are where keys get out."""
    met = {outcome for _, outcome in outcomes(crawled.data).values()}
    assert {"redirect", "retry", "unreadable"} <= met


def _signature(asked: Asked) -> str:
    """What was computed for one request: a hash, or key and secret together."""
    return asked.headers.get("authorization", "").partition(" ")[2] or asked.headers.get("authorization", "")


def spellings(secret: str) -> set[bytes]:
    """However a store may hold it: plain, escaped, or in Base64 with anything before it."""
    found = {
        secret,
        quote(secret, safe=""),
        quote(secret, safe="").lower(),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
    }
    found |= {secret.replace("&", "&amp;"), secret.replace("/", "\\/"), secret[:24], quote(secret[:24], safe="")}
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + secret.encode()).decode()
        found.add(encoded[4:-4])
    return {spelling.encode() for spelling in found}


def every_byte(folder: Path) -> Iterator[tuple[str, bytes]]:
    """The files under a folder as they are, and those that are packed unpacked too."""
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        data = file.read_bytes()
        yield file.name, data
        if file.name.endswith(".warc.gz"):
            for member in members(file):
                yield f"{file.name} at {member.offset}", member.data
                yield from ((f"{file.name} at {member.offset}, unpacked", body) for body in _unpacked(member.data))


def _unpacked(record: bytes) -> Iterator[bytes]:
    for start in (match.start() for match in re.finditer(rb"\x1f\x8b\x08", record)):
        try:
            yield zlib.decompressobj(wbits=31).decompress(record[start:])
        except zlib.error:
            continue


def test_no_store_holds_a_key(crawled: Crawled) -> None:
    secrets = {f"{name} {part}": secret for (name, part), secret in SECRETS.items()}
    secrets |= {"a session": SESSION}
    secrets |= {f"what {one.url[:20]} was sent": sent for one in crawled.site.asked if (sent := _signature(one))}
    names = set()
    for name, data in every_byte(crawled.data):
        names.add(name.partition(" ")[0])
        for whose, secret in secrets.items():
            for spelling in spellings(secret):
                assert spelling not in data, f"{whose} is in {name}"
    assert {"catalog.sqlite", "crawl.warc.gz", "crawl.warc.gz.idx", "quota.json"} <= names
    assert any(name.startswith("crawl-") for name in names), "no log was searched"


def test_what_was_echoed_in_a_post_is_searched_in_the_index_too(crawled: Crawled) -> None:
    assert crawled.report.posts == 1
    assert crawled.built.code == 0, crawled.built.err
    found = nichescout("--data", str(crawled.data), "search", "sushi key removed", "--json")
    assert len(json.loads(found.out)["results"]) == 1
    said = found.out + found.err + crawled.built.out + crawled.built.err
    assert not any(secret in said for secret in SECRETS.values())
    assert any("index" in str(file.relative_to(crawled.data)) for file in crawled.data.rglob("*"))


def test_the_log_was_talkative_and_the_answers_were_archived(crawled: Crawled) -> None:
    log = "".join(file.read_text() for file in (crawled.data / "logs").iterdir())
    assert "DEBUG" in log
    archive = b"".join(data for name, data in every_byte(crawled.data) if " at " in name)
    assert archive.count(b"[key removed]") > 20
    assert b"you sent" in archive


def test_progress_and_report_hold_no_key(crawled: Crawled) -> None:
    said = repr(crawled.told) + repr(crawled.report)
    assert crawled.told
    assert not any(secret in said for secret in SECRETS.values())
