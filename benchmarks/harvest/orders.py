"""Four orders over one invented web, with the same pages, readers and host budgets.

Focused, breadth-first, random, and an oracle. The focused one is the real thing: catalog, frontier, admission, gate
and ``crawler/focus.py``, without a network, with as many hosts in work at once as a crawl has. The others are lists in
memory. Found is whoever of the truth table a page object has shown; what a crawl judges itself decides on host budgets
(in all orders alike) and never on this count.
"""

import heapq
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Final, Protocol

from benchmarks.harvest.pages import Pages
from benchmarks.harvest.shape import steps_to_relevant
from benchmarks.harvest.world import WideWorld
from catalog.budgets import host_allowance
from catalog.identity import politeness_key, try_canonical
from catalog.items import AccountItem, Link, Outcome, PageResult, Validators
from catalog.lineage import MAX_DEPTH
from catalog.store import open_catalog
from catalog.tasks import Lease, Seed, Task
from crawler.gate import gate
from crawler.reading import Body, Readers, read_body
from crawler.results import Answer, result_of_answer
from crawler.sources.base import PageItems
from crawler.spiders.discover import TASKS_PER_VISIT, VISITS
from crawler.topic import Topic, topic_of

THEME: Final = "sourdough"
NOW: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
_MOST: Final = 20_000
_FAR: Final = 9
Rank = Callable[[Link, int], float]
"""Of a link and its number in the order of discovery; the lowest goes first."""


class CachedReaders(Readers):
    """Reads each page of a world once, in this process; the orders are judged by pages, not by time."""

    def __init__(self) -> None:
        super().__init__(workers=0)
        self._read: dict[tuple[str, str, str], PageItems] = {}

    async def read(self, body: Body) -> PageItems:
        """The items of a page; raises ``UnreadablePage``."""
        key = (body.source, body.page, body.url)
        if key not in self._read:
            self._read[key] = await read_body(body)
        return self._read[key]


class Web(Protocol):
    """An invented web with its truth table."""

    query: str
    topic: Topic
    relevant: frozenset[str]
    """Names of the relevant."""

    def seeds(self) -> tuple[Seed, ...]:
        """Where a crawl starts."""
        ...

    def answer(self, task: Task) -> Answer:
        """What the host says."""
        ...

    def name_of(self, account: AccountItem) -> str:
        """Of the creator whose account that is."""
        ...

    def steps(self, url: str) -> tuple[str, int] | None:
        """For the oracle: whom an address shows, and how many links lie between them and somebody relevant."""
        ...


