"""Which sources there are: the page in docs, and the rows of ``nichescout sources``."""

from pathlib import Path

from app.config import Config
from app.sources_view import NOT_BUILT, PAGE, not_built_lines, source_rows, sources_page
from crawler.sources import all_sources


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == sources_page(), "run: python -m app.sources_view"


def test_the_page_names_every_source_page_and_rule() -> None:
    text = sources_page()
    for source in all_sources().values():
        assert f"## {source.name}\n" in text
        assert source.rules in text
        assert all(f"| {page} | " in text for page in source.pages)
    assert all(one.network in text and one.why in text for one in NOT_BUILT)


def test_a_source_that_is_switched_off_is_off(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts.toml"
    hosts.write_text('[hackernews]\nenabled = false\n[searxng]\nhosts = ["http://localhost:8888"]\n')
    rows = {row.name: row for row in source_rows(Config(data=tmp_path, hosts=hosts))}
    assert not rows["hackernews"].on
    assert rows["forem"].on
    assert rows["searxng"].on
    assert rows["searxng"].hosts == ("http://localhost:8888",)


def test_what_needs_something_is_off_without_it(tmp_path: Path) -> None:
    hosts = tmp_path / "hosts.toml"
    hosts.write_text("")
    rows = {row.name: row for row in source_rows(Config(data=tmp_path, hosts=hosts))}
    assert not rows["searxng"].on
    assert not rows["discourse"].on


def test_the_networks_that_are_not_read_are_named_with_the_reason() -> None:
    for network in ("Instagram", "TikTok", "LinkedIn", "Reddit without approval", "captcha"):
        assert network in not_built_lines()
