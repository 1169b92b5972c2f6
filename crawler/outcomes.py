"""From an HTTP answer or a failure to an ``Outcome``. Pure: no page is read here.

The mapping is DESIGN 5.1: only OK and GONE may change what is known about a person, and a status that says
"later" never reads as "gone".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import urljoin

from catalog.identity import canonical_url
from catalog.items import Outcome
from crawler.errors import (
    CrawlDelayTooLong,
    KeyNotUsed,
    KeyRefused,
    LeaseLost,
    NotFetched,
    NotInArchive,
    RobotsElsewhere,
    RobotsForbids,
    RobotsUnreachable,
    TokenRenewed,
    UnreadablePage,
    UnsafeAddress,
)
from crawler.waits import asked_wait

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LATER: Final = frozenset({408, 421, 425, 429})
_REFUSED: Final = frozenset({401, 402, 403, 407, 451, 511})
_OR_TOO_MANY: Final = frozenset({400, 403})  # some platforms answer so when a quota is used up


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a fetch ended, without what the page says."""

    outcome: Outcome
    message: str = ""
    redirect_to: str | None = None
    retry_after: float | None = None  # seconds
    parked: bool = False  # nothing failed: the host said when to come back


def of_answer(
    url: str,
    status: int,
    headers: Mapping[str, str],
    *,
    conditional: bool,
    now: datetime,
    body: bytes = b"",
    api: bool = False,
) -> Ending:
    """The outcome of an answer by its status line and headers (names in lower case), and the wait that it asks for.

    ``conditional``: the request carried validators, without which a 304 means nothing. ``api``: the body is the
    JSON of a documented API.
    """
    ending = _by_status(url, status, headers, conditional=conditional)
    wait = asked_wait(status, headers, body, now, api=api)
    if wait is not None and status in _OR_TOO_MANY:
        ending = replace(ending, outcome=Outcome.RETRY)
    return replace(ending, retry_after=wait, parked=wait is not None and ending.outcome is Outcome.RETRY)


def _by_status(url: str, status: int, headers: Mapping[str, str], *, conditional: bool) -> Ending:
    if 200 <= status < 300:
        return Ending(outcome=Outcome.OK)
    said = f"status {status}"
    if status == 304 and conditional:
        return Ending(outcome=Outcome.NOT_MODIFIED)
    if status in _REDIRECTS:
        return _redirect(url, headers.get("location", ""), said)
    if status in (404, 410):
        return Ending(outcome=Outcome.GONE, message=said)
    if status in _REFUSED:
        return Ending(outcome=Outcome.REFUSED, message=said)
    if status >= 500 or status in _LATER:
        return Ending(outcome=Outcome.RETRY, message=said)
    return Ending(outcome=Outcome.UNREADABLE, message=said)


def of_failure(error: BaseException) -> Ending:
    """The outcome of a fetch that brought no answer to read."""
    outcome = next((outcome for kind, outcome in _FAILURES if isinstance(error, kind)), None)
    if outcome is None:
        outcome = _SCRAPY_FAILURES.get(type(error).__name__, Outcome.UNREADABLE)
    wait = error.wait if isinstance(error, RobotsUnreachable) else None
    words = " ".join(str(error).split())
    named = words if isinstance(error, (NotFetched, UnreadablePage)) else f"{type(error).__name__}: {words}"
    parked = isinstance(error, RobotsElsewhere)
    return Ending(outcome=outcome, message=named[:300], retry_after=wait, parked=parked)


_FAILURES: Final[tuple[tuple[type[Exception], Outcome], ...]] = (
    (UnsafeAddress, Outcome.BLOCKED),
    (CrawlDelayTooLong, Outcome.BLOCKED),
    (RobotsForbids, Outcome.ROBOTS),
    (RobotsUnreachable, Outcome.RETRY),
    (LeaseLost, Outcome.RETRY),
    (NotInArchive, Outcome.NOT_ARCHIVED),
    (KeyNotUsed, Outcome.BLOCKED),
    (KeyRefused, Outcome.REFUSED),
    (TokenRenewed, Outcome.RETRY),
    (UnreadablePage, Outcome.UNREADABLE),
)

# By name, so that reading an outcome loads no Scrapy. What is not listed (a body that is too large, a bomb, a
# broken encoding) will be the same tomorrow.
_SCRAPY_FAILURES: Final[Mapping[str, Outcome]] = {
    "CannotResolveHostError": Outcome.RETRY,
    "DownloadConnectionRefusedError": Outcome.RETRY,
    "DownloadFailedError": Outcome.RETRY,
    "DownloadTimeoutError": Outcome.RETRY,
    "ResponseDataLossError": Outcome.RETRY,
}


def _redirect(url: str, location: str, said: str) -> Ending:
    if not location:
        return Ending(outcome=Outcome.UNREADABLE, message=f"{said} without an address")
    try:
        target = urljoin(url, location.strip())
        if not target.lower().startswith(("http://", "https://")):
            return Ending(outcome=Outcome.BLOCKED, message=f"{said} to another protocol")
        return Ending(outcome=Outcome.REDIRECT, message=said, redirect_to=canonical_url(target))
    except ValueError as error:
        return Ending(outcome=Outcome.UNREADABLE, message=f"{said} to no address: {error}"[:300])
