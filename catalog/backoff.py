"""How long an address and its host are left alone after an answer, and when they are given up. Part of the commit.

Within one visit the crawler keeps the delay; what is here holds for whoever comes next.
"""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, bindparam, update

from catalog import schema
from catalog.frontier import not_before
from catalog.items import Outcome, PageResult
from catalog.unit import Unit

MAX_ATTEMPTS: Final = 3  # of an address that fails
MAX_PARKED: Final = 10  # of one that was told when to come back
GIVE_UP: Final = 8  # failures of a host in a row, after which a job asks it no more
PAUSE: Final = 30.0
"""A host that failed rests for this many of its delays (30 seconds live), twice as long after each further failure."""
LONGEST: Final = timedelta(days=1)
_FIRST_WAIT: Final = timedelta(minutes=1)  # of an address; four times longer after each attempt
_NOT_ASKED: Final = frozenset({Outcome.ROBOTS, Outcome.BLOCKED, Outcome.NOT_ARCHIVED})

_host, _task = schema.host, schema.task
_ANSWERED: Final = update(_host).where(_host.c.key == bindparam("host")).values(failures=0)


def counts_as_attempt(result: PageResult) -> bool:
    """Whether an address was tried; not where another host's lease was waited for and nobody was asked."""
    return not (result.parked and result.status is None)


def tried_again(result: PageResult, attempts: int) -> bool:
    """Whether an address is asked again later, after ``attempts`` earlier ones."""
    most = MAX_PARKED if result.parked else MAX_ATTEMPTS
    return result.outcome is Outcome.RETRY and attempts + 1 < most


def wait_of_address(result: PageResult, attempts: int) -> timedelta:
    """How long an address waits for its next attempt."""
    if result.parked:
        return _asked(result)
    grown: timedelta = _FIRST_WAIT * 4**attempts
    return min(max(grown, _asked(result)), LONGEST)


def rest_host(unit: Unit, result: PageResult, task: Row[Any]) -> None:
    """A host that fails is left alone for a growing time; one that asks for patience gets it, whoever comes next."""
    failed = result.outcome is Outcome.RETRY and not result.parked
    if failed or result.retry_after is not None:
        rest = _asked(result)
        if failed:
            rest = max(rest, _growing(task.delay or 0.0, task.failures))
        values = {
            "next_allowed_at": not_before(unit.now + min(rest, LONGEST)),
            "failures": task.failures + 1 if failed else 0,
        }
        unit.connection.execute(update(_host).where(_host.c.key == task.key).values(values))
        if failed and task.failures + 1 >= GIVE_UP:
            _give_up(unit, task, result)
    elif task.failures and result.outcome not in _NOT_ASKED:
        unit.run(_ANSWERED, {"host": task.key})


def _asked(result: PageResult) -> timedelta:
    return min(timedelta(seconds=result.retry_after or 0.0), LONGEST)


def _growing(delay: float, failures: int) -> timedelta:
    grown: timedelta = timedelta(seconds=PAUSE * delay) * 2 ** min(failures, 20)
    return min(grown, LONGEST)


def _give_up(unit: Unit, task: Row[Any], result: PageResult) -> None:
    """What else this job wanted from the host fails with it."""
    waiting = and_(_task.c.job_id == task.job_id, _task.c.key == task.key, _task.c.state.in_(("waiting", "deep")))
    message = f"the host failed {task.failures + 1} times in a row, last: {result.message}"[:500]
    unit.connection.execute(
        update(_task).where(waiting).values(state="failed", outcome=Outcome.RETRY.value, message=message)
    )
