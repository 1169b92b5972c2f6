"""An archive in the place of the network (DESIGN 5.6). Pure: captures in, answers out, no Scrapy.

Captures of one address answer in the order in which they were recorded; the last one repeats. An address that was
never recorded is "not archived", which says nothing about it; it is never a 404.
"""

from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Final

from catalog.identity import try_canonical
from crawler.errors import ArchiveError, NotInArchive
from crawler.warc import Capture, read_record, records

_Place = tuple[int, int]  # offset and length of a member


class ReplayArchive:
    """The captures of a file by method and canonical address; bodies are read when they are asked for.

    Raises ``ArchiveError`` for a missing, cut-off, empty or foreign file. ``last_date`` is the day at which the replay
    happens.
    """

    last_date: Final[datetime]

    def __init__(self, path: Path) -> None:
        self._path = path
        self._places: defaultdict[tuple[str, str], list[_Place]] = defaultdict(list)
        self._asked: Counter[tuple[str, str]] = Counter()
        last: datetime | None = None
        for member, kind, capture in records(path):
            last = max(last or capture.fetched_at, capture.fetched_at)
            if kind != "request":
                self._places[_key(capture.method, capture.url)].append((member.offset, member.length))
        if last is None:
            raise ArchiveError(f"the archive {path} holds no page; give a file written by --archive")
        self.last_date = last

    def answer(self, method: str, url: str) -> Capture:
        """The next capture of an address; raises ``NotInArchive``."""
        key = _key(method, url)
        places = self._places.get(key)
        if not places:
            raise NotInArchive(f"{url} is not in the archive")
        nth = min(self._asked[key], len(places) - 1)
        self._asked[key] += 1
        return read_record(self._path, *places[nth])


def _key(method: str, url: str) -> tuple[str, str]:
    return method, try_canonical(url) or url
