"""What a follower file says, row by row, before anybody knows whether it becomes a lead."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from catalog.leads import Relation
from crawler.errors import CrawlError

__all__ = ["FileKind", "Follower", "FollowerFileError", "LeftOut", "Relation", "Row"]


class FollowerFileError(CrawlError):
    """A file to import that cannot be read as what it seems to be, or must not be; one line that says what to do."""


class FileKind(NamedTuple):
    """What kind of file a row is from, as lineage and reports name it: "Instagram followers"."""

    title: str
    relation: Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Somebody in a list. ``network`` is a name of ``catalog.networks``, "fediverse", "web", "feed", or "" if unknown.

    ``handle`` is ``name`` or ``name@host`` in lower case; ``native_id`` a DID or a number. ``url`` is the page or feed
    of those who are known by address. ``since`` is when they followed, never the time of a post.
    """

    kind: FileKind
    network: str
    handle: str = ""
    native_id: str = ""
    url: str = ""
    since: datetime | None = None


class LeftOut(StrEnum):
    """Why a row gives no lead."""

    NO_NAME = "without a readable name"
    MAIL = "e-mail addresses"
    ASKED = "asked not to be found"


Row = Follower | LeftOut
