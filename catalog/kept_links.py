"""Links of pages that a job need not fetch, as the last job found them: each is judged anew for the theme at hand.

Kept of a link are its address, what reads it and its context; not the words around it, and no score but for another
theme. Who judges is the crawler (``crawler/focus.py``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, func, select, update

from catalog import schema
from catalog.admission import Origin, admit
from catalog.items import Link
from catalog.lineage import depth, one_step_on, ways_of
from catalog.unit import Unit

PAGES_AT_ONCE: Final = 20  # in one transaction
HANDED_ON: Final = "its links were handed on"  # message of an answered task

_task, _address, _job = schema.task, schema.address, schema.job
_earlier = _task.alias()
_ANSWERED: Final = (
    select(_task, _job.c.fresh_for, _address.c.url)
    .join(_job, _job.c.id == _task.c.job_id)
    .join(_address, _address.c.id == _task.c.address_id)
    .where(_task.c.job_id == bindparam("job"), _task.c.state == "answered", _task.c.message == "")
    .order_by(_task.c.id)
    .limit(PAGES_AT_ONCE)
)
_DONE_WITH: Final = (
    update(_task).where(_task.c.id == bindparam("task"), _task.c.message == "").values(message=HANDED_ON)
)
_READ_BEFORE: Final = (  # the last time that the address was read for its links; a refresh follows few of them
    select(func.max(_earlier.c.id))
    .join(_job, _job.c.id == _earlier.c.job_id)
    .where(_earlier.c.address_id == bindparam("address"), _earlier.c.id != bindparam("task"))
    .where(_earlier.c.state == "done", _earlier.c.outcome == "ok", _job.c.kind != "refresh")
    .scalar_subquery()
)
_LINKS: Final = (
    select(_task.c.source, _task.c.page, _task.c.context, _address.c.url)
    .join(schema.task_parent, schema.task_parent.c.task_id == _task.c.id)
    .join(_address, _address.c.id == _task.c.address_id)
    .where(schema.task_parent.c.parent_id == _READ_BEFORE)
    .order_by(_task.c.id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """A page as ``crawler/focus.py`` judges it, and its links without a score of their own."""

    url: str
    depth: int
    inherited: float | None
    links: tuple[Link, ...]


Judge = Callable[[KeptPage], Sequence[Link]]
"""The links that are followed, each with the score that it has for the theme at hand."""


def links_of(connection: Connection, task_id: int) -> tuple[Link, ...]:
    """The links that were found when the address of a task was last read; none where nobody read it."""
    address = select(_task.c.address_id).where(_task.c.id == task_id)
    return _links(connection, task_id, connection.scalar(address) or 0)


def hand_on(unit: Unit, job_id: str, judge: Judge) -> int:
    """Admit the links of some answered pages of a job; returns of how many, 0 when there are no more."""
    pages = unit.rows(_ANSWERED, {"job": job_id})
    for page in pages:
        if unit.run(_DONE_WITH, {"task": page.id}):  # else another worker was quicker
            _hand_on(unit, page, judge)
    return len(pages)


def _hand_on(unit: Unit, task: Row[Any], judge: Judge) -> None:
    ways = ways_of(task.ways)
    links = _links(unit.connection, task.id, task.address_id)
    kept = KeptPage(url=task.url, depth=depth(ways), inherited=task.inherited, links=links)
    origin = Origin(
        job_id=task.job_id,
        seed_id=task.seed_id,
        fresh_since=unit.now - timedelta(seconds=task.fresh_for),
        ways=one_step_on(ways),
        parent_id=task.id,
        key=task.key,
        leaves_out=True,
    )
    admit(unit, origin, judge(kept))


def _links(connection: Connection, task_id: int, address_id: int) -> tuple[Link, ...]:
    found = connection.execute(_LINKS, {"task": task_id, "address": address_id})
    return tuple(Link(url=row.url, source=row.source, page=row.page, context=row.context) for row in found)
