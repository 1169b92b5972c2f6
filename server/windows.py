"""Paging: the next page of a query goes on in the same ranking, or says that it was made anew."""

from datetime import datetime
from typing import Protocol

from niche.overrides import Overrides
from search.errors import CursorStale
from search.results import Answer
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
    """A page, and whether the ranking was made anew since the page before, as the index has changed."""
    asked = {
        "limit": wanted.limit,
        "now": wanted.now,
        "min_confidence": wanted.min_confidence,
        "facets": wanted.facets,
        "explain": wanted.explain,
    }
    try:
        return service.search(query, overrides, cursor=wanted.cursor, **asked), False
    except CursorStale as stale:
        return service.search(query, overrides, cursor=stale.again, **asked), True
