"""Bring a collection into the catalog, through the same gate as a crawl."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app.collections import batches, open_collection
from catalog.items import AccountItem, Alias, Outcome, PageResult, PostItem
from catalog.store import Catalog
from crawler.gate import gate

LONGEST_LINE: Final = 1024 * 1024  # bytes of a line by which a collection is told


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What an import changed."""

    collection: str
    accounts: int = 0
    posts: int = 0
    kept_back: int = 0


def is_collection(path: Path) -> bool:
    """Whether ``path`` is a collection: a folder with creators.jsonl, or JSON Lines of objects with an id.

    A broken file under the name of one is one, too, so that its error says what a collection needs.
    """
    if path.is_dir():
        return (path / "creators.jsonl").is_file()
    if path.suffix.lower() == ".jsonl":
        return True
    try:
        with path.open("rb") as file:
            first = json.loads(file.readline(LONGEST_LINE))
    except (OSError, ValueError):
        return False
    return isinstance(first, dict) and "id" in first and "acct" not in first


def import_collection(catalog: Catalog, path: Path) -> ImportReport:
    """Read a collection (``app.collections``) into ``catalog``; doing it again changes nothing.

    Raises CollectionError at the first line that is not what it should be; whole batches before it are kept.
    """
    collection = open_collection(path)
    report = ImportReport(collection=collection.name)
    for accounts in batches(collection.accounts()):
        names = {collection.alias(creator_id): creator_id for creator_id, _ in accounts}
        report = _import_batch(catalog, report, accounts=tuple(item for _, item in accounts), names=names)
    for posts in batches(collection.post_items()):
        report = _import_batch(catalog, report, posts=posts)
    return report


def _import_batch(
    catalog: Catalog,
    report: ImportReport,
    *,
    accounts: tuple[AccountItem, ...] = (),
    posts: tuple[PostItem, ...] = (),
    names: Mapping[Alias, str] | None = None,
) -> ImportReport:
    page = gate(
        PageResult(
            task_id=0,
            token="",
            url="",
            source="import",
            page=report.collection,
            outcome=Outcome.OK,
            fetched_at=catalog.now(),
            accounts=accounts,
            posts=posts,
        )
    )
    done = catalog.import_items(
        page.accounts, page.posts, plan=f"import {report.collection}", collection_ids=names or {}
    )
    return replace(
        report,
        accounts=report.accounts + done.accounts,
        posts=report.posts + done.posts,
        kept_back=report.kept_back + done.kept_back,
    )
