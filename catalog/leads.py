"""Leads as values: somebody in the operator's own lists of followers, known by name only. The queries are in
``lead_book.py``; a lead is no creator and has no page, text or count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from catalog.items import Alias, AliasKind, Link
from catalog.networks import NETWORKS

LEAD_LIFE: Final = timedelta(days=30)
"""After this time without another import a lead is deleted."""
PLAN: Final = "your followers"
"""The plan under which leads are fetched, as lineage shows it."""

Relation = Literal["follower", "following", "listed"]
LeadState = Literal["by hand", "waiting", "read", "refused", "failed", "known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Somebody in a list. ``alias`` is the strongest name, ``also`` the others: all are asked for among the forgotten.

    ``link`` is how their public page is read, None where only a person may look (at ``url``, if there is one).
    ``words`` and ``places`` (key of a place, letters) are what the name says, empty where it says nothing.
    """

    alias: Alias
    network: str
    handle: str
    url: str
    relation: Relation
    also: tuple[Alias, ...] = ()
    link: Link | None = None
    since: datetime | None = None
    words: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadRow:
    """A lead as the catalog keeps it. ``state``: by hand; or waiting, read, refused, failed; or "known": in the
    catalog already, found another way.
    """

    id: int
    alias: Alias
    network: str
    handle: str
    url: str
    read_url: str | None  # where it is read; None: only by hand
    relation: Relation
    file_kind: str
    since: datetime | None
    words: tuple[str, ...]
    places: tuple[tuple[str, str], ...]
    imported_at: datetime
    state: LeadState
    creator_id: str | None = None

    @property
    def expires(self) -> datetime:
        """When it is deleted."""
        return self.imported_at + LEAD_LIFE


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadReport:
    """What adding leads changed."""

    new: int = 0
    known: int = 0  # named twice, or leads already, which stay so for longer
    forgotten: int = 0  # asked to be forgotten: left out
    to_read: int = 0  # of the new ones, those that can be read


def names_of(alias: Alias, network: str, handle: str) -> Iterator[Alias]:
    """Every name by which a lead may have been forgotten.

    A name of which the list did not say on which network it is may be anybody's there: all are asked.
    """
    yield alias
    if network in NETWORKS and handle:
        yield NETWORKS[network].alias(handle)
    elif not network and alias.kind is AliasKind.HANDLE:
        yield from (each.alias(handle) for each in NETWORKS.values())
