"""What platforms let us keep for a time only is taken out in time: before each crawl, whatever it is about."""

from datetime import datetime

from catalog.store import Catalog
from crawler.sources import all_sources


def expire_texts(catalog: Catalog, now: datetime) -> int:
    """Take out what the sources' ``keep_for`` no longer covers; returns how many texts."""
    bound = ((name, source.keep_for) for name, source in all_sources().items() if source.keep_for is not None)
    return sum(catalog.expire(platform, before=now - keep_for) for platform, keep_for in bound)
