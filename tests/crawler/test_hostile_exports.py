"""Zips and files that want to do harm: refused in one line, with nothing written and little memory used."""

import io
import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crawler.followers import container
from crawler.followers.model import FollowerFileError
from tests.conftest import ROOT
from tests.crawler.exports import EXPORTS, names, zipped

FOLLOWERS = "connections/followers_and_following/followers_1.json"
GOOD = (EXPORTS / "instagram" / FOLLOWERS).read_bytes()


def _zip(target: Path, files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target


def _refused(path: Path, says: str) -> None:
    before = sorted(path.parent.rglob("*"))
    with pytest.raises(FollowerFileError, match=says) as refused:
        names(path)
    assert "\n" not in str(refused.value)
    assert sorted(path.parent.rglob("*")) == before  # nothing was unpacked


@pytest.mark.parametrize(
    "name", ["../evil.json", "a/../../evil.json", "/etc/evil.json", "C:\\evil.json", "..\\evil.json"]
)
def test_names_that_lead_out(name: str, tmp_path: Path) -> None:
    _refused(_zip(tmp_path / "out.zip", {FOLLOWERS: GOOD, name: GOOD}), "outside of itself")


def test_links(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        info = zipfile.ZipInfo("followers_1.json")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    _refused(tmp_path / "link.zip", "links")
    folder = tmp_path / "unpacked"
    folder.mkdir()
    (folder / "followers_1.json").symlink_to(EXPORTS / "instagram" / FOLLOWERS)
    _refused(folder, "nothing")


def test_a_bomb_that_says_its_size(tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "bomb.zip", {FOLLOWERS: b"[" + b" " * 50_000_000 + b"]"})
    assert bomb.stat().st_size < 100_000
    _refused(bomb, "far more")


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    bomb = _zip(tmp_path / "liar.zip", {FOLLOWERS: b'[{"string_list_data":[]},' + b" " * 8_000_000 + b"]"})
    raw = bytearray(bomb.read_bytes())
    at = raw.rindex(b"PK\x01\x02") + 24
    raw[at : at + 4] = struct.pack("<I", 1000)
    bomb.write_bytes(raw)
    _refused(bomb, "broken|cut off")


def test_many_members_that_are_large_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MOST_TOGETHER", 100_000)
    many = {f"followers_{n}.json": GOOD + b" " * 50_000 for n in range(20)}
    _refused(_zip(tmp_path / "many.zip", many), "stopped")


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(container, "MOST_MEMBERS", 50)
    _refused(_zip(tmp_path / "many.zip", {f"{n}.json": b"{}" for n in range(51)}), "more than 50 files")
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(51):
        (folder / f"{n}.json").write_text("{}")
    _refused(folder, "more than 50 files")


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = _zip(tmp_path / "inner.zip", {FOLLOWERS: GOOD})
    _refused(
        _zip(tmp_path / "outer.zip", {"inner.zip": inner.read_bytes(), "inner.json": inner.read_bytes()}), "nothing"
    )


def test_a_password(tmp_path: Path) -> None:
    raw = bytearray(_zip(tmp_path / "locked.zip", {FOLLOWERS: GOOD}).read_bytes())
    raw[6] |= 1  # the flag in the member's own header
    raw[raw.rindex(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "locked.zip").write_bytes(raw)
    _refused(tmp_path / "locked.zip", "password")


@pytest.mark.parametrize("how", ["cut off", "bytes changed", "only a beginning", "unknown method"])
def test_broken_zips(how: str, tmp_path: Path) -> None:
    raw = bytearray(zipped(EXPORTS / "instagram", tmp_path / "good.zip").read_bytes())
    if how == "cut off":
        raw = raw[: len(raw) // 2]
    elif how == "bytes changed":
        first = raw.index(b"followers_1.json") + len("followers_1.json")
        raw[first : first + 40] = os.urandom(40)
    elif how == "only a beginning":
        raw = raw[:4]
    else:
        at = raw.index(b"PK\x01\x02")
        while at >= 0:
            raw[at + 10 : at + 12] = struct.pack("<H", 99)
            at = raw.find(b"PK\x01\x02", at + 4)
    (tmp_path / "bad.zip").write_bytes(raw)
    _refused(tmp_path / "bad.zip", "broken|cut off")


def test_deep_and_giant_json(tmp_path: Path) -> None:
    deep = tmp_path / "deep.json"
    deep.write_text('{"string_list_data":' + "[" * 100_000)
    _refused(deep, "nested too deeply|cut off")
    giant = tmp_path / "giant.json"
    giant.write_text('[{"string_list_data": [' + ",".join('{"value":"x"}' for _ in range(30_000)) + "]}]")
    _refused(giant, "larger than a follower")


def test_entities(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("do-not-show-this")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20 if n else "boom"}">' for n in range(10))
    secret = f'<!ENTITY file SYSTEM "{(tmp_path / "secret.txt").as_uri()}">'
    feed = '<outline xmlUrl="https://crumb.example/&#x66;eed"/>'
    opml = tmp_path / "feeds.opml"
    opml.write_text(f"<!DOCTYPE opml [{secret}]><opml><body>{feed}<outline>&file;</outline></body></opml>")
    assert names(opml) == [("OPML feeds", "feed", "https://crumb.example/feed")]
    opml.write_text(f"<!DOCTYPE opml [{bomb}]><opml><body>{feed}<outline>&e9;</outline></body></opml>")
    _refused(opml, "no OPML")


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    _refused(tmp_path / "pipe", "neither a file nor a folder")


def test_a_line_without_end(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_bytes(b"@sushiwithsam\n" * 600 + b"x" * 10_000_000 + b"\n@mika@pixel.example\n")
    found = [name for _, _, name in names(file)]
    assert (len(found), found[-1]) == (601, "mika@pixel.example")


MEASURE = """
import re, sys
from pathlib import Path
from crawler.followers.recognise import follower_files
def peak():  # of this program alone: getrusage still holds what its parent had
    return int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024
before = peak()
rows = sum(1 for file in follower_files(Path(sys.argv[1])) for _ in file.rows)
print(rows, peak() - before)
"""


@pytest.mark.slow
@pytest.mark.parametrize("form", ["json", "html", "txt"])
def test_300000_followers_are_read_as_a_stream(form: str, tmp_path: Path) -> None:
    """The zip unpacks to 20 to 60 MB; held at once as objects it would take several hundred."""
    name, since = "keeper{0}", '"timestamp": 1764000000'
    href = f'"href": "https://www.instagram.com/{name}", "value": "{name}"'
    entry = {
        "json": '{{"title": "", "media_list_data": [], "string_list_data": [{{' + href + ", " + since + "}}]}},\n",
        "html": f'<div><div><a href="https://www.instagram.com/{name}">{name}</a></div><div>Nov 24</div></div>\n',
        "txt": f"Date: 2025-11-20 08:15:00 UTC\nUsername: {name}\n\n",
    }[form]
    body = io.StringIO()
    for n in range(300_000):
        body.write(entry.format(n))
    around = {"json": ("[", "]"), "html": ("<title>Followers</title><body>", "</body>"), "txt": ("", "")}[form]
    text = around[0] + body.getvalue().rstrip("\n,") + around[1]
    path = _zip(tmp_path / "large.zip", {f"followers_1.{form}": text.encode()})
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    rows, megabytes = map(int, done.stdout.split())
    print(f"{form}: {len(text) // 1_000_000} MB, {rows} rows, {megabytes} MB more memory")
    assert rows == 300_000
    assert megabytes < 16
