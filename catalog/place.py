"""Where a catalog is: a data folder, and the PostgreSQL database that holds the rows, if there is one.

The folder holds a SQLite file where no server is named, and in either case the key of the forgotten and their list.
Nothing heavy is imported: every command passes through here.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from catalog.errors import CatalogUnusable

FILE_NAME: Final = "catalog.sqlite"
_SCHEMES: Final = ("postgresql", "postgres")


@dataclass(frozen=True, slots=True)
class CatalogPlace:
    """One catalog. ``server`` is an address like ``postgresql://user@host/database``; it may hold a password."""

    folder: Path
    server: str | None = field(default=None, repr=False)

    @property
    def file(self) -> Path:
        """The SQLite file of a catalog without a server."""
        return self.folder / FILE_NAME

    @property
    def may_exist(self) -> bool:
        """Whether there is something to open: a file, or a server that has to be asked."""
        return self.server is not None or self.file.is_file()

    def __str__(self) -> str:
        """For people; never a password."""
        return str(self.file) if self.server is None else without_password(self.server)


def place_of(location: "Path | CatalogPlace") -> CatalogPlace:
    """A place as such, or the catalog in a data folder."""
    return location if isinstance(location, CatalogPlace) else CatalogPlace(Path(location))


def check_server(address: str) -> str:
    """The address of a server as it was given. Raises CatalogUnusable for what is none."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 - raises where it is no number
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in _SCHEMES or not parts.path.strip("/"):
        raise CatalogUnusable(
            f"{without_password(address)!r} is no catalog server; give postgresql://USER@HOST:PORT/DATABASE"
        )
    return address


def has_password(address: str) -> bool:
    """Whether an address holds a password, as a part of its own or as a parameter."""
    try:
        parts = urlsplit(address)
        return bool(parts.password) or "password=" in parts.query
    except ValueError:
        return False


def without_password(address: str) -> str:
    """The same address for people: neither a password nor parameters."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return "the address given"
    user, at, host = parts.netloc.rpartition("@")
    return urlunsplit((parts.scheme, f"{user.partition(':')[0]}{at}{host}", parts.path, "", ""))
