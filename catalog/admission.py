"""From links to tasks: each address once per catalog, each task once per job."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select

from catalog import schema
from catalog.engine import insert_new
from catalog.identity import politeness_key, try_canonical
from catalog.items import Alias, AliasKind, Link
from catalog.lineage import MAX_DEPTH, Ways, depth, inherit_sightings, link_tasks, shorten, ways_of
from catalog.unit import Unit, chunks, values_in

LONG_AGO: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

_ADDRESSES: Final = select(schema.address.c.id, schema.address.c.url, schema.address.c.fetched_at).where(
    values_in(schema.address.c.url)
)
_NEW_ADDRESS: Final = schema.address.insert().returning(schema.address.c.id, schema.address.c.url)
_TASKS_AT: Final = select(schema.task.c.id, schema.task.c.address_id, schema.task.c.ways).where(
    schema.task.c.job_id == bindparam("job"), values_in(schema.task.c.address_id)
)
_NEW_TASK: Final = schema.task.insert().returning(schema.task.c.id, schema.task.c.address_id, schema.task.c.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where links come from: job, the seed whose yield they count for, and the task whose page showed them."""

    job_id: str
    seed_id: int
    fresh_since: datetime  # an address fetched since then counts as done
    ways: Ways  # from seeds to what the links name
    parent_id: int | None = None  # None: planned


def admit(unit: Unit, origin: Origin, links: Iterable[Link]) -> None:
    """Insert a task for each link that this job does not know yet, and remember every way to those that it knows.

    Left out: what is no address, and addresses of people who asked to be forgotten. An address that another job
    fetched lately counts as answered: what it said is in the catalog. What lies too deep waits for a shorter way.
    """
    wanted = _wanted(unit, links)
    if not wanted:
        return
    addresses = _addresses(unit, list(wanted))
    known = _known_tasks(unit, origin.job_id, [address_id for address_id, _ in addresses.values()])
    fresh = {address_id for address_id, at in addresses.values() if at is not None and at > origin.fresh_since}
    rows = [
        _row(origin, link, addresses[url][0], politeness_key(url), answered=addresses[url][0] in fresh)
        for url, link in wanted.items()
        if addresses[url][0] not in known
    ]
    made = _insert_tasks(unit, rows)
    if origin.parent_id is not None:
        link_tasks(unit, origin.parent_id, [*(task_id for task_id, _ in known.values()), *made])
    shorten(unit, dict(known.values()), origin.ways)


def insert_answered(unit: Unit, job_id: str, seed_id: int, name: str) -> int:
    """A task that nobody fetches, under a name that is no address: the file of an import."""
    [(address_id, _)] = _addresses(unit, [name]).values()
    origin = Origin(job_id=job_id, seed_id=seed_id, fresh_since=unit.now, ways=((0, seed_id),))
    file = Link(url=name, source="import", page="file")
    [task_id] = _insert_tasks(unit, [_row(origin, file, address_id, "import", answered=True)])
    return task_id


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


def _known_tasks(unit: Unit, job_id: str, address_ids: Iterable[int]) -> dict[int, tuple[int, Ways]]:
    """By address, the tasks that this job has already, with the ways to them."""
    known: dict[int, tuple[int, Ways]] = {}
    for part in chunks(address_ids):
        for row in unit.connection.execute(_TASKS_AT, {"job": job_id, "values": part}):
            known[row.address_id] = row.id, ways_of(row.ways)
    return known


def _row(origin: Origin, link: Link, address_id: int, key: str, *, answered: bool) -> dict[str, Any]:
    state = "answered" if answered else "waiting" if depth(origin.ways) <= MAX_DEPTH else "deep"
    return {
        "job_id": origin.job_id,
        "address_id": address_id,
        "seed_id": origin.seed_id,
        "ways": origin.ways,
        "key": key,
        "source": link.source,
        "page": link.page,
        "context": dict(link.context),
        "score": link.score,
        "state": state,
        "message": "",
        "attempts": 0,
        "not_before": LONG_AGO,
    }


def _insert_tasks(unit: Unit, rows: list[dict[str, Any]]) -> list[int]:
    """New tasks and their hosts; accounts that an answered page showed were found by this job too."""
    if not rows:
        return []
    hosts = [{"key": key, "next_allowed_at": LONG_AGO, "failures": 0} for key in sorted({row["key"] for row in rows})]
    unit.connection.execute(insert_new(unit.connection, schema.host), hosts)
    made = unit.connection.execute(_NEW_TASK, rows).all()
    for task in made:
        if task.state == "answered":
            inherit_sightings(unit, task.id, task.address_id)
        unit.new_tasks += task.state == "waiting"
    return [task.id for task in made]
