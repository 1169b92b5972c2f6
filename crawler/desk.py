"""The one thread through which a crawl reads and writes the catalog and the archive: never the event loop.

SQLite has one writer anyway; a single thread makes the order of commits the order of the calls, and its bounded
queue makes a slow disk slow the crawl down instead of filling the memory.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from catalog.store import Catalog

_T = TypeVar("_T")
_QUEUED: Final = 64


class CatalogDesk:
    """Runs functions of the catalog on its own thread, in order."""

    def __init__(self, open_it: Callable[[], Catalog]) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="catalog")
        self._room = asyncio.Semaphore(_QUEUED)
        self._catalog = self._thread.submit(open_it).result()

    async def call(self, work: Callable[[Catalog], _T]) -> _T:
        """The result of ``work(catalog)``, or its exception."""
        async with self._room:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work, self._catalog)

    def call_now(self, work: Callable[[Catalog], _T]) -> _T:
        """Like ``call``, for before and after the event loop runs."""
        return self._thread.submit(work, self._catalog).result()

    def close(self) -> None:
        """Finish what is queued and close the catalog."""
        self._thread.submit(self._catalog.close).result()
        self._thread.shutdown()
