"""Child processes are ours, whatever lies in the working directory."""

from pathlib import Path

import pytest

from app.children import run_child
from base.errors import UserError
from tests.conftest import ROOT


def test_a_folder_named_like_a_room_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("app", "catalog"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "__init__.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with pytest.raises(UserError, match="no catalog in"):
        run_child("app.indexing", [str(tmp_path / "data")], lambda _: None)
