"""A crawl of 5,000 pages whose worker is killed every few seconds: ``python -m benchmarks.scale.kills [PAGES]``.

What the test of kills does with fewer pages (``tests/crawler/test_kill_crawl.py``). Exit code 1 where a page is lost
or one is fetched twice that was not leased at the moment of a kill.
"""

import sys
import tempfile
from pathlib import Path

from tests.crawler.kill_crawl import crawl_with_kills


def main(pages: int) -> int:
    """Crawl, kill, count and say so."""
    with tempfile.TemporaryDirectory() as folder:
        ended = crawl_with_kills(Path(folder), pages, seconds=(3.0, 8.0), most_kills=1000, luck=2)
    unexplained = set(ended.twice) - ended.allowed
    print(
        f"{ended.pages} pages, {ended.kills} kills, {len(ended.missing)} missing, {len(ended.twice)} fetched twice, "
        f"{len(unexplained)} of them without a kill to blame"
    )
    return 1 if ended.missing or unexplained else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000))
