"""Errors of the index.

UserError
  SearchIndexError
    IndexMissing           no index here yet; says how to build one
    IndexMismatch          another model, dimension or schema; says how to rebuild
    IndexDamaged           a file is cut off or altered; says how to rebuild
    IndexLocked            another build holds the lease; says which
    IndexUnavailable       a server does not answer, not in time or not in full
    IndexAccessInvalid     a server's address or the keys to it are not what they should be
    ModelMissing           the sentence model cannot be loaded
IndexClosed                a programming error: used after close()
"""

from base.errors import UserError


class SearchIndexError(UserError):
    """Something about the index that a person can mend."""


class IndexMissing(SearchIndexError):
    """There is no index at this place yet."""


class IndexMismatch(SearchIndexError):
    """The index was made with another model, dimension or schema."""


class IndexDamaged(SearchIndexError):
    """A file of the index is cut off or altered."""


class IndexLocked(SearchIndexError):
    """Another build holds the lease."""


class IndexUnavailable(SearchIndexError):
    """A search server does not answer, or not in time, or not for all of the index."""


class IndexAccessInvalid(SearchIndexError):
    """The address of a search server, or what opens it, is not what it should be."""


class ModelMissing(SearchIndexError):
    """The sentence model cannot be loaded."""


class IndexClosed(RuntimeError):
    """The index was used after ``close()``."""
