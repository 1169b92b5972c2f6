"""What a crawl brings in: relevant creators, by the seed and source that showed them first.

Who is relevant is the crawl's own judgement (``crawler/focus.py``); here it is kept and counted. How yields move the
order and bound the pages is in ``budgets.py``.
"""

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Integer, Row, Subquery, bindparam, case, func, select, update

from catalog import schema
from catalog.accounts import AccountBook
from catalog.budgets import host_allowance, seed_allowance, seed_yield_of
from catalog.engine import insert_new_on
from catalog.errors import UnknownJob
from catalog.items import Alias, Outcome
from catalog.traps import close_spent
from catalog.unit import Unit

PAGE_OUTCOMES: Final = frozenset(
    {Outcome.OK, Outcome.NOT_MODIFIED, Outcome.REDIRECT, Outcome.GONE, Outcome.REFUSED, Outcome.UNREADABLE}
)
"""Outcomes with which a host really answered: what counts as a page."""

_seed, _job_host, _finding, _task = schema.seed, schema.job_host, schema.finding, schema.task
_JUDGED: Final = update(schema.job).where(schema.job.c.id == bindparam("job")).values(judged=True)
_fruits = _seed.c.fruitful + bindparam("fruits", type_=Integer())
_COUNT_SEED: Final = (  # of what is there when it runs: others count the same seed
    update(_seed)
    .where(_seed.c.id == bindparam("seed"))
    .values(pages=_seed.c.pages + 1, fruitful=_fruits, multiplier=seed_yield_of(_fruits, _seed.c.pages + 1))
)
_relevant = bindparam("brought", type_=Integer())
_COUNT_HOST: Final = (
    update(_job_host)
    .where(_job_host.c.job_id == bindparam("job"), _job_host.c.key == bindparam("host"))
    .values(
        pages=_job_host.c.pages + 1,
        relevant=_job_host.c.relevant + _relevant,
        barren=case((_relevant > 0, 0), else_=_job_host.c.barren + 1),
    )
)


@dataclass(frozen=True, slots=True)
class Yield:
    """What a seed or a source cost and brought. ``left_out``: addresses behind a seed that has cost what it may."""

    name: str
    pages: int
    relevant: int
    left_out: int = 0

    @property
    def per_100(self) -> float:
        """Relevant creators per 100 pages; 0 without a page."""
        return 100 * self.relevant / self.pages if self.pages else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """The yield of a job, each creator counted where a page showed them first. ``judged`` False: nothing was judged.

    The relevant by seed and by source add up to ``relevant``, the pages to ``pages``; the best yields stand first.
    ``pages`` and ``relevant`` count what this job fetched: what another had read lately counts as neither.
    """

    job_id: str
    query: str
    started: datetime
    finished: datetime | None
    judged: bool
    pages: int
    relevant: int
    by_seed: tuple[Yield, ...]
    by_source: tuple[Yield, ...]


def record_findings(unit: Unit, task: Row[Any], names: Sequence[Alias], book: AccountBook) -> int:
    """Remember whom a page showed to be relevant, of those that are kept; how many the job did not know yet."""
    if not names:
        return 0
    shown = {known.id for name in names if (known := book.resolve(name)) is not None and known.shown}
    rows = [{"job_id": task.job_id, "account_id": one, "task_id": task.id} for one in sorted(shown)]
    return len(unit.rows_of_many(_insert_finding(unit.connection.dialect.name), rows))


@functools.cache
def _insert_finding(dialect: str) -> Any:
    return insert_new_on(dialect, _finding).returning(_finding.c.account_id)


def count_yield(unit: Unit, task: Row[Any], *, judged: bool, relevant: int, found: int) -> None:
    """Add a page to its seed and host: from now on they go earlier or later, and may cost more or less.

    ``relevant``: creators that the page showed first; ``found``: accounts and posts that were new to the catalog.
    """
    if judged and not task.job_judged:
        unit.at_last(_JUDGED, {"job": task.job_id})
    judged = judged or task.job_judged
    unit.at_last(_COUNT_SEED, {"seed": task.seed_id, "fruits": int(bool(relevant if judged else found))})
    spent, brought = (task.spent or 0) + 1, (task.brought or 0) + relevant
    if task.spent is None:
        counts = {"pages": spent, "relevant": brought, "barren": int(not relevant)}
        unit.insert(_job_host, [{"job_id": task.job_id, "key": task.key, **counts}])
    else:
        unit.run(_COUNT_HOST, {"job": task.job_id, "host": task.key, "brought": relevant})
    if spent >= host_allowance(judged=judged, brought=brought):
        so_far = f"; they brought {brought} who fit" if judged else ""
        close_spent(unit, task, f"{spent} pages of one host are enough{so_far}")


