"""``nichescout schedule``: what is crawled again and again, and how it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.config import Config
from app.discovery import DiscoverOptions, plan_discovery
from app.durations import spoken
from base.errors import UsageError, UserError
from catalog.schedules import Schedule
from catalog.store import open_catalog


@dataclass(frozen=True, slots=True)
class Row:
    """A schedule as ``schedule list`` shows it."""

    schedule: Schedule

    def cells(self) -> tuple[str, ...]:
        """For a table."""
        one = self.schedule
        last = f"{one.last_at:%Y-%m-%d %H:%M}" if one.last_at else "never"
        options = " ".join(f"--{name.removesuffix('s') if name == 'sources' else name} {_words(value)}"
                           for name, value in one.options.items())  # fmt: skip
        next_at = "running" if one.running else f"{one.next_at:%Y-%m-%d %H:%M}"
        return str(one.id), one.query, spoken(one.every), next_at, last, one.last_outcome or "", options

    def as_json(self) -> dict[str, Any]:
        """For ``--json``."""
        one = self.schedule
        return {
            "id": one.id,
            "query": one.query,
            "every_seconds": int(one.every.total_seconds()),
            "next_at": one.next_at.isoformat(),
            "last_at": one.last_at.isoformat() if one.last_at else None,
            "last_outcome": one.last_outcome,
            "running": one.running,
            "options": dict(one.options),
        }


def add(config: Config, query: str, *, every: timedelta, options: Mapping[str, Any]) -> Schedule:
    """Schedule a query. Raises QueryError, UsageError for one that leads nowhere."""
    plan = plan_discovery(config, query, DiscoverOptions(sources=tuple(options.get("sources", ()))))
    if not plan.seeds:
        raise UsageError("the plan has no starting address; name hosts in hosts.toml, or allow more with --source")
    with open_catalog(config.place) as catalog:
        return catalog.add_schedule(query, every=every, options=options)


def remove(config: Config, query: str) -> None:
    """Schedule a query no more. Raises UserError where there is none."""
    with open_catalog(config.place, create=False) as catalog:
        if not catalog.remove_schedule(query):
            raise UserError(f"{query!r} is not scheduled; see: nichescout schedule list")


def rows(config: Config) -> list[Row]:
    """All schedules, the next one first. Raises CatalogMissing."""
    with open_catalog(config.place, create=False) as catalog:
        return [Row(schedule) for schedule in catalog.schedules()]


def _words(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value)
