"""What one crawl is told: a frozen value that travels to the child process as one line of JSON.

What Scrapy is told is in ``settings.py``; what a crawl answers is in ``progress.py``.
"""

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from catalog.identity import origin_of

LIVE_DELAY = 1.0
"""Seconds between two requests to one host on the real web; less is never accepted there."""


class Network(Enum):
    """Where the bytes come from."""

    LIVE = "live"
    LOOPBACK = "loopback"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlSettings:
    """One crawl of one job.

    ``catalog`` is the server of a catalog that is no file in ``data_dir``.
    ``contact`` is what the User-Agent points site owners to (needed live). ``minutes`` and ``pages`` bound this run,
    not the job. ``replay`` takes an archive for the network, ``loopback`` ("127.0.0.1:PORT") one local server that
    answers for every host under ``.example``. ``archive`` is a folder to which pages are written after the gate;
    ``archive_all`` (loopback, or a single page that a person looks at) writes every answer, before the gate.
    ``strategy``: the spider, "discover" or "refresh". ``min_free``: MiB of free disk below which the crawl pauses.
    ``archive_days``: what is older leaves the archives when the crawl ends.
    ``delay`` is in seconds between two requests to one host; None: 1 live, 0 otherwise. ``terms`` are the niche's
    theme (maybe ""), then its hashtags, for the focus of the crawl. ``own_search`` are addresses of the operator's
    own SearXNG, which alone may lie in a private network. ``lease_seconds`` and ``patience_seconds`` (not live) say
    how long a lease lasts without a heartbeat and how long a crawl waits for the next thing to fetch. ``keys`` is the
    file with the operator's keys; it is read by the crawl itself, so that no key travels here. ``off`` are sources
    with a key that this crawl is not to use, ``quotas`` what the others may take (``allowances.py``). ``log_level``
    below INFO writes addresses of people into the log.
    ``now`` makes the clock stand (making the demo world); a replay stands at the archive's last date by itself.
    """

    data_dir: Path
    job_id: str
    catalog: str | None = field(default=None, repr=False)
    contact: str = ""
    user_agent: str = ""
    minutes: float | None = None
    pages: int | None = None
    replay: Path | None = None
    archive: Path | None = None
    archive_all: bool = False
    archive_days: float = 30.0
    strategy: str = "discover"
    min_free: int = 0
    loopback: str | None = None
    delay: float | None = None
    timeout: float = 20.0
    terms: tuple[str, ...] = ()
    keys: Path | None = None
    off: tuple[str, ...] = ()
    quotas: tuple[str, ...] = ()
    log_level: str = "INFO"
    own_search: tuple[str, ...] = ()
    lease_seconds: float | None = None
    patience_seconds: float | None = None
    now: datetime | None = None

    @property
    def for_a_person(self) -> bool:
        """Whether this crawl only shows one page to a person (``single.py``)."""
        return self.archive_all and self.pages == 1

    @property
    def network(self) -> Network:
        """Where the bytes come from."""
        if self.replay is not None:
            return Network.REPLAY
        return Network.LIVE if self.loopback is None else Network.LOOPBACK

    @property
    def seconds_between_requests(self) -> float:
        """The delay between two requests to one host, in seconds; at least ``LIVE_DELAY`` on the real web."""
        if self.network is Network.LIVE:
            return max(LIVE_DELAY, self.delay or 0.0)
        return 0.0 if self.network is Network.REPLAY else self.delay or 0.0

    @property
    def lease_ttl(self) -> timedelta:
        """How long a lease lasts without a heartbeat: it outlives the longest time-out."""
        shortest = 300.0 if self.lease_seconds is None or self.network is Network.LIVE else self.lease_seconds
        return timedelta(seconds=max(shortest, 3 * self.timeout))

    @property
    def patience(self) -> timedelta:
        """How long to wait for the next thing to fetch before leaving it to a later run.

        Live it is longer than a lease, so that what another machine lost is taken up.
        """
        if self.network is Network.LIVE:
            return self.lease_ttl + timedelta(minutes=1)
        return timedelta(seconds=5.0 if self.patience_seconds is None else self.patience_seconds)

    @property
    def own_origins(self) -> frozenset[str]:
        """Origins (``scheme://host:port``) of the operator's own search engines."""
        return frozenset(origin_of(url) for url in self.own_search)

    @property
    def user_agent_line(self) -> str:
        """The User-Agent header: "nichescout/VERSION (+CONTACT)" unless given whole."""
        if self.user_agent:
            return self.user_agent
        return f"nichescout/{_own_version()}" + (f" (+{self.contact})" if self.contact else "")

    def to_json(self) -> str:
        """One line, for the child's standard input."""
        values = asdict(self)
        for name in ("data_dir", "replay", "archive", "keys"):
            values[name] = None if values[name] is None else str(values[name])
        values["now"] = None if self.now is None else self.now.isoformat()
        return json.dumps(values)

    @classmethod
    def from_json(cls, line: str) -> "CrawlSettings":
        """The inverse of ``to_json``."""
        values = json.loads(line)
        for name in ("data_dir", "replay", "archive", "keys"):
            values[name] = None if values[name] is None else Path(values[name])
        for name in ("terms", "off", "quotas", "own_search"):
            values[name] = tuple(values[name])
        values["now"] = None if values["now"] is None else datetime.fromisoformat(values["now"])
        return cls(**values)


def _own_version() -> str:
    try:
        return version("nichescout")
    except PackageNotFoundError:
        return "0"
