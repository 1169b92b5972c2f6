"""Errors of the crawler.

UserError
  CrawlError               a crawl cannot start or go on; says what to do
    NoContact              a live crawl without the operator's contact address
    ArchiveError           a replay archive that is missing, cut off or not an archive
UnreadablePage             a body that is not what it claims to be (becomes Outcome.UNREADABLE)
"""

from base.errors import UserError


class CrawlError(UserError):
    """A crawl cannot start or go on."""


class NoContact(CrawlError):
    """A live crawl needs an address at which site owners can reach the operator."""


class ArchiveError(CrawlError):
    """A replay archive is missing, cut off or not an archive."""


class UnreadablePage(Exception):
    """A body that is not what it claims to be; the text is one line for the log."""
