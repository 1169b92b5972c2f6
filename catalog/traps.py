"""Sites without an end: calendars, faceted shops, endless lists, soft 404s, mirrors. What a job does about them.

Nothing is guessed from an address alone: a kind of address (its *shape*: numbers and query values left out) may be
fetched for as long as its pages bring something that the job has not seen. When many in a row brought nothing, the
rest of that kind is left out of the job, counted with the reason; likewise a whole host (shape ``""``).
"""

import functools
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import BindParameter, Row, and_, bindparam, case, exists, func, literal, select, update

from catalog import schema
from catalog.engine import insert_or_update
from catalog.items import Outcome, PageResult
from catalog.unit import Unit, values_in

SHAPE_BARREN: Final = 20  # pages of one shape in a row that brought nothing
HOST_BARREN: Final = 60
REFUSAL_WEIGHT: Final = 8  # a host that refuses page after page is left alone sooner
MIRRORED: Final = 8  # pages of a host that another one has word for word
WHOLE_HOST: Final = ""
_LONGEST: Final = 200
_VARIABLE: Final = re.compile(r"(?<![^/_.-])[0-9a-f]{16,}(?![^/_.-])|\d+", re.IGNORECASE)
_JUDGED: Final = frozenset({Outcome.OK, Outcome.GONE, Outcome.REFUSED, Outcome.UNREADABLE})

_trap, _task = schema.trap, schema.task
_BROUGHT_NOTHING: Final[BindParameter[int]] = bindparam("nothing")
_COUNT: Final = {
    "pages": _trap.c.pages + 1,
    "barren": case((_BROUGHT_NOTHING == 0, 0), else_=_trap.c.barren + _BROUGHT_NOTHING),
}
_SEEN_POSTS, _SEEN_ACCOUNTS = (
    select(func.count()).where(
        values_in(shown),
        exists(
            select(literal(1))  # the first such page is enough: somebody popular is on many
            .select_from(seen.table.join(_task, _task.c.id == seen.table.c.task_id))
            .where(seen == shown, _task.c.job_id == bindparam("job"), _task.c.id != bindparam("task"))
            .correlate(shown.table)
        ),
    )
    for shown, seen in (
        (schema.post.c.id, schema.post_seen.c.post_id),
        (schema.account.c.id, schema.account_seen.c.account_id),
    )
)
_other: Final = schema.address.alias()
KNOWN_WITH_TASK: Final = (  # read together with the task of a page, since every statement costs
    select(_other.c.url)  # another address with the same bytes
    .where(_other.c.content_hash == bindparam("hash"), _other.c.id != _task.c.address_id)
    .order_by(_other.c.id)
    .limit(1)
    .correlate(_task)
    .scalar_subquery()
    .label("twin"),
    select(func.count())  # rows about this host
    .where(_trap.c.job_id == _task.c.job_id, _trap.c.key == _task.c.key)
    .correlate(_task)
    .scalar_subquery()
    .label("watched"),
    select(func.count())  # kinds and hosts that the job leaves out
    .where(_trap.c.job_id == _task.c.job_id, _trap.c.reason.is_not(None))
    .correlate(_task)
    .scalar_subquery()
    .label("closed"),
)
_FRESH: Final = (
    update(_trap)
    .where(_trap.c.job_id == bindparam("job"), _trap.c.key == bindparam("host"), values_in(_trap.c.shape))
    .values(barren=0)
)
_CLOSED: Final = select(_trap.c.key, _trap.c.shape).where(
    _trap.c.job_id == bindparam("job"), _trap.c.reason.is_not(None)
)
_LEAVE_OUT: Final = (
    update(_trap)
    .where(_trap.c.job_id == bindparam("job"), _trap.c.key == bindparam("host"), _trap.c.shape == bindparam("of"))
    .values(left_out=_trap.c.left_out + bindparam("more"))
)


def shape_of(url: str) -> str | None:
    """The kind of an address on its host; None where nothing in it can be counted up or varied.

    >>> shape_of("https://a.example/calendar/2026/03?view=week"), shape_of("https://a.example/about")
    ('/calendar/#/#?', None)
    """
    parts = urlsplit(url)
    path, numbers = _VARIABLE.subn("#", parts.path)
    if not numbers and not parts.query:
        return None
    return (path + ("?" if parts.query else ""))[:_LONGEST]


