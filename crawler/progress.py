"""What a crawl says while it runs and at its end, and the lines in which the child says it.

The child writes JSON Lines on its standard output: any number of ``progress`` lines, then one ``report`` or one
``error`` line. A child that ends without the last kind has crashed.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from catalog.tasks import HostReport

CrawlOutcome = Literal["done", "pages", "minutes", "stopped", "later", "halted", "disk"]
"""``done``: the job is exhausted. ``pages``, ``minutes``: a bound was reached. ``stopped``: somebody stopped it.
``later``: what is left may only be fetched after a longer wait; run again then. ``halted``: there is a stop file.
``disk``: too little room is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Counts of the job so far. ``seconds_left`` is None without a time bound; ``note`` says what is waited for."""

    pages: int = 0
    waiting: int = 0
    hosts: int = 0
    accounts: int = 0
    posts: int = 0
    kept_back: int = 0
    failed: int = 0
    relevant: int | None = None  # creators judged to fit the niche, by words of the theme; None: nothing was judged
    seconds_left: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """How a crawl ended. Counts are of the whole job, but ``fetched``, ``not_archived`` and ``refused`` of this run."""

    outcome: CrawlOutcome
    pages: int = 0
    waiting: int = 0
    hosts: int = 0
    accounts: int = 0
    posts: int = 0
    kept_back: int = 0
    failed: int = 0
    relevant: int | None = None  # creators judged to fit the niche, by words of the theme; None: nothing was judged
    fetched: int = 0
    not_archived: int = 0
    refused: int = 0  # robots.txt, 401/403, unsafe addresses
    hints: tuple[str, ...] = ()  # what the operator can mend, a line each
    troubles: tuple[HostReport, ...] = ()  # of the job's hosts, worst first
    log: str = ""


@dataclass(frozen=True, slots=True)
class ChildError:
    """Something that the user can mend, found by the child; ``message`` is the one line."""

    message: str


Line = Progress | CrawlReport | ChildError

_KINDS: dict[str, type[Progress] | type[CrawlReport] | type[ChildError]] = {
    "progress": Progress,
    "report": CrawlReport,
    "error": ChildError,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_line(value: Line) -> str:
    """One JSON line, with its newline."""
    return json.dumps({"kind": _NAMES[type(value)]} | asdict(value)) + "\n"


def from_line(line: str) -> Line | None:
    """The value of a line; None for anything that is not one (a stray print of a library)."""
    try:
        fields = json.loads(line)
        if "troubles" in fields:
            fields["troubles"] = tuple(_host_report(each) for each in fields["troubles"])
        fields |= {name: tuple(value) for name, value in fields.items() if isinstance(value, list)}
        return _KINDS[fields.pop("kind")](**fields)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _host_report(fields: dict[str, Any]) -> HostReport:
    return HostReport(**(fields | {"traps": tuple(fields["traps"])}))


def log_path(data_dir: Path, stamp: str) -> Path:
    """The log file of a crawl that began at ``stamp``."""
    return data_dir / "logs" / f"crawl-{stamp}.log"
