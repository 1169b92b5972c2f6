"""Whole collections, in transactions of a few thousand items, under the same rules as pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Final

from catalog.accounts import AccountBook, Sighting
from catalog.feed import publish
from catalog.items import AccountItem, Alias, PostItem
from catalog.jobs import import_task
from catalog.joins import update_joins
from catalog.lineage import record_sightings
from catalog.posts import PostBook, PostSighting
from catalog.tasks import CommitReport
from catalog.unit import Unit, chunks

BATCH: Final = 5_000  # items in one transaction


def import_items(
    begin: Callable[[], AbstractContextManager[Unit]],
    accounts: Iterable[AccountItem],
    posts: Iterable[PostItem],
    *,
    plan: str,
    at: datetime,
    collection_ids: Mapping[Alias, str],
) -> CommitReport:
    """All accounts, then all posts; ``begin`` opens a transaction."""
    with begin() as unit:
        task_id = import_task(unit, plan)
    total = CommitReport()
    for people in chunks(accounts, BATCH):
        with begin() as unit:
            total = _sum(total, _import_accounts(unit, people, task_id, at, collection_ids))
    for texts in chunks(posts, BATCH):
        with begin() as unit:
            total = _sum(total, _import_posts(unit, texts, task_id, at))
    return total


def _import_accounts(
    unit: Unit, items: Sequence[AccountItem], task_id: int, at: datetime, collection_ids: Mapping[Alias, str]
) -> CommitReport:
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
