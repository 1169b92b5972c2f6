"""Where the invented exports lie, and what is in a file as (kind, network, name) rows."""

import zipfile
from collections import Counter
from pathlib import Path

from crawler.followers.model import Follower, LeftOut
from crawler.followers.recognise import follower_files
from tests.conftest import ROOT

EXPORTS = ROOT / "fixtures" / "exports"


def read(path: Path, network: str = "") -> tuple[list[Follower], Counter[LeftOut]]:
    """Everybody at ``path``, and how many rows gave nobody."""
    rows = [row for file in follower_files(path, network=network) for row in file.rows]
    people = [row for row in rows if isinstance(row, Follower)]
    return people, Counter(row for row in rows if isinstance(row, LeftOut))


def names(path: Path, network: str = "") -> list[tuple[str, str, str]]:
    return [(row.kind.title, row.network, row.handle or row.native_id or row.url) for row in read(path, network)[0]]


def zipped(folder: Path, target: Path) -> Path:
    """The folder as the zip that a platform hands out."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            archive.write(file, file.relative_to(folder))
    return target
