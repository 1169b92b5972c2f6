"""What goes wrong on hosts: counted by host and outcome with the last words, for ``doctor`` and the end of a crawl.

Addresses are left out of what is kept here, so that nobody's page is named in it.
"""

import functools
import re
from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import Connection, and_, delete, select, update

from catalog import schema
from catalog.engine import insert_or_update
from catalog.items import Outcome, PageResult
from catalog.tasks import HostReport
from catalog.unit import Unit, fetch, values_in

FINE: Final = frozenset({Outcome.OK, Outcome.NOT_MODIFIED, Outcome.REDIRECT, Outcome.NOT_ARCHIVED})
_ADDRESS: Final = re.compile(r"\b(?:https?://|did:)\S+")
_LONGEST: Final = 200
_trouble, _trap, _host = schema.trouble, schema.trap, schema.host


def note_trouble(unit: Unit, key: str, result: PageResult) -> None:
    """Count an outcome that is not fine."""
    if result.outcome in FINE:
        return
    row = {
        "key": key,
        "outcome": result.outcome.value,
        "times": 1,
        "message": _ADDRESS.sub("an address", result.message)[:_LONGEST],
        "at": result.fetched_at,
    }
    unit.run(_counting(unit.connection.dialect.name), row)


@functools.cache
def _counting(dialect: str) -> Any:
    counted = {"times": _trouble.c.times + 1}
    return insert_or_update(dialect, _trouble, ("key", "outcome"), counted, newer=("message", "at"))


def host_reports(connection: Connection, *, job_id: str | None = None, most: int = 50) -> tuple[HostReport, ...]:
    """Hosts with the most trouble first; only those of one job's pages and tasks where a job is given."""
    keys = _keys_in_trouble(connection, job_id)
    failures = {row.key: row.failures for row in fetch(connection, _FAILURES, keys)}
    counts: dict[str, dict[str, int]] = {key: {} for key in keys}
    last: dict[str, str] = {}
    for row in fetch(connection, _TROUBLES, keys):
        counts[row.key][row.outcome] = row.times
        last[row.key] = row.message  # oldest first
    traps: dict[str, list[str]] = {}
    left_out: dict[str, int] = {}
    for row in connection.execute(select(_trap).where(_trap.c.reason.is_not(None)).order_by(_trap.c.shape)):
        if job_id in (None, row.job_id):
            traps.setdefault(row.key, []).append(f"{row.shape or 'the whole host'}: {row.reason}")
            left_out[row.key] = left_out.get(row.key, 0) + row.left_out
    reports = [
        HostReport(
            key=key,
            failures=failures.get(key, 0),
            counts=counts[key],
            last_error=last.get(key, ""),
            traps=tuple(traps.get(key, ())),
            left_out=left_out.get(key, 0),
        )
        for key in keys
    ]
    reports.sort(key=lambda one: (-one.failures, -one.left_out, -sum(one.counts.values()), one.key))
    return tuple(reports[:most])


def forget_hosts(unit: Unit, keys: Iterable[str], speaks_of: Callable[[str], bool]) -> None:
    """Delete what is counted under these keys, and whatever else speaks of somebody."""
    values = list(keys)
    for table in (_trouble, _trap):
        unit.connection.execute(delete(table).where(values_in(table.c.key)), {"values": values})
    for row in unit.connection.execute(select(_trap)).all():
        if speaks_of(f"https://{row.key.removeprefix('*.')}{row.shape}") or speaks_of(row.reason or ""):
            mine = and_(_trap.c.job_id == row.job_id, _trap.c.key == row.key, _trap.c.shape == row.shape)
            unit.connection.execute(delete(_trap).where(mine))
    for row in unit.connection.execute(select(_trouble)).all():
        if speaks_of(row.message):
            mine = and_(_trouble.c.key == row.key, _trouble.c.outcome == row.outcome)
            unit.connection.execute(update(_trouble).where(mine).values(message=""))


_FAILURES: Final = select(_host.c.key, _host.c.failures).where(values_in(_host.c.key))
_TROUBLES: Final = select(_trouble).where(values_in(_trouble.c.key)).order_by(_trouble.c.at, _trouble.c.outcome)


def _keys_in_trouble(connection: Connection, job_id: str | None) -> list[str]:
    failing = select(_host.c.key).where(_host.c.failures > 0)
    trapped = select(_trap.c.key).where(_trap.c.reason.is_not(None))
    if job_id is not None:
        trapped = trapped.where(_trap.c.job_id == job_id)
    keys = {row.key for row in connection.execute(failing.union(trapped, select(_trouble.c.key)))}
    if job_id is None:
        return sorted(keys)
    task = schema.task
    asked = select(task.c.key).where(task.c.job_id == job_id, task.c.outcome.is_not(None)).distinct()
    return sorted(keys & set(connection.scalars(asked)))
