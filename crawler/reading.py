"""From a body to items: inline for light pages, in a worker process for heavy ones.

Page objects are pure, so a page that crashes, hangs or eats its worker costs one worker and one page. Nothing here
knows Scrapy; the workers are spawned, so that no reactor, socket or database handle is inherited.
"""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Final

from web_poet import HttpResponse, PageParams

from crawler.errors import UnreadablePage
from crawler.guard import guard_reader, reading
from crawler.sources import all_sources
from crawler.sources.base import PageItems, SourcePage

WORKERS: Final = 2
TIMEOUT: Final = 30.0  # seconds for one page; the slowest real page measured took 2
LIGHT: Final = 24 * 1024  # bytes; a feed of 70 kB takes 80 ms, for which the event loop would stand still
_START: Final = 300.0  # seconds for a worker to start


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A page as fetched, decoded from its content encoding. Header names are in lower case."""

    source: str
    page: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    context: tuple[tuple[str, str], ...] = ()  # of the link that led here


def page_class(source: str, page: str) -> type[SourcePage]:
    """The class that reads a kind of page; raises ``UnreadablePage`` for one that no source of ours has."""
    try:
        return all_sources()[source].pages[page]
    except KeyError as error:
        raise UnreadablePage(f"no source reads {source}/{page}") from error


async def read_body(body: Body) -> PageItems:
    """The items of a page; raises ``UnreadablePage``."""
    token = reading.set(True)
    response = HttpResponse(url=body.url, body=body.body, status=body.status, headers=list(body.headers))
    try:
        page = page_class(body.source, body.page)(response=response, page_params=PageParams(body.context))
        return await page.to_item()
    except UnreadablePage:
        raise
    except Exception as error:
        # A stranger's page must not end the crawl. The type tells a bug of ours in the log.
        raise UnreadablePage(f"{type(error).__name__} in {body.source}/{body.page}: {error}"[:300]) from error
    finally:
        reading.reset(token)


def _get_ready() -> None:
    import trafilatura  # noqa: F401 - most heavy pages need it

    all_sources()


def _read_in_worker(body: Body) -> PageItems:
    return asyncio.run(read_body(body))


class Readers:
    """A few worker processes that read heavy pages; ``close`` ends them.

    Every worker is a pool of one, so that a page that hangs is ended by its process id and the others go on.
    """

    def __init__(
        self, workers: int = WORKERS, timeout: float = TIMEOUT, read_heavy: Callable[[Body], PageItems] | None = None
    ) -> None:
        self._timeout = timeout
        self._read_heavy = read_heavy or _read_in_worker
        self._idle: asyncio.LifoQueue[ProcessPoolExecutor | None] = asyncio.LifoQueue()
        for _ in range(workers):
            self._idle.put_nowait(None)  # started when first needed: light crawls pay nothing

    async def read(self, body: Body) -> PageItems:
        """The items of a page, read here when its class and its size are light; raises ``UnreadablePage``."""
        if not page_class(body.source, body.page).heavy and len(body.body) <= LIGHT:
            return await read_body(body)
        return await self.read_apart(body)

    async def read_apart(self, body: Body) -> PageItems:
        """The items of a page, read in a worker process; raises ``UnreadablePage``."""
        idle = await self._idle.get()
        worker = idle or _start_worker()
        survivor: ProcessPoolExecutor | None = None
        try:
            if idle is None:  # its imports are not the page's time; on a busy machine they take longer than any page
                await asyncio.wait_for(asyncio.wrap_future(worker.submit(_get_ready)), _START)
            future = asyncio.wrap_future(worker.submit(self._read_heavy, body))
            items = await asyncio.wait_for(future, self._timeout)
            survivor = worker
            return items
        except UnreadablePage:
            survivor = worker
            raise
        except TimeoutError as error:
            raise UnreadablePage(f"reading took longer than {self._timeout:g} seconds") from error
        except BrokenProcessPool as error:
            raise UnreadablePage("reading ended its worker process") from error
        finally:
            if survivor is None:
                _end_worker(worker)
            self._idle.put_nowait(survivor)

    def close(self) -> None:
        """End the workers."""
        while not self._idle.empty():
            worker = self._idle.get_nowait()
            if worker is not None:
                worker.shutdown(wait=True, cancel_futures=True)


def _start_worker() -> ProcessPoolExecutor:
    return ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"), initializer=_follow_parent)


def _end_worker(worker: ProcessPoolExecutor) -> None:
    # A hanging worker does not hear shutdown(). Its process is the pool's only one; the executor keeps no public
    # list of them before 3.14.
    for process in list((getattr(worker, "_processes", None) or {}).values()):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
    worker.shutdown(wait=False, cancel_futures=True)


def _follow_parent() -> None:
    """In the worker: open nothing, and end with the crawl, even by SIGKILL (the pool's pipe would keep it waiting)."""
    guard_reader()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
