"""Named places at which a crash test kills the process.

``NICHESCOUT_FAILPOINT=name`` or ``name:n`` makes the n-th ``hit(name)`` of a process end that process with
SIGKILL, as a power cut would. ``NICHESCOUT_FAILPOINT_LOG`` names a file to which the name is appended (and
synced) first, so that a test can prove that the place was reached. Without the variable a hit is one comparison.
"""

import itertools
import os
import signal
from typing import Final

FAILPOINTS: Final = frozenset(
    {
        "leased",  # a lease is written, nothing fetched yet
        "fetched",  # a body is in hand, nothing written
        "before_commit",  # inside the transaction of a page or a mark, before COMMIT
        "after_commit",  # after COMMIT, before anybody is told
        "inside_warc_member",  # half of an archive record is on disk
        "vectors_appended",  # vectors are synced, the index commit that names them is not done
        "postings_written",  # so are the postings of what is new
        "index_commit",  # the index commit is done, the process has not told anybody
        "feed_position",  # a batch is in the index, the next one has not begun
    }
)

_wanted, _, _nth = os.environ.get("NICHESCOUT_FAILPOINT", "").partition(":")
_countdown = itertools.count(int(_nth) if _nth else 1, -1)


def hit(name: str) -> None:
    """Die here if the environment asks for it; ``name`` is one of ``FAILPOINTS``."""
    if name != _wanted:
        return
    if name not in FAILPOINTS:
        raise ValueError(f"unknown failpoint {name!r}")
    if next(_countdown) > 1:
        return
    log = os.environ.get("NICHESCOUT_FAILPOINT_LOG")
    if log:
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.write(handle, f"{name}\n".encode())
        os.fsync(handle)
    os.kill(os.getpid(), signal.SIGKILL)
