"""What has been asked for today with the operator's keys, in one small file per data folder.

A day's allowance is the platform's; what one discovery may take of it is ours, so that it does not use up the day.
Declared by sources (``sources/_keys.py``) or set by the operator (``allowances.py``). The file holds numbers, names of
sources and job ids, nothing else.
"""

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from crawler.allowances import Allowances
from crawler.errors import KeyNotUsed
from crawler.sources._keys import Quota

FILE_NAME: Final = "quota.json"


@dataclass(slots=True)
class _Day:
    """Units of one quota on one day, in all and by job."""

    date: str
    used: int = 0
    jobs: dict[str, int] = field(default_factory=dict)


class QuotaLedger:
    """Takes units for requests. Several processes may share the file: each change is made under its lock."""

    def __init__(self, data_dir: Path, set_by_operator: Allowances | None = None) -> None:
        self._file = data_dir / FILE_NAME
        self._set_by_operator = set_by_operator or {}

    def allowed(self, source: str, declared: Quota) -> Quota:
        """What holds: the operator's word, else the source's."""
        return self._set_by_operator.get((source, declared.unit), declared)

    def take(self, source: str, quota: Quota, page: str, *, job: str, now: datetime) -> None:
        """Take what a page costs, or raise KeyNotUsed and take nothing."""
        cost = quota.cost.get(page, 0)
        if not cost:
            return
        quota = self.allowed(source, quota)
        with self._open(source, quota, now) as day:
            if day.used + cost > quota.per_day:
                raise KeyNotUsed(f"today's {quota.per_day} {quota.unit} of {source} are used up; run again tomorrow")
            if day.jobs.get(job, 0) + cost > quota.per_discovery:
                raise KeyNotUsed(f"this discovery's share of {quota.per_discovery} {quota.unit} of {source} is used up")
            day.used += cost
            day.jobs[job] = day.jobs.get(job, 0) + cost

    def use_up(self, source: str, quota: Quota, *, now: datetime) -> None:
        """The platform says that nothing is left today."""
        with self._open(source, quota, now) as day:
            day.used = max(day.used, self.allowed(source, quota).per_day)

    def used(self, source: str, quota: Quota, *, now: datetime) -> int:
        """Units used on the platform's day."""
        return self._day(self._read(), source, quota, now).used

    @contextmanager
    def _open(self, source: str, quota: Quota, now: datetime) -> Iterator[_Day]:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.with_suffix(".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            days = self._read()
            day = self._day(days, source, quota, now)
            yield day
            days[_name(source, quota)] = {"date": day.date, "used": day.used, "jobs": day.jobs}
            fresh = self._file.with_suffix(".tmp")
            fresh.write_text(json.dumps(days, sort_keys=True), "utf-8")
            fresh.replace(self._file)

    def _read(self) -> dict[str, Any]:
        try:
            days = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}  # the first of the day, or a file that somebody broke: the platform's own count still holds
        return days if isinstance(days, dict) else {}

    @staticmethod
    def _day(days: dict[str, Any], source: str, quota: Quota, now: datetime) -> _Day:
        date = now.astimezone(ZoneInfo(quota.resets)).date().isoformat()
        kept = days.get(_name(source, quota))
        if not isinstance(kept, dict) or kept.get("date") != date or not isinstance(kept.get("used"), int):
            return _Day(date)
        jobs = kept.get("jobs")
        counted = jobs.items() if isinstance(jobs, dict) else ()
        return _Day(date, kept["used"], {job: units for job, units in counted if isinstance(units, int)})


def _name(source: str, quota: Quota) -> str:
    return f"{source}/{quota.unit}"
