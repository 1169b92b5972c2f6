"""The lists of words that look like places."""

import tomllib

from places.words import _FILE, _lists


def test_the_lists_are_read_as_toml_reads_them() -> None:
    assert _lists() == tomllib.loads(_FILE.read_text("utf-8"))
