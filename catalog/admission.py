"""From links to tasks: each address once per catalog, each task once per job."""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, Table, and_, bindparam, select, update

from catalog import schema
from catalog.engine import insert_new, insert_new_on
from catalog.identity import host_of, politeness_key, try_canonical
from catalog.items import Link
from catalog.keeping_out import addresses_of_the_forgotten
from catalog.lineage import MAX_DEPTH, Ways, depth, inherit_sightings, link_tasks, shorten, ways_of
from catalog.sites import known_sites
from catalog.traps import WHOLE_HOST, closed_shapes, leave_out, shape_of
from catalog.unit import Unit, values_in

ENDED_FOR: Final = timedelta(days=30)
"""An address that answered 401, 403 or 410 is not asked again within this time because somebody links to it."""
LONG_AGO: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")

_ADDRESSES: Final = (
    select(
        schema.address.c.id,
        schema.address.c.url,
        schema.address.c.state,
        schema.address.c.fetched_at,
        schema.address.c.ended_at,
        schema.task.c.id.label("task_id"),
        schema.task.c.ways,
        schema.task.c.score,
        schema.task.c.inherited,
        schema.task.c.state.label("task_state"),
    )
    .outerjoin(
        schema.task, and_(schema.task.c.address_id == schema.address.c.id, schema.task.c.job_id == bindparam("job"))
    )
    .where(values_in(schema.address.c.url))
)
_RETURNED: Final = {
    schema.address: (schema.address.c.id, schema.address.c.url),
    schema.task: (schema.task.c.id, schema.task.c.address_id, schema.task.c.state),
}
_parent = schema.task.alias()
_HEARD_FROM: Final = (
    select(schema.task_parent.c.task_id)
    .join(_parent, _parent.c.id == schema.task_parent.c.parent_id)
    .where(values_in(schema.task_parent.c.task_id), _parent.c.key == bindparam("host"))
)
_RAISE: Final = (
    update(schema.task)
    .where(schema.task.c.id == bindparam("task"))
    .values(score=bindparam("better"), inherited=bindparam("expected"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where links come from: job, the seed whose yield they count for, and the task whose page showed them."""

    job_id: str
    seed_id: int
    fresh_since: datetime  # an address fetched since then counts as done
    ways: Ways  # from seeds to what the links name
    parent_id: int | None = None  # None: planned
    key: str | None = None  # of the page that shows the links
    leaves_out: bool = False  # the job has closed hosts or kinds of addresses (traps.py)
    only_new: bool = False  # an address that was ever asked counts as done, whatever it answered


@dataclass(frozen=True, slots=True)
class Address:
    """What the catalog knows of an address, and the task that the job at hand has for it."""

    id: int
    asked: bool = False  # it was fetched, or at least tried
    fetched_at: datetime | None = None
    ended_at: datetime | None = None
    task_id: int | None = None
    ways: Ways = ()
    score: float | None = None  # of that task while it waits, and what is expected of its page
    inherited: float | None = None


def admit(unit: Unit, origin: Origin, links: Iterable[Link]) -> None:
    """Insert a task for each link that this job does not know yet, and remember every way to those that it knows.

    Left out: what is no address, and addresses of people who asked to be forgotten. An address that another job
    fetched lately counts as answered: what it said is in the catalog. What lies too deep waits for a shorter way.
    """
    wanted = _wanted(unit, links)
    if not wanted:
        return
    known_people = _on_known_sites(unit, origin, wanted)
    wanted |= known_people
    addresses = _addresses(unit, origin.job_id, list(wanted))
    new = {url: link for url, link in wanted.items() if addresses[url].task_id is None}
    rows = [
        _row(unit, origin, link, addresses[url], politeness_key(url), shape_of(url))
        for url, link in _without_traps(unit, origin, new).items()
    ]
    known = {at.task_id: at.ways for at in addresses.values() if at.task_id is not None}
    made = _insert_tasks(unit, rows)
    if len(made) < len(rows):  # another page of this job had the same links and was quicker
        known |= {
            at.task_id: at.ways
            for at in _addresses(unit, origin.job_id, list(new)).values()
            if at.task_id is not None and at.task_id not in made
        }
    _raise_scores(unit, origin, addresses, {url: link for url, link in wanted.items() if url not in known_people})
    if origin.parent_id is not None:
        link_tasks(unit, origin.parent_id, [*known, *made])
    shorten(unit, known, origin.ways)


def _on_known_sites(unit: Unit, origin: Origin, links: dict[str, Link]) -> dict[str, Link]:
    """The links to people whom this job has read on their own site, at most worth what is left to read there."""
    judged = [url for url, link in links.items() if link.inherited is not None]
    worths = known_sites(unit, origin.job_id, judged)
    return {
        url: replace(links[url], score=min(links[url].score, worths[host_of(url)]))
        for url in judged
        if host_of(url) in worths
    }


def _raise_scores(unit: Unit, origin: Origin, addresses: dict[str, Address], links: dict[str, Link]) -> None:
    """What waits is worth more with each further host that links to it: 1 - (1 - a)(1 - b).

    Another page of a host that did so already says nothing more, and a site not of itself.
    """
    waiting = {
        addresses[url].task_id: url for url in links if addresses[url].score and politeness_key(url) != origin.key
    }
    heard = {row.task_id for row in unit.fetch(_HEARD_FROM, waiting, host=origin.key)} if origin.key else set()
    better = []
    for task_id, url in sorted(waiting.items()):  # in one order, so that no two pages wait for each other
        at, link = addresses[url], links[url]
        known = at.score or 0.0
        score = max(known, link.score) if task_id in heard else 1 - (1 - known) * (1 - link.score)
        if score > known:
            expected = max((at.inherited, link.inherited), key=lambda one: one or 0.0)
            better.append({"task": task_id, "better": score, "expected": expected})
    unit.run_many(_RAISE, better)


def _without_traps(unit: Unit, origin: Origin, links: dict[str, Link]) -> dict[str, Link]:
    """The links without those of a kind that this job leaves out; the operator's own are always taken."""
    if not origin.leaves_out or not links:
        return links
    closed = closed_shapes(unit, origin.job_id)
    places = {url: (politeness_key(url), shape_of(url)) for url in links}
    trapped = {
        url: (key, WHOLE_HOST) if (key, WHOLE_HOST) in closed else (key, shape)
        for url, (key, shape) in places.items()
        if (key, WHOLE_HOST) in closed or (shape is not None and (key, shape) in closed)
    }
    leave_out(unit, origin.job_id, ((key, shape or WHOLE_HOST) for key, shape in trapped.values()))
    return {url: link for url, link in links.items() if url not in trapped}


def insert_answered(unit: Unit, job_id: str, seed_id: int, name: str) -> int:
    """A task that nobody fetches, under a name that is no address: the file of an import."""
    [address] = _addresses(unit, job_id, [name]).values()
    origin = Origin(job_id=job_id, seed_id=seed_id, fresh_since=unit.now, ways=((0, seed_id),))
    file = Link(url=name, source="import", page="file")
    [task_id] = _insert_tasks(unit, [{**_row(unit, origin, file, address, "import", None), "state": "answered"}])
    return task_id


def _wanted(unit: Unit, links: Iterable[Link]) -> dict[str, Link]:
    """By canonical address, the best-scored link of each; nobody who asked to be forgotten."""
    wanted: dict[str, Link] = {}
    for link in links:
        url = try_canonical(link.url)
        if url and (url not in wanted or link.score > wanted[url].score):
            wanted[url] = link
    for url in addresses_of_the_forgotten(unit, wanted):
        del wanted[url]
    return wanted


def _addresses(unit: Unit, job_id: str, urls: list[str]) -> dict[str, Address]:
    found = {
        row.url: Address(
            row.id,
            row.state != "new",
            row.fetched_at,
            row.ended_at,
            row.task_id,
            ways_of(row.ways or ()),
            row.score if row.task_state == "waiting" else None,
            row.inherited,
        )
        for row in unit.fetch(_ADDRESSES, urls, job=job_id)
    }
    missing = [{"url": url, "state": "new"} for url in sorted(urls) if url not in found]
    if missing:
        found |= {row.url: Address(row.id) for row in _insert(unit, schema.address, missing)}
        if len(found) < len(urls):  # somebody else has just met some of them
            return _addresses(unit, job_id, urls)
    return found


def _insert(unit: Unit, table: Table, rows: list[dict[str, Any]]) -> Sequence[Row[Any]]:
    """The rows that were not there yet, with what the database gave them."""
    return unit.rows_of_many(_insert_returning(unit.connection.dialect.name, table), rows)


@functools.cache
def _insert_returning(dialect: str, table: Table) -> Any:
    return insert_new_on(dialect, table).returning(*_RETURNED[table])


def _row(unit: Unit, origin: Origin, link: Link, address: Address, key: str, shape: str | None) -> dict[str, Any]:
    return {
        "job_id": origin.job_id,
        "address_id": address.id,
        "seed_id": origin.seed_id,
        "ways": origin.ways,
        "key": key,
        "source": link.source,
        "page": link.page,
        "context": dict(link.context),
        "score": link.score,
        "inherited": link.inherited,
        "state": _first_state(unit, origin, address),
        "shape": shape,
        "message": "",
        "attempts": 0,
        "not_before": LONG_AGO,
    }


def _first_state(unit: Unit, origin: Origin, address: Address) -> str:
    if address.fetched_at is not None and address.fetched_at > origin.fresh_since:
        return "answered"
    if origin.only_new and address.asked:
        return "answered"
    planned = origin.parent_id is None  # what the operator asks for is asked for again
    if not planned and address.ended_at is not None and address.ended_at > unit.now - ENDED_FOR:
        return "ended"
    return "waiting" if depth(origin.ways) <= MAX_DEPTH else "deep"


def _insert_tasks(unit: Unit, rows: list[dict[str, Any]]) -> list[int]:
    """New tasks and their hosts; accounts that an answered page showed were found by this job too."""
    if not rows:
        return []
    hosts = [{"key": key, "next_allowed_at": LONG_AGO, "failures": 0} for key in sorted({row["key"] for row in rows})]
    unit.run_many(insert_new(unit.connection, schema.host), hosts)
    made = _insert(unit, schema.task, sorted(rows, key=lambda row: int(row["address_id"])))
    for task in made:
        if task.state == "answered":
            inherit_sightings(unit, task.id, task.address_id)
        unit.new_tasks += task.state == "waiting"
    unit.new_keys.update(row["key"] for row in rows if row["state"] in ("waiting", "deep"))
    return [task.id for task in made]
