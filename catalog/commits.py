"""What one page does to the catalog inside its transaction."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Row, and_, bindparam, select, update

from catalog import schema
from catalog.accounts import AccountBook, Sighting
from catalog.admission import LONG_AGO, Origin, admit
from catalog.backoff import counts_as_attempt, rest_host, tried_again, wait_of_address
from catalog.feed import publish
from catalog.harvest import PAGE_OUTCOMES, count_yield, record_findings
from catalog.items import Link, Outcome, PageResult
from catalog.joins import update_joins
from catalog.lineage import inherit_sightings, one_step_on, record_sightings, ways_of
from catalog.locking import names_on
from catalog.posts import PostBook, PostSighting
from catalog.removal import remove_gone, remove_tombstones
from catalog.sites import note_site
from catalog.suppression import ANYBODY
from catalog.tasks import CommitReport
from catalog.traps import KNOWN_WITH_TASK, note_page
from catalog.troubles import note_trouble
from catalog.unit import Unit

_COUNTERS: Final = ("pages", "accounts", "posts", "kept_back", "failed")
_DONE: Final = frozenset({Outcome.OK, Outcome.NOT_MODIFIED, Outcome.REDIRECT, Outcome.GONE})
_SAYS: Final = ("fetched_at", "gone_since", "etag", "last_modified", "content_hash", "ended_at")
_ENDS: Final = frozenset({401, 403, 410})  # statuses after which an address is not asked because of a mere link
_LEASED: Final = (
    select(
        schema.task,
        schema.job.c.fresh_for,
        schema.job.c.kind.label("job_kind"),
        schema.job.c.judged.label("job_judged"),
        schema.job_host.c.pages.label("spent"),
        schema.job_host.c.relevant.label("brought"),
        schema.host.c.failures,
        schema.host.c.delay,
        *(schema.address.c[name] for name in _SAYS),
        *KNOWN_WITH_TASK,
        ANYBODY.label("anybody_forgotten"),
    )
    .join(schema.job, schema.job.c.id == schema.task.c.job_id)
    .join(schema.host, schema.host.c.key == schema.task.c.key)
    .join(schema.address, schema.address.c.id == schema.task.c.address_id)
    .outerjoin(
        schema.job_host,
        and_(schema.job_host.c.job_id == schema.task.c.job_id, schema.job_host.c.key == schema.task.c.key),
    )
    .where(schema.task.c.id == bindparam("id"), schema.task.c.token == bindparam("token"))
    .where(schema.task.c.state == "leased")
    .with_for_update(of=schema.task)
)
_END_TASK: Final = update(schema.task).where(schema.task.c.id == bindparam("task"))
_END_ADDRESS: Final = update(schema.address).where(schema.address.c.id == bindparam("address"))
_COUNT_JOB: Final = (
    update(schema.job)
    .where(schema.job.c.id == bindparam("job"))
    .values({name: schema.job.c[name] + bindparam(f"new_{name}") for name in _COUNTERS})
)


@dataclass(frozen=True, slots=True)
class _Kept:
    """Ids of the accounts and posts of a page that were kept, and how many accounts the job found relevant here."""

    accounts: list[str]
    posts: list[str]
    relevant: int = 0


def apply_page(unit: Unit, result: PageResult) -> CommitReport:
    """Everything that one fetch says; the caller commits. A stale token changes nothing."""
    if result.outcome is Outcome.GONE or result.tombstones:
        unit.lock_all()
    else:
        unit.lock(names_on(result))
    task = _leased_task(unit, result)
    if task is None:
        return CommitReport(stale=True, archivable=False)
    unit.forgot_anybody = bool(task.anybody_forgotten)
    kept = _Kept([], [])
    if result.outcome is Outcome.OK:
        kept = _apply_items(unit, result, task)
    elif result.outcome is Outcome.NOT_MODIFIED:
        inherit_sightings(unit, task.id, task.address_id, tell=task.job_kind != "refresh")
    elif result.outcome is Outcome.GONE:
        remove_gone(unit, result.url, task.gone_since, result.fetched_at)
    remove_tombstones(unit, result.tombstones)
    _admit_links(unit, result, task)
    counted = _finish_task(unit, result, task)
    if result.site_worth is not None:
        note_site(unit, task, result.url, result.site_worth)
    if counted:
        count_yield(unit, task, judged=result.judged, relevant=kept.relevant, found=unit.accounts + unit.posts)
    note_page(unit, result, task, kept.accounts, kept.posts)
    note_trouble(unit, task.key, result)
    update_joins(unit)
    publish(unit)
    return unit.report()


def _leased_task(unit: Unit, result: PageResult) -> Row[Any] | None:
    asked = {"id": result.task_id, "token": result.token, "hash": result.content_hash}
    return next(iter(unit.rows(_LEASED, asked)), None)


def _apply_items(unit: Unit, result: PageResult, task: Row[Any]) -> _Kept:
    """Accounts first: the page may carry the consent of its posts."""
    at = result.fetched_at
    book = AccountBook(unit)
    book.apply([Sighting(item=item, page_url=result.url, fetched_at=at) for item in result.accounts])
    posts = PostBook(unit, book)
    posts.apply([PostSighting(item=item, page_url=result.url, fetched_at=at) for item in result.posts])
    accounts, shown = book.shown(), posts.shown()
    record_sightings(unit, task.id, accounts, shown)
    return _Kept(accounts, shown, record_findings(unit, task, result.relevant, book))


def _admit_links(unit: Unit, result: PageResult, task: Row[Any]) -> None:
    origin = Origin(
        job_id=task.job_id,
        seed_id=task.seed_id,
        fresh_since=unit.now - timedelta(seconds=task.fresh_for),
        ways=one_step_on(ways_of(task.ways)),
        parent_id=task.id,
        key=task.key,
        leaves_out=bool(task.closed),
        only_new=task.job_kind == "refresh",
    )
    if result.links:  # of a page, or what tells the same where the address is closed
        admit(unit, origin, result.links)
    elif result.outcome is Outcome.REDIRECT and result.redirect_to:
        same = Link(
            url=result.redirect_to,
            source=task.source,
            page=task.page,
            score=task.score,
            context=task.context,
            inherited=task.inherited,
        )
        # Where an address has moved to is read, even if it was read as another's link.
        moved = replace(origin, only_new=False, fresh_since=unit.now) if origin.only_new else origin
        admit(unit, moved, [same])


def _finish_task(unit: Unit, result: PageResult, task: Row[Any]) -> bool:
    """The task's end (or its next attempt), and what address, host and job learn from it; whether it was a page."""
    outcome = result.outcome
    again = tried_again(result, task.attempts)
    state = "waiting" if again else "done" if outcome in _DONE else "failed"
    values = {
        "task": task.id,
        "state": state,
        "token": None,
        "outcome": outcome.value,
        "message": result.message[:500],
        "attempts": task.attempts + counts_as_attempt(result),
        "not_before": unit.now + wait_of_address(result, task.attempts) if again else LONG_AGO,
    }
    unit.run(_END_TASK, values)
    _update_address(unit, result, task)
    rest_host(unit, result, task)
    page = outcome in PAGE_OUTCOMES and not again
    if not again:
        counts = (int(page), unit.accounts, unit.posts, unit.kept_back, int(outcome not in _DONE))
        new = {f"new_{name}": count for name, count in zip(_COUNTERS, counts, strict=True)}
        unit.at_last(_COUNT_JOB, {"job": task.job_id, **new})
    return page


def _update_address(unit: Unit, result: PageResult, task: Row[Any]) -> None:
    """What the address said, for the next request; a first 404 is remembered."""
    values: dict[str, Any] = {name: getattr(task, name) for name in _SAYS}
    if result.outcome in (Outcome.OK, Outcome.NOT_MODIFIED):
        values |= {"fetched_at": result.fetched_at, "gone_since": None, "ended_at": None}
        if result.outcome is Outcome.OK or result.validators.etag or result.validators.last_modified:
            values |= {"etag": result.validators.etag, "last_modified": result.validators.last_modified}
    if result.outcome is Outcome.OK:
        values["content_hash"] = result.content_hash
    elif result.outcome is Outcome.GONE:
        values["gone_since"] = task.gone_since or result.fetched_at
    if result.status in _ENDS:
        values["ended_at"] = result.fetched_at
    unit.run(_END_ADDRESS, {"address": task.address_id, "state": result.outcome.value, **values})
