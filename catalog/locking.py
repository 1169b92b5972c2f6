"""Locks on names, for databases on which many write at once: two transactions that can touch one person never overlap.

Whoever works on a person locks all names by which a page calls them, the names that their links claim, and the ids of
the accounts found. Names fall on a fixed number of stripes, so that a page takes few locks; work on whoever (an import,
a forgetting) takes one lock on all. Nobody needs this on SQLite, where one writes at a time.
"""

import zlib
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, text

from catalog.items import PageResult

_STRIPES: Final = 1024
_TOO_MANY: Final = 256  # a page that would take more takes the lock on all: the server's table of locks is finite
_CLASS: Final = 0x6E6963  # of our locks, among those of other programs in this database
_EVERYBODY: Final = _STRIPES

_SHARE: Final = text("SELECT pg_advisory_xact_lock_shared(:class, :key)")
_ALL: Final = text("SELECT pg_advisory_xact_lock(:class, :key)")
_SOME: Final = text("SELECT pg_advisory_xact_lock(:class, key) FROM unnest(CAST(:keys AS int[])) AS key")


class NameLocks:
    """The names that one transaction has locked, until it ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._held: set[int] = set()
        self._everybody = False
        self._begun = False

    def lock(self, names: Iterable[str]) -> bool:
        """Lock these names; True where some were not held before: what was read until now may have changed."""
        if self._everybody:
            return False
        new = {zlib.crc32(name.encode("utf-8", "replace")) % _STRIPES for name in names} - self._held
        if not new:
            return False
        if not self._begun and len(new) > _TOO_MANY:
            return self.lock_all()
        if not self._begun:
            self._connection.execute(_SHARE, {"class": _CLASS, "key": _EVERYBODY})
            self._begun = True
        self._connection.execute(_SOME, {"class": _CLASS, "keys": sorted(new)})
        self._held |= new
        return True

    def lock_all(self) -> bool:
        """Lock everybody; to be called before any name is locked, or two such transactions wait for each other."""
        if self._everybody:
            return False
        self._connection.execute(_ALL, {"class": _CLASS, "key": _EVERYBODY})
        self._everybody = self._begun = True
        return True


def names_on(result: PageResult) -> set[str]:
    """Every name on a page by which somebody may be known, or is claimed to be the same as somebody."""
    names = {post.url for post in result.posts} | {post.account.value for post in result.posts}
    for account in result.accounts:
        names.update(alias.value for alias in account.aliases)
        names.update(link.url for link in account.links if link.rel_me or link.verified_at is not None)
        names.add(account.url)
        if account.moved_to is not None:
            names.add(account.moved_to.value)
    return names
