"""Addresses of a server and the keys to it: nothing secret on a command line, in the clear or open to others."""

from pathlib import Path

import pytest

from indexer.backends.elastic.address import Access, read_access, read_address
from indexer.errors import IndexAccessInvalid

HEX = "ab" * 32


@pytest.mark.parametrize(
    ("text", "url", "prefix"),
    [
        ("https://search.example:9201/scout", "https://search.example:9201", "scout"),
        ("https://search.example/scout/", "https://search.example:9200", "scout"),
        ("http://[::1]:9200/a-b.c_d", "http://[::1]:9200", "a-b.c_d"),
    ],
)
def test_an_address_has_a_port_and_a_prefix(text: str, url: str, prefix: str) -> None:
    found = read_address(text)
    assert (found.url, found.prefix, str(found)) == (url, prefix, f"{url}/{prefix}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("https://elastic:secret@search.example/scout", "must hold no user or password"),
        ("https://search.example", "must end in a prefix"),
        ("https://search.example/Scout", "must end in a prefix of small letters"),
        ("https://search.example/a/b", "must end in a prefix"),
        ("https://search.example/a?b=c", "must end in a prefix"),
        ("ftp://search.example/scout", "is not one; give it as https"),
        ("search.example:9200/scout", "is not one; give it as https"),
        ("https://search.example:port/scout", "is not one"),
        ("https:///scout", "is not one"),
    ],
)
def test_what_is_no_address_is_one_clear_line(text: str, told: str) -> None:
    with pytest.raises(IndexAccessInvalid, match=told) as raised:
        read_address(text)
    assert "secret" not in str(raised.value)


def written(tmp_path: Path, text: str, mode: int = 0o600) -> Path:
    file = tmp_path / "elasticsearch.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_keys_come_from_the_environment_and_then_from_the_file(tmp_path: Path) -> None:
    address = read_address("https://search.example/scout")
    (tmp_path / "ca.crt").write_text("-")
    file = written(tmp_path, f'api_key = "file"\nca = "{tmp_path}/ca.crt"\nfingerprint = "{HEX.upper()}"\n')
    assert read_access(file, address, environ={}) == Access("file", tmp_path / "ca.crt", HEX)
    named = {"NICHESCOUT_INDEX_API_KEY": "environment", "NICHESCOUT_INDEX_FINGERPRINT": ":".join(["cd"] * 32)}
    assert read_access(file, address, environ=named) == Access("environment", tmp_path / "ca.crt", "cd" * 32)
    assert read_access(None, address, environ={}) == Access()


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        ('api_key = "secret"', 0o644, "can be read by others; run: chmod 600"),
        ('api_key = "secret', 0o600, "cannot be read"),
        ('password = "secret"', 0o600, "password is not known; it may hold api_key, ca, fingerprint"),
        ("api_key = 5", 0o600, "api_key is not known"),
        ('fingerprint = "abc"', 0o600, "64 hex digits"),
        ('ca = "/nowhere/ca.crt"', 0o600, "there is no certificate file /nowhere/ca.crt"),
    ],
)
def test_a_file_of_keys_that_is_not_right_is_one_clear_line(tmp_path: Path, text: str, mode: int, told: str) -> None:
    with pytest.raises(IndexAccessInvalid, match=told) as raised:
        read_access(written(tmp_path, text, mode), read_address("https://search.example/scout"), environ={})
    assert "secret" not in str(raised.value)


def test_a_file_of_keys_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(IndexAccessInvalid, match="cannot be read"):
        read_access(tmp_path / "none.toml", read_address("https://search.example/scout"), environ={})


def test_a_key_is_not_sent_in_the_clear() -> None:
    named = {"NICHESCOUT_INDEX_API_KEY": "secret"}
    with pytest.raises(IndexAccessInvalid, match="use https://"):
        read_access(None, read_address("http://search.example/scout"), environ=named)
    assert read_access(None, read_address("http://127.0.0.1/scout"), environ=named).api_key == "secret"
