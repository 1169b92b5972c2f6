"""Paging: later pages of a query go on in the ranking of its first page for ten minutes, whatever was indexed since.

After that, or where nothing is kept, the ranking is made anew, and the page says so.
"""

from datetime import datetime
from typing import Protocol

from niche.overrides import Overrides
from search.errors import CursorStale
from search.results import Answer
from search.window import Window
from server.service import Service


class Paged(Protocol):
    """What a page of an answer is asked with."""

    @property
    def limit(self) -> int: ...  # noqa: D102
    @property
    def cursor(self) -> str | None: ...  # noqa: D102
    @property
    def now(self) -> datetime | None: ...  # noqa: D102
    @property
    def min_confidence(self) -> float | None: ...  # noqa: D102
    @property
    def facets(self) -> bool: ...  # noqa: D102
    @property
    def explain(self) -> bool: ...  # noqa: D102


def search_page(service: Service, query: str, overrides: Overrides, wanted: Paged) -> tuple[Answer, bool]:
    """A page, and whether the ranking was made anew since the page before."""
    asked = {
        "limit": wanted.limit,
        "now": wanted.now,
        "min_confidence": wanted.min_confidence,
        "facets": wanted.facets,
        "explain": wanted.explain,
    }
    name = (query, overrides, wanted.now, wanted.min_confidence)
    here = (name, wanted.cursor)
    window = service.windows.get(here) if wanted.cursor else Window()
    changed = False
    try:
        answer = service.search(query, overrides, cursor=wanted.cursor, window=window, **asked)
    except CursorStale as stale:
        changed = window is None
        window = window or Window()
        answer = service.search(query, overrides, cursor=stale.again, window=window, **asked)
    if window is not None and answer.next_cursor:
        service.windows.keep((name, answer.next_cursor), window, before=here)
    return answer, changed
