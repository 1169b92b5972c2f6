"""Who asked to be forgotten: keyed hashes of every name, which recognise a person without naming one.

The key lies in ``suppression.key`` beside the catalog (mode 600). Without it the hashes recognise nobody, and
somebody forgotten would come back with the next crawl: then the catalog refuses to open. The same hashes lie in
``suppression.list`` for search, which knows no catalog.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, exists, select

from base.suppression_list import listed_fingerprint
from catalog import schema
from catalog.engine import insert_new, values_in
from catalog.errors import SuppressionKeyMissing
from catalog.forgotten import KEY_FILE, digest_of, fingerprint_of, read_key, write_list
from catalog.items import Alias

_HELD: Final = select(schema.suppression.c.digest).where(values_in(schema.suppression.c.digest, "digests"))
_KEY: Final = "suppression_key"  # in ``meta``
ANYBODY: Final = exists(select(schema.suppression.c.digest))
"""A column: whether anybody was ever forgotten."""
_ANY: Final = select(ANYBODY)


class Suppression:
    """Asks and extends the list of forgotten names of one catalog."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key: bytes | None = None

    def check(self, connection: Connection) -> None:
        """Raises SuppressionKeyMissing when hashes exist that no key explains; mends the list that search reads."""
        if self.in_use(connection):
            self._require_own(connection)
        if listed_fingerprint(self._folder) != self.fingerprint(connection):
            write_list(self._folder, self._digests(connection))

    def held(self, connection: Connection, aliases: Iterable[Alias]) -> frozenset[Alias]:
        """Those of these names that were forgotten."""
        if not self.in_use(connection):
            return frozenset()
        digests = {self.digest(alias): alias for alias in aliases}
        return frozenset(digests[digest] for digest in connection.scalars(_HELD, {"digests": list(digests)}))

    def add(self, connection: Connection, aliases: Iterable[Alias], *, reference: str, at: datetime) -> None:
        """Remember these names as forgotten; the first ever makes the key."""
        if self._key is None and not (self._folder / KEY_FILE).exists():
            if self.in_use(connection):
                self._load()
            self._make_key()
        row = {"key": _KEY, "value": self._sign()}
        connection.execute(insert_new(connection, schema.meta), [row])
        self._require_own(connection)  # somebody on another machine may just have made another one
        self.add_digests(connection, {self.digest(alias) for alias in aliases}, reference=reference, at=at)

    def add_digests(self, connection: Connection, digests: Iterable[str], *, reference: str, at: datetime) -> None:
        """The same for names of which only the hash is known, as from another copy of this catalog."""
        rows = [{"digest": digest, "reference": reference, "at": at} for digest in sorted(digests)]
        if rows:
            connection.execute(insert_new(connection, schema.suppression), rows)
            # Before the commit: a list that names too many for a moment hides nobody who did not ask for it.
            write_list(self._folder, self._digests(connection))

    def fingerprint(self, connection: Connection) -> str:
        """One value for the whole list: equal lists have equal ones; empty where nobody was forgotten."""
        return fingerprint_of(self._digests(connection))

    def digest(self, alias: Alias) -> str:
        """HMAC-SHA256 of a name in its one spelling, in hex."""
        return digest_of(self._load(), alias)

    def in_use(self, connection: Connection) -> bool:
        """Whether anybody was ever forgotten."""
        return bool(connection.scalar(_ANY))

    @staticmethod
    def _digests(connection: Connection) -> list[str]:
        return list(connection.scalars(select(schema.suppression.c.digest)))

    def _require_own(self, connection: Connection) -> None:
        """Raises SuppressionKeyMissing where the key is missing or another one than the hashes were made with."""
        made_with = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == _KEY))
        if made_with not in (None, self._sign()):
            raise SuppressionKeyMissing(
                f"{self._folder / KEY_FILE} is not the key of this catalog: copy it from a machine that works on it"
            )

    def _sign(self) -> str:
        """What tells this key from others without telling the key."""
        return hashlib.sha256(b"nichescout " + self._load()).hexdigest()[:16]

    def _load(self) -> bytes:
        if self._key is None:
            self._key = read_key(self._folder)
        return self._key

    def _make_key(self) -> None:
        key = secrets.token_bytes(32)
        handle = os.open(self._folder / KEY_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(key.hex() + "\n")
            out.flush()
            os.fsync(out.fileno())
        self._key = key