@dataclass(slots=True)
class Tally:
    """Pages fetched so far, and at which page how many of the truth table were known."""

    web: Web
    pages: int = 0
    found: set[str] = field(default_factory=set)
    at: list[int] = field(default_factory=list)  # the page that showed the nth relevant creator

    def note(self, result: PageResult) -> None:
        """Count a page that was fetched."""
        self.pages += 1
        for account in result.accounts:
            key = self.web.name_of(account)
            if key in self.web.relevant and key not in self.found:
                self.found.add(key)
                self.at.append(self.pages)

    def pages_to(self, share: float) -> int | None:
        """Pages until that share of the relevant was found; None: never."""
        wanted = -int(-share * len(self.web.relevant) // 1)
        return self.at[wanted - 1] if len(self.at) >= wanted else None


class WideWeb:
    """The large invented web (``world.py``)."""

    query = THEME

    def __init__(self, world: WideWorld) -> None:
        self.topic = topic_of((THEME, THEME))
        self.relevant = frozenset(world.relevant)
        self._pages = Pages(world)
        self._steps = steps_to_relevant(world)

    def seeds(self) -> tuple[Seed, ...]:
        """Where a crawl starts."""
        return self._pages.seeds()

    def answer(self, task: Task) -> Answer:
        """The page, or 404."""
        page = self._pages.get(task.url)
        if page is None:
            return Answer(status=404, headers={}, body=b"")
        return Answer(status=200, headers={"content-type": [page.kind]}, body=page.body)

    def name_of(self, account: AccountItem) -> str:
        """As the truth table names it."""
        return f"{account.handle}@{account.host}" if account.handle else account.host

    def steps(self, url: str) -> tuple[str, int] | None:
        """None of lists, hashtags, the search."""
        shown = [(self._steps.get(one.key, _FAR), one.key) for one in self._pages.owners(url)]
        if not shown:
            return None
        distance, key = min(shown, key=lambda one: one[0])
        return key, distance


class Fetcher:
    """Answers of a web, read and judged as a crawl does it."""

    def __init__(self, web: Web, now: datetime = NOW) -> None:
        self.web = web
        self.now = now
        self._readers = CachedReaders()

    async def fetch(self, task: Task) -> PageResult:
        """The result of a task, after the gate."""
        result = await result_of_answer(
            task,
            self.web.answer(task),
            self._readers,
            topic=self.web.topic,
            invented_only=True,
            off=frozenset(),
            now=self.now,
        )
        return gate(result)


async def focused(fetcher: Fetcher, share: float) -> Tally:
    """The real frontier, until that share of the relevant is found or nothing is left."""
    tally = Tally(fetcher.web)
    with tempfile.TemporaryDirectory() as folder, open_catalog(Path(folder), clock=lambda: fetcher.now) as catalog:
        job = catalog.start_job(fetcher.web.query, fetcher.web.seeds())
        visits: list[tuple[Lease, list[Task]]] = []
        while tally.pages_to(share) is None and tally.pages < _MOST:
            while len(visits) < VISITS and (lease := catalog.lease(job, "bench", tasks=TASKS_PER_VISIT)) is not None:
                visits.append((lease, list(lease.tasks)))
            if not visits:
                break
            lease, tasks = visits.pop(0)
            result = await fetcher.fetch(tasks.pop(0))
            report = catalog.commit_page(result)
            tally.note(result)
            if tasks and not report.worth_less:
                visits.append((lease, tasks))
            else:
                catalog.release(lease, next_allowed_at=fetcher.now)
    return tally


async def in_memory(fetcher: Fetcher, share: float, rank: Rank) -> Tally:
    """Addresses in the order of ``rank``, each once, within the budgets of hosts and the steps of a crawl."""
    tally = Tally(fetcher.web)
    queue: list[tuple[float, int, int, Link]] = []
    seen: set[str] = set()
    spent: defaultdict[str, int] = defaultdict(int)
    brought: defaultdict[str, set[str]] = defaultdict(set)
    judged: set[str] = set()

    def add(links: Iterator[Link], depth: int) -> None:
        for link in links:
            url = try_canonical(link.url)
            if url is not None and url not in seen and depth <= MAX_DEPTH:
                seen.add(url)
                heapq.heappush(queue, (rank(link, len(seen)), len(seen), depth, link))

    add((seed.link for seed in fetcher.web.seeds()), 0)
    while queue and tally.pages_to(share) is None and tally.pages < _MOST:
        _, number, depth, link = heapq.heappop(queue)
        host = politeness_key(link.url)
        if spent[host] >= host_allowance(judged=True, brought=len(brought[host])):
            continue
        result = await fetcher.fetch(_task(link, number, depth))
        spent[host] += 1
        new = {alias.value for alias in result.relevant} - judged
        judged |= new
        brought[host] |= new
        tally.note(result)
        if result.outcome is Outcome.OK:
            add(iter(result.links), depth + 1)
    return tally


def breadth_first(_: Link, number: int) -> float:
    """First found, first fetched."""
    return float(number)


def at_random(seed: int) -> Rank:
    """Any order."""
    chance = Random(seed)
    return lambda _link, _number: chance.random()


def oracle(fetcher: Fetcher) -> Rank:
    """Who knows the truth table: pages of the relevant first, then whoever links to them, one page of each creator."""
    asked: defaultdict[str, int] = defaultdict(int)

    def rank(link: Link, _number: int) -> float:
        nearest = fetcher.web.steps(link.url)
        if nearest is None:
            return 0.5  # lists, hashtags, the search
        key, distance = nearest
        asked[key] += 1
        return distance + 0.6 * (asked[key] > 1)

    return rank


def _task(link: Link, number: int, depth: int) -> Task:
    return Task(
        id=number,
        token="",
        job_id="",
        url=link.url,
        source=link.source,
        page=link.page,
        depth=depth,
        score=link.score,
        attempts=0,
        validators=Validators(),
        context=link.context,
        inherited=link.inherited,
    )
