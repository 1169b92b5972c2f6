"""How many pages a host and a seed may cost a job, and how their yield moves the order, as SQL over the frontier.

Yield is relevant creators by pages (``harvest.py`` counts them). Nothing of this holds for a job that judges nobody
(no theme, a refresh): there only ``PAGES_PER_HOST`` bounds a host, and the yield of a seed is whether pages brought
anything new.
"""

from typing import Final

from sqlalchemy import ColumnElement, Float, String, and_, bindparam, case, func, or_, select, type_coerce

from catalog import schema

PAGES_PER_HOST: Final = 2000  # of one job, whatever they bring
HOST_PAGES: Final = 100  # that a host may cost a job before it has brought anybody relevant
HOST_PAGES_MORE: Final = 25  # for each creator it brought
SEED_PAGES: Final = 500
SEED_PAGES_MORE: Final = 50  # for each page that brought somebody
BENEFIT_OF_DOUBT: Final = 2
"""Pages with which a seed starts as if each had brought somebody: few pages say little."""
PATIENCE: Final = 3
"""Pages in a row that bring nobody and halve what a host is worth: what it brought long ago says little."""

_seed, _job_host = schema.seed, schema.job_host
_judged = select(schema.job.c.judged).where(schema.job.c.id == bindparam("job", type_=String())).scalar_subquery()
_brought = func.coalesce(_job_host.c.relevant, 0)

SPENT: Final = func.coalesce(_job_host.c.pages, 0)
HOST_ALLOWED: Final = case((_judged, HOST_PAGES + HOST_PAGES_MORE * _brought), else_=PAGES_PER_HOST)
HOST_WITHIN: Final = and_(SPENT < HOST_ALLOWED, SPENT < PAGES_PER_HOST)
HOST_YIELD: Final = case((_judged, float(PATIENCE) / (func.coalesce(_job_host.c.barren, 0) + PATIENCE)), else_=1.0)
SEED_WITHIN: Final = or_(~_judged, _seed.c.pages < SEED_PAGES + SEED_PAGES_MORE * _seed.c.fruitful)
"""Conditions and factors for statements with ``job`` as a parameter that join ``seed`` or ``job_host``."""


def seed_allowance(fruitful: int) -> int:
    """Pages that a seed may cost a job that judges, by the pages of it that brought somebody."""
    return SEED_PAGES + SEED_PAGES_MORE * fruitful


def host_allowance(*, judged: bool, brought: int) -> int:
    """Pages that a host may cost a job, by the relevant creators that it brought."""
    return min(PAGES_PER_HOST, HOST_PAGES + HOST_PAGES_MORE * brought) if judged else PAGES_PER_HOST


def seed_yield_of(fruitful: ColumnElement[int], pages: ColumnElement[int]) -> ColumnElement[float]:
    """The factor of everything that a seed led to; at most 1, since no more pages are fruitful than there are."""
    return type_coerce((fruitful + float(BENEFIT_OF_DOUBT)) / (pages + BENEFIT_OF_DOUBT), Float())


def pages_left(spent: int, allowed: int) -> int:
    """How many more pages a host may be asked for."""
    return min(allowed, PAGES_PER_HOST) - spent
