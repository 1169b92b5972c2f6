"""What a worker says of its work, in words; and the wish that it ends."""

from collections.abc import Callable
from datetime import datetime

from app.harvest_view import relevant_words
from crawler.progress import CrawlReport

Say = Callable[[str], None]


class Stopped(Exception):
    """Somebody stopped the crawl: no further turn."""


def told(report: CrawlReport) -> str:
    """A crawl in a few words."""
    endings = {
        "done": "all read",
        "pages": "bound on pages reached",
        "minutes": "time was up",
        "stopped": "stopped",
        "later": "some hosts must wait",
        "halted": "stopped by the stop file",
        "disk": "stopped, the disk is nearly full",
    }
    relevant = relevant_words(report.relevant, report.pages)
    found = ", ".join(filter(None, (f"{report.accounts} new accounts, {report.posts} new posts", relevant)))
    return f"{report.fetched} requests, {found}, {endings[report.outcome]}"


def clock_time(moment: datetime) -> str:
    """As people write it, in UTC."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
