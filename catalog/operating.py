"""The operator's half of the catalog: forgetting and its list, archives, schedules, rules on hosts, copies."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from catalog import archives, discoveries, feed, forgetting, frontier, host_rules, jobs, revisits, schedules, schema
from catalog.desk import Desk
from catalog.engine import copy_database, explained, wipe
from catalog.forgetting import ForgetReport
from catalog.holdings import Forgetting, Holding, forgettings, holdings
from catalog.host_rules import HostRule, RuleKind
from catalog.items import Alias
from catalog.jobs import OpenJob
from catalog.person import Traces, traces
from catalog.records import Deletions
from catalog.schedules import Schedule


class Operating(Desk):
    """What an operator and the worker ask of a catalog; every method is one transaction."""

    # --- the forgotten --------------------------------------------------------------------------------------

    def traces(self, name: Alias | str) -> Traces:
        """By what the creator of this name is recognised in archives and logs. Raises UnknownCreator."""
        with self._unit() as unit:
            return traces(unit, name)

    def holdings(self, name: Alias | str) -> list[Holding]:
        """Everything that is held on the creator of this name. Raises UnknownCreator."""
        with self._unit() as unit:
            return holdings(unit, name)

    def forgettings(self) -> list[Forgetting]:
        """Everybody who was forgotten, oldest first, without a name."""
        with self._reading() as connection:
            return forgettings(connection)

    def forget(self, name: Alias | str, *, reference: str, archives_are_clean: bool = True) -> ForgetReport:
        """Delete all that is held on the creator of this name, and never take them in again.

        What stays is a keyed hash of every name; and unless ``archives_are_clean``, the addresses that must still leave
        them (``archive_cuts``). Nothing else is left in the files when the report says ``wiped``. Raises
        UnknownCreator, BadReference.
        """
        with self._unit() as unit:
            report = forgetting.forget(unit, name, reference=reference, archives_are_clean=archives_are_clean)
        with explained(self._folder):
            return replace(report, wiped=wipe(self._engine))

    def deletions(self) -> Deletions:
        """What was promised to be deleted so far: an index that carries an older value has to be cleaned."""
        with self._reading() as connection:
            return feed.deletions(connection, self._suppression)

    # --- archives -------------------------------------------------------------------------------------------

    def add_archive(self, path: Path) -> None:
        """Remember that a crawl writes into this archive; one inside the data folder moves with it."""
        file, folder = path.resolve(), self._folder.resolve()
        name = file.relative_to(folder) if file.is_relative_to(folder) else file
        with self._unit() as unit:
            archives.register(unit, str(name))

    def archives(self) -> list[Path]:
        """Every archive that was ever written; some may have been moved since."""
        with self._reading() as connection:
            return [self._folder / name for name in archives.files(connection)]

    def archive_cuts(self) -> frozenset[str]:
        """Addresses that must still leave the archives, as what they said may no longer be kept."""
        with self._reading() as connection:
            return archives.cuts(connection)

    def archive_cuts_done(self, urls: Iterable[str]) -> None:
        """These have left every archive."""
        with self._unit() as unit:
            archives.cuts_done(unit, urls)
        with explained(self._folder):
            wipe(self._engine)

    # --- what runs by itself --------------------------------------------------------------------------------

    def add_schedule(self, query: str, *, every: timedelta, options: Mapping[str, Any]) -> Schedule:
        """Crawl a query again and again, first now; one that is scheduled already gets the new rhythm and options."""
        with self._unit() as unit:
            return schedules.add(unit, query, every=every, options=options)

    def remove_schedule(self, query: str) -> bool:
        """Schedule a query, or the number of a schedule, no more; False where there is none."""
        with self._unit() as unit:
            return schedules.remove(unit, query)

    def schedules(self) -> list[Schedule]:
        """All, the next one first."""
        with self._reading() as connection:
            return schedules.schedules(connection, self.now())

    def take_schedule(self, worker: str, *, ttl: timedelta) -> Schedule | None:
        """The schedule that has been due for longest, leased to this worker; None: nothing is due."""
        with self._unit() as unit:
            return schedules.take_due(unit, worker, ttl=ttl)

    def keep_schedule(self, schedule_id: int, worker: str, *, ttl: timedelta) -> bool:
        """Prolong a lease; False when it was taken over."""
        with self._unit() as unit:
            return schedules.keep(unit, schedule_id, worker, ttl=ttl)

    def give_back_schedule(self, schedule_id: int, worker: str, *, outcome: str, next_at: datetime) -> None:
        """End a run and say when the next one is due."""
        with self._unit() as unit:
            schedules.give_back(unit, schedule_id, worker, outcome=outcome, next_at=next_at)

    def take_refresh(self) -> str | None:
        """A job over the creators that are due to be looked at again; None: nobody is."""
        with self._unit() as unit:
            return revisits.take_due(unit)

    def next_by_itself(self) -> tuple[datetime, str] | None:
        """What is due next of schedules and revisits, and when (in the past: now)."""
        with self._unit() as unit:
            revisits.plan_new(unit)
            schedule, creators = schedules.next_due(unit.connection), revisits.next_due(unit.connection)
            planned = schedules.schedules(unit.connection, unit.now)
        moments = [(schedule, f"“{planned[0].query}”")] if schedule is not None else []
        moments += [(creators, "creators to look at again")] if creators is not None else []
        return min(moments, default=None)

    def purge_stale(self, *, days: float) -> int:
        """Delete accounts that no page showed for so long and no mark speaks of; returns how many."""
        with self._unit() as unit:
            return revisits.purge_stale(unit, days=days)

    def open_jobs(self) -> list[OpenJob]:
        """Jobs that have not ended and of which something waits, newest first."""
        with self._reading() as connection:
            return jobs.open_jobs(connection)

    # --- hosts ----------------------------------------------------------------------------------------------

    def rule_host(self, name: str, kind: RuleKind, reason: str) -> HostRule:
        """Pause or block a host and all under it from the next lease on. Raises BadHost."""
        with self._unit() as unit:
            return host_rules.rule(unit, name, kind, reason)

    def allow_host(self, name: str) -> bool:
        """Take a rule back; False where there was none. Raises BadHost."""
        with self._unit() as unit:
            return host_rules.allow(unit, name)

    def host_rules(self) -> list[HostRule]:
        """All rules, by host."""
        with self._reading() as connection:
            return host_rules.rules(connection)

    # --- copies ---------------------------------------------------------------------------------------------

    def copy_to(self, file: Path) -> None:
        """A consistent copy of the database, while others go on writing."""
        with explained(self._folder):
            copy_database(self._engine, file)

    def adopt(self, digests: Iterable[str]) -> int:
        """Make a copy that was brought back this catalog's own; returns how many accounts had to go.

        Nobody works on it: leases end. It gets a new epoch, knows also these hashes of forgotten names, and holds
        nobody who has one of them.
        """
        with self._unit() as unit:
            unit.suppression.add_digests(unit.connection, digests, reference="brought over at a restore", at=unit.now)
            for worker in unit.connection.scalars(select(schema.host.c.lease_worker).distinct()).all():
                frontier.reclaim(unit, worker)
                schedules.reclaim(unit, worker)
                discoveries.reclaim(unit, worker)
            gone = forgetting.enforce(unit)
            self._epoch = feed.renew_epoch(unit)
        with explained(self._folder):
            wipe(self._engine)
        return gone
