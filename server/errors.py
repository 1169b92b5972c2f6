"""Errors of the server.

UserError
  BindRefused    an address that others can reach, and no key; says how to go on
  NotThere       nothing of this name, number or id (404)
  NotAllowed     no key, a revoked one, or one whose scope does not reach (401, 403)
  TooMany        a key asks faster than it may (429)
  NotUnderstood  what was typed on a page cannot be (422)
"""

from collections.abc import Sequence

from base.errors import UsageError, UserError


class BindRefused(UserError):
    """The server would be open to everybody."""


class NotThere(UserError):
    """There is nothing of this name."""


class NotAllowed(UserError):
    """The key does not reach; ``status`` 401: there is none that holds."""

    def __init__(self, text: str, status: int = 403) -> None:
        super().__init__(text)
        self.status = status


class TooMany(UserError):
    """A key asks faster than it may."""

    def __init__(self, text: str, retry_after: int) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class NotUnderstood(UsageError):
    """What was typed on a page cannot be; one line for each field."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = list(lines)
