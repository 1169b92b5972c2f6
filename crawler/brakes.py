"""What makes a crawl stop from outside: the operator's stop file, and too little room on the disk."""

import shutil
from pathlib import Path
from typing import Final

from crawler.errors import Braked
from crawler.progress import CrawlOutcome

STOP_FILE: Final = "stop"
_MIB: Final = 1 << 20


def brake(data_dir: Path, min_free: int) -> tuple[CrawlOutcome, str] | None:
    """Why nothing may be crawled now: the outcome and a line for a person. ``min_free`` is in MiB."""
    file = data_dir / STOP_FILE
    if file.exists():
        return "halted", f"the stop file {file} is there; remove it to crawl"
    free = shutil.disk_usage(data_dir).free // _MIB
    if free < min_free:
        return "disk", f"only {free} MiB are free in {data_dir}, the floor (min_free) is {min_free}; make room"
    return None


def check_brakes(data_dir: Path, min_free: int) -> None:
    """Raise Braked where nothing may be crawled now."""
    braked = brake(data_dir, min_free) if data_dir.is_dir() else None
    if braked is not None:
        raise Braked(braked[1])
