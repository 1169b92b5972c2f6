"""What whoever uses the catalog keeps in it: lists, watches, discoveries asked for, keys of the endpoint."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from catalog import api_keys, discoveries, shortlists, watches
from catalog.api_keys import ApiKey, Scope
from catalog.discoveries import Discovery, State
from catalog.shortlists import Entry, Shortlist
from catalog.transactions import Transactions
from catalog.watches import Delivery, Shown, Watch


class Desk(Transactions):
    """Every method is one transaction."""

    # --- keys -----------------------------------------------------------------------------------------------

    def add_key(self, name: str, *, scope: Scope, per_minute: int) -> tuple[ApiKey, str]:
        """A new key of the endpoint, and the secret, which is not kept."""
        return self._write(lambda unit: api_keys.add_key(unit, name, scope, per_minute))

    def api_keys(self) -> list[ApiKey]:
        """All, revoked ones too."""
        with self._reading() as connection:
            return api_keys.keys(connection)

    def key_of(self, secret: str) -> ApiKey | None:
        """The key with this secret, unless it was revoked."""
        with self._reading() as connection:
            return api_keys.key_of(connection, secret)

    def revoke_key(self, key_id: int) -> bool:
        """End a key; False where none of this number holds."""
        return self._write(lambda unit: api_keys.revoke_key(unit, key_id))

    # --- lists ----------------------------------------------------------------------------------------------

    def add_list(self, name: str, brands: Iterable[str] = ()) -> Shortlist:
        """A new list. Raises BadList."""
        return self._write(lambda unit: shortlists.add_list(unit, name, brands))

    def set_brands(self, list_id: int, brands: Iterable[str]) -> Shortlist:
        """Whose mention by those on a list is watched. Raises UnknownList, BadList."""
        return self._write(lambda unit: shortlists.set_brands(unit, list_id, brands))

    def remove_list(self, list_id: int) -> None:
        """Delete a list with its notes. Raises UnknownList."""
        self._write(lambda unit: shortlists.remove_list(unit, list_id))

    def lists(self) -> list[Shortlist]:
        """All, by name."""
        with self._reading() as connection:
            return shortlists.lists(connection)

    def one_list(self, list_id: int) -> Shortlist:
        """Raises UnknownList."""
        with self._reading() as connection:
            return shortlists.one_list(connection, list_id)

    def list_called(self, name: str) -> Shortlist:
        """The list of this name or number. Raises UnknownList."""
        with self._reading() as connection:
            return shortlists.list_called(connection, name)

    def lists_of(self, creator_ids: Sequence[str]) -> dict[str, list[Shortlist]]:
        """The lists that each of these creators is on; those who are on none are left out."""
        with self._reading() as connection:
            return shortlists.lists_of(connection, creator_ids)

    def put_entry(self, list_id: int, creator: str, fields: Mapping[str, Any], *, query: str = "") -> Entry:
        """Put a creator on a list, or change what is noted there. Raises UnknownList, UnknownCreator, BadList."""
        return self._write(lambda unit: shortlists.put_entry(unit, list_id, creator, fields, query=query))

    def remove_entry(self, list_id: int, creator: str) -> bool:
        """Take a creator off a list; False where it is not on it. Raises UnknownList."""
        return self._write(lambda unit: shortlists.remove_entry(unit, list_id, creator))

    def entries(self, list_id: int) -> list[Entry]:
        """Those on a list. Raises UnknownList."""
        with self._reading() as connection:
            return shortlists.entries(connection, list_id)

    # --- watches --------------------------------------------------------------------------------------------

    def add_watch(self, name: str, query: str, options: Mapping[str, Any], *, webhook: str = "") -> Watch:
        """Save a search. Raises BadList."""
        return self._write(lambda unit: watches.add_watch(unit, name, query, options, webhook))

    def remove_watch(self, watch_id: int) -> None:
        """Delete a watch. Raises UnknownList."""
        self._write(lambda unit: watches.remove_watch(unit, watch_id))

    def watches(self) -> list[Watch]:
        """All, by name."""
        with self._reading() as connection:
            return watches.watches(connection)

    def one_watch(self, watch_id: int) -> Watch:
        """Raises UnknownList."""
        with self._reading() as connection:
            return watches.one_watch(connection, watch_id)

    def watch_called(self, name: str) -> Watch:
        """The watch of this name or number. Raises UnknownList."""
        with self._reading() as connection:
            return watches.watch_called(connection, name)

    def keep_matches(self, watch_id: int, creator_ids: Sequence[str], *, seen: bool = False) -> list[str]:
        """Remember whom a watch shows now; returns those who are new. Raises UnknownList."""
        return self._write(lambda unit: watches.keep_matches(unit, watch_id, creator_ids, seen=seen))

    def shown(self, watch_id: int) -> list[Shown]:
        """Whom a watch has shown so far, the newest first."""
        with self._reading() as connection:
            return watches.shown(connection, watch_id)

    def due_deliveries(self) -> list[Delivery]:
        """News that are to be sent now."""
        with self._reading() as connection:
            return watches.due_deliveries(connection, self.now())

    def deliveries(self, watch_id: int) -> list[Delivery]:
        """The last fifty of a watch, the newest first."""
        with self._reading() as connection:
            return watches.deliveries(connection, watch_id)

    def delivered(self, delivery: Delivery, outcome: str, *, arrived: bool) -> None:
        """Write down how an attempt went; what did not arrive is tried again later."""
        self._write(lambda unit: watches.delivered(unit, delivery, outcome, arrived=arrived))

    # --- discoveries ----------------------------------------------------------------------------------------

    def ask_discovery(self, query: str, options: Mapping[str, Any]) -> Discovery:
        """Ask a worker for a discovery. Raises TooManyWaiting."""
        return self._write(lambda unit: discoveries.ask(unit, query, options))

    def discovery(self, key: str) -> Discovery:
        """Raises UnknownDiscovery."""
        with self._reading() as connection:
            return discoveries.one(connection, key)

    def discoveries(self, *, limit: int = 20) -> list[Discovery]:
        """The newest first."""
        with self._reading() as connection:
            return discoveries.newest(connection, limit=limit)

    def discovery_waits(self) -> bool:
        """Whether a worker could take one now."""
        with self._reading() as connection:
            return discoveries.waiting(connection, self.now())

    def take_discovery(self, worker: str, *, ttl: timedelta) -> Discovery | None:
        """The one that has waited longest, leased to this worker; None: there is none."""
        return self._write(lambda unit: discoveries.take(unit, worker, ttl=ttl))

    def tell_discovery(self, key: str, worker: str, progress: Mapping[str, Any], *, ttl: timedelta) -> bool:
        """Write down how it goes; False when it is to end."""
        return self._write(lambda unit: discoveries.tell(unit, key, worker, progress, ttl=ttl))

    def end_discovery(self, key: str, worker: str, state: State, message: str) -> None:
        """Say how it ended; ``waiting`` gives it back."""
        self._write(lambda unit: discoveries.end(unit, key, worker, state, message))

    def cancel_discovery(self, key: str) -> Discovery:
        """End one that waits, or have its worker end it. Raises UnknownDiscovery."""
        return self._write(lambda unit: discoveries.cancel(unit, key))
