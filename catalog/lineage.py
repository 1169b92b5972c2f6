"""Which seeds lead to a page, over how many steps, and which pages showed an account or a post.

Every link of every page is kept (``task_parent``), so that the ways to a page do not depend on which page was fetched
first: when a shorter way turns up, it is handed on to all that lies behind. Of the seeds that lead to one page the
nearest are kept (``MOST_WAYS``), which is enough: whoever is among the nearest behind a page is so on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, bindparam, case, insert, literal, select, update

from catalog import schema
from catalog.records import Lineage
from catalog.unit import Unit, fetch, values_in

REVISIT: Final = "revisit"  # plan and seed of a refresh, which finds nobody: they are told only where there is no other
MAX_DEPTH: Final = 8  # steps from a seed; what lies deeper waits for a shorter way
MOST_WAYS: Final = 5  # seeds that are told

Way = tuple[int, int]
"""(steps, seed id)"""
Ways = tuple[Way, ...]
"""The nearest seeds of a page, each once, nearest first."""

_CHILDREN: Final = (
    select(schema.task_parent.c.parent_id, schema.task.c.id, schema.task.c.ways)
    .join(schema.task, schema.task.c.id == schema.task_parent.c.task_id)
    .where(values_in(schema.task_parent.c.parent_id))
)
_HOLD: Final = (
    select(schema.task.c.id, schema.task.c.ways)
    .where(values_in(schema.task.c.id))
    .order_by(schema.task.c.id)
    .with_for_update(key_share=True)
)
_SHORTEN: Final = update(schema.task).where(schema.task.c.id == bindparam("task")).values(ways=bindparam("nearest"))
_WAKE: Final = (
    update(schema.task).where(values_in(schema.task.c.id), schema.task.c.state == "deep").values(state="waiting")
)
_of_some = select(schema.seed.c.job_id).where(values_in(schema.seed.c.id))
_LABELS: Final = select(schema.seed.c.id, schema.seed.c.label).where(schema.seed.c.job_id.in_(_of_some))
_SHOWN_ON: Final = select(schema.account_seen.c.account_id).where(values_in(schema.account_seen.c.task_id)).distinct()
_KNOWN_SIGHTS: Final = tuple(
    select(column).where(column.table.c.task_id == bindparam("task"), values_in(column))
    for column in (schema.account_seen.c.account_id, schema.post_seen.c.post_id)
)
_PAGES: Final = (
    select(
        schema.account_seen.c.account_id,
        schema.task.c.ways,
        case((schema.job.c.kind == "import", schema.account.c.url), else_=schema.address.c.url).label("url"),
    )
    .join(schema.account, schema.account.c.id == schema.account_seen.c.account_id)
    .join(schema.task, schema.task.c.id == schema.account_seen.c.task_id)
    .join(schema.address, schema.address.c.id == schema.task.c.address_id)
    .join(schema.job, schema.job.c.id == schema.task.c.job_id)
    .where(values_in(schema.account_seen.c.account_id))
)
_SEEDS: Final = (
    select(schema.seed.c.id, schema.seed.c.label, schema.plan.c.query)
    .join(schema.job, schema.job.c.id == schema.seed.c.job_id)
    .join(schema.plan, schema.plan.c.id == schema.job.c.plan_id)
    .where(values_in(schema.seed.c.id))
)


def ways_of(stored: Iterable[Sequence[int]]) -> Ways:
    """The ways in the column ``task.ways``."""
    return tuple(map(tuple, stored))  # type: ignore[arg-type]  # pairs, as they were written


def one_step_on(ways: Ways) -> Ways:
    """The same ways for what a page links to."""
    return tuple((steps + 1, seed_id) for steps, seed_id in ways)


def depth(ways: Ways) -> int:
    """Steps from the nearest seed."""
    return ways[0][0]


def link_tasks(unit: Unit, parent_id: int, task_ids: Iterable[int]) -> None:
    """Remember that a page links to the pages of these tasks."""
    children = [{"task_id": task_id, "parent_id": parent_id} for task_id in task_ids if task_id != parent_id]
    unit.insert(schema.task_parent, children)


def shorten(unit: Unit, known: Mapping[int, Ways], offered: Ways) -> None:
    """Offer ways to tasks with the ways known so far; what is nearer is handed on to all that lies behind.

    Accounts on pages that are nearer now are marked as changed; tasks that lay too deep may be fetched now.
    """
    offers = dict.fromkeys(known, offered)
    while offers:
        nearer: dict[int, Ways] = {}
        for task_id, offer in offers.items():
            nearest = _nearest(unit, known[task_id], offer)
            if nearest != known[task_id]:
                nearer[task_id] = nearest
        if unit.locks is not None:  # another page may have found another way meanwhile
            held = {row.id: ways_of(row.ways) for row in unit.fetch(_HOLD, nearer)}
            nearer |= {task_id: _nearest(unit, ways, nearer[task_id]) for task_id, ways in held.items()}
            known = {**known, **held}
        _write_ways(unit, known, nearer)
        children = unit.fetch(_CHILDREN, nearer)
        known = {row.id: ways_of(row.ways) for row in children}
        offers = {}
        for row in children:
            offers[row.id] = _nearest(unit, offers.get(row.id, ()), one_step_on(nearer[row.parent_id]))


def record_sightings(
    unit: Unit, task_id: int, accounts: Sequence[str], posts: Sequence[str], *, again: bool = False
) -> None:
    """Remember what the page of a task showed. ``again``: it may have been recorded before (imports)."""
    if again:
        accounts, posts = (
            _unknown(unit, statement, task_id, ids)
            for statement, ids in zip(_KNOWN_SIGHTS, (accounts, posts), strict=True)
        )
    unit.insert(schema.account_seen, [{"account_id": account_id, "task_id": task_id} for account_id in accounts])
    unit.insert(schema.post_seen, [{"post_id": post_id, "task_id": task_id} for post_id in posts])
    unit.dirty_accounts.update(accounts)


def inherit_sightings(unit: Unit, task_id: int, address_id: int, *, tell: bool = True) -> None:
    """What the last fetch of an address showed counts as shown by this task, which need not fetch it again.

    ``tell``: it may change who is said to have led to them, so that readers hear of it.
    """
    task = schema.task
    earlier = (
        select(task.c.id)
        .where(task.c.address_id == address_id, task.c.id != task_id, task.c.state == "done")
        .order_by(task.c.id.desc())
        .limit(1)
    )
    source = unit.connection.scalar(earlier)
    if source is None:
        return
    for table in (schema.account_seen, schema.post_seen):
        [item] = (column for column in table.c if column.name != "task_id")
        rows = select(item, literal(task_id)).where(table.c.task_id == source)
        unit.connection.execute(insert(table).from_select([item.name, "task_id"], rows))
    if tell:
        unit.dirty_accounts.update(row.account_id for row in unit.fetch(_SHOWN_ON, [task_id]))


def read_lineage(connection: Connection, creator_of: Mapping[str, str]) -> Mapping[str, tuple[Lineage, ...]]:
    """By creator, the nearest seeds that led to its accounts (``creator_of``: account → creator)."""
    nearest: defaultdict[str, dict[int, tuple[int, str]]] = defaultdict(dict)
    for row in fetch(connection, _PAGES, creator_of):
        mine = nearest[creator_of[row.account_id]]
        for steps, seed_id in row.ways:
            mine[seed_id] = min((steps, row.url), mine.get(seed_id, (steps, row.url)))
    seeds = {
        row.id: row for row in fetch(connection, _SEEDS, {seed_id for mine in nearest.values() for seed_id in mine})
    }
    return {creator_id: _told(mine, seeds) for creator_id, mine in nearest.items()}


def _told(
    nearest: Mapping[int, tuple[int, str]], seeds: Mapping[int, Row[tuple[int, str, str]]]
) -> tuple[Lineage, ...]:
    """Fewest steps first, then by the seed's text; the same seed of several runs of one plan once."""
    told: dict[tuple[str, str], Lineage] = {}
    for seed_id, (steps, url) in sorted(nearest.items(), key=lambda entry: entry[1]):
        plan, seed = seeds[seed_id].query, seeds[seed_id].label
        told.setdefault((plan, seed), Lineage(plan=plan, seed=seed, url=url, steps=steps))
    found = [line for line in told.values() if line.plan != REVISIT] or list(told.values())
    return tuple(sorted(found, key=lambda line: (line.steps, line.seed, line.plan))[:MOST_WAYS])


