"""From links to tasks: each address once per catalog, each task once per job."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select, update

from catalog import schema
from catalog.engine import insert_new
from catalog.identity import politeness_key, try_canonical
from catalog.items import Alias, AliasKind, Link
from catalog.unit import Unit, chunks, values_in

MAX_DEPTH: Final = 8
MAX_HOPS: Final = 5
LONG_AGO: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

_ADDRESSES: Final = select(schema.address.c.id, schema.address.c.url, schema.address.c.fetched_at).where(
    values_in(schema.address.c.url)
)
_NEW_ADDRESS: Final = schema.address.insert().returning(schema.address.c.id, schema.address.c.url)
_TASKS_AT: Final = select(schema.task.c.id, schema.task.c.address_id, schema.task.c.depth, schema.task.c.state).where(
    schema.task.c.job_id == bindparam("job"), values_in(schema.task.c.address_id)
)
_SHOWN_AT: Final = (
    select(schema.lineage.c.account_id, schema.lineage.c.url).where(values_in(schema.lineage.c.url)).distinct()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where links come from: job, seed, and the task whose page showed them (None: planned)."""

    job_id: str
    seed_id: int
    fresh_since: datetime  # an address fetched since then counts as done
    parent_id: int | None = None
    depth: int = 0
    hops: int = 0


def admit(unit: Unit, origin: Origin, links: Iterable[Link]) -> None:
    """Insert a task for each link that this job does not know yet.

    Left out: what is no address, addresses of people who asked to be forgotten, what lies too deep. An address that
    another job fetched lately counts as answered: what it said is in the catalog.
    """
    if origin.depth > MAX_DEPTH or origin.hops > MAX_HOPS:
        return
    wanted = _wanted(unit, links)
    if not wanted:
        return
    addresses = _addresses(unit, list(wanted))
    known = _known_tasks(unit, origin, addresses)
    fresh: dict[str, int] = {}
    rows = []
    for url, link in wanted.items():
        address_id, fetched_at = addresses[url]
        if address_id in known:
            continue
        answered = fetched_at is not None and fetched_at > origin.fresh_since
        if answered:
            fresh[url] = address_id
        rows.append(_row(origin, link, address_id, politeness_key(url), answered=answered))
    _insert_hosts(unit, sorted({row["key"] for row in rows}))
    unit.insert(schema.task, rows)
    unit.new_tasks += len(rows) - len(fresh)
    _inherit_lineage(unit, origin, list(fresh))


def _wanted(unit: Unit, links: Iterable[Link]) -> dict[str, Link]:
    """By canonical address, the best-scored link of each; nobody who asked to be forgotten."""
    wanted: dict[str, Link] = {}
    for link in links:
        url = try_canonical(link.url)
        if url and (url not in wanted or link.score > wanted[url].score):
            wanted[url] = link
    names = [Alias(kind, url) for url in wanted for kind in (AliasKind.URL, AliasKind.ACTOR_URI)]
    for alias in unit.suppression.held(unit.connection, names):
        wanted.pop(alias.value, None)
    return wanted


def _addresses(unit: Unit, urls: list[str]) -> dict[str, tuple[int, datetime | None]]:
    found: dict[str, tuple[int, datetime | None]] = {
        row.url: (row.id, row.fetched_at) for row in unit.fetch(_ADDRESSES, urls)
    }
    missing = [{"url": url, "state": "new"} for url in urls if url not in found]
    if missing:
        made = unit.connection.execute(_NEW_ADDRESS, missing)
        found.update({row.url: (row.id, None) for row in made})
    return found


def _known_tasks(unit: Unit, origin: Origin, addresses: Mapping[str, tuple[int, datetime | None]]) -> set[int]:
    """Addresses that this job has already; one that waits is nearer now if this way is shorter."""
    known: set[int] = set()
    deeper: list[int] = []
    for part in chunks(address_id for address_id, _ in addresses.values()):
        for row in unit.connection.execute(_TASKS_AT, {"job": origin.job_id, "values": part}):
            known.add(row.address_id)
            if row.state == "waiting" and row.depth > origin.depth:
                deeper.append(row.id)
    if deeper:
        unit.connection.execute(update(schema.task).where(schema.task.c.id.in_(deeper)).values(depth=origin.depth))
    return known


def _row(origin: Origin, link: Link, address_id: int, key: str, *, answered: bool) -> dict[str, Any]:
    return {
        "job_id": origin.job_id,
        "address_id": address_id,
        "seed_id": origin.seed_id,
        "parent_id": origin.parent_id,
        "key": key,
        "source": link.source,
        "page": link.page,
        "context": dict(link.context),
        "depth": origin.depth,
        "hops": origin.hops,
        "score": link.score,
        "state": "answered" if answered else "waiting",
        "message": "",
        "attempts": 0,
        "not_before": LONG_AGO,
    }


def _insert_hosts(unit: Unit, keys: list[str]) -> None:
    if keys:
        rows = [{"key": key, "next_allowed_at": LONG_AGO, "failures": 0} for key in keys]
        unit.connection.execute(insert_new(unit.connection, schema.host), rows)


def _inherit_lineage(unit: Unit, origin: Origin, urls: list[str]) -> None:
    """Accounts that an answered page showed were found by this seed too."""
    new = [
        {"account_id": row.account_id, "seed_id": origin.seed_id, "url": row.url} for row in unit.fetch(_SHOWN_AT, urls)
    ]
    if new:
        unit.connection.execute(insert_new(unit.connection, schema.lineage), new)
        unit.dirty_accounts.update(row["account_id"] for row in new)
