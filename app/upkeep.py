"""What is tidied from time to time: archives that are too old, people whom nobody showed for long.

A step is one function and one line in ``STEPS``.
"""

from collections.abc import Callable
from typing import Final

from app.config import Config
from app.keeping import expire_texts
from catalog.store import Catalog
from crawler.archive_care import tidy_archives

Step = Callable[[Catalog, Config], str]
"""Does its part and says what it did in a few words; "" when there was nothing to do."""


def tidy(catalog: Catalog, config: Config) -> list[str]:
    """Every step, in order; what they did."""
    return [said for step in STEPS if (said := step(catalog, config))]


def _archives(catalog: Catalog, config: Config) -> str:
    removed = tidy_archives(catalog, days=config.archive_days).removed
    return f"{removed} pages left the archives" if removed else ""


def _people(catalog: Catalog, config: Config) -> str:
    removed = catalog.purge_stale(days=config.keep_days)
    return f"{removed} accounts that no page showed any more were deleted" if removed else ""


def _texts(catalog: Catalog, _: Config) -> str:
    removed = expire_texts(catalog, catalog.now())
    return f"{removed} texts left whose platform lets us keep them for a time only" if removed else ""


def _leads(catalog: Catalog, _: Config) -> str:
    removed = catalog.expire_leads()
    return f"{removed} leads waited for thirty days and were deleted" if removed else ""


STEPS: Final[tuple[Step, ...]] = (_archives, _people, _texts, _leads)
