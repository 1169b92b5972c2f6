"""Who may fetch what, when: politeness keys leased to workers, tasks handed out and taken back.

A lease is on a key (a host, or many that share one machine room), not on loose addresses; while it is held nobody
else contacts that key. A token that was taken back changes nothing any more. All times are the catalog's clock.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    Case,
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    bindparam,
    case,
    func,
    literal,
    select,
    update,
)

from catalog import schema
from catalog.admission import LONG_AGO
from catalog.budgets import HOST_ALLOWED, HOST_WITHIN, HOST_YIELD, PAGES_PER_HOST, SEED_WITHIN, SPENT, pages_left
from catalog.engine import insert_new
from catalog.feed import publish
from catalog.free_key import best_in_work, take_free_key
from catalog.host_rules import without_ruled
from catalog.items import Validators
from catalog.lineage import depth, inherit_sightings, ways_of
from catalog.tasks import Lease, Task
from catalog.types import UtcTime
from catalog.unit import Unit, values_in

_A_VISIT: Final = 10  # requests
_WORTH_IT: Final = 0.5
"""A visit takes no task that is worth less than this part of its best one: there may be better ones elsewhere. Nor is a
host visited whose best is worth less than this part of what waits on the hosts in work: they are free in a moment.
"""
_MOMENT: Final = 0.1  # seconds
_MUCH: Final = 50_000  # waiting addresses: looking at all of them takes longer than asking again
_A_WHILE: Final = 1.0  # seconds
_SOON: Final = 60.0  # seconds: what comes later is worth a look at all that waits, and then a longer sleep

_job = bindparam("job", type_=String())
_now = bindparam("now", type_=UtcTime())
_task_, _seed, _host, _job_host, _address = (
    schema.task, schema.seed, schema.host, schema.job_host, schema.address
)  # fmt: skip
_ready = and_(_task_.c.job_id == _job, _task_.c.state == "waiting", _task_.c.not_before <= _now)
_ripe = (
    select(_task_.c.key, _task_.c.seed_id, func.max(_task_.c.score).label("score"))
    .where(_ready)
    .group_by(_task_.c.key, _task_.c.seed_id)
    .subquery()
)
_worth = _ripe.c.score * _seed.c.multiplier * HOST_YIELD
# The free key whose best waiting task scores highest, weighed by the yield of seed and host.
_BEST_KEY: Final[Select[Any]] = (
    select(_ripe.c.key, SPENT.label("spent"), HOST_ALLOWED.label("allowed"), _host.c.delay, _worth.label("worth"))
    .join(_seed, _seed.c.id == _ripe.c.seed_id)
    .join(_host, _host.c.key == _ripe.c.key)
    .outerjoin(_job_host, and_(_job_host.c.key == _ripe.c.key, _job_host.c.job_id == _job))
    .where(_host.c.lease_token.is_(None), _host.c.next_allowed_at <= _now, _host.c.paused.is_(None))
    .where(HOST_WITHIN, SEED_WITHIN)
    .order_by(_worth.desc(), _ripe.c.key)
    .limit(1)
)
_WEIGHT: Final = _task_.c.score * _seed.c.multiplier
_in_work = select(_host.c.key).where(_host.c.lease_until > _now, _host.c.paused.is_(None))
_BEST_HELD: Final = (  # what waits on the hosts in work: they are few, so they are looked for first
    select(func.max(_WEIGHT * HOST_YIELD))
    .join(_seed, _seed.c.id == _task_.c.seed_id)
    .outerjoin(_job_host, and_(_job_host.c.key == _task_.c.key, _job_host.c.job_id == _job))
    .where(_task_.c.key.in_(_in_work), _ready, HOST_WITHIN, SEED_WITHIN)
)
_CHOOSE: Final = (
    select(_task_, _address.c.url, _address.c.etag, _address.c.last_modified, _address.c.fetched_at)
    .add_columns(_WEIGHT.label("weight"))
    .join(_seed, _seed.c.id == _task_.c.seed_id)
    .join(_address, _address.c.id == _task_.c.address_id)
    .where(_ready, SEED_WITHIN, _task_.c.key == bindparam("key"))
    .order_by(_WEIGHT.desc(), _task_.c.id)
    .limit(bindparam("most"))
)
_JOB: Final = select(schema.job).where(schema.job.c.id == _job)
_IN_FLIGHT: Final = select(func.count()).where(_task_.c.job_id == _job, _task_.c.state == "leased")
_MUCH_WAITS: Final = (
    select(_task_.c.id).where(_task_.c.job_id == _job, _task_.c.state == "waiting").offset(_MUCH).limit(1)
)
_EXPIRED: Final = _host.c.lease_until <= _now
_LOST, _OF_WORKER = (
    select(_host).where(_host.c.lease_token.is_not(None), which).with_for_update(key_share=True, skip_locked=True)
    for which in (_EXPIRED, _host.c.lease_worker == bindparam("worker"))
)


def _never_sooner(bound: ColumnElement[datetime]) -> Case[datetime]:
    """A value for ``host.next_allowed_at`` that never shortens a wait."""
    return case((_host.c.next_allowed_at > bound, _host.c.next_allowed_at), else_=bound)


_FREE: Final = (
    update(_host)
    .where(_host.c.key == bindparam("held"))
    .values(
        lease_token=None,
        lease_worker=None,
        lease_until=None,
        next_allowed_at=_never_sooner(bindparam("rested", type_=UtcTime())),
    )
)
_RELEASE: Final = _FREE.where(_host.c.lease_token == bindparam("with_token"))
_RETURN: Final = (
    update(_task_)
    .where(values_in(_task_.c.token, "tokens"), _task_.c.state == "leased")
    .values(state="waiting", token=None)
)
_HOLD: Final = update(_host).where(_host.c.key == bindparam("held"))
_ANSWER: Final = update(_task_).where(_task_.c.id == bindparam("task")).values(state="answered")
_HAND_OUT: Final = update(_task_).where(values_in(_task_.c.id)).values(state="leased", token=bindparam("with_token"))


def lease(unit: Unit, job_id: str, worker: str, *, tasks: int, ttl: timedelta, delay: float) -> Lease | None:
    """The best free key of this job with up to ``tasks`` of its tasks; None when nothing can or should be leased now.

    ``delay``: seconds that the worker keeps between two requests; the host may have asked for more.
    """
    take_back_expired(unit)
    now = unit.now
    job = next(iter(unit.rows(_JOB, {"job": job_id})), None)
    limit = 0 if job is None else min(tasks, _pages_left(unit.connection, job))
    if job is None or limit <= 0:
        return None
    best = _best_key(unit, job_id)
    if best is None or (job.judged and best.worth < _WORTH_IT * _best_in_work(unit, job_id)):
        return None
    key, most = best.key, min(limit, pages_left(best.spent, best.allowed))
    ripe = unit.rows(_CHOOSE, {"job": job_id, "now": now, "key": key, "most": most})
    chosen = without_ruled(unit, [row for row in ripe if row.weight >= _WORTH_IT * ripe[0].weight])
    chosen = _without_answered(unit, job, chosen)
    if not chosen:  # all set aside or answered: somebody else's turn
        return lease(unit, job_id, worker, tasks=tasks, ttl=ttl, delay=delay)
    token = _hold(unit, key, worker, ttl=ttl, delay=max(delay, best.delay or 0.0))
    unit.run(_HAND_OUT, {"values": [row.id for row in chosen], "with_token": token})
    return Lease(
        key=key,
        token=token,
        expires_at=now + ttl,
        tasks=tuple(_task(row, token) for row in chosen),
        delay=best.delay or 0.0,
    )


def _best_key(unit: Unit, job_id: str) -> Row[Any] | None:
    if unit.locks is not None:
        return take_free_key(unit, job_id)
    return next(iter(unit.rows(_BEST_KEY, {"job": job_id, "now": unit.now})), None)


def _best_in_work(unit: Unit, job_id: str) -> float:
    """What the best is worth that waits on the hosts in work, which will be free for it in a moment; 0 for nothing."""
    if unit.locks is not None:
        return best_in_work(unit, job_id)
    [held] = unit.rows(_BEST_HELD, {"job": job_id, "now": unit.now})
    return float(held[0] or 0.0)


def lease_key(unit: Unit, key: str, worker: str, *, ttl: timedelta, delay: float) -> Lease | datetime | None:
    """This one key without tasks, for a robots.txt that another host keeps there.

    The moment at which to ask again where somebody else has it or it rests; None where the operator paused it.
    """
    take_back_expired(unit)
    host = schema.host
    row_of_host = {"key": key, "next_allowed_at": LONG_AGO, "failures": 0}
    unit.connection.execute(insert_new(unit.connection, host), [row_of_host])
    row = unit.connection.execute(select(host).where(host.c.key == key).with_for_update(key_share=True)).one()
    if row.paused is not None:
        return None
    if row.lease_token is not None:  # a visit seldom takes as long as its lease lasts
        soon = unit.now + timedelta(seconds=_A_VISIT * max(row.delay or 0.0, delay) + _MOMENT)
        lease_until: datetime = row.lease_until
        return min(lease_until, soon)
    if row.next_allowed_at > unit.now:
        next_allowed_at: datetime = row.next_allowed_at
        return next_allowed_at
    token = _hold(unit, key, worker, ttl=ttl, delay=max(delay, row.delay or 0.0))
    return Lease(key=key, token=token, expires_at=unit.now + ttl, tasks=(), delay=row.delay or 0.0)


def keep_delay(unit: Unit, held: Lease, delay: float) -> None:
    """Remember that the host asks for ``delay`` seconds between two requests."""
    host = schema.host
    unit.connection.execute(
        update(host).where(host.c.key == held.key, host.c.lease_token == held.token).values(delay=delay)
    )


def heartbeat(unit: Unit, held: Lease, *, ttl: timedelta) -> bool:
    """Prolong a lease; False when it was taken back."""
    host = schema.host
    done = unit.connection.execute(
        update(host).where(host.c.key == held.key, host.c.lease_token == held.token).values(lease_until=unit.now + ttl)
    )
    return bool(done.rowcount)


def release(unit: Unit, held: Lease, *, next_allowed_at: datetime) -> None:
    """End a lease: what was not committed waits again. A stale lease changes nothing."""
    freed = {"held": held.key, "with_token": held.token, "rested": next_allowed_at}
    if unit.run(_RELEASE, freed):
        _return_tasks(unit, [held.token])


def reclaim(unit: Unit, worker: str) -> int:
    """Take back every lease of a worker that is known to be dead; returns how many."""
    return _end(unit, unit.rows(_OF_WORKER, {"worker": worker}))


def take_back_expired(unit: Unit) -> None:
    """Leases that outlived their time return their tasks."""
    _end(unit, unit.rows(_LOST, {"now": unit.now}))


def next_due(connection: Connection, job_id: str, now: datetime) -> datetime | None:
    """When something of this job can be leased (in the past: at once); None: the job is exhausted.

    What somebody holds may come free at any moment and not only when its lease ends: it is worth asking soon. So it is
    where very much waits and something of it may be asked for within a minute: which comes next is not looked for.
    """
    task, host = schema.task, schema.host
    job = connection.execute(_JOB, {"job": job_id}).one_or_none()
    if job is None or job.finished is not None or (job.max_pages is not None and job.pages >= job.max_pages):
        return None
    held = select(host.c.lease_until, host.c.delay).join(
        task, and_(task.c.key == host.c.key, task.c.token == host.c.lease_token)
    )
    in_flight = connection.execute(held.where(task.c.job_id == job_id, task.c.state == "leased").distinct())
    first_back = min((_back(row.lease_until, row.delay, now) for row in in_flight), default=None)
    if _pages_left(connection, job) <= 0:
        return first_back
    open_tasks = (
        select(host.c.key)
        .join(task, task.c.key == host.c.key)
        .join(_seed, _seed.c.id == task.c.seed_id)
        .outerjoin(_job_host, and_(_job_host.c.key == host.c.key, _job_host.c.job_id == _job))
        .where(task.c.job_id == job_id, task.c.state == "waiting", host.c.paused.is_(None), HOST_WITHIN, SEED_WITHIN)
    )
    if connection.execute(_MUCH_WAITS, {"job": job_id}).first() is not None:
        soon = now + timedelta(seconds=_SOON)
        any_soon = open_tasks.where(host.c.next_allowed_at <= soon, task.c.not_before <= soon).limit(1)
        if connection.execute(any_soon, {"job": job_id}).first() is not None:
            in_a_while = now + timedelta(seconds=_A_WHILE)
            return min(in_a_while, first_back or in_a_while)
    waiting = open_tasks.with_only_columns(
        host.c.next_allowed_at, host.c.lease_until, host.c.delay, func.min(task.c.not_before).label("not_before")
    ).group_by(host.c.key, host.c.next_allowed_at, host.c.lease_until, host.c.delay)
    ripe = connection.execute(waiting, {"job": job_id})
    times = [max(row.next_allowed_at, row.not_before, _back(row.lease_until, row.delay, now)) for row in ripe]
    return min([*times, *([first_back] if first_back else [])], default=None)


def not_before(moment: datetime) -> Case[datetime]:
    """A value for ``host.next_allowed_at`` that never shortens a wait."""
    return _never_sooner(literal(moment, UtcTime()))


def _hold(unit: Unit, key: str, worker: str, *, ttl: timedelta, delay: float) -> str:
    token = secrets.token_hex(16)
    held = {"lease_token": token, "lease_worker": worker, "lease_until": unit.now + ttl, "delay": delay}
    unit.run(_HOLD, {"held": key, **held})
    return token


def _end(unit: Unit, lost: Sequence[Row[Any]]) -> int:
    """Take leases from whoever no longer answers for them; it may have asked the host a moment ago."""
    _return_tasks(unit, [row.lease_token for row in lost])
    for row in lost:
        rested = unit.now + timedelta(seconds=row.delay or 0.0)
        unit.run(_FREE, {"held": row.key, "rested": rested})
    return len(lost)


def _return_tasks(unit: Unit, tokens: list[str]) -> None:
    if tokens:
        unit.run(_RETURN, {"tokens": tokens})


def _without_answered(unit: Unit, job: Row[Any], chosen: list[Row[Any]]) -> list[Row[Any]]:
    """The tasks that are still to be fetched; what another job has read since they were planned counts as answered."""
    if job.kind == "refresh":  # it asks how things are now
        return chosen
    fresh_since = unit.now - timedelta(seconds=job.fresh_for)
    waiting: list[Row[Any]] = []
    answered: list[Row[Any]] = []
    for row in chosen:
        (answered if row.fetched_at is not None and row.fetched_at > fresh_since else waiting).append(row)
    for row in answered:
        unit.run(_ANSWER, {"task": row.id})
        inherit_sightings(unit, row.id, row.address_id)
    if answered:
        publish(unit)
    return waiting


def _pages_left(connection: Connection, job: Row[Any]) -> int:
    """How many more tasks may be handed out: the page limit less what is done or in flight."""
    if job.finished is not None:
        return 0
    if job.max_pages is None:
        return PAGES_PER_HOST
    in_flight = connection.scalar(_IN_FLIGHT, {"job": job.id}) or 0
    return int(job.max_pages - job.pages - in_flight)


def _back(lease_until: datetime | None, delay: float | None, now: datetime) -> datetime:
    """When a key that somebody may hold is worth asking for."""
    return LONG_AGO if lease_until is None else min(lease_until, now + timedelta(seconds=(delay or 0.0) + _MOMENT))


def _task(row: Row[Any], token: str) -> Task:
    return Task(
        id=row.id,
        token=token,
        job_id=row.job_id,
        url=row.url,
        source=row.source,
        page=row.page,
        depth=depth(ways_of(row.ways)),
        score=row.score,
        attempts=row.attempts,
        validators=Validators(etag=row.etag, last_modified=row.last_modified),
        context=row.context,
        inherited=row.inherited,
    )


def pause(unit: Unit, key: str, reason: str | None) -> None:
    """Stop or allow a key from the next lease on; ``None`` allows it again."""
    host = schema.host
    done = unit.connection.execute(update(host).where(host.c.key == key).values(paused=reason))
    if not done.rowcount:
        unit.insert(host, [{"key": key, "next_allowed_at": LONG_AGO, "failures": 0, "paused": reason}])
