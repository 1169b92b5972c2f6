"""Memory of a long crawl's processes: at a quarter of the pages, at the half, at the end.

The web of ``speed/crawl.py``, larger, crawled once with everything. What counts is memory of the processes' own; pages
of mapped files (programs, libraries, the catalog) are the system's to take back.

Budget: from a quarter of the pages to the end it does not grow by more than a tenth.
``python -m benchmarks.speed.crawl_memory [PAGES] [--json FILE]``
"""

import argparse
import os
import sys
from pathlib import Path
from typing import Final

from benchmarks.speed.crawl import served, with_everything
from benchmarks.speed.crawl_site import make_site
from benchmarks.speed.figures import Figure, tell
from benchmarks.speed.processes import children_of, memory_of
from crawler.progress import Progress

_PAGES: Final = 20_000
_GROWTH: Final = 1.1
_PARTS: Final = {"a quarter": 0.25, "half": 0.5, "all": 0.9}  # of all the last that was told counts


class Watch:
    """What a crawl's process and its readers held of their own, MB, when each part of the pages was reached."""

    def __init__(self, pages: int, others: int) -> None:
        """``others``: a child of ours that is no crawl."""
        self._pages = pages
        self._others = others
        self.crawl: dict[str, float] = {}
        self.readers: dict[str, float] = {}

    def look(self, progress: Progress) -> None:
        """Note what is reached."""
        for part, share in _PARTS.items():
            if progress.pages >= share * self._pages and (part not in self.crawl or part == "all"):
                self._note(part)

    def _note(self, part: str) -> None:
        for crawl in children_of(os.getpid()):
            if crawl != self._others:
                self.crawl[part] = memory_of(crawl).own
                self.readers[part] = sum(memory_of(reader).own for reader in children_of(crawl))


def main(pages: int, file: Path | None) -> int:
    site = make_site(pages, without_repeated=True)
    with served(pages) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        watch = Watch(len(site.pages), server.pid)
        with_everything(site, port, on_progress=watch.look)
    both = {part: watch.crawl[part] + watch.readers[part] for part in _PARTS}
    figures = [
        *(Figure(f"the crawl's process, {part} of {pages:,} pages", watch.crawl[part], "MB") for part in _PARTS),
        *(Figure(f"its readers together, {part}", watch.readers[part], "MB") for part in _PARTS),
        Figure("all, from a quarter of the pages to the end", both["all"] / both["a quarter"], "×", _GROWTH),
    ]
    return tell(figures, file)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Memory of a long crawl.")
    parser.add_argument("pages", type=int, nargs="?", default=_PAGES)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    sys.exit(main(given.pages, given.json))
