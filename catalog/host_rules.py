"""Hosts that the operator paused or blocked, with reason and date. A rule holds for all hosts under its own.

Effective with the next lease: a worker that holds one finishes its few tasks.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Connection, Row, delete, select, update

from catalog import schema
from catalog.admission import LONG_AGO
from catalog.engine import insert_new
from catalog.errors import BadHost
from catalog.identity import host_of
from catalog.unit import Unit, values_in

RuleKind = Literal["paused", "blocked"]
_RULES: Final = select(schema.host_rule).order_by(schema.host_rule.c.host)
_SET_ASIDE: Final = ("paused", "blocked")


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRule:
    """What the operator said of a host and of all under it."""

    host: str
    rule: RuleKind
    reason: str
    at: datetime


def host_named(name: str) -> str:
    """A host as typed, or of an address, in its one spelling. Raises BadHost."""
    try:
        return host_of(name if "://" in name else f"https://{name.strip().removeprefix('*.')}/")
    except ValueError:
        raise BadHost(f"{name!r} is no host; give one like blog.example, or an address on it") from None


def rule(unit: Unit, name: str, kind: RuleKind, reason: str) -> HostRule:
    """Pause a host, or block it; a new rule replaces the old one. Raises BadHost."""
    host = host_named(name)
    allow(unit, host)
    made = {"host": host, "rule": kind, "reason": reason, "at": unit.now}
    unit.insert(schema.host_rule, [made])
    _set_key(unit, host, f"{kind}: {reason}")
    return HostRule(host=host, rule=kind, reason=reason, at=unit.now)


def allow(unit: Unit, name: str) -> bool:
    """Take a rule back: what waited there waits again. False where there was none. Raises BadHost."""
    host, table, task = host_named(name), schema.host_rule, schema.task
    known = bool(unit.connection.execute(delete(table).where(table.c.host == host)).rowcount)
    if known:
        address = schema.address
        statement = select(task.c.id, address.c.url).join(address, address.c.id == task.c.address_id)
        rows = unit.connection.execute(statement.where(task.c.state.in_(_SET_ASIDE)))
        held = [row.id for row in rows if _is_under(host_of(row.url), host)]
        unit.connection.execute(update(task).where(values_in(task.c.id)).values(state="waiting"), {"values": held})
        _set_key(unit, host, None)
    return known


def rules(connection: Connection) -> list[HostRule]:
    """All rules, by host."""
    return [HostRule(host=row.host, rule=row.rule, reason=row.reason, at=row.at) for row in connection.execute(_RULES)]


def without_ruled(unit: Unit, chosen: Iterable[Row[Any]]) -> list[Row[Any]]:
    """Of tasks about to be handed out those that no rule holds back; the others are set aside."""
    tasks = list(chosen)
    if not (said := rules(unit.connection)):
        return tasks
    free = []
    for row in tasks:
        kind = next((one.rule for one in said if _is_under(host_of(row.url), one.host)), None)
        if kind is None:
            free.append(row)
        else:
            unit.connection.execute(update(schema.task).where(schema.task.c.id == row.id).values(state=kind))
    return free


def _set_key(unit: Unit, host: str, reason: str | None) -> None:
    """The politeness key of that name is not even contacted for somebody else's robots.txt."""
    table = schema.host
    if reason is not None:
        row = {"key": host, "next_allowed_at": LONG_AGO, "failures": 0}
        unit.connection.execute(insert_new(unit.connection, table), [row])
    unit.connection.execute(update(table).where(table.c.key == host).values(paused=reason))


def _is_under(host: str, above: str) -> bool:
    return host == above or host.endswith(f".{above}")