def _nearest(unit: Unit, first: Ways, second: Ways) -> Ways:
    """Of both, each seed once with its fewest steps; of too many the nearest, then the first by their text."""
    steps_from = {seed_id: steps for steps, seed_id in first}
    if all(steps_from.get(seed_id, steps + 1) <= steps for steps, seed_id in second):
        return first  # nearly always: nothing is nearer
    for steps, seed_id in second:
        steps_from[seed_id] = min(steps, steps_from.get(seed_id, steps))
    ways = sorted((steps, seed_id) for seed_id, steps in steps_from.items())
    if len(ways) > MOST_WAYS:
        labels = _labels(unit, steps_from)
        ways = sorted(sorted(ways, key=lambda way: (way[0], labels[way[1]], way[1]))[:MOST_WAYS])
    return tuple(ways)


def _labels(unit: Unit, seed_ids: Iterable[int]) -> Mapping[int, str]:
    missing = [seed_id for seed_id in seed_ids if seed_id not in unit.seed_labels]
    unit.seed_labels.update((row.id, row.label) for row in unit.fetch(_LABELS, missing))
    return unit.seed_labels


def _write_ways(unit: Unit, before: Mapping[int, Ways], nearer: Mapping[int, Ways]) -> None:
    if not nearer:
        return
    rows = [{"task": task_id, "nearest": ways} for task_id, ways in nearer.items()]
    unit.run_many(_SHORTEN, rows)
    woken = [task_id for task_id, ways in nearer.items() if depth(ways) <= MAX_DEPTH < depth(before[task_id])]
    if woken:
        unit.new_tasks += unit.run(_WAKE, {"values": woken})
    unit.dirty_accounts.update(row.account_id for row in unit.fetch(_SHOWN_ON, nearer))


def _unknown(unit: Unit, statement: Select[Any], task_id: int, ids: Sequence[str]) -> list[str]:
    known = {row[0] for row in unit.fetch(statement, ids, task=task_id)}
    return [each for each in ids if each not in known]
