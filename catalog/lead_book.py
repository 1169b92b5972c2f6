"""Keeping leads: added without the forgotten, handed to a crawl as tasks, listed with what became of them, expired.

Their tasks go through ``admission`` like any other link, in a job of their own kind; what their pages say passes the
same gate as everything else.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, Select, and_, case, delete, func, literal, or_, select, update

from catalog import schema
from catalog.admission import Origin, admit
from catalog.items import Alias, AliasKind, Link, Outcome
from catalog.jobs import insert_job, insert_seed, unfinished_job
from catalog.leads import LEAD_LIFE, PLAN, Lead, LeadReport, LeadRow, LeadState, names_of
from catalog.unit import Unit, chunks, values_in

KIND: Final = "leads"
_FRESH_FOR: Final = timedelta(days=1)
_lead, _address, _alias, _member, _task, _job = (
    schema.lead, schema.address, schema.account_alias, schema.membership, schema.task, schema.job
)  # fmt: skip
_KNOWN: Final = select(_lead.c.id, _lead.c.kind, _lead.c.value).where(values_in(_lead.c.value))
_RENEW: Final = update(_lead).where(values_in(_lead.c.id))
_READ: Final = (Outcome.OK.value, Outcome.NOT_MODIFIED.value)
_REFUSED: Final = (Outcome.REFUSED.value, Outcome.ROBOTS.value, Outcome.BLOCKED.value)
_LATER: Final = ("new", Outcome.RETRY.value, Outcome.REDIRECT.value, Outcome.NOT_ARCHIVED.value)


def add_leads(unit: Unit, leads: Sequence[Lead], *, file_kind: str, label: str) -> LeadReport:
    """Keep these leads, but for those who asked to be forgotten; those that can be read become tasks under ``label``.

    Who is a lead already stays one for longer.
    """
    distinct = {lead.alias: lead for lead in leads}
    held = unit.held(name for lead in distinct.values() for name in _all_names(lead))
    kept = {alias: lead for alias, lead in distinct.items() if held.isdisjoint(_all_names(lead))}
    ids = {
        Alias(AliasKind(row.kind), row.value): row.id
        for row in unit.fetch(_KNOWN, sorted({alias.value for alias in kept}))
    }
    known = [ids[alias] for alias in kept if alias in ids]
    if known:
        unit.connection.execute(_RENEW.values(imported_at=unit.now), {"values": known})
    new = [lead for alias, lead in kept.items() if alias not in ids]
    unit.insert(_lead, [_row(lead, file_kind, unit.now) for lead in new])
    links = [lead.link for lead in new if lead.link is not None]
    if links:
        _admit(unit, _open_job(unit), label, links)
    known_rows = len(known) + len(leads) - len(distinct)
    return LeadReport(new=len(new), known=known_rows, forgotten=len(distinct) - len(kept), to_read=len(links))


def admit_leads(unit: Unit, job_id: str, links: Iterable[tuple[str, Link]]) -> int:
    """Leads as tasks of another job: (label of the seed, link) each; returns how many tasks are new."""
    before = unit.new_tasks
    by_label: dict[str, list[Link]] = {}
    for label, link in links:
        by_label.setdefault(label, []).append(link)
    for label, some in sorted(by_label.items()):
        _admit(unit, job_id, label, some)
    return unit.new_tasks - before


def open_job(connection: Connection) -> str | None:
    """The job whose tasks are leads, if any are still to be fetched."""
    return unfinished_job(connection, PLAN, kind=KIND)


def list_leads(connection: Connection, now: datetime) -> Iterator[LeadRow]:
    """Every lead that has not expired, in the order of their names' import."""
    for row in connection.execution_options(stream_results=True).execute(_listing(now)):
        yield _lead_row(row)


def expire(unit: Unit) -> int:
    """Delete the leads whose time is over, with what was still to be fetched for them; returns how many."""
    over = unit.connection.execute(
        select(_lead.c.id, _lead.c.read_url).where(_lead.c.imported_at <= unit.now - LEAD_LIFE)
    ).all()
    for part in chunks([row.read_url for row in over if row.read_url is not None]):
        _delete_unread(unit, part)
    for ids in chunks([row.id for row in over]):
        unit.connection.execute(delete(_lead).where(_lead.c.id.in_(ids)))
    unit.purged = unit.purged or bool(over)
    return len(over)