def read_harvest(connection: Connection, job_id: str) -> Harvest:
    """The yield of a job so far. Raises UnknownJob."""
    job, plan = schema.job, schema.plan
    row = connection.execute(
        select(job, plan.c.query).join(plan, plan.c.id == job.c.plan_id).where(job.c.id == job_id)
    ).one_or_none()
    if row is None:
        raise UnknownJob(job_id)
    first = _first_findings(job_id)
    return Harvest(
        job_id=job_id,
        query=row.query,
        started=row.started,
        finished=row.finished,
        judged=row.judged,
        pages=row.pages,
        relevant=count_relevant(connection, job_id),
        by_seed=_by_seed(connection, job_id, first, judged=row.judged),
        by_source=_by_source(connection, job_id, first),
    )


def count_relevant(connection: Connection, job_id: str) -> int:
    """How many relevant creators a job found; joined accounts are one."""
    member = schema.membership
    creators = select(func.count(member.c.creator_id.distinct())).join(
        _finding, _finding.c.account_id == member.c.account_id
    )
    return connection.scalar(creators.where(_finding.c.job_id == job_id)) or 0


def jobs_of(connection: Connection, query: str | None = None) -> list[str]:
    """The crawls of a query, or of all; the newest first."""
    job, plan = schema.job, schema.plan
    found = select(job.c.id).join(plan, plan.c.id == job.c.plan_id).where(job.c.kind == "discover")
    if query is not None:
        found = found.where(plan.c.query == query)
    return list(connection.scalars(found.order_by(job.c.started.desc(), job.c.id.desc())))


def _by_seed(connection: Connection, job_id: str, first: Subquery, *, judged: bool) -> tuple[Yield, ...]:
    brought = select(first.c.seed_id, func.count().label("relevant")).group_by(first.c.seed_id).subquery()
    waiting = (
        select(_task.c.seed_id, func.count().label("waiting"))
        .where(_task.c.job_id == job_id, _task.c.state == "waiting")
        .group_by(_task.c.seed_id)
        .subquery()
    )
    rows = connection.execute(
        select(_seed, func.coalesce(brought.c.relevant, 0).label("relevant"), waiting.c.waiting)
        .outerjoin(brought, brought.c.seed_id == _seed.c.id)
        .outerjoin(waiting, waiting.c.seed_id == _seed.c.id)
        .where(_seed.c.job_id == job_id)
    )
    return _best_first(
        Yield(
            row.label,
            row.pages,
            row.relevant,
            (row.waiting or 0) if judged and row.pages >= seed_allowance(row.fruitful) else 0,
        )
        for row in rows
    )


def _by_source(connection: Connection, job_id: str, first: Subquery) -> tuple[Yield, ...]:
    brought = select(first.c.source, func.count().label("relevant")).group_by(first.c.source).subquery()
    is_page = case((_task.c.outcome.in_(sorted(PAGE_OUTCOMES)), 1), else_=0)
    rows = connection.execute(
        select(_task.c.source, func.sum(is_page).label("pages"), func.max(brought.c.relevant).label("relevant"))
        .outerjoin(brought, brought.c.source == _task.c.source)
        .where(_task.c.job_id == job_id, _task.c.state.in_(("done", "failed")))
        .group_by(_task.c.source)
    )
    return _best_first(Yield(row.source, row.pages, row.relevant or 0) for row in rows)


def _first_findings(job_id: str) -> Subquery:
    """(creator, seed, source) of the page that showed each relevant creator first."""
    member = schema.membership
    first = (
        select(member.c.creator_id, func.min(_finding.c.task_id).label("task_id"))
        .join(_finding, _finding.c.account_id == member.c.account_id)
        .where(_finding.c.job_id == job_id)
        .group_by(member.c.creator_id)
        .subquery()
    )
    shown = select(first.c.creator_id, _task.c.seed_id, _task.c.source)
    return shown.join(first, first.c.task_id == _task.c.id).subquery()


def _best_first(yields: Iterable[Yield]) -> tuple[Yield, ...]:
    return tuple(sorted(yields, key=lambda one: (-one.relevant, one.pages, one.name)))
