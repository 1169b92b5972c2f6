"""The demo world as a web with a truth table: its recording, and who in its source form writes about sushi."""

from typing import Final
from urllib.parse import parse_qs, urlsplit

from benchmarks.recorded import QUERY, RECORDING, answer_to, plan_of, topic_of_plan
from catalog.identity import host_of
from catalog.items import AccountItem
from catalog.tasks import Seed, Task
from crawler.errors import NotInArchive
from crawler.replay import ReplayArchive
from crawler.results import Answer
from tests.world.model import Presence
from tests.world.writing import load_world

_THEME: Final = "sushi"
_FAR: Final = 1  # links from anybody to somebody relevant: the world is small


class DemoWeb:
    """Relevant is whoever the world's source form gives the theme, wherever they live; what may be read of them."""

    query = QUERY

    def __init__(self) -> None:
        self._archive = ReplayArchive(RECORDING)
        self.now = self._archive.last_date
        self._plan = plan_of(RECORDING)
        self.topic = topic_of_plan(self._plan)
        creators = load_world().source.creators
        self.relevant = frozenset(one.id for one in creators if one.theme == _THEME)
        self._names = {_key(place): one.id for one in creators for place in one.presences}

    def within_reach(self, found: set[str]) -> None:
        """Leave only those whom an exhaustive crawl finds: some do not want to be found, some nobody links to."""
        self.relevant = self.relevant & found

    def seeds(self) -> tuple[Seed, ...]:
        """What the planner starts from."""
        return self._plan.seeds

    def answer(self, task: Task) -> Answer:
        """As recorded, or 404."""
        try:
            return answer_to(self._archive, task.url)
        except NotInArchive:
            return Answer(status=404, headers={}, body=b"")

    def name_of(self, account: AccountItem) -> str:
        """The creator's id in the source form; empty of people whom it does not list."""
        named = self._names.get(f"{account.handle}@{account.host}") if account.handle else None
        return named or self._names.get(account.host, "")

    def steps(self, url: str) -> tuple[str, int] | None:
        """None of addresses that show nobody in particular."""
        parts = urlsplit(url)
        handle = parse_qs(parts.query).get("acct", [""])[0] or parts.path.removeprefix("/u/").removesuffix(".json")
        name = self._names.get(f"{handle}@{host_of(url)}") or self._names.get(host_of(url))
        return None if name is None else (name, 0 if name in self.relevant else _FAR)


def _key(place: Presence) -> str:
    return place.host if place.kind == "blog" else f"{place.handle}@{place.host}"
