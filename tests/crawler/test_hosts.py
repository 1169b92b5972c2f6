"""hosts.toml: what it may hold, and one clear line for what it may not."""

from pathlib import Path

import pytest

from crawler.hosts import HostsError, load_hosts


def test_hosts_of_a_source(tmp_path: Path) -> None:
    file = tmp_path / "hosts.toml"
    file.write_text(
        '[mastodon]\nhosts = ["a.example", "https://b.example/x", "a.example"]\n[podcasts]\nenabled = false\n'
    )
    hosts = load_hosts(file)
    assert hosts.for_source("mastodon") == ("a.example", "https://b.example/x")
    assert hosts.for_source("discourse") == ()
    assert not hosts.is_enabled("podcasts")
    assert hosts.is_enabled("mastodon")


@pytest.mark.parametrize(
    "text",
    [
        "[mastodon\n",
        "mastodon = 3",
        "[mastodon]\nhosts = 'a.example'",
        "[mastodon]\nhosts = [1]",
        "[mastodon]\nhosts = ['two words']",
        "[mastodon]\nhosts = ['ftp://a.example']",
        "[mastodon]\nservers = []",
        "[mastodon]\nenabled = 'no'",
    ],
)
def test_broken_files(tmp_path: Path, text: str) -> None:
    file = tmp_path / "hosts.toml"
    file.write_text(text)
    with pytest.raises(HostsError) as error:
        load_hosts(file)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(HostsError, match="does not exist"):
        load_hosts(tmp_path / "none.toml")
