"""Folders are where platformdirs says, also where it is not asked."""

from pathlib import Path

import platformdirs
import pytest

from base.folders import cache_dir, data_dir


@pytest.mark.parametrize("named", ["", "/elsewhere", " "])
def test_the_short_way_on_linux_says_what_platformdirs_says(named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NICHESCOUT_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", named)
    monkeypatch.setenv("XDG_DATA_HOME", named)
    assert cache_dir() == Path(platformdirs.user_cache_dir("nichescout", appauthor=False))
    assert data_dir() == Path(platformdirs.user_data_dir("nichescout", appauthor=False))


def test_the_environment_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NICHESCOUT_CACHE", "/here")
    assert cache_dir() == Path("/here")
