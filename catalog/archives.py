"""Which archives were written from this catalog, and which addresses must still leave them. The files: ``crawler``."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, delete, exists, select

from catalog import schema
from catalog.engine import insert_new
from catalog.unit import Unit, fetch, values_in

_ANY: Final = select(exists(select(schema.archive_file.c.path)))
_SHOWN: Final = (  # addresses whose pages showed one of these accounts or one of their posts
    select(schema.address.c.url)
    .join(schema.task, schema.task.c.address_id == schema.address.c.id)
    .join(schema.account_seen, schema.account_seen.c.task_id == schema.task.c.id)
    .where(values_in(schema.account_seen.c.account_id))
)
_SHOWN_POSTS: Final = (
    select(schema.address.c.url)
    .join(schema.task, schema.task.c.address_id == schema.address.c.id)
    .join(schema.post_seen, schema.post_seen.c.task_id == schema.task.c.id)
)
_POSTS_OF: Final = _SHOWN_POSTS.join(schema.post, schema.post.c.id == schema.post_seen.c.post_id).where(
    values_in(schema.post.c.account_id)
)
_POSTS: Final = _SHOWN_POSTS.where(values_in(schema.post_seen.c.post_id))


def register(unit: Unit, path: str) -> None:
    """Remember that a crawl writes into this archive."""
    unit.connection.execute(insert_new(unit.connection, schema.archive_file), [{"path": path, "added": unit.now}])


def files(connection: Connection) -> list[str]:
    """Every archive that was ever written; some may have been moved since."""
    return list(connection.scalars(select(schema.archive_file.c.path).order_by(schema.archive_file.c.path)))


def pages_that_showed(connection: Connection, account_ids: Sequence[str]) -> set[str]:
    """Addresses of the pages that showed these accounts or their posts."""
    return {row.url for each in (_SHOWN, _POSTS_OF) for row in fetch(connection, each, account_ids)}


def cut_pages_of(unit: Unit, *, accounts: Sequence[str] = (), posts: Sequence[str] = ()) -> None:
    """What showed these accounts or posts must leave the archives; to be called before they are deleted."""
    if not (accounts or posts) or not unit.connection.scalar(_ANY):
        return
    urls = pages_that_showed(unit.connection, accounts) | {row.url for row in unit.fetch(_POSTS, posts)}
    if urls:
        unit.connection.execute(insert_new(unit.connection, schema.archive_cut), [{"url": url} for url in sorted(urls)])


def cuts(connection: Connection) -> frozenset[str]:
    """The addresses that must still leave the archives."""
    return frozenset(connection.scalars(select(schema.archive_cut.c.url)))


def cuts_done(unit: Unit, urls: Iterable[str]) -> None:
    """These have left every archive."""
    unit.connection.execute(
        delete(schema.archive_cut).where(values_in(schema.archive_cut.c.url)), {"values": list(urls)}
    )
    unit.purged = True