def note_page(unit: Unit, result: PageResult, task: Row[Any], accounts: list[str], posts: list[str]) -> None:
    """Learn from one page whether its kind still brings something; close what does not.

    ``accounts`` and ``posts``: those that the page showed and that were kept. Pages that had to be kept back are
    people, so they speak for nothing.
    """
    if result.outcome not in _JUDGED or unit.kept_back:
        return
    twin = _twin(result, task) if posts or accounts else None
    shapes = {WHOLE_HOST: HOST_BARREN} | ({task.shape: SHAPE_BARREN} if task.shape is not None else {})
    if twin is None and (unit.new_keys - {task.key} or _is_news(unit, task, accounts, posts)):
        if task.watched:
            unit.run(_FRESH, {"job": task.job_id, "host": task.key, "values": list(shapes)})
    else:
        _count_barren(unit, task, shapes, REFUSAL_WEIGHT if result.outcome is Outcome.REFUSED else 1)
    if twin is not None and (mirrored := _mirrored(unit, task, twin)):
        close(unit, task.job_id, task.key, WHOLE_HOST, f"has the same pages as {mirrored}")


def close_spent(unit: Unit, task: Row[Any], reason: str) -> None:
    """Leave the rest of a host out, which has cost what it may (``budgets.py``)."""
    if _count(unit, task, WHOLE_HOST, 0).reason is None:
        close(unit, task.job_id, task.key, WHOLE_HOST, reason)


def _count_barren(unit: Unit, task: Row[Any], shapes: Mapping[str, int], weight: int) -> None:
    for shape, most in shapes.items():
        counted = _count(unit, task, shape, weight)
        if counted.reason is None and counted.barren >= most:
            close(unit, task.job_id, task.key, shape, f"{counted.barren} pages in a row brought nothing new")


def _is_news(unit: Unit, task: Row[Any], accounts: list[str], posts: list[str]) -> bool:
    """Whether a page shows anybody or anything that no other page of the job showed."""
    if unit.accounts or unit.posts:
        return True  # new even to the catalog
    for statement, shown in ((_SEEN_POSTS, posts), (_SEEN_ACCOUNTS, accounts)):
        if shown and unit.fetch(statement, shown, job=task.job_id, task=task.id)[0][0] < len(shown):
            return True
    return False


def _twin(result: PageResult, task: Row[Any]) -> str | None:
    """Another address with the same bytes, under the same path where it is on another host."""
    found: str | None = task.twin
    if found is None:
        return None
    here, there = urlsplit(result.url), urlsplit(found)
    return found if here.netloc == there.netloc or (here.path, here.query) == (there.path, there.query) else None


def _mirrored(unit: Unit, task: Row[Any], twin: str) -> str | None:
    """The host that this one copies, once enough pages say so."""
    other = urlsplit(twin).hostname or ""
    if other == task.key or task.key.startswith("*."):
        return None
    return other if _count(unit, task, f"= {other}", 1).pages >= MIRRORED else None


@functools.cache
def _counting(dialect: str) -> Any:
    statement = insert_or_update(dialect, _trap, ("job_id", "key", "shape"), _COUNT)
    return statement.returning(_trap.c.pages, _trap.c.barren, _trap.c.reason)


def _count(unit: Unit, task: Row[Any], shape: str, nothing: int) -> Row[Any]:
    row = {"job_id": task.job_id, "key": task.key, "shape": shape, "pages": 1, "barren": nothing, "left_out": 0}
    [counted] = unit.rows(_counting(unit.connection.dialect.name), row | {"nothing": nothing})
    return counted


def close(unit: Unit, job_id: str, key: str, shape: str, reason: str) -> None:
    """Leave out of a job what waits of a shape of a host, and what will be found of it."""
    waiting = and_(_task.c.job_id == job_id, _task.c.key == key, _task.c.state.in_(("waiting", "deep")))
    if shape != WHOLE_HOST:
        waiting = and_(waiting, _task.c.shape == shape)
    left_out = unit.connection.execute(update(_task).where(waiting).values(state="trap")).rowcount
    row = and_(_trap.c.job_id == job_id, _trap.c.key == key, _trap.c.shape == shape)
    values = {"reason": reason, "left_out": _trap.c.left_out + literal(left_out)}
    unit.connection.execute(update(_trap).where(row).values(values))


def closed_shapes(unit: Unit, job_id: str) -> frozenset[tuple[str, str]]:
    """(key, shape) of all that this job leaves out."""
    return frozenset((row.key, row.shape) for row in unit.rows(_CLOSED, {"job": job_id}))


def leave_out(unit: Unit, job_id: str, places: Iterable[tuple[str, str]]) -> None:
    """Count addresses that were found but not taken in, one for each place."""
    for key, shape in sorted(places):
        unit.run(_LEAVE_OUT, {"job": job_id, "host": key, "of": shape, "more": 1})
