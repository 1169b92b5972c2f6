"""Whole collections, in transactions of a few thousand items, under the same rules as pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final, Protocol, TypeVar

from catalog.accounts import AccountBook, Sighting
from catalog.feed import publish
from catalog.items import AccountItem, Alias, PostItem
from catalog.jobs import import_task
from catalog.joins import update_joins
from catalog.lineage import record_sightings
from catalog.posts import PostBook, PostSighting
from catalog.tasks import CommitReport
from catalog.unit import Unit, chunks

_T = TypeVar("_T")
BATCH: Final = 5_000  # items in one transaction


class Write(Protocol):
    """Runs a function in a transaction, again where another writer got in the way."""

    def __call__(self, work: Callable[[Unit], _T], /) -> _T:
        """The result of ``work``."""


def import_items(
    write: Write,
    accounts: Iterable[AccountItem],
    posts: Iterable[PostItem],
    *,
    plan: str,
    at: datetime,
    collection_ids: Mapping[Alias, str],
) -> CommitReport:
    """All accounts, then all posts, each some thousand in a transaction of their own."""
    task_id = write(lambda unit: import_task(unit, plan))
    total = CommitReport()
    for people in chunks(accounts, BATCH):
        total = _sum(total, write(lambda unit: _import_accounts(unit, people, task_id, at, collection_ids)))  # noqa: B023
    for texts in chunks(posts, BATCH):
        total = _sum(total, write(lambda unit: _import_posts(unit, texts, task_id, at)))  # noqa: B023 - called at once
    return total


def _import_accounts(
    unit: Unit, items: Sequence[AccountItem], task_id: int, at: datetime, collection_ids: Mapping[Alias, str]
) -> CommitReport:
    unit.lock_all()
    book = AccountBook(unit)
    book.apply(
        [
            Sighting(
                item=item,
                page_url=item.url,
                fetched_at=at,
                collection_id=next((collection_ids[a] for a in item.aliases if a in collection_ids), None),
            )
            for item in items
        ]
    )
    record_sightings(unit, task_id, book.shown(), [], again=True)
    update_joins(unit)
    publish(unit)
    return unit.report()


def _import_posts(unit: Unit, items: Sequence[PostItem], task_id: int, at: datetime) -> CommitReport:
    unit.lock_all()
    posts = PostBook(unit, AccountBook(unit))
    posts.apply([PostSighting(item=item, page_url=item.url, fetched_at=at) for item in items])
    record_sightings(unit, task_id, [], posts.shown(), again=True)
    update_joins(unit)
    publish(unit)
    return unit.report()


def _sum(first: CommitReport, second: CommitReport) -> CommitReport:
    return CommitReport(
        accounts=first.accounts + second.accounts,
        posts=first.posts + second.posts,
        kept_back=first.kept_back + second.kept_back,
        archivable=first.archivable and second.archivable,
    )
