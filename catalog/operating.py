"""The operator's half of the catalog: forgetting and its list, archives, schedules, rules on hosts, copies."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from catalog import archives, feed, forgetting
from catalog.engine import explained, wipe
from catalog.forgetting import ForgetReport
from catalog.holdings import Forgetting, Holding, forgettings, holdings
from catalog.items import Alias
from catalog.person import Traces, traces
from catalog.records import Deletions
from catalog.transactions import Transactions


class Operating(Transactions):
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
