"""Errors of the index.

UserError
  IndexError_
    IndexMissing           no index here yet; says how to build one
    IndexMismatch          another model, dimension or schema; says how to rebuild
    IndexDamaged           a file is cut off or altered; says how to rebuild
    IndexLocked            another build holds the lease; says which
    IndexUnavailable       a server does not answer
    ModelMissing           the sentence model cannot be loaded
IndexClosed                a programming error: used after close()
"""

from base.errors import UserError


class IndexError_(UserError):
    """Something about the index that a person can mend."""


class IndexMissing(IndexError_):
    """There is no index at this place yet."""


class IndexMismatch(IndexError_):
    """The index was made with another model, dimension or schema."""


class IndexDamaged(IndexError_):
    """A file of the index is cut off or altered."""


class IndexLocked(IndexError_):
    """Another build holds the lease."""


class IndexUnavailable(IndexError_):
    """A search server does not answer."""


class ModelMissing(IndexError_):
    """The sentence model cannot be loaded."""


class IndexClosed(RuntimeError):
    """The index was used after ``close()``."""
