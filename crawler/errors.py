"""Errors of the crawler.

UserError
  CrawlError               a crawl cannot start or go on; says what to do
    NoContact              a live crawl without the operator's contact address
    Braked                 the stop file is there, or the disk is nearly full
    ArchiveError           a replay archive that is missing, cut off or not an archive
      ArchiveBusy          another process writes to it
    KeysError              a key, or the file with the keys, that cannot be used; never shows a value
UnreadablePage             a body that is not what it claims to be (becomes Outcome.UNREADABLE)
NotFetched                 why an address was not fetched: a decision of ours, not the network's
  UnsafeAddress            a private network, another protocol, an endless path (Outcome.BLOCKED)
  RobotsForbids            robots.txt says no (Outcome.ROBOTS)
  RobotsUnreachable        robots.txt could not be read: later (Outcome.RETRY)
    RobotsElsewhere        it lies on a host that may not be asked just now (parked)
  LeaseLost                somebody else looks after the host now; nothing is written (never an outcome)
  CrawlDelayTooLong        the host asks for more patience than a crawl has (Outcome.BLOCKED)
  NotInArchive             replay only (Outcome.NOT_ARCHIVED)
  KeyNotUsed               no key for the source, a host it is not for, or its allowance is used up (Outcome.BLOCKED)
  KeyRefused               the platform does not take the key (Outcome.REFUSED)
  TokenRenewed             the token had run out: ask again with a new one (Outcome.RETRY)
"""

from base.errors import UserError


class CrawlError(UserError):
    """A crawl cannot start or go on."""


class NoContact(CrawlError):
    """A live crawl needs an address at which site owners can reach the operator."""


class Braked(CrawlError):
    """The stop file is there, or the disk is nearly full."""


class ArchiveError(CrawlError):
    """A replay archive is missing, cut off or not an archive."""


class KeysError(CrawlError):
    """A key, or the file with the keys, cannot be used."""


class QuotaSettingInvalid(CrawlError):
    """A line of the setting ``quotas`` is not understood, or names what no source counts."""


class ArchiveBusy(ArchiveError):
    """Another process writes to an archive."""


class UnreadablePage(Exception):
    """A body that is not what it claims to be; the text is one line for the log."""


class NotFetched(Exception):
    """Why an address was not fetched; the text is one line for the log."""


class UnsafeAddress(NotFetched):
    """The address leads into a private network, another protocol or an endless site."""


class RobotsForbids(NotFetched):
    """robots.txt says no."""


class RobotsUnreachable(NotFetched):
    """robots.txt could not be read, which means no for now (RFC 9309). ``wait``: seconds until it is asked again."""

    def __init__(self, text: str, wait: float) -> None:
        super().__init__(text)
        self.wait = wait


class RobotsElsewhere(RobotsUnreachable):
    """robots.txt lies on another host, which may not be asked just now; nothing has failed."""


class LeaseLost(NotFetched):
    """Somebody else looks after the host now."""


class CrawlDelayTooLong(NotFetched):
    """The host's crawl-delay is longer than a crawl can keep."""


class NotInArchive(NotFetched):
    """A replayed archive does not hold the address."""


class KeyNotUsed(NotFetched):
    """The key is missing, not meant for the address, or its allowance is used up: nothing was asked."""


class KeyRefused(NotFetched):
    """The platform does not take the key."""


class TokenRenewed(NotFetched):
    """The token had run out; the address is asked for again with a new one."""
