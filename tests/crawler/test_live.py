"""What holds on the real web, without contacting it."""

from pathlib import Path

import pytest

from crawler.child import scrapy_settings
from crawler.crawl_settings import CrawlSettings
from tests.crawler.crawling import crawl, outcomes, seed, start_job

UNSAFE = [
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://10.0.0.1/feed",
    "http://router.local/",
]


def test_a_live_crawl_refuses_private_addresses_and_does_not_come_back(tmp_path: Path) -> None:
    job = start_job(tmp_path, [seed(url) for url in UNSAFE])
    report = crawl(CrawlSettings(data_dir=tmp_path, job_id=job, contact="https://scout.example/", minutes=1.0))
    assert (report.outcome, report.fetched) == ("done", 0)
    assert report.refused == len(outcomes(tmp_path)) > 0
    assert set(outcomes(tmp_path).values()) == {("failed", "blocked")}


def settings(**fields: object) -> CrawlSettings:
    return CrawlSettings(data_dir=Path("data"), job_id="job", contact="https://scout.example/", **fields)  # type: ignore[arg-type]


def test_scrapy_is_told_to_be_polite_and_safe() -> None:
    told = scrapy_settings(settings(delay=0.2))
    assert told["TWISTED_DNS_RESOLVER"] == "crawler.resolver.GuardingResolver"
    assert settings(delay=0.2).seconds_between_requests == 1.0  # kept by the visit, from end to start
    assert told.getfloat("DOWNLOAD_DELAY") == 0.0
    assert told.getfloat("DOWNLOAD_DELAY_JITTER") == 0.0
    assert told.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert told.getint("DOWNLOAD_MAXSIZE") == 5 * 1024 * 1024
    assert told.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    for off in ("TELNETCONSOLE", "REMOTE_CONTROL", "REDIRECT", "RETRY", "COOKIES", "HTTPCACHE", "HTTPPROXY", "REFERER"):
        assert not told.getbool(f"{off}_ENABLED")
    handlers = told.getwithbase("DOWNLOAD_HANDLERS")
    assert {scheme for scheme, handler in handlers.items() if handler} == {"http", "https"}


@pytest.mark.parametrize(
    ("fields", "handler"),
    [
        ({}, "crawler.handlers.LiveHandler"),
        ({"loopback": "127.0.0.1:9"}, "crawler.handlers.LoopbackHandler"),
        ({"replay": Path("x.warc.gz")}, "crawler.handlers.ReplayHandler"),
    ],
)
def test_each_network_has_its_handler(fields: dict[str, object], handler: str) -> None:
    told = scrapy_settings(settings(**fields)).getdict("DOWNLOAD_HANDLERS")
    assert (told["http"], told["https"]) == (handler, handler)
