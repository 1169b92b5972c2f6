"""Invented people, posts and pages, and a small driver that commits pages through real leases."""

import atexit
import functools
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Final

from catalog.engine import FILE_NAME
from catalog.identity import actor_alias, handle_alias, native_alias, url_alias
from catalog.items import (
    AccountItem,
    Alias,
    Consent,
    ConsentSignal,
    ConsentStrength,
    Counts,
    Link,
    Moment,
    Outcome,
    PageResult,
    PostItem,
    ProfileLink,
)
from catalog.place import CatalogPlace
from catalog.store import Catalog, open_catalog
from catalog.tasks import CommitReport, Lease, Seed, Task
from tests import postgresql

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at

    def later(self, **by: float) -> datetime:
        self.at += timedelta(**by)
        return self.at


def signal(
    state: Consent = Consent.FULL, *, strength: ConsentStrength = "setting", url: str = "https://pixel.example/@x"
) -> ConsentSignal:
    return ConsentSignal(state, f"says {state}", url, strength)


def account(
    who: str = "mika",
    *,
    host: str = "pixel.example",
    native: str | None = None,
    consent: Consent = Consent.FULL,
    strength: ConsentStrength = "setting",
    me: tuple[str, ...] = (),
    verified: tuple[str, ...] = (),
    aliases: tuple[Alias, ...] | None = None,
    **more: Any,
) -> AccountItem:
    url = f"https://{host}/@{who}"
    names = aliases or (
        *((native_alias(host, native),) if native else ()),
        actor_alias(f"https://{host}/users/{who}"),
        handle_alias(who, host),
        url_alias(url),
    )
    defaults: dict[str, Any] = {
        "platform": "mastodon",
        "host": host,
        "aliases": names,
        "url": url,
        "consent": signal(consent, strength=strength, url=url),
        "provenance": "api",
        "handle": who,
        "native_id": native,
        "name": who.title(),
        "bio": f"{who} eats sushi in Boston",
        "counts": Counts(followers=1200),
        "links": (
            *(ProfileLink(link, rel_me=True) for link in me),
            *(ProfileLink(link, verified_at=START) for link in verified),
        ),
    }
    return AccountItem(**(defaults | more))


def post(
    who: str = "mika", native: str = "p1", *, host: str = "pixel.example", text: str = "Sushi in Boston.", **more: Any
) -> PostItem:
    defaults: dict[str, Any] = {
        "account": url_alias(f"https://{host}/@{who}"),
        "native_id": native,
        "url": f"https://{host}/@{who}/{native}",
        "provenance": "api",
        "text": text,
        "published": Moment(START - timedelta(days=3)),
    }
    return PostItem(**(defaults | more))


def seed(url: str = "https://pixel.example/tags/sushi", label: str = "hashtag #sushi", score: float = 0.9) -> Seed:
    return Seed(label=label, link=Link(url=url, source="mastodon", page="tag", score=score))


def link(url: str, score: float = 0.5) -> Link:
    return Link(url=url, source="page", page="page", score=score)


def result(task: Task, outcome: Outcome = Outcome.OK, *, at: datetime | None = None, **more: Any) -> PageResult:
    return PageResult(
        task_id=task.id,
        token=task.token,
        url=more.pop("url", task.url),
        source=task.source,
        page=task.page,
        outcome=outcome,
        fetched_at=at or START,
        **more,
    )


@functools.cache
def _empty_catalog() -> Path:
    """A migrated catalog to copy: migrating takes longer than most tests."""
    folder = Path(tempfile.mkdtemp(prefix="nichescout-test-"))
    atexit.register(shutil.rmtree, folder)
    open_catalog(folder, clock=Clock()).close()
    return folder / FILE_NAME


