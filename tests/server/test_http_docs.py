"""What docs/http.md shows is run: each line of curl, each program, against a real server."""

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.server.conftest import Served

PAGE = (ROOT / "docs" / "http.md").read_text("utf-8")
CURLS = [line for block in re.findall(r"```bash\n(.*?)```", PAGE, re.S) for line in block.splitlines()]
PROGRAMS = re.findall(r"```python\n(.*?)```", PAGE, re.S)


@pytest.mark.parametrize("line", CURLS)
def test_each_line_of_curl_gets_an_answer(line: str, served: Served) -> None:
    ran = subprocess.run(
        ["bash", "-c", line.replace("curl -s", "curl -sf")],
        env={**os.environ, "SCOUT": served.address},
        capture_output=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(b"{")


@pytest.mark.parametrize("program", PROGRAMS)
def test_each_program_runs(program: str, served: Served) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", f"SCOUT = {served.address!r}\n{program}"], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    assert len(ran.stdout.splitlines()) == 3


def test_every_address_in_the_table_exists(served: Served) -> None:
    known = served.client.get("/v1/openapi.json").json()["paths"]
    shapes = {re.sub(r"\{[^}]*\}", "{}", path) for path in known} | {"/v1/openapi.json"}
    told = {found.partition("?")[0] for found in re.findall(r"`(?:GET |POST )?(/[\w/{}.]+)[^`]*`", PAGE)}
    assert {re.sub(r"\{[^}]*\}", "{}", path) for path in told} <= shapes
    assert len(told) > 12
