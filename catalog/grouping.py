"""Creators as sets of joined accounts: a function of accounts and applied edges, computed anew around a change."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import or_, select, update

from catalog import schema
from catalog.marks import Pair, said_of
from catalog.unit import Unit, chunks

MAX_ACCOUNTS: Final = 8  # larger sets wait for a person's review: the edge is kept, not applied


def apply_edges(unit: Unit, accounts: Iterable[str]) -> None:
    """Recompute the creators of these accounts and of all that hang together with them."""
    everybody, pairs = _neighbourhood(unit, set(accounts))
    while unit.lock(everybody):
        everybody, pairs = _neighbourhood(unit, set(accounts))
    said = said_of(unit, everybody)
    in_order = [*(pair for pair in said.newest_first() if pair in pairs), *sorted(pairs - said.same.keys())]
    groups, applied = group(sorted(everybody), in_order, said.apart)
    _mark_applied(unit, pairs, applied)
    for members in groups:
        _assign(unit, members)


def group(
    accounts: Sequence[str], pairs: Sequence[Pair], apart: frozenset[Pair] = frozenset()
) -> tuple[list[list[str]], set[Pair]]:
    """Sets of joined accounts, and the pairs that made them. Pure.

    No set is larger than ``MAX_ACCOUNTS`` or holds a pair of ``apart``; what comes first in ``pairs`` holds.
    """
    head = {account: [account] for account in accounts}
    applied: set[Pair] = set()
    for a, b in pairs:
        first, second = head[a], head[b]
        if first is not second:
            if len(first) + len(second) > MAX_ACCOUNTS or _is_apart(first, second, apart):
                continue
            first += second
            for member in second:
                head[member] = first
        applied.add((a, b))
    return [sorted(members) for account, members in head.items() if account == min(members)], applied


def _is_apart(first: list[str], second: list[str], apart: frozenset[Pair]) -> bool:
    return bool(apart) and any((min(a, b), max(a, b)) in apart for a in first for b in second)


def _neighbourhood(unit: Unit, accounts: set[str]) -> tuple[set[str], set[Pair]]:
    """All accounts that edges or a common creator connect with these, and the live edges among them."""
    edge, member = schema.join_edge, schema.membership
    pairs: set[Pair] = set()
    everybody: set[str] = set()
    frontier = _existing(unit, accounts)
    while frontier:
        everybody |= frontier
        found: set[str] = set()
        for part in chunks(sorted(frontier)):
            touching = select(edge.c.a, edge.c.b).where(
                edge.c.revoked.is_(None), or_(edge.c.a.in_(part), edge.c.b.in_(part))
            )
            for a, b in unit.connection.execute(touching):
                pairs.add((a, b))
                found |= {a, b}
            mine = select(member.c.creator_id).where(member.c.account_id.in_(part))
            together = select(member.c.account_id).where(member.c.creator_id.in_(mine.scalar_subquery()))
            found.update(unit.connection.scalars(together))
        frontier = found - everybody
    return everybody, pairs


def _existing(unit: Unit, accounts: set[str]) -> set[str]:
    found: set[str] = set()
    for part in chunks(sorted(accounts)):
        found.update(unit.connection.scalars(select(schema.account.c.id).where(schema.account.c.id.in_(part))))
    return found


def _mark_applied(unit: Unit, pairs: set[Pair], applied: set[Pair]) -> None:
    edge = schema.join_edge
    for a, b in sorted(pairs):
        unit.connection.execute(
            update(edge)
            .where(edge.c.a == a, edge.c.b == b, edge.c.revoked.is_(None))
            .where(edge.c.applied != ((a, b) in applied))
            .values(applied=(a, b) in applied)
        )


def _assign(unit: Unit, members: list[str]) -> None:
    """One set: its oldest creator shows, the others redirect."""
    creator, member = schema.creator, schema.membership
    rows = unit.connection.execute(
        select(creator.c.id, creator.c.redirect_to).where(creator.c.account_id.in_(members))
    ).all()
    shown = min(row.id for row in rows)
    redirects: defaultdict[str | None, list[str]] = defaultdict(list)
    for row in rows:
        wanted = None if row.id == shown else shown
        if row.redirect_to != wanted:
            redirects[wanted].append(row.id)
    for wanted, ids in redirects.items():
        unit.connection.execute(update(creator).where(creator.c.id.in_(ids)).values(redirect_to=wanted))
        unit.dirty_creators.update(ids)
    moved = unit.connection.execute(
        select(member.c.account_id, member.c.creator_id).where(
            member.c.account_id.in_(members), member.c.creator_id != shown
        )
    ).all()
    if moved:
        unit.connection.execute(
            update(member).where(member.c.account_id.in_([row.account_id for row in moved])).values(creator_id=shown)
        )
        unit.dirty_creators.update({shown, *(row.creator_id for row in moved)})
