"""Killed every few seconds, a crawl fetches every page, loses none, and fetches at most the leased ones twice."""

from pathlib import Path

import pytest

from tests.crawler.kill_crawl import Ended, crawl_with_kills


def check(ended: Ended, least_kills: int) -> None:
    assert ended.kills >= least_kills
    assert ended.missing == ()
    assert set(ended.twice) <= ended.allowed
    assert set(ended.states) == {("done", "ok")}


def test_a_short_crawl(tmp_path: Path) -> None:
    check(crawl_with_kills(tmp_path, 100, seconds=(0.2, 0.8), most_kills=2, luck=1), 2)


@pytest.mark.slow
def test_eight_hundred_pages(tmp_path: Path) -> None:
    """``python -m benchmarks.scale.kills`` does it with five thousand."""
    check(crawl_with_kills(tmp_path, 800, seconds=(0.3, 1.0), most_kills=5, luck=2), 5)
