"""``nichescout read FILE``: what a file is, told by its address, else by its own shape."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import main
from tests.sources.cases import FIXTURES

STATUSES = FIXTURES / "mastodon/crawler.sources.mastodon.StatusesPage/own-list/inputs/HttpResponse-body.html"


def read(file: Path, *options: str) -> list[dict[str, object]]:
    ran = CliRunner().invoke(main, ["read", str(file), *options])
    assert ran.exit_code == 0, ran.output
    return [json.loads(line) for line in ran.stdout.splitlines()]


def decision(file: Path, *options: str) -> tuple[object, object]:
    last = read(file, *options)[-1]
    return last["source"], last["page"]


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        (b"", b""),
        (b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nServer: x\r\n\r\n", b""),
        (b"HTTP/2 200\ncontent-type: application/json\n\n", b"\n"),
    ],
    ids=["body", "curl -i", "curl -i, unix lines"],
)
def test_a_body_without_an_address_is_known_by_its_shape(head: bytes, tail: bytes, tmp_path: Path) -> None:
    file = tmp_path / "latest.json"  # the name of a forum's page: a file's name says nothing
    file.write_bytes(head + STATUSES.read_bytes() + tail)
    assert decision(file) == ("mastodon", "statuses")
    assert [line["item"] for line in read(file)].count("post") > 0


def test_an_answer_kept_with_its_headers_in_json(tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    kept = {"headers": {"Content-Type": "application/json"}, "body": STATUSES.read_text("utf-8"), "response": {}}
    file.write_text(json.dumps(kept), "utf-8")
    assert decision(file) == ("mastodon", "statuses")


def test_a_gzipped_body(tmp_path: Path) -> None:
    file = tmp_path / "page.gz"
    file.write_bytes(gzip.compress(STATUSES.read_bytes()))
    assert decision(file) == ("mastodon", "statuses")


def test_an_address_that_says_what_it_is_goes_before_the_shape(tmp_path: Path) -> None:
    file = tmp_path / "body"
    file.write_bytes(STATUSES.read_bytes())
    assert decision(file, "--url", "https://forum.example/latest.json") == ("discourse", "topics")


def test_a_body_of_no_known_shape_is_a_feed_or_a_page(tmp_path: Path) -> None:
    file = tmp_path / "something"
    file.write_text('{"items": [], "version": "https://jsonfeed.org/version/1.1"}')
    assert decision(file)[0] == "feed"
    file.write_text("<!doctype html><title>Rolls</title><p>Rolls all day long")
    assert decision(file)[0] == "page"
