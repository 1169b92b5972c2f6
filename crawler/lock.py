"""One crawl per data folder at a time, and the knowledge that the one before is dead.

The lock is the operating system's: it ends with its process, however that ended. Whoever holds it may take back the
leases of every earlier run of this folder at once, instead of waiting for them to expire.
"""

import fcntl
import time
from pathlib import Path
from typing import BinaryIO, Final

from crawler.errors import CrawlError

LOCAL_WORKER: Final = "local"
"""The name under which the one crawl of a folder leases."""
_POLL: Final = 0.1  # seconds


def take_lock(data_dir: Path, *, wait: float) -> BinaryIO:
    """The open lock file; closing it, or dying, gives the lock back.

    Waits up to ``wait`` seconds, since a crawl whose caller was killed still finishes its last pages. Raises
    ``CrawlError`` when another crawl goes on.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    file = (data_dir / "crawl.lock").open("ab")
    deadline = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if time.monotonic() >= deadline:
                file.close()
                raise CrawlError(f"another crawl works in {data_dir}; wait for its end or stop it") from error
            time.sleep(_POLL)
        else:
            return file
