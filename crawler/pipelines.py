"""The one item pipeline: gate, then commit, then the word to the spider that it may go on (DESIGN 5.4)."""

import logging
from typing import Any, Self

from catalog.items import Outcome, PageResult
from catalog.store import Catalog
from catalog.tasks import CommitReport
from crawler.archive_care import at
from crawler.decoding import plain_body
from crawler.errors import UnreadablePage
from crawler.gate import changed_content, gate
from crawler.kit import CrawlKit, FetchedPage
from crawler.reading import page_class
from crawler.warc import Capture
from text.scrub import scrub

logger = logging.getLogger(__name__)


def may_be_archived(read: PageResult, kept: PageResult, capture: Capture) -> bool:
    """Whether the bytes of a page say no more than what was kept of it (DESIGN 5.6).

    That is: the page is read for accounts that all passed the gate whole, shows nobody else, and holds no address or
    number of a person in parts that we do not even read.
    """
    if read.outcome is Outcome.REDIRECT:
        return not capture.body
    if read.outcome is not Outcome.OK or not (kept.accounts or kept.posts) or changed_content(read, kept):
        return False
    try:
        if not page_class(read.source, read.page).own_words:
            return False
        return scrub(plain_body(capture).decode("utf-8", "replace")).removed == 0
    except UnreadablePage:
        return False


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
    """Keep what of a page may be kept, and its bytes when there is nothing else on it."""
    kept = gate(page.result)

    def write_archive(report: CommitReport) -> None:
        if kit.archive is None or page.capture is None:
            return
        if kit.settings.archive_all or (report.archivable and may_be_archived(page.result, kept, page.capture)):
            kit.archive.write(page.capture)

    report = catalog.commit_page(kept, before_commit=write_archive)
    if report.purged and kit.archive is not None:
        kit.archive.cut(at(catalog.archive_cuts()))
    return report
