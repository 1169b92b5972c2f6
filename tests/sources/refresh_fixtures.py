"""Write output.json (or exception.json) of fixture cases again, after a change that is meant.

    python -m tests.sources.refresh_fixtures fixtures/mastodon [fixtures/feed ...]

Read the difference before you commit it: it is what must be read from now on.
"""

import json
import sys
from pathlib import Path

from crawler.errors import UnreadablePage
from crawler.sources._fixture_adapter import FixtureAdapter
from tests.sources.cases import Case, cases_in


def refresh(case: Case) -> bool:
    """Whether anything changed."""
    output, exception = case.path / "output.json", case.path / "exception.json"
    try:
        wanted, other, value = output, exception, FixtureAdapter(case.read()).asdict()
    except UnreadablePage as error:
        wanted, other = exception, output
        value = {"import_path": "crawler.errors.UnreadablePage", "msg": str(error)}
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n"
    changed = other.exists() or not wanted.exists() or wanted.read_text("utf-8") != text
    other.unlink(missing_ok=True)
    wanted.write_text(text, "utf-8")
    return changed


def main(folders: list[str]) -> None:
    for folder in folders:
        for case in cases_in(Path(folder).resolve()):
            if refresh(case):
                print(f"changed: {case.path}")


if __name__ == "__main__":
    main(sys.argv[1:])
