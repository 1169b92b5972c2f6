"""The one item pipeline: gate, then commit, then the word to the spider that it may go on (DESIGN 5.4)."""

import logging
from typing import Any, Self

from catalog.store import Catalog
from catalog.tasks import CommitReport
from crawler.gate import changed_content, gate
from crawler.kit import CrawlKit, FetchedPage

logger = logging.getLogger(__name__)


class CommitPipeline:
    """Commits each fetched page in one transaction on the catalog's thread, and archives it in the same step."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Any) -> Self:
        """Scrapy's way to make a component."""
        return cls(crawler)

    async def process_item(self, item: FetchedPage) -> FetchedPage:
        """Gate and commit one page; the item's future gets the report or what went wrong."""
        kit: CrawlKit = self._crawler.spider.kit
        try:
            report = await kit.desk.call(lambda catalog: commit(catalog, item, kit))
        except Exception as error:  # noqa: BLE001 - the spider, which waits for it, decides
            item.committed.set_exception(error)
        else:
            if report.stale:
                logger.info("A page came after its lease had ended; it will be fetched again.")
            item.committed.set_result(report)
        return item


def commit(catalog: Catalog, page: FetchedPage, kit: CrawlKit) -> CommitReport:
    """Keep what of a page may be kept, and its bytes when nothing on it was held back."""
    kept = gate(page.result)
    whole = not changed_content(page.result, kept)

    def write_archive(report: CommitReport) -> None:
        if kit.archive is None or page.capture is None:
            return
        if kit.settings.archive_all or (whole and report.archivable):
            kit.archive.write(page.capture)

    return catalog.commit_page(kept, before_commit=write_archive)
