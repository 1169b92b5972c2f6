"""An archive in the place of the network (DESIGN 5.6). Pure: captures in, answers out, no Scrapy.

Captures of one address answer in the order in which they were recorded; the last one repeats. An address that was
never recorded is "not archived", which says nothing about it; it is never a 404.
"""

from collections import Counter, defaultdict
from pathlib import Path

from catalog.identity import try_canonical
from crawler.errors import NotInArchive
from crawler.warc import Capture, records


class ReplayArchive:
    """The captures of a file by method and canonical address."""

    def __init__(self, path: Path) -> None:
        self._captures: defaultdict[tuple[str, str], list[Capture]] = defaultdict(list)
        self._asked: Counter[tuple[str, str]] = Counter()
        for _, kind, capture in records(path):
            if kind != "request":
                self._captures[_key(capture.method, capture.url)].append(capture)

    def answer(self, method: str, url: str) -> Capture:
        """The next capture of an address; raises ``NotInArchive``."""
        key = _key(method, url)
        captures = self._captures.get(key)
        if not captures:
            raise NotInArchive(f"{url} is not in the archive")
        nth = min(self._asked[key], len(captures) - 1)
        self._asked[key] += 1
        return captures[nth]


def _key(method: str, url: str) -> tuple[str, str]:
    return method, try_canonical(url) or url
