"""A cold ``nichescout search`` must not load what it does not use."""

import os
import subprocess
import sys

from tests.conftest import ROOT, Demo
from tests.test_house_rules import FORBIDDEN_IN_SEARCH

SCRIPT = """
import sys
import cli
try:
    cli.main(["--data", sys.argv[1], "search", "sushi in boston", "--json"])
except SystemExit as end:
    assert not end.code, end.code
print([name for name in sys.argv[2].split(",") if name in sys.modules], file=sys.stderr)
"""


def test_search_loads_nothing_heavy(demo: Demo) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(demo.data), ",".join((*FORBIDDEN_IN_SEARCH, "rich"))],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.stderr.strip().splitlines()[-1] == "[]"
    assert done.stdout.startswith("{")
