"""Fetch one page for a person to look at, under the same rules as a discovery, and keep nothing.

A child crawl of a single task in a throw-away folder: robots.txt, politeness and safety are those of every crawl.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from base.errors import UserError
from catalog.identity import canonical_url, try_canonical
from catalog.store import open_catalog
from catalog.tasks import Seed
from crawler.crawl_settings import CrawlSettings
from crawler.decoding import plain_body
from crawler.errors import CrawlError, UnreadablePage
from crawler.keys import load_keys
from crawler.run import run_crawl
from crawler.sources import recognise
from crawler.warc import Capture, records

_MAX_REDIRECTS: Final = 5
_MINUTES: Final = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SinglePage:
    """One answer. Header names are in lower case; ``body`` is decoded from its content encoding."""

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def fetch_single(
    url: str, *, contact: str, delay: float | None = None, loopback: str | None = None, keys: Path | None = None
) -> SinglePage:
    """The page at ``url``, redirects followed.

    Raises NoContact live without a contact, CrawlError when the page cannot be had, with the reason.
    """
    for _ in range(_MAX_REDIRECTS):
        capture = _fetch(url, contact=contact, delay=delay, loopback=loopback, keys=keys)
        headers = {name.lower(): value for name, value in capture.headers}
        if capture.status is None or capture.status >= 400:
            raise CrawlError(f"{url} answers {capture.status or capture.error}; there is nothing to read")
        target = headers.get("location", "")
        if not 300 <= capture.status < 400 or not target:
            return SinglePage(
                url=capture.url, status=capture.status, headers=tuple(headers.items()), body=_body(capture)
            )
        url = canonical_url(target)
    raise CrawlError(f"{url} redirects more than {_MAX_REDIRECTS} times; there is nothing to read")


def _fetch(url: str, *, contact: str, delay: float | None, loopback: str | None, keys: Path | None) -> Capture:
    address = try_canonical(url)
    if address is None:
        raise UserError(f"{url!r} is not an address that can be read; give a whole one, https://...")
    link = recognise(address)
    missing = load_keys(keys).missing(link.source)
    if missing:
        raise UserError(f"{url} is read by {link.source}, which needs a key: set {', '.join(missing)} (docs/keys.md)")
    with tempfile.TemporaryDirectory(prefix="nichescout-read-") as folder:
        data = Path(folder)
        with open_catalog(data) as catalog:
            job = catalog.start_job(f"read {address}", [Seed(label="read", link=link)])
        settings = CrawlSettings(
            data_dir=data,
            job_id=job,
            contact=contact,
            pages=1,
            minutes=_MINUTES,
            archive=data / "archive",
            archive_all=True,
            delay=delay,
            loopback=loopback,
            keys=keys,
        )
        report = run_crawl(settings, on_progress=lambda _: None)
        captures = [
            capture
            for file in sorted((data / "archive").glob("*.warc.gz"))
            for _, kind, capture in records(file)
            if kind != "request" and try_canonical(capture.url) == link.url  # a profile is read at its API's address
        ]
        if not captures:
            reason = "its robots.txt or our safety rules forbid it" if report.refused else "it does not answer"
            raise CrawlError(f"{url} was not fetched: {reason}")
        return captures[-1]


def _body(capture: Capture) -> bytes:
    try:
        return plain_body(capture)
    except UnreadablePage as error:
        raise CrawlError(f"{capture.url} cannot be read: {error}") from None
