"""Child processes that speak JSON Lines: the index build runs in one, so that torch never enters a parent.

A child gets its task as arguments, writes one JSON object per line to stdout and what goes wrong to stderr.
A line ``{"error": ..., "exit_code": ...}`` is an error for the user.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, Final

from app.errors import ChildFailed
from base.errors import UserError

_NOTHING: Final[Mapping[str, str | None]] = {}


def run_child(
    module: str,
    arguments: Sequence[str],
    on_line: Callable[[Mapping[str, Any]], None],
    environment: Mapping[str, str | None] = _NOTHING,
) -> Mapping[str, Any]:
    """Run ``python -m module arguments``, hand each line to ``on_line``, return the last one.

    ``environment``: variables for the child, for what others must not read on its command line; None: not set.

    An interrupt is passed on and the child's end awaited. Raises UserError with the child's own words, or
    ChildFailed with the last line of its stderr.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8") as log:
        with subprocess.Popen(  # noqa: S603 - our own module with our own arguments
            [sys.executable, "-P", "-m", module, *arguments],  # -P: our module, not one of the working directory
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            encoding="utf-8",
            env=_environment(environment),
        ) as child:
            try:
                last = _read_lines(child, on_line)
            except BaseException:
                child.send_signal(signal.SIGINT)
                raise
        if "error" in last:
            raise UserError(str(last["error"]))
        if child.returncode != 0 or not last:
            raise ChildFailed(_why(module, child.returncode, _whole(log)))
        return last


def _environment(more: Mapping[str, str | None]) -> dict[str, str]:
    values = {**os.environ, "PYTHONUNBUFFERED": "1", **more}
    return {name: value for name, value in values.items() if value is not None}


def _read_lines(child: subprocess.Popen[str], on_line: Callable[[Mapping[str, Any]], None]) -> Mapping[str, Any]:
    last: Mapping[str, Any] = {}
    assert child.stdout is not None
    for line in child.stdout:
        last = json.loads(line)
        on_line(last)
    return last


def _whole(log: IO[str]) -> str:
    log.seek(0)
    return log.read()


def _why(module: str, code: int, log: str) -> str:
    lines = log.strip().splitlines()
    ended = f"was killed by signal {-code}" if code < 0 else f"ended with {code}"
    return f"{module} {ended}: {lines[-1] if lines else 'it said nothing'}; what was acknowledged is kept, run it again"
