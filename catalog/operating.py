"""The operator's half of the catalog: forgetting and its list, archives, schedules, rules on hosts, copies."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from catalog import (
    archives,
    discoveries,
    feed,
    forgetting,
    frontier,
    host_rules,
    jobs,
    revisits,
    schedules,
    schema,
    sharing,
)
from catalog.copying import copy_catalog
from catalog.desk import Desk
from catalog.engine import explained, open_engine, server_state, wipe
from catalog.forgetting import ForgetReport
from catalog.holdings import Forgetting, Holding, forgettings, holdings
from catalog.host_rules import HostRule, RuleKind
from catalog.items import Alias
from catalog.jobs import OpenJob
from catalog.on_postgres import ServerState
from catalog.on_sqlite import copy_database
from catalog.person import Traces, traces
from catalog.records import Deletions, FeedPosition
from catalog.schedules import Schedule
from catalog.sharing import FeedPart


class Operating(Desk):
    """What an operator and the worker ask of a catalog; every method is one transaction."""

    # --- the forgotten --------------------------------------------------------------------------------------

    def traces(self, name: Alias | str) -> Traces:
        """By what the creator of this name is recognised in archives and logs. Raises UnknownCreator."""
        return self._write(lambda unit: traces(unit, name))

    def holdings(self, name: Alias | str) -> list[Holding]:
        """Everything that is held on the creator of this name. Raises UnknownCreator."""
        return self._write(lambda unit: holdings(unit, name))

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
        report = self._write(
            lambda unit: forgetting.forget(unit, name, reference=reference, archives_are_clean=archives_are_clean)
        )
        with explained(self._place):
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
        self._write(lambda unit: archives.register(unit, str(name)))

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
        self._write(lambda unit: archives.cuts_done(unit, urls))
        with explained(self._place):
            wipe(self._engine)

    # --- what runs by itself --------------------------------------------------------------------------------

    def add_schedule(self, query: str, *, every: timedelta, options: Mapping[str, Any]) -> Schedule:
        """Crawl a query again and again, first now; one that is scheduled already gets the new rhythm and options."""
        return self._write(lambda unit: schedules.add(unit, query, every=every, options=options))

    def remove_schedule(self, query: str) -> bool:
        """Schedule a query, or the number of a schedule, no more; False where there is none."""
        return self._write(lambda unit: schedules.remove(unit, query))

    def schedules(self) -> list[Schedule]:
        """All, the next one first."""
        with self._reading() as connection:
            return schedules.schedules(connection, self.now())

    def take_schedule(self, worker: str, *, ttl: timedelta) -> Schedule | None:
        """The schedule that has been due for longest, leased to this worker; None: nothing is due."""
        return self._write(lambda unit: schedules.take_due(unit, worker, ttl=ttl))

    def keep_schedule(self, schedule_id: int, worker: str, *, ttl: timedelta) -> bool:
        """Prolong a lease; False when it was taken over."""
        return self._write(lambda unit: schedules.keep(unit, schedule_id, worker, ttl=ttl))

    def give_back_schedule(self, schedule_id: int, worker: str, *, outcome: str, next_at: datetime) -> None:
        """End a run and say when the next one is due."""
        self._write(lambda unit: schedules.give_back(unit, schedule_id, worker, outcome=outcome, next_at=next_at))

    def take_refresh(self) -> str | None:
        """A job over the creators that are due to be looked at again; None: nobody is."""
        return self._write(revisits.take_due)

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
        return self._write(lambda unit: revisits.purge_stale(unit, days=days))

    def open_jobs(self) -> list[OpenJob]:
        """Jobs that have not ended and of which something waits, newest first."""
        with self._reading() as connection:
            return jobs.open_jobs(connection)

    # --- hosts ----------------------------------------------------------------------------------------------

    def rule_host(self, name: str, kind: RuleKind, reason: str) -> HostRule:
        """Pause or block a host and all under it from the next lease on. Raises BadHost."""
        return self._write(lambda unit: host_rules.rule(unit, name, kind, reason))

    def allow_host(self, name: str) -> bool:
        """Take a rule back; False where there was none. Raises BadHost."""
        return self._write(lambda unit: host_rules.allow(unit, name))

    def host_rules(self) -> list[HostRule]:
        """All rules, by host."""
        with self._reading() as connection:
            return host_rules.rules(connection)

    # --- index workers that share the feed ------------------------------------------------------------------

    def follow_parts(self, reader: str, held: Mapping[int, int]) -> None:
        """Begin to read for an index, which holds its parts up to these positions.

        ``reader`` is the identity of one index, so that an index that is made anew begins at the beginning.
        """
        self._write(lambda unit: sharing.follow(unit, reader, held))

    def take_parts(
        self, reader: str, worker: str, *, ttl: timedelta, upto: FeedPosition, most: int = 1
    ) -> tuple[FeedPart, ...]:
        """Parts of the feed that have changes up to a position and that no other worker of this index has.

        Follow each with ``changes(part.position, part=part.number, limit=...)``. Empty: nothing to do.
        """
        return self._write(
            lambda unit: sharing.take(unit, reader, worker, epoch=self._epoch, upto=upto.seq, most=most, ttl=ttl)
        )

    def pass_part(self, part: FeedPart, seq: int, *, ttl: timedelta) -> FeedPart | None:
        """What is up to ``seq`` is safely in the index; None: the part was taken over, drop its work."""
        return self._write(lambda unit: sharing.go_on(unit, part, seq, ttl=ttl))

    def give_back_part(self, part: FeedPart) -> None:
        """Let another worker go on. A stale lease changes nothing."""
        self._write(lambda unit: sharing.give_back(unit, part))

    def parts_reached(self, reader: str, upto: FeedPosition) -> bool:
        """Whether all workers of an index together have brought all changes up to a position into it."""
        with self._reading() as connection:
            return sharing.reached(connection, reader, upto.seq)

    def parts_followed(self, reader: str, within: timedelta) -> bool:
        """Whether somebody has worked for this index within that time."""
        with self._reading() as connection:
            return sharing.is_followed(connection, reader, self._clock() - within)

    # --- copies ---------------------------------------------------------------------------------------------

    def copy_to(self, file: Path) -> None:
        """A consistent copy as a SQLite file, while others go on writing."""
        with explained(self._place):
            if self._place.server is None:
                copy_database(self._engine, file)
                return
            target = open_engine(file.parent, create=True)
            try:
                copy_catalog(self._engine, target)
            finally:
                target.dispose()

    def copy_into(self, other: "Operating", *, replace: bool = False) -> int:
        """Copy everything into another catalog, which gets a feed of its own; how many rows. Raises CatalogUnusable."""
        with explained(self._place), explained(other._place):  # noqa: SLF001 - of our own kind
            copied = copy_catalog(self._engine, other._engine, replace=replace)  # noqa: SLF001
        other._name_copy()  # noqa: SLF001
        return copied

    def server(self) -> ServerState | None:
        """How the server is that holds the rows; None for a file."""
        with self._reading() as connection:
            return server_state(connection)

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
        with explained(self._place):
            wipe(self._engine)
        return gone
