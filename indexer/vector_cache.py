"""Vectors by (model, digest of the embedded text), so that a rebuild embeds nothing twice. SQLite, one file.

Float32 as computed: an index built from the cache is the index built from the model, bit for bit. It is a cache: a file
that cannot be read is put aside and begun again.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np

from catalog.records import Deletions
from indexer.bundles import Vector

_ASKED: Final = 500  # keys in one statement; SQLite allows 999 parameters at least

_PUT_ASIDE: Final = ".unreadable"

_SCHEMA: Final = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
PRAGMA secure_delete = ON;
CREATE TABLE IF NOT EXISTS vectors (
  model TEXT NOT NULL, key TEXT NOT NULL, vector BLOB NOT NULL, PRIMARY KEY (key, model)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS kept (times INTEGER NOT NULL, forgotten TEXT NOT NULL);
"""


class VectorCache:
    """One cache file; safe for several processes and under kill."""

    def __init__(self, path: Path) -> None:
        """Open or make the file."""
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = _open(path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise
            # What a broken file held can be computed again.
            path.replace(path.with_suffix(_PUT_ASIDE))
            self._connection = _open(path)

    def get(self, model: str, keys: Iterable[str]) -> dict[str, Vector]:
        """The vectors that are here, by key."""
        found: dict[str, Vector] = {}
        for part in _parts(list(dict.fromkeys(keys))):
            marks = ",".join("?" * len(part))
            rows = self._connection.execute(
                f"SELECT key, vector FROM vectors WHERE model = ? AND key IN ({marks})",  # noqa: S608 - only marks
                (model, *part),
            )
            found.update((key, np.frombuffer(blob, np.float32)) for key, blob in rows)
        return found

    def put(self, model: str, vectors: Mapping[str, Vector]) -> None:
        """Keep vectors, in one transaction."""
        with self._connection:
            self._connection.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                [(model, key, vector.astype(np.float32).tobytes()) for key, vector in vectors.items()],
            )

    def delete(self, keys: Iterable[str]) -> None:
        """Forget vectors of every model, physically: pages are overwritten and the log is emptied."""
        with self._connection:
            self._connection.executemany("DELETE FROM vectors WHERE key = ?", [(key,) for key in keys])
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @property
    def promised(self) -> Deletions:
        """The promises to delete that hold in this file; an index that several machines build says nothing of it."""
        row = self._connection.execute("SELECT times, forgotten FROM kept").fetchone()
        return Deletions(*row) if row else Deletions()

    @promised.setter
    def promised(self, kept: Deletions) -> None:
        with self._connection:
            self._connection.execute("DELETE FROM kept")
            self._connection.execute("INSERT INTO kept VALUES (?, ?)", tuple(kept))

    def keep_only(self, keys: Iterable[str]) -> int:
        """Forget, physically, every vector but those of these texts; returns how many went."""
        with self._connection:
            self._connection.execute("CREATE TEMP TABLE in_use (key TEXT PRIMARY KEY) WITHOUT ROWID")
            self._connection.executemany("INSERT OR IGNORE INTO in_use VALUES (?)", ((key,) for key in keys))
            gone = self._connection.execute("DELETE FROM vectors WHERE key NOT IN (SELECT key FROM in_use)").rowcount
            self._connection.execute("DROP TABLE in_use")
        if gone:
            self._connection.execute("VACUUM")
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._path.with_suffix(_PUT_ASIDE).unlink(missing_ok=True)
        return gone

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=30.0)
    try:
        connection.executescript(_SCHEMA)
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _parts(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(keys), _ASKED):
        yield keys[start : start + _ASKED]
