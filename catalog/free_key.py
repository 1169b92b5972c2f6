"""Which politeness key a worker gets next, where many workers ask at once and a million addresses wait.

Nothing is counted or grouped: of every seed the few best waiting addresses on free hosts are read from an index, the
best host of them that nobody else is about to take is locked. Its cost grows with the seeds of a job and the hosts that
are held, not with what waits.
"""

from typing import Any, Final

from sqlalchemy import Row, Select, String, and_, bindparam, func, literal_column, select, true

from catalog import schema
from catalog.budgets import HOST_ALLOWED, HOST_WITHIN, HOST_YIELD, SEED_WITHIN, SPENT
from catalog.types import UtcTime
from catalog.unit import Unit

_FEW: Final = 4  # addresses of a seed that are looked at: others may be taking the best hosts at this moment
_MANY: Final = 1024  # where all of the few are being taken

_job = bindparam("job", type_=String())
_now = bindparam("now", type_=UtcTime())
_task, _seed, _host, _job_host = schema.task, schema.seed, schema.host, schema.job_host
_candidate = _host.alias()
_best = (
    select(
        _task.c.key, (_task.c.score * HOST_YIELD).label("score"), SPENT.label("spent"), HOST_ALLOWED.label("allowed")
    )
    .join(_candidate, _candidate.c.key == _task.c.key)
    .outerjoin(_job_host, and_(_job_host.c.job_id == _job, _job_host.c.key == _task.c.key))
    .where(_task.c.job_id == _job, _task.c.seed_id == _seed.c.id, _task.c.not_before <= _now)
    .where(_task.c.state == literal_column("'waiting'"))  # as the index has it
    .where(_candidate.c.lease_token.is_(None), _candidate.c.next_allowed_at <= _now, _candidate.c.paused.is_(None))
    .where(HOST_WITHIN)
    .order_by(_task.c.score.desc(), _task.c.id)  # as the index has it; the yield of hosts decides among the few
    .limit(bindparam("few"))
    .correlate(_seed)
    .lateral()
)
_worth = _best.c.score * _seed.c.multiplier
_FREE_KEY: Final[Select[Any]] = (
    select(_host.c.key, _best.c.spent, _best.c.allowed, _host.c.delay, _worth.label("worth"))
    .select_from(_seed)
    .join(_best, true())
    .join(_host, _host.c.key == _best.c.key)
    .where(_seed.c.job_id == _job, SEED_WITHIN)
    .where(_host.c.lease_token.is_(None), _host.c.next_allowed_at <= _now, _host.c.paused.is_(None))
    .order_by(_worth.desc(), _host.c.key)
    .limit(1)
    .with_for_update(of=_host, key_share=True, skip_locked=True)
)

_ripe = (
    select(_task.c.seed_id, func.max(_task.c.score).label("score"))
    .where(_task.c.job_id == _job, _task.c.state == literal_column("'waiting'"), _task.c.key == _host.c.key)
    .where(_task.c.not_before <= _now)
    .group_by(_task.c.seed_id)
    .correlate(_host)
    .lateral()
)
_IN_WORK: Final[Select[Any]] = (  # host by host, since few are held and much may wait
    select(func.max(_ripe.c.score * _seed.c.multiplier * HOST_YIELD))
    .select_from(_host)
    .join(_ripe, true())
    .join(_seed, _seed.c.id == _ripe.c.seed_id)
    .outerjoin(_job_host, and_(_job_host.c.job_id == _job, _job_host.c.key == _host.c.key))
    .where(_host.c.lease_until > _now, _host.c.paused.is_(None), HOST_WITHIN, SEED_WITHIN)
)


def best_in_work(unit: Unit, job_id: str) -> float:
    """What the best is worth that waits on a host that somebody has in work; 0 where nothing does."""
    return float(unit.connection.scalar(_IN_WORK, {"job": job_id, "now": unit.now}) or 0.0)


def take_free_key(unit: Unit, job_id: str) -> Row[Any] | None:
    """A job's best free key, locked for the transaction: key, spent, allowed, delay, worth; None: none."""
    for most in (_FEW, _MANY):
        found = unit.connection.execute(_FREE_KEY, {"job": job_id, "now": unit.now, "few": most}).first()
        if found is not None:
            return found
    return None
