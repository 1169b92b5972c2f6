"""Which creators are looked at again, where and when; who is gone for too long to be kept.

Every account is revisited at one address: of the pages that showed it with posts of its own the one that shows the
fewest others, as its feed or its own timeline. The pause between two visits follows the rhythm of its posts.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, case, delete, exists, func, or_, select, update

from catalog import schema
from catalog.admission import Origin, admit
from catalog.consent import VISIBLE
from catalog.engine import insert_new
from catalog.feed import publish
from catalog.items import Link
from catalog.jobs import insert_job, insert_seed, unfinished_job
from catalog.joins import update_joins
from catalog.lineage import REVISIT
from catalog.removal import GONE_FOR, delete_accounts
from catalog.shortlists import is_listed
from catalog.unit import Unit, fetch, values_in

SHORTEST: Final = timedelta(days=1)
LONGEST: Final = timedelta(days=30)
AT_ONCE: Final = 500  # accounts in one job
KNOWN_FOR: Final = timedelta(days=365)  # links to addresses that were read within this time are not followed again
UNREAD_FOR: Final = timedelta(days=90)  # accounts that are known by name only leave after this time
_OTHERS: Final = 8  # a page that shows more accounts than these is nobody's own
_RHYTHM: Final = 10  # newest posts that tell it

_account, _seen, _task, _address, _revisit = (
    schema.account, schema.account_seen, schema.task, schema.address, schema.revisit
)  # fmt: skip
_PAGES: Final = (
    select(_seen.c.account_id, _task.c.id, _task.c.address_id, _task.c.source, _task.c.page, _task.c.context)
    .add_columns(_address.c.url, _address.c.fetched_at)
    .join(_task, _task.c.id == _seen.c.task_id)
    .join(_address, _address.c.id == _task.c.address_id)
    .where(values_in(_seen.c.account_id), _task.c.source != "import", _address.c.fetched_at.is_not(None))
)
_SHOWN: Final = (
    select(_seen.c.task_id, func.count().label("accounts")).where(values_in(_seen.c.task_id)).group_by(_seen.c.task_id)
)
_POSTS: Final = (
    select(schema.post_seen.c.task_id, schema.post.c.account_id, func.count().label("posts"))
    .join(schema.post, schema.post.c.id == schema.post_seen.c.post_id)
    .where(values_in(schema.post_seen.c.task_id))
    .group_by(schema.post_seen.c.task_id, schema.post.c.account_id)
)
_moment = case(
    (schema.post.c.published_at < schema.post.c.first_seen, schema.post.c.published_at), else_=schema.post.c.first_seen
)
_NUMBERED: Final = (
    select(
        schema.post.c.account_id,
        _moment.label("at"),
        func.row_number().over(partition_by=schema.post.c.account_id, order_by=_moment.desc()).label("nth"),
    )
    .where(values_in(schema.post.c.account_id))
    .subquery()
)
_NEWEST: Final = select(_NUMBERED).where(_NUMBERED.c.nth <= _RHYTHM)


def pause_after(posted: Sequence[datetime], now: datetime) -> timedelta:
    """The pause between two visits, from the moments of the newest posts, newest first.

    The usual time between two posts; a tenth of the silence where that is longer; between a day and thirty.

    >>> day = timedelta(days=1); now = datetime(2026, 5, 31)
    >>> pause_after([now - 4 * day * n for n in range(5)], now).days, pause_after([], now).days
    (4, 30)
    """
    if not posted:
        return LONGEST
    gaps = [later - earlier for later, earlier in pairwise(posted)]
    usual = timedelta(seconds=median(gap.total_seconds() for gap in gaps)) if gaps else LONGEST
    return min(max(usual, (now - posted[0]) / 10, SHORTEST), LONGEST)


def take_due(unit: Unit) -> str | None:
    """A job over the accounts that are due, at most ``AT_ONCE``; the unfinished one goes on first. None: nothing.

    Who is taken gets its next date in the same transaction, so that no other worker takes it, too.
    """
    unit.lock([REVISIT])
    if unfinished := unfinished_job(unit.connection, REVISIT, kind="refresh"):
        return unfinished
    plan_new(unit)
    _hurry_the_gone(unit)
    due = unit.connection.scalars(
        select(_revisit.c.account_id).where(_revisit.c.next_at <= unit.now).order_by(_revisit.c.next_at).limit(AT_ONCE)
    ).all()
    pages = _plan(unit, due)
    if not pages:
        return None
    _drop_finished(unit)
    job_id = insert_job(unit, REVISIT, kind="refresh", max_pages=None, fresh_for=KNOWN_FOR)
    seed_id = insert_seed(unit, job_id, REVISIT)
    links = [
        Link(url=page.url, source=page.source, page=page.page, context=page.context)
        for page in {page.address_id: page for page in pages.values()}.values()
    ]
    admit(unit, Origin(job_id=job_id, seed_id=seed_id, fresh_since=unit.now, ways=((0, seed_id),)), links)
    return job_id


def next_due(connection: Connection) -> datetime | None:
    """When somebody is due to be revisited (in the past: now); None: nobody."""
    moment: datetime | None = connection.scalar(select(func.min(_revisit.c.next_at)))
    return moment


def purge_stale(unit: Unit, *, days: float) -> int:
    """Delete accounts that no page showed for so long, or that were never read, and that no mark or list holds.

    Imported collections stay: they were brought, not found.
    """
    unit.lock_all()
    consent = schema.consent
    latest = (
        select(func.max(_address.c.fetched_at))
        .join(_task, _task.c.address_id == _address.c.id)
        .join(_seen, _seen.c.task_id == _task.c.id)
        .where(_seen.c.account_id == _account.c.id)
        .scalar_subquery()
    )
    old, unread = unit.now - timedelta(days=days), unit.now - UNREAD_FOR
    candidates = unit.connection.execute(
        select(_account.c.id, _account.c.read, _account.c.last_fetched, latest.label("seen"))
        .join(consent, consent.c.account_id == _account.c.id)
        .where(consent.c.state.in_(VISIBLE), ~_was_brought())
        .where(or_(_account.c.last_fetched < old, and_(~_account.c.read, _account.c.last_fetched < unread)))
        .where(~_is_marked(), ~is_listed(_account.c.id))
    )
    stale = [
        row.id
        for row in candidates
        if max(row.last_fetched, row.seen or row.last_fetched) < (old if row.read else max(old, unread))
    ]
    delete_accounts(unit, stale)
    update_joins(unit)
    publish(unit)
    return len(stale)


def _was_brought() -> Any:
    brought = select(_seen.c.task_id).join(_task, _task.c.id == _seen.c.task_id)
    return exists(brought.where(_seen.c.account_id == _account.c.id, _task.c.source == "import"))


def _is_marked() -> Any:
    name, alias = schema.mark_name, schema.account_alias
    same = and_(name.c.kind == alias.c.kind, name.c.value == alias.c.value)
    return exists(select(name.c.mark_id).join(alias, same).where(alias.c.account_id == _account.c.id))


def plan_new(unit: Unit) -> int:
    """Give accounts that have none their first date; returns how many."""
    consent = schema.consent
    new = unit.connection.scalars(
        select(_account.c.id)
        .join(consent, consent.c.account_id == _account.c.id)
        .where(consent.c.state.in_(VISIBLE), ~exists(select(_revisit).where(_revisit.c.account_id == _account.c.id)))
    ).all()
    pages = _own_pages(unit, new)
    posted = _posted(unit, pages)
    rows = [
        {
            "account_id": account_id,
            "address_id": page.address_id,
            "next_at": page.fetched_at + pause_after(posted[account_id], page.fetched_at),
        }
        for account_id, page in pages.items()
    ]
    if rows:
        unit.connection.execute(insert_new(unit.connection, _revisit), rows)
    return len(rows)


def _plan(unit: Unit, account_ids: Sequence[str]) -> Mapping[str, Row[Any]]:
    """The pages of these accounts; their next dates are set."""
    pages = _own_pages(unit, account_ids)
    posted = _posted(unit, account_ids)
    for account_id in account_ids:
        values = {"next_at": unit.now + pause_after(posted[account_id], unit.now)}
        if account_id in pages:
            values["address_id"] = pages[account_id].address_id
        unit.connection.execute(update(_revisit).where(_revisit.c.account_id == account_id).values(values))
    return pages


def _own_pages(unit: Unit, account_ids: Iterable[str]) -> dict[str, Row[Any]]:
    """By account, the page at which it is looked at again; none for those who were only seen among many."""
    rows = unit.fetch(_PAGES, account_ids)
    tasks = sorted({row.id for row in rows})
    shown = {row.task_id: row.accounts for row in unit.fetch(_SHOWN, tasks)}
    posts = {(row.task_id, row.account_id): row.posts for row in unit.fetch(_POSTS, tasks)}
    best: dict[str, tuple[Any, Row[Any]]] = {}
    for row in rows:
        mine = posts.get((row.id, row.account_id), 0)
        if shown[row.id] > _OTHERS:
            continue
        rank = (mine == 0, shown[row.id], -mine, -row.id)
        if row.account_id not in best or rank < best[row.account_id][0]:
            best[row.account_id] = (rank, row)
    return {account_id: row for account_id, (_, row) in best.items()}


def _posted(unit: Unit, account_ids: Iterable[str]) -> defaultdict[str, list[datetime]]:
    """By account, the moments of its newest posts, newest first."""
    moments: defaultdict[str, list[datetime]] = defaultdict(list)
    for row in fetch(unit.connection, _NEWEST, account_ids):
        moments[row.account_id].append(row.at)
    for each in moments.values():
        each.sort(reverse=True)
    return moments


def _hurry_the_gone(unit: Unit) -> None:
    """Who was gone at the last visit is asked again as soon as that can be believed."""
    gone = unit.connection.execute(
        select(_revisit.c.account_id, _revisit.c.next_at, _address.c.gone_since)
        .join(_address, _address.c.id == _revisit.c.address_id)
        .where(_address.c.gone_since.is_not(None))
    )
    for row in gone.all():
        again = row.gone_since + GONE_FOR + timedelta(minutes=1)
        if again < row.next_at:
            unit.connection.execute(
                update(_revisit).where(_revisit.c.account_id == row.account_id).values(next_at=again)
            )


def _drop_finished(unit: Unit) -> None:
    """Refreshes of long ago: what they said is kept with the people, their tasks are of no use any more."""
    job = schema.job
    unit.connection.execute(delete(job).where(job.c.kind == "refresh", job.c.finished < unit.now - 2 * LONGEST))