class World:
    """A catalog with one endless job, whose pages a test writes in the order it likes.

    In a file in the folder, or with ``on_postgres`` in the database that all tests of this process use in turn.
    """

    def __init__(self, folder: Path, *, on_postgres: bool = False) -> None:
        self.folder = folder
        self.clock = Clock()
        folder.mkdir(parents=True)
        self._database: str | None = None
        if on_postgres:
            self._database = postgresql.emptied()
            self.place = CatalogPlace(folder, postgresql.server().address(self._database))
        else:
            shutil.copy(_empty_catalog(), folder / FILE_NAME)
            self.place = CatalogPlace(folder)
        self.catalog: Catalog = open_catalog(self.place, clock=self.clock)
        self._numbers = count(1)

    @property
    def on_postgres(self) -> bool:
        return self._database is not None

    def close(self) -> None:
        self.catalog.close()

    def sql(self, statement: str) -> list[Any]:
        """Rows of a statement that both databases understand, past the catalog."""
        with self.catalog._engine.connect() as connection:
            done = connection.exec_driver_sql(statement)
            rows = list(done) if done.returns_rows else []
            connection.commit()
            return rows

    def everything(self) -> bytes:
        """All bytes of the database's files, as they are on disk."""
        if self._database is None:
            return b"".join(file.read_bytes() for file in self.folder.iterdir() if "sqlite" in file.name)
        there = postgresql.server()
        there.run("CHECKPOINT")
        [(number,)] = there.run(f"SELECT oid FROM pg_database WHERE datname = '{self._database}'")
        folder = there.folder / "data" / "base" / str(number)
        return b"".join(file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file())

    def page(self, *items: AccountItem | PostItem, url: str | None = None, **more: Any) -> CommitReport:
        """Commit one page with these items at the present moment."""
        address = url or f"https://seen{next(self._numbers)}.example/"
        job = self.catalog.start_job(
            f"job for {address} at {self.clock()}", [seed(address, "a page")], fresh_for=timedelta(0)
        )
        lease = self.catalog.lease(job, "tester", tasks=1)
        assert lease is not None
        report = self.catalog.commit_page(
            result(
                lease.tasks[0],
                more.pop("outcome", Outcome.OK),
                at=self.clock(),
                accounts=tuple(item for item in items if isinstance(item, AccountItem)),
                posts=tuple(item for item in items if isinstance(item, PostItem)),
                **more,
            )
        )
        self.catalog.release(lease, next_allowed_at=self.clock())
        self.catalog.finish_job(job, "done")
        return report

    def texts(self) -> list[str]:
        return sorted(found.text for record in self.records() for found in record.posts)

    def records(self) -> list[Any]:
        return list(self.catalog.creators(list(self.catalog.creator_ids())).values())

    def people(self) -> list[list[str]]:
        """The creators as sorted handles@hosts."""
        return sorted(sorted(f"{a.handle}@{a.host}" for a in record.accounts) for record in self.records())

    def facts(self) -> str:
        """The dump without what this driver itself made."""
        own = ("address", "task", "job", "seed", "account seen", "post seen")
        lines = self.catalog.canonical_dump().splitlines()
        return "\n".join(line for line in lines if not line.startswith(own))


def leases(catalog: Catalog, job: str, worker: str = "w") -> Iterator[Lease]:
    while (lease := catalog.lease(job, worker)) is not None:
        yield lease


_UNDONE: Final[dict[str, tuple[str, ...]]] = {  # by migration, the tables it made, newest first
    "0009": (),
    "0008": (),
    "0007": ("delivery", "watch_match", "shortlist_entry", "watch", "shortlist", "discovery", "api_key"),
    "0006": ("feed_part",),
    "0005": ("finding",),
    "0004": ("lead",),
}
_COLUMNS: Final = {
    "0009": (("job_host", "barren"), ("task", "site_worth")),
    "0008": (("account_count", "followers_step"),),
    "0006": (("feed", "part"),),
    "0005": (("job", "judged"), ("task", "inherited"), ("job_host", "relevant")),
}


def made_older(world: World, version: str) -> None:
    """Make a catalog of that version of a new one: what later migrations made is taken away again."""
    for later, tables in _UNDONE.items():
        if later <= version:
            break
        for table in tables:
            world.sql(f"DROP TABLE {table}")
        if later == "0009":
            world.sql("DROP INDEX ix_task_site")
        if later == "0006":
            world.sql("DROP INDEX ix_feed_part_seq")
            if world.on_postgres:
                world.sql("DROP INDEX ix_task_waiting")
        for table, column in _COLUMNS.get(later, ()):
            world.sql(f"ALTER TABLE {table} DROP COLUMN {column}")
    world.sql(f"UPDATE alembic_version SET version_num = '{version}'")
