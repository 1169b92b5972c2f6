"""Pages a second of each source's page objects over its fixtures, in one process, without fetching or committing.

python -m benchmarks.speed.parse [--json FILE]

Fixtures are smaller than pages of the web; ``crawl`` measures pages of real size. Pages that are refused count too.
"""

import argparse
import asyncio
import contextlib
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

from benchmarks.speed.crawl_site import make_site
from benchmarks.speed.figures import Figure, tell
from crawler.errors import UnreadablePage
from crawler.reading import Body, read_body
from tests.sources.cases import ALL_CASES, Case

_SECONDS: Final = 0.3  # of CPU for each source
_SITE: Final = 60  # pages of real size


def main(file: Path | None) -> int:
    sources = defaultdict(list)
    for case in ALL_CASES:
        sources[case.source].append(case)
    figures = []
    for name, cases in sorted(sources.items()):
        pages, seconds = 0, 0.0
        for case in cases:  # once for what is loaded when first used
            _read(case)
        while seconds < _SECONDS:
            started = time.process_time()
            for case in cases:
                _read(case)
            seconds += time.process_time() - started
            pages += len(cases)
        figures.append(Figure(f"{name} ({len(cases)} fixtures)", pages / seconds, "pages/s"))
    return tell([*figures, *_real_size()], file)


def _read(case: Case) -> None:
    with contextlib.suppress(UnreadablePage):
        case.read()


def _real_size() -> list[Figure]:
    """HTML pages and feeds of the size that real ones have."""
    site = make_site(_SITE)
    figures = []
    for source in ("page", "feed"):
        bodies = [
            Body(
                source=source, page=page, url=url, status=200, body=site.bodies[url],
                headers=(("content-type", site.types[url]),),
            )
            for url, kind, page in site.pages
            if kind == source
        ]  # fmt: skip
        started = time.process_time()
        for body in bodies:
            asyncio.run(read_body(body))
        size = sum(len(body.body) for body in bodies) / len(bodies) / 1000
        speed = len(bodies) / (time.process_time() - started)
        figures.append(Figure(f"{source}, generated, mean {size:.0f} kB", speed, "pages/s"))
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Speed of reading pages.")
    parser.add_argument("--json", type=Path)
    sys.exit(main(parser.parse_args().json))
