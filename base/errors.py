"""The root of every error that a person can mend.

    UserError                    exit code 1: the world is not as needed (no index, no contact address, ...)
      UsageError                 exit code 2: what was typed cannot be understood

Each room derives its own errors from these two in its own ``errors.py``. ``str()`` is one line that says
what is wrong and what to do; the command line prints it and nothing else. Any other exception is a bug and
keeps its traceback.
"""


class UserError(Exception):
    """Something that the user can mend; the text is one line that says what to do."""

    exit_code = 1

    def __str__(self) -> str:
        return " ".join(super().__str__().split())


class UsageError(UserError):
    """What was typed cannot be understood; the text names the word and the allowed values."""

    exit_code = 2
