"""Errors of the catalog.

UserError
  CatalogError
    CatalogMissing         no catalog here yet; says how to make one
    CatalogTooNew          written by a newer nichescout
    CatalogDamaged         the file is not a catalog, or is cut off
    CatalogBusy            another process has been writing for longer than we wait
    CatalogUnusable        the folder cannot be made or written, or the location names no known kind of database
    SuppressionKeyMissing  somebody asked to be forgotten, and the key that recognises them is gone
    UnknownCreator         nobody here has this name
    UnknownList            there is no such list or watch
    UnknownDiscovery       nobody asked for a discovery of this id
    TooManyWaiting         more discoveries wait than workers can do soon
    AmbiguousName          several creators have it; says which
    FeedEpochChanged       a reader's position belongs to another copy of the catalog
UsageError
  BadMark                  a correction that says nothing, or something impossible
  BadList                  a list, an entry or a watch with a value that it cannot have
  BadHost                  what is given as a host is none
  BadReference             a note on a forgetting that names who was forgotten
UnknownJob                 a programming error: no such job
"""

from base.errors import UsageError, UserError


class CatalogError(UserError):
    """Something about the catalog that a person can mend."""


class CatalogMissing(CatalogError):
    """There is no catalog at this place yet."""


class CatalogTooNew(CatalogError):
    """The catalog was written by a newer program."""


class CatalogDamaged(CatalogError):
    """The file is not a catalog, or is cut off."""


class CatalogBusy(CatalogError):
    """Another process has been writing for longer than we wait."""


class CatalogUnusable(CatalogError):
    """The place cannot be used for a catalog at all."""


class SuppressionKeyMissing(CatalogError):
    """Hashes of forgotten people exist, the key that recognises them does not."""


class FeedEpochChanged(CatalogError):
    """A feed position belongs to another copy of the catalog; the reader must verify or rebuild."""


class UnknownCreator(CatalogError):
    """Nobody in the catalog has this name."""


class UnknownList(CatalogError):
    """There is no such list or watch."""


class UnknownDiscovery(CatalogError):
    """Nobody asked for a discovery of this id."""


class TooManyWaiting(CatalogError):
    """More discoveries wait than workers can do soon."""


class BadList(UsageError):
    """A list, an entry or a watch cannot have this value."""


class AmbiguousName(CatalogError):
    """Several creators have this name."""


class BadMark(UsageError):
    """A correction that says nothing, or something impossible."""


class BadHost(UsageError):
    """What is given as a host is none."""


class BadReference(UsageError):
    """A note on a forgetting that names who was forgotten."""


class UnknownJob(LookupError):
    """No job has this id."""
