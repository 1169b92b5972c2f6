"""Sites of which a page has shown the one person whose they are: whoever links there, it leads to nobody new.

What further pages are worth is the crawl's judgement (``crawler/focus.py``); it is kept with the task whose page it
was, and goes with that. It bounds what waits of the site, and what comes later.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Row, bindparam, select, update

from catalog import schema
from catalog.identity import host_of, politeness_key
from catalog.unit import Unit, values_in

_task, _address = schema.task, schema.address
_KNOWN: Final = (
    select(_address.c.url, _task.c.site_worth)
    .join(_address, _address.c.id == _task.c.address_id)
    .where(_task.c.job_id == bindparam("job"), values_in(_task.c.key), _task.c.site_worth.is_not(None))
)
_OPEN: Final = (  # leased ones, too, for they may be given back
    select(_task.c.id, _address.c.url)
    .join(_address, _address.c.id == _task.c.address_id)
    .where(_task.c.job_id == bindparam("job"), _task.c.key == bindparam("host"))
    .where(_task.c.state.in_(("waiting", "leased")), _task.c.score > bindparam("worth"))
    .with_for_update(of=_task, skip_locked=True)  # who links there at this moment need not be waited for
)
_NOTE: Final = update(_task).where(_task.c.id == bindparam("task")).values(site_worth=bindparam("worth"))
_LOWER: Final = update(_task).where(values_in(_task.c.id)).values(score=bindparam("worth"))


def note_site(unit: Unit, task: Row[Any], url: str, worth: float) -> None:
    """The page of ``task`` at ``url`` showed whose site it is on: nothing that waits there is worth more than this."""
    unit.run(_NOTE, {"task": task.id, "worth": worth})
    waiting = unit.rows(_OPEN, {"job": task.job_id, "host": task.key, "worth": worth})
    dearer = [row.id for row in waiting if host_of(row.url) == host_of(url)]
    if dearer:
        unit.run(_LOWER, {"values": dearer, "worth": worth})
        unit.worth_less = True


def known_sites(unit: Unit, job_id: str, urls: Iterable[str]) -> dict[str, float]:
    """By host, what pages of those of these sites are worth at most whose owner a page of this job has shown."""
    worths: dict[str, float] = {}
    for row in unit.fetch(_KNOWN, {politeness_key(url) for url in urls}, job=job_id):
        host = host_of(row.url)
        worths[host] = max(row.site_worth, worths.get(host, 0.0))
    return worths
