"""Fetch one page for a person to look at, under the same rules as a discovery, and keep nothing.

A child crawl of a single task in a throw-away folder: robots.txt, politeness and safety are those of every crawl.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.config import Config
from base.errors import UserError
from catalog.identity import canonical_url
from catalog.store import open_catalog
from catalog.tasks import Seed
from crawler.errors import NoContact
from crawler.run import CrawlReport, CrawlSettings, run_crawl
from crawler.sources import recognise
from crawler.warc import Capture, decoded_body, records

_MAX_REDIRECTS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """One answer. Header names are in lower case; ``body`` is decoded from its content encoding."""

    url: str
    status: int
    headers: dict[str, str]
    body: bytes


def fetch_once(config: Config, url: str) -> Fetched:
    """The page at ``url``, redirects followed.

    Raises NoContact, and UserError when the page cannot be had, with the reason.
    """
    if not config.contact:
        raise NoContact("fetching needs an address at which site owners can reach you; set it with: nichescout init")
    for _ in range(_MAX_REDIRECTS):
        capture = _fetch(config, url)
        headers = {name.lower(): value for name, value in capture.headers}
        target = headers.get("location")
        if capture.status is None or capture.status >= 400:
            raise UserError(f"{url} answers {capture.status or capture.error}; nothing to read")
        if not 300 <= capture.status < 400 or target is None:
            return Fetched(url=url, status=capture.status, headers=headers, body=decoded_body(capture))
        url = canonical_url(target)
    raise UserError(f"{url} redirects more than {_MAX_REDIRECTS} times; nothing to read")


def _fetch(config: Config, url: str) -> Capture:
    with tempfile.TemporaryDirectory(prefix="nichescout-read-") as folder:
        data = Path(folder)
        try:
            link = recognise(canonical_url(url))
        except ValueError as error:
            raise UserError(f"{error}; give a whole address, https://...") from None
        with open_catalog(data) as catalog:
            job = catalog.start_job(f"read {url}", [Seed(label="read", link=link)])
        report = _crawl_one(config, data, job)
        captures = [
            capture
            for file in sorted((data / "archive").glob("*.warc.gz"))
            for _, kind, capture in records(file)
            if kind == "response" and capture.url == link.url
        ]
        if not captures:
            with open_catalog(data) as catalog:
                raise UserError(f"{url} was not fetched: {catalog.last_message(job) or report.outcome}")
        return captures[-1]


def _crawl_one(config: Config, data: Path, job: str) -> CrawlReport:
    settings = CrawlSettings(
        data_dir=data,
        job_id=job,
        contact=config.contact or "",
        pages=1,
        minutes=2,
        archive=data / "archive",
        archive_all=True,
        delay=config.delay,
    )
    return run_crawl(settings, on_progress=lambda _: None)
