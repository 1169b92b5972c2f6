"""The one error of this room: a query that cannot be understood. One line that says what to do."""

from base.errors import UsageError


class QueryError(UsageError):
    """An empty or overlong query, or an option with a value that is not known."""
