"""The harvest of crawls that were made: ``nichescout harvest``."""

from app.config import Config
from base.errors import UserError
from catalog.harvest import Harvest
from catalog.store import open_catalog


def harvests(config: Config, query: str | None, *, every: bool) -> list[Harvest]:
    """Of the newest crawl, or of every one, the newest first; ``query``: of this one only. Raises UserError."""
    with open_catalog(config.place, create=False) as catalog:
        jobs = catalog.jobs_for(query)
        if not jobs and query is not None and catalog.jobs_for():
            raise UserError(f"nothing was crawled for “{query}”; what was: nichescout harvest --all")
        if not jobs:
            raise UserError('nothing was crawled yet; begin with: nichescout discover "QUERY"')
        return [catalog.harvest(job) for job in (jobs if every else jobs[:1])]
