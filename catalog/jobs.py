"""Jobs: one run over a plan, from its seeds to its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select, update

from catalog import schema
from catalog.admission import Origin, admit, insert_answered
from catalog.errors import UnknownJob
from catalog.harvest import count_relevant
from catalog.identity import try_canonical
from catalog.keeping_out import addresses_of_the_forgotten
from catalog.tasks import JobProgress, Seed
from catalog.types import new_id
from catalog.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenJob:
    """A job of which something waits."""

    id: str
    kind: str
    query: str
    waiting: int


def start_job(
    unit: Unit, query: str, seeds: Sequence[Seed], *, kind: str, max_pages: int | None, fresh_for: timedelta
) -> str:
    """A new job with its seeds, unless one can be taken up.

    That is the unfinished one of the same query, whose page limit is renewed and to which seeds that it lacks are
    added; or one with the same seeds that was exhausted within ``fresh_for``, for nothing of it would be fetched again.
    """
    unit.lock([f"{kind} {query}"])
    labels = {seed.label for seed in seeds}
    exhausted = _exhausted_job(unit, query, labels, kind=kind, since=unit.now - fresh_for)
    if exhausted:
        return exhausted
    job_id = unfinished_job(unit.connection, query, kind=kind)
    if job_id is None:
        job_id = insert_job(unit, query, kind=kind, max_pages=max_pages, fresh_for=fresh_for)
    else:
        unit.connection.execute(update(schema.job).where(schema.job.c.id == job_id).values(max_pages=max_pages))
    held = _seed_labels(unit.connection, job_id)
    gone = addresses_of_the_forgotten(unit, [url for seed in seeds if (url := try_canonical(seed.link.url))])
    for seed in seeds:
        if seed.label in held or try_canonical(seed.link.url) in gone:
            continue
        seed_id = insert_seed(unit, job_id, seed.label)
        origin = Origin(job_id=job_id, seed_id=seed_id, fresh_since=unit.now - fresh_for, ways=((0, seed_id),))
        admit(unit, origin, [seed.link])
    return job_id


def _exhausted_job(unit: Unit, query: str, labels: set[str], *, kind: str, since: datetime) -> str | None:
    """The newest job of these seeds that ran out of addresses after ``since``."""
    job, plan = schema.job, schema.plan
    newest = unit.connection.scalar(
        select(job.c.id)
        .join(plan, plan.c.id == job.c.plan_id)
        .where(plan.c.query == query, job.c.kind == kind, job.c.outcome == "done", job.c.finished > since)
        .order_by(job.c.id.desc())
        .limit(1)
    )
    return newest if newest and _seed_labels(unit.connection, newest) == labels else None


def _seed_labels(connection: Connection, job_id: str) -> set[str]:
    return set(connection.scalars(select(schema.seed.c.label).where(schema.seed.c.job_id == job_id)))


def insert_job(unit: Unit, query: str, *, kind: str, max_pages: int | None, fresh_for: timedelta) -> str:
    """The row of a job, and of its plan where that is new."""
    job_id = new_id()
    plan = schema.plan
    plan_id = unit.connection.scalar(select(plan.c.id).where(plan.c.query == query))
    if plan_id is None:
        plan_id = new_id()
        unit.insert(plan, [{"id": plan_id, "query": query, "created": unit.now}])
    counters = dict.fromkeys(("pages", "accounts", "posts", "kept_back", "failed"), 0)
    row = {
        "id": job_id,
        "plan_id": plan_id,
        "kind": kind,
        "max_pages": max_pages,
        "fresh_for": int(fresh_for.total_seconds()),
        "started": unit.now,
    }
    unit.insert(schema.job, [row | counters])
    return job_id


def insert_seed(unit: Unit, job_id: str, label: str) -> int:
    """The row of a seed; returns its id."""
    row = {"job_id": job_id, "label": label, "pages": 0, "fruitful": 0, "multiplier": 1.0}
    key = unit.connection.execute(schema.seed.insert().values(row)).inserted_primary_key
    assert key is not None
    return int(key[0])


def import_task(unit: Unit, plan: str) -> int:
    """The task of an import, a job whose one page is the file; importing the same thing again goes on with it."""
    task, job, plans = schema.task, schema.job, schema.plan
    found = unit.connection.scalar(
        select(task.c.id)
        .join(job, job.c.id == task.c.job_id)
        .join(plans, plans.c.id == job.c.plan_id)
        .where(plans.c.query == plan, job.c.kind == "import")
        .limit(1)
    )
    if found is not None:
        return int(found)
    job_id = insert_job(unit, plan, kind="import", max_pages=None, fresh_for=timedelta(0))
    finish_job(unit, job_id, "done")
    return insert_answered(unit, job_id, insert_seed(unit, job_id, plan), plan)


def unfinished_job(connection: Connection, query: str, *, kind: str | None = None) -> str | None:
    """The newest job of this query that has not ended."""
    job, plan = schema.job, schema.plan
    statement = (
        select(job.c.id)
        .join(plan, plan.c.id == job.c.plan_id)
        .where(plan.c.query == query, job.c.finished.is_(None))
        .order_by(job.c.id.desc())
    )
    if kind is not None:
        statement = statement.where(job.c.kind == kind)
    return connection.scalar(statement.limit(1))


def finish_job(unit: Unit, job_id: str, outcome: str) -> None:
    """End a job: nothing of it is leased any more. Raises UnknownJob."""
    job = schema.job
    done = unit.connection.execute(
        update(job).where(job.c.id == job_id, job.c.finished.is_(None)).values(finished=unit.now, outcome=outcome)
    )
    if not done.rowcount:
        require_job(unit.connection, job_id)


def require_job(connection: Connection, job_id: str) -> None:
    """Raises UnknownJob."""
    if connection.scalar(select(schema.job.c.id).where(schema.job.c.id == job_id)) is None:
        raise UnknownJob(job_id)


def progress(connection: Connection, job_id: str) -> JobProgress:
    """Counts so far. Raises UnknownJob."""
    job, task, job_host = schema.job, schema.task, schema.job_host
    row = connection.execute(select(job).where(job.c.id == job_id)).one_or_none()
    if row is None:
        raise UnknownJob(job_id)
    waiting = connection.scalar(
        select(func.count()).where(task.c.job_id == job_id, task.c.state.in_(("waiting", "leased")))
    )
    hosts = connection.scalar(select(func.count()).where(job_host.c.job_id == job_id))
    return JobProgress(
        pages=row.pages,
        waiting=waiting or 0,
        hosts=hosts or 0,
        accounts=row.accounts,
        posts=row.posts,
        kept_back=row.kept_back,
        failed=row.failed,
        relevant=count_relevant(connection, job_id) if row.judged else None,
    )


def open_jobs(connection: Connection) -> list[OpenJob]:
    """Jobs that have not ended and of which something waits, newest first."""
    job, plan, task = schema.job, schema.plan, schema.task
    waiting = (
        select(func.count()).where(task.c.job_id == job.c.id, task.c.state.in_(("waiting", "leased"))).scalar_subquery()
    )
    statement = (
        select(job.c.id, job.c.kind, plan.c.query, waiting.label("waiting"))
        .join(plan, plan.c.id == job.c.plan_id)
        .where(job.c.finished.is_(None))
        .order_by(job.c.id.desc())
    )
    rows = connection.execute(statement)
    return [OpenJob(id=row.id, kind=row.kind, query=row.query, waiting=row.waiting) for row in rows if row.waiting]
