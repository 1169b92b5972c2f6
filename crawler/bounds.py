"""When a run of a crawl ends, and what it counts itself (what the job counts is in the catalog)."""

import time
from typing import Final

from catalog.items import Outcome, PageResult
from crawler.crawl_settings import CrawlSettings
from crawler.politeness import NETWORK_OUTCOMES
from crawler.progress import CrawlOutcome

_MOST_HINTS: Final = 5  # lines for a person


class Bounds:
    """Pages, minutes and the wish to stop. Mutable; belongs to the event loop."""

    def __init__(self, settings: CrawlSettings) -> None:
        self.outcome: CrawlOutcome | None = None
        self.fetched = self.not_archived = self.refused = 0
        self.hints: dict[str, None] = {}
        self.note = ""
        self._pages = settings.pages
        self._in_flight = 0
        self._deadline = None if settings.minutes is None else time.monotonic() + 60 * settings.minutes

    def seconds_left(self) -> float | None:
        """Seconds until the time bound; None without one."""
        return None if self._deadline is None else max(0.0, self._deadline - time.monotonic())

    def end(self, outcome: CrawlOutcome) -> None:
        """The run ends; the first reason stays."""
        self.outcome = self.outcome or outcome

    def ended(self) -> bool:
        """Whether no further page may be asked for."""
        if self.seconds_left() == 0.0:
            self.end("minutes")
        if self._pages is not None and self.fetched >= self._pages:
            self.end("pages")
        return self.outcome is not None

    def take_page(self) -> None:
        """Count a page as on its way; ``note_result`` takes it off again."""
        self._in_flight += 1

    def give_up_page(self) -> None:
        """A page on its way is left to another worker."""
        self._in_flight -= 1

    def has_room(self) -> bool:
        """Whether one more page may be asked for, with all that are on their way."""
        return not self.ended() and (self._pages is None or self.fetched + self._in_flight < self._pages)

    def note_result(self, result: PageResult) -> None:
        """Count a page that came to its end. Only pages that cost a host a request count against ``pages``."""
        self._in_flight -= 1
        self.fetched += result.outcome in NETWORK_OUTCOMES
        self.not_archived += result.outcome is Outcome.NOT_ARCHIVED
        self.refused += result.outcome in (Outcome.ROBOTS, Outcome.REFUSED, Outcome.BLOCKED)
        if result.hint and len(self.hints) < _MOST_HINTS:
            self.hints[result.hint] = None