def delete_leads(unit: Unit, rows: Iterable[Row[Any]]) -> list[str]:
    """Delete leads; returns the addresses at which they were to be read."""
    gone = list(rows)
    for ids in chunks([row.id for row in gone]):
        unit.connection.execute(delete(_lead).where(_lead.c.id.in_(ids)))
    return [row.read_url for row in gone if row.read_url is not None]


def _all_names(lead: Lead) -> set[Alias]:
    addresses = {lead.url, lead.link.url if lead.link else ""} - {""}
    urls = (Alias(kind, url) for url in addresses for kind in (AliasKind.URL, AliasKind.ACTOR_URI))
    return {*names_of(lead.alias, lead.network, lead.handle), *lead.also, *urls}


def _row(lead: Lead, file_kind: str, at: datetime) -> dict[str, Any]:
    return {
        "kind": lead.alias.kind.value,
        "value": lead.alias.value,
        "network": lead.network,
        "handle": lead.handle,
        "url": lead.url,
        "read_url": lead.link.url if lead.link else None,
        "relation": lead.relation,
        "file_kind": file_kind,
        "since": lead.since,
        "words": lead.words,
        "places": lead.places,
        "imported_at": at,
    }


def _open_job(unit: Unit) -> str:
    return open_job(unit.connection) or insert_job(unit, PLAN, kind=KIND, max_pages=None, fresh_for=_FRESH_FOR)


def _admit(unit: Unit, job_id: str, label: str, links: Iterable[Link]) -> None:
    seed = schema.seed
    seed_id = unit.connection.scalar(select(seed.c.id).where(seed.c.job_id == job_id, seed.c.label == label))
    if seed_id is None:
        seed_id = insert_seed(unit, job_id, label)
    fresh_since = unit.now - _FRESH_FOR
    admit(unit, Origin(job_id=job_id, seed_id=seed_id, fresh_since=fresh_since, ways=((0, seed_id),)), links)


def _listing(now: datetime) -> Select[Any]:
    """Leads with the state of their address, and whether somebody in the catalog has their name."""
    named = and_(_alias.c.value == _lead.c.value, _alias.c.kind == _lead.c.kind, _alias.c.until.is_(None))
    at = _address.c.state
    state = case(
        (and_(_lead.c.read_url.is_(None), _member.c.creator_id.is_not(None)), literal("known")),
        (_lead.c.read_url.is_(None), literal("by hand")),
        (at.in_(_READ), literal("read")),
        (at.in_(_REFUSED), literal("refused")),
        (or_(at.is_(None), at.in_(_LATER)), literal("waiting")),
        else_=literal("failed"),
    )
    return (
        select(_lead, state.label("state"), _member.c.creator_id)
        .outerjoin(_address, _address.c.url == _lead.c.read_url)
        .outerjoin(_alias, named)
        .outerjoin(_member, _member.c.account_id == _alias.c.account_id)
        .where(_lead.c.imported_at > now - LEAD_LIFE)
        .order_by(_lead.c.id)
    )


def _lead_row(row: Row[Any]) -> LeadRow:
    state: LeadState = row.state
    return LeadRow(
        id=row.id,
        alias=Alias(AliasKind(row.kind), row.value),
        network=row.network,
        handle=row.handle,
        url=row.url,
        read_url=row.read_url,
        relation=row.relation,
        file_kind=row.file_kind,
        since=row.since,
        words=tuple(row.words),
        places=tuple((key, letters) for key, letters in row.places),
        imported_at=row.imported_at,
        state=state,
        creator_id=row.creator_id,
    )


def _delete_unread(unit: Unit, urls: Sequence[str]) -> None:
    """Tasks of the leads' own jobs that nobody has worked on, and their addresses where nothing else speaks of them."""
    waiting = (
        select(_task.c.id)
        .join(_address, _address.c.id == _task.c.address_id)
        .join(_job, _job.c.id == _task.c.job_id)
        .where(_address.c.url.in_(urls), _task.c.state.in_(("waiting", "deep")), _job.c.kind == KIND)
    )
    unit.connection.execute(delete(_task).where(_task.c.id.in_(waiting)))
    spoken_of = select(func.count()).where(_task.c.address_id == _address.c.id).scalar_subquery()
    unit.connection.execute(delete(_address).where(_address.c.url.in_(urls), _address.c.state == "new", spoken_of == 0))
