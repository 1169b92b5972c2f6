"""What is still to fetch: seeds, tasks and leases as values. The queries are in ``frontier.py``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from catalog.items import Link, Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """One planned starting point; ``label`` is what lineage shows, e.g. "hashtag #sushi on pixel.example"."""

    label: str
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """An address to fetch for one job, as leased to a worker."""

    id: int
    token: str
    job_id: str
    url: str
    source: str
    page: str
    depth: int
    score: float
    attempts: int
    validators: Validators
    context: Mapping[str, str] = field(default_factory=dict)
    inherited: float | None = None  # how far the page that led here was about the niche; None: a seed, or not judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A politeness key held by one worker (DESIGN 5.3): only the holder contacts it until it is released."""

    key: str
    token: str
    expires_at: datetime
    tasks: tuple[Task, ...]
    delay: float = 0.0  # seconds between two requests that the host asked for so far


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRow:
    """A robots.txt as fetched, kept at most 24 hours. ``body`` is at most 500 KiB."""

    origin: str  # scheme://host:port
    status: int | None  # None: unreachable
    body: bytes
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HostReport:
    """What went wrong on a politeness key. ``counts``: outcome → how often; ``traps``: what is left out, and why."""

    key: str
    failures: int  # in a row, up to now
    counts: Mapping[str, int]
    last_error: str
    traps: tuple[str, ...] = ()
    left_out: int = 0  # addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """Counts of one job so far. ``relevant``: creators that the crawl judged to fit the niche; None: not judged."""

    pages: int
    waiting: int
    hosts: int
    accounts: int
    posts: int
    kept_back: int
    failed: int
    relevant: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitReport:
    """What one committed page changed."""

    accounts: int = 0
    posts: int = 0
    kept_back: int = 0
    new_tasks: int = 0
    stale: bool = False  # the token was no longer valid: nothing was written
    purged: bool = False  # something was deleted that must leave archives, too
    archivable: bool = True  # False: something on the page was denied, suppressed or unknown
    worth_less: bool = False  # so are further pages of this site now: somebody else's may go first
