"""What the catalog holds, in numbers, for ``doctor``, ``sources`` and ``catalog info``."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Table, func, select

from catalog import schema
from catalog.consent import VISIBLE
from catalog.engine import HEAD
from catalog.feed import is_shown
from catalog.items import Outcome
from catalog.tasks import HostReport
from catalog.troubles import host_reports

_WORST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingHost:
    """A politeness key whose last requests failed."""

    key: str
    failures: int
    last_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogInfo:
    """Counts, and the hosts that a person should look at."""

    schema: str
    epoch: str
    creators: int
    accounts: int  # those that may be shown
    posts: int
    addresses: int
    suppressed: int
    joins_waiting: int  # edges kept, not applied: the set would be too large
    refused_by_robots: Mapping[str, int]  # politeness key → addresses
    refused_by_source: Mapping[str, Mapping[str, int]]  # source → the same of what it asked for
    failing_hosts: tuple[FailingHost, ...]  # worst first
    hosts: tuple[HostReport, ...] = ()  # all that went wrong, worst first


def read_info(connection: Connection, epoch: str) -> CatalogInfo:
    """Count everything."""
    creator, consent, edge = schema.creator, schema.consent, schema.join_edge
    shown = select(func.count()).select_from(creator).where(is_shown())
    visible = select(func.count()).where(consent.c.state.in_(VISIBLE))
    waiting = select(func.count()).where(edge.c.revoked.is_(None), ~edge.c.applied)
    return CatalogInfo(
        schema=HEAD,
        epoch=epoch,
        creators=connection.scalar(shown) or 0,
        accounts=connection.scalar(visible) or 0,
        posts=_count(connection, schema.post),
        addresses=_count(connection, schema.address),
        suppressed=_count(connection, schema.suppression),
        joins_waiting=connection.scalar(waiting) or 0,
        refused_by_robots=_refused(connection),
        refused_by_source=_refused_by_source(connection),
        failing_hosts=_failing(connection),
        hosts=host_reports(connection),
    )


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def _refused(connection: Connection) -> dict[str, int]:
    task = schema.task
    statement = (
        select(task.c.key, func.count(task.c.address_id.distinct()))
        .where(task.c.outcome == Outcome.ROBOTS.value)
        .group_by(task.c.key)
        .order_by(task.c.key)
    )
    return {row[0]: row[1] for row in connection.execute(statement)}


def _refused_by_source(connection: Connection) -> dict[str, dict[str, int]]:
    task = schema.task
    statement = (
        select(task.c.source, task.c.key, func.count(task.c.address_id.distinct()))
        .where(task.c.outcome == Outcome.ROBOTS.value)
        .group_by(task.c.source, task.c.key)
        .order_by(task.c.source, func.count(task.c.address_id.distinct()).desc(), task.c.key)
    )
    found: dict[str, dict[str, int]] = {}
    for source, key, addresses in connection.execute(statement):
        found.setdefault(source, {})[key] = addresses
    return found


def _failing(connection: Connection) -> tuple[FailingHost, ...]:
    host, task = schema.host, schema.task
    last = (
        select(task.c.message)
        .where(task.c.key == host.c.key, task.c.outcome == Outcome.RETRY.value)
        .order_by(task.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    statement = (
        select(host.c.key, host.c.failures, func.coalesce(last, "").label("last_error"))
        .where(host.c.failures > 0)
        .order_by(host.c.failures.desc(), host.c.key)
        .limit(_WORST)
    )
    return tuple(
        FailingHost(key=row.key, failures=row.failures, last_error=row.last_error)
        for row in connection.execute(statement)
    )
