"""What the Scrapy components of one crawl share: made in ``child.py``, found on the spider."""

import asyncio
from dataclasses import dataclass, field

from base.clock import Clock
from catalog.items import PageResult
from catalog.tasks import CommitReport
from crawler.archive import ArchiveWriter
from crawler.crawl_settings import CrawlSettings
from crawler.desk import CatalogDesk
from crawler.leases import Leases
from crawler.quota import QuotaLedger
from crawler.reading import Readers
from crawler.replay import ReplayArchive
from crawler.signing import Signer
from crawler.warc import Capture


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlKit:
    """The services of one crawl. ``replay`` and ``archive`` are None where they were not asked for."""

    settings: CrawlSettings
    clock: Clock
    desk: CatalogDesk
    readers: Readers
    leases: Leases
    worker: str  # the name under which this process leases
    signer: Signer
    quota: QuotaLedger
    off: frozenset[str] = frozenset()  # sources that are not asked: their key is missing
    replay: ReplayArchive | None = None
    archive: ArchiveWriter | None = None


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """The item that the spider hands to the pipeline: what one fetch says, and the bytes it came from.

    ``committed`` gets the commit's report, so that the spider goes on with the host only after that.
    """

    result: PageResult
    capture: Capture | None
    committed: asyncio.Future[CommitReport] = field(compare=False)
