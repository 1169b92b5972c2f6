"""The list of the forgotten as it lies in a data folder, keyed hashes only: what a cold search reads of it.

Its first line is the fingerprint of the whole list, then comes one hash a line. ``catalog/forgotten.py`` writes it.
"""

from pathlib import Path
from typing import Final

LIST_FILE: Final = "suppression.list"


def listed_fingerprint(folder: Path) -> str:
    """The fingerprint of the list in a data folder; empty where there is none."""
    try:
        with (folder / LIST_FILE).open(encoding="ascii") as lines:
            return lines.readline().strip()
    except (OSError, UnicodeDecodeError):
        return ""


def listed_digests(folder: Path) -> frozenset[str]:
    """The digests of the list in a data folder."""
    try:
        return frozenset((folder / LIST_FILE).read_text(encoding="ascii").split()[1:])
    except (OSError, UnicodeDecodeError):
        return frozenset()
