"""Errors of search. Those of a query are in ``niche.errors``, those of an index in ``indexer.errors``.

UserError
  CreatorUnknown   nobody in the index has this name
  CreatorAmbiguous several creators have it; says which
  ExampleUnknown   nobody is called like the creator whose like is sought, or there is nothing to compare with
  EnginesBusy      all engines of a pool are in use for longer than somebody waits
  RunUnreadable    a TREC run or judgement file is not what it should be; names file and line
UsageError
  CursorInvalid    a cursor that belongs to another query or another state of the index
    CursorStale    the index has changed since; ``again`` goes on in the new state
  ComparisonInvalid  fewer than two, more than five, or one creator twice
  LimitInvalid     a number of results outside 1 to 500
"""

from base.errors import UsageError, UserError


class CreatorUnknown(UserError):
    """Nobody in the index is called so."""


class CreatorAmbiguous(UserError):
    """Several creators of the index are called so."""


class ExampleUnknown(UserError):
    """Nobody in the index is called so, or has no posts to compare with."""


class EnginesBusy(UserError):
    """All engines of a pool are in use."""


class RunUnreadable(UserError):
    """A TREC run or judgement file cannot be read."""


class CursorInvalid(UsageError):
    """The cursor belongs to another query or another state of the index."""


class CursorStale(CursorInvalid):
    """The index has changed since the cursor was given; ``again`` is a cursor to the same rank now."""

    def __init__(self, text: str, again: str) -> None:
        super().__init__(text)
        self.again = again


class ComparisonInvalid(UsageError):
    """Not two to five different creators."""


class LimitInvalid(UsageError):
    """The number of results asked for is outside the window."""
