"""Who asked to be forgotten: keyed hashes of every name, which recognise a person without naming one.

The key lies in ``suppression.key`` beside the catalog (mode 600). Without it the hashes recognise nobody, and
somebody forgotten would come back with the next crawl: then the catalog refuses to open.
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, exists, select

from catalog import schema
from catalog.engine import insert_new, listed
from catalog.errors import SuppressionKeyMissing
from catalog.identity import normal_alias
from catalog.items import Alias

KEY_FILE: Final = "suppression.key"
_HELD: Final = select(schema.suppression.c.digest).where(schema.suppression.c.digest.in_(listed("digests")))
_ANY: Final = select(exists(select(schema.suppression.c.digest)))


class Suppression:
    """Asks and extends the list of forgotten names of one catalog."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / KEY_FILE
        self._key: bytes | None = None

    def check(self, connection: Connection) -> None:
        """Raises SuppressionKeyMissing when hashes exist that no key explains."""
        if self.in_use(connection):
            self._load()

    def held(self, connection: Connection, aliases: Iterable[Alias]) -> frozenset[Alias]:
        """Those of these names that were forgotten."""
        if not self.in_use(connection):
            return frozenset()
        digests = {self.digest(alias): alias for alias in aliases}
        return frozenset(digests[digest] for digest in connection.scalars(_HELD, {"digests": list(digests)}))

    def add(self, connection: Connection, aliases: Iterable[Alias], *, reference: str, at: datetime) -> None:
        """Remember these names as forgotten; the first ever makes the key."""
        if self._key is None and not self._file.exists():
            if self.in_use(connection):
                self._load()
            self._make_key()
        rows = [
            {"digest": digest, "reference": reference, "at": at}
            for digest in sorted({self.digest(alias) for alias in aliases})
        ]
        if rows:
            connection.execute(insert_new(connection, schema.suppression), rows)

    def fingerprint(self, connection: Connection) -> str:
        """One value for the whole list: equal lists have equal ones; empty where nobody was forgotten."""
        held = connection.scalars(select(schema.suppression.c.digest).order_by(schema.suppression.c.digest)).all()
        return hashlib.sha256("".join(held).encode()).hexdigest() if held else ""

    def digest(self, alias: Alias) -> str:
        """HMAC-SHA256 of a name in its one spelling, in hex."""
        normal = normal_alias(alias) or alias
        return hmac.digest(self._load(), f"{normal.kind}:{normal.value}".encode(), "sha256").hex()

    def in_use(self, connection: Connection) -> bool:
        """Whether anybody was ever forgotten."""
        return bool(connection.scalar(_ANY))

    def _load(self) -> bytes:
        if self._key is None:
            try:
                self._key = bytes.fromhex(self._file.read_text(encoding="ascii").strip())
            except (OSError, ValueError) as error:
                raise SuppressionKeyMissing(
                    f"people asked to be forgotten, but {self._file} that recognises them cannot be read: "
                    "restore it from a backup"
                ) from error
        return self._key

    def _make_key(self) -> None:
        key = secrets.token_bytes(32)
        handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(key.hex() + "\n")
            out.flush()
            os.fsync(out.fileno())
        self._key = key
