"""Whatever a person types or hands over: one clear line that says what to do, exit code 1 or 2, no traceback."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest
from click.testing import CliRunner

from cli import main
from indexer.models import DEFAULT_MODEL, resolve
from tests.conftest import QUERY, ROOT, WORLD, Demo


def _refused(*arguments: str, code: int, says: str) -> str:
    """Run, expect a refusal, return its line."""
    ran = CliRunner().invoke(main, list(arguments))
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    assert ran.exit_code == code, ran.output
    lines = ran.stderr.strip().splitlines()
    assert code == 2 or len(lines) == 1, lines
    assert says.lower() in lines[-1].lower(), lines
    return lines[-1]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("sushi " * 1_700, "characters"),
        ("the of and in", "name a theme"),
    ],
)
@pytest.mark.parametrize("command", ["search", "discover"])
def test_queries_that_ask_nothing(
    command: str, query: str, says: str, demo: Demo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NICHESCOUT_CONTACT", "https://operator.example/")
    _refused("--data", str(demo.data), command, query, code=2, says=says)


def test_control_characters_do_not_reach_the_terminal(demo: Demo) -> None:
    ran = CliRunner().invoke(main, ["--data", str(demo.data), "search", "sushi\x1b[31m\x00 boston"])
    assert ran.exit_code in (0, 2)
    assert "\x1b[31m" not in ran.output
    assert "Traceback" not in ran.output


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--tier", "gigantic"], "nano"),
        (["--limit", "0"], "limit"),
        (["--platform", "myspace"], "myspace"),
        (["--language", "klingon"], "klingon"),
        (["--place", "Nowhereville Xyzzy"], "Nowhereville"),
        (["--now", "yesterday-ish"], "yesterday-ish"),
        (["--colour", "red"], "colour"),
    ],
)
def test_unknown_options_and_values(options: list[str], says: str, demo: Demo) -> None:
    _refused("--data", str(demo.data), "search", "sushi", *options, code=2, says=says)


def test_no_index_yet(tmp_path: Path) -> None:
    _refused("--data", str(tmp_path), "search", "sushi", code=1, says="nichescout discover")


def test_no_catalog_yet(tmp_path: Path) -> None:
    _refused("--data", str(tmp_path), "index", "build", code=1, says="catalog")


def test_a_live_crawl_needs_somebody_to_answer_for_it(tmp_path: Path) -> None:
    _refused("--data", str(tmp_path), "discover", "sushi", code=1, says="nichescout init")


def test_an_index_of_another_model(demo: Demo, tmp_path: Path) -> None:
    data = Path(shutil.copytree(demo.data, tmp_path / "data"))
    other = tmp_path / "another-model"
    other.symlink_to(resolve(DEFAULT_MODEL).folder)  # the same bytes under another name are another model
    (data / "nichescout.toml").write_text(f'model = "{other}"\n')
    _refused("--data", str(data), "index", "build", code=1, says="rebuild")


@pytest.mark.parametrize("how", ["cut off", "altered", "gone"])
def test_a_damaged_index(how: str, demo: Demo, tmp_path: Path) -> None:
    data = Path(shutil.copytree(demo.data, tmp_path / "data"))
    largest = max(
        (file for file in (data / "index").rglob("*") if file.is_file()), key=lambda file: file.stat().st_size
    )
    if how == "cut off":
        largest.write_bytes(largest.read_bytes()[: largest.stat().st_size // 2])
    elif how == "altered":
        (data / "index" / "meta.json").write_text("not what it was") if (data / "index" / "meta.json").exists() else [
            file.write_text("not what it was") for file in (data / "index").rglob("meta.json")
        ]
    else:
        largest.unlink()
    _refused("--data", str(data), "search", "sushi", code=1, says="rebuild")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("cut-off.warc.gz", "half", "cut off"),
        ("text.warc.gz", "hello", "archive"),
        ("missing.warc.gz", None, "missing.warc.gz"),
    ],
)
def test_archives_that_cannot_be_replayed(name: str, content: str | None, says: str, tmp_path: Path) -> None:
    file = tmp_path / name
    if content == "half":
        file.write_bytes(WORLD.read_bytes()[: WORLD.stat().st_size // 2])
    elif content is not None:
        file.write_text(content)
    _refused("--data", str(tmp_path / "data"), "discover", QUERY, "--replay", str(file), code=1, says=says)


def _read(file: Path, *options: str) -> list[dict[str, object]]:
    ran = CliRunner().invoke(main, ["read", str(file), *options])
    assert ran.exit_code == 0, ran.output
    return [json.loads(line) for line in ran.stdout.splitlines()]


RSS = '<?xml version="1.0"?><rss version="2.0"><channel><title>Rolls</title><link>https://rolls.example/</link>{}</channel></rss>'


@pytest.mark.parametrize(
    ("body", "options"),
    [
        (b"<!doctype html><title>Sign in</title>", ["--source", "mastodon", "--page", "statuses"]),
        (b'{"items": [', ["--source", "feed"]),
        (b"", ["--source", "feed"]),
    ],
)
def test_a_body_that_is_not_what_it_claims(body: bytes, options: list[str], tmp_path: Path) -> None:
    file = tmp_path / "body"
    file.write_bytes(body)
    lines = _read(file, "--url", "https://rolls.example/api", *options)
    assert lines[-1]["item"] == "unreadable"
    assert lines[-1]["why"]


@pytest.mark.parametrize("body", [b'[{"string_list_data": []}]', b'{"error": "Record not found"}', b"[]"])
def test_json_that_no_source_knows(body: bytes, tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    file.write_bytes(body)
    [line] = _read(file)
    assert line["item"] == "unreadable"
    assert "--url" in line["why"]
    assert "nichescout import" in line["why"]


def test_a_truncated_gzip(tmp_path: Path) -> None:
    file = tmp_path / "page.html.gz"
    file.write_bytes(gzip.compress(b"<p>sushi</p>" * 1000)[:40])
    _refused("read", str(file), code=1, says="cut off")


def test_a_gzip_bomb(tmp_path: Path) -> None:
    file = tmp_path / "page.html.gz"
    file.write_bytes(gzip.compress(b"\0" * 200_000_000))
    _refused("read", str(file), code=1, says="too large")


def test_a_wrong_charset(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes('<meta charset="utf-8"><title>Crêpes à Québec</title><p>crème brûlée'.encode("latin-1"))
    assert _read(file, "--url", "https://crepes.example/")[-1]["item"] in ("decision", "unreadable")


def test_a_hundred_thousand_nested_tags(tmp_path: Path) -> None:
    file = tmp_path / "deep.html"
    file.write_bytes(b"<html><body>" + b"<div>" * 100_000 + b"sushi")
    assert _read(file, "--url", "https://deep.example/")[-1]["item"] in ("decision", "unreadable")


def test_xml_entities_expand_to_nothing(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do-not-show-this")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20 if n else "boom"}">' for n in range(10))
    file = tmp_path / "feed.xml"
    file.write_text(
        f'<?xml version="1.0"?><!DOCTYPE rss [{bomb}<!ENTITY file SYSTEM "{secret.as_uri()}">]>'
        "<rss version='2.0'><channel><title>&e9;&file;</title></channel></rss>"
    )
    assert "do-not-show-this" not in json.dumps(_read(file, "--url", "https://rolls.example/feed"))


def test_a_feed_without_dates_and_a_post_without_text(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    item = "<item><guid>{}</guid><link>https://rolls.example/{}</link>{}</item>"
    file.write_text(
        RSS.format(
            item.format(1, 1, "<title>Omakase</title><description>Twelve courses</description>") + item.format(2, 2, "")
        )
    )
    posts = [line for line in _read(file, "--url", "https://rolls.example/feed") if line["item"] == "post"]
    assert posts
    assert posts[0]["published"] is None


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "creators.jsonl"),
        ({"creators.jsonl": "{"}, "line 1"),
        ({"creators.jsonl": '{"name": "no id"}'}, "id is required"),
        ({"creators.jsonl": '{"id": "a", "followers": -1}'}, "followers"),
        (
            {"creators.jsonl": '{"id": "a"}', "posts.jsonl": '{"id": "p", "creator_id": "a", "published_at": "soon"}'},
            "soon",
        ),
    ],
)
def test_collections_that_are_not(files: dict[str, str], says: str, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    _refused("--data", str(tmp_path / "data"), "import", str(folder), code=1, says=says)


@pytest.mark.parametrize(
    ("toml", "says"),
    [("pages = ", "TOML"), ("pagse = 3", "pagse"), ('pages = "many"', "number"), ("minutes = 0", "1 or more")],
)
def test_settings_that_cannot_be_understood(toml: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "nichescout.toml").write_text(toml)
    _refused("--data", str(tmp_path), "sources", code=1, says=says)


@pytest.mark.parametrize(
    ("text", "mode", "says"),
    [
        ('[youtube]\nkey = "canary-0123456789"\n', 0o644, "chmod 600"),
        ("[youtube]\nkey = canary-0123456789\n", 0o600, "not TOML"),
        ('[tube]\nkey = "canary-0123456789"\n', 0o600, "no source that takes a key"),
    ],
)
def test_keys_that_cannot_be_used(text: str, mode: int, says: str, tmp_path: Path) -> None:
    (tmp_path / "keys.toml").write_text(text)
    (tmp_path / "keys.toml").chmod(mode)
    (tmp_path / "nichescout.toml").write_text("")
    _refused("--data", str(tmp_path), "sources", code=1, says=says)


def test_no_command_takes_a_key_as_an_option() -> None:
    for command in ("discover", "sources", "read"):
        assert "--key" not in CliRunner().invoke(main, [command, "--help"]).output


@pytest.mark.parametrize("command", [("sources",), ("--version",)], ids=["longer than a buffer", "shorter"])
def test_a_reader_who_has_enough(command: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)  # as of "| head" that has ended
    with os.fdopen(write, "wb") as closed:
        ran = _started("cli.run()", *command, stdout=closed)
    assert (ran.returncode, ran.stderr) == (1, b"")


@pytest.mark.parametrize("missing", ["elasticsearch", "orjson", "pybase64"])
def test_an_index_on_a_server_without_its_packages(missing: str, tmp_path: Path) -> None:
    command = ("--data", str(tmp_path), "--index", "http://127.0.0.1:9/x", "search", "sushi")
    ran = _started(f"sys.modules[{missing!r}] = None; cli.run()", *command)
    assert ran.returncode == 1
    assert ran.stderr.decode().splitlines() == [
        f"nichescout: an index on a server needs the package {missing}; run: pip install 'nichescout[elasticsearch]'"
    ]


def _started(
    script: str, *command: str, stdout: IO[bytes] | int = subprocess.DEVNULL
) -> subprocess.CompletedProcess[bytes]:
    """The command line as a process of its own."""
    return subprocess.run(
        [sys.executable, "-c", f"import sys, cli; {script}", *command],
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
        cwd=ROOT,
    )
