"""Archives: written, cut off, foreign, sorted, replayed."""

import gzip
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.archive import ARCHIVE_NAME, ArchiveWriter, archive_clock, read_index, sort_archive
from crawler.errors import ArchiveError, NotInArchive
from crawler.replay import ReplayArchive
from crawler.warc import Capture, members
from tests.crawler.builders import NOW

SECRET = "canary-7f3a"


def capture(url: str, body: bytes = b"<p>rice</p>", minutes: int = 0, **fields: object) -> Capture:
    base: dict[str, object] = {
        "request_headers": (("User-Agent", "nichescout"), ("Authorization", SECRET), ("Cookie", SECRET)),
        "status": 200,
        "headers": (
            ("Content-Type", "text/html"),
            ("Transfer-Encoding", "chunked"),
            ("Set-Cookie", SECRET),
            ("Link", "<a>"),
            ("Link", "<b>"),
        ),
    }
    return Capture(url=url, body=body, fetched_at=NOW + timedelta(minutes=minutes), **(base | fields))  # type: ignore[arg-type]


A, B = "https://pixel.example/a", "https://pixel.example/b?x=1"


def written(folder: Path, *captures: Capture) -> Path:
    with ArchiveWriter(folder) as writer:
        for one in captures:
            writer.write(one)
    return folder / ARCHIVE_NAME


def test_what_was_captured_is_replayed(tmp_path: Path) -> None:
    path = written(tmp_path, capture(A, b"one"), capture(B), capture(A, b"two", minutes=5))
    archive = ReplayArchive(path)
    answers = [archive.answer("GET", A) for _ in range(3)]
    assert [one.body for one in answers] == [b"one", b"two", b"two"]  # in order, the last repeats
    assert answers[0].status == 200
    assert [value for name, value in answers[0].headers if name == "Link"] == ["<a>", "<b>"]
    with pytest.raises(NotInArchive):
        archive.answer("GET", "https://pixel.example/c")
    with pytest.raises(NotInArchive):
        archive.answer("POST", A)
    assert archive_clock(path) == NOW + timedelta(minutes=5)


def test_failures_are_kept_as_metadata(tmp_path: Path) -> None:
    failed = capture(A, b"", status=None, headers=(), error="DownloadTimeoutError: took long")
    answer = ReplayArchive(written(tmp_path, failed)).answer("GET", A)
    assert (answer.status, answer.error) == (None, "DownloadTimeoutError: took long")


def test_no_secret_and_no_transfer_is_written(tmp_path: Path) -> None:
    path = written(tmp_path, capture(A, gzip.compress(b"rice")))
    assert b"rice" not in path.read_bytes()  # members are packed: a search has to unpack them first
    text = b"".join(member.data for member in members(path))
    assert b"GET /a HTTP/1.1" in text
    assert SECRET.encode() not in text
    assert b"chunked" not in text


def test_another_reader_agrees(tmp_path: Path) -> None:
    path = written(tmp_path, capture(A, b"one"), capture(B, b"two"))
    with path.open("rb") as stream:
        found = [(r.rec_type, r.rec_headers["WARC-Target-URI"]) for r in ArchiveIterator(stream, check_digests="raise")]
    assert found == [("response", A), ("request", A), ("response", B), ("request", B)]


def test_equal_captures_give_equal_bytes_in_any_order(tmp_path: Path) -> None:
    captures = [capture(A, b"one"), capture(B), capture(A, b"two")]
    first = written(tmp_path / "1", *captures)
    second = written(tmp_path / "2", captures[1], captures[0], captures[2])
    for path in (first, second):
        sort_archive(path)
    assert first.read_bytes() == second.read_bytes()
    assert [one.url for one in read_index(first)] == [A, A, A, A, B, B]


def test_the_index_names_each_member(tmp_path: Path) -> None:
    path = written(tmp_path, capture(A), capture(B))
    sort_archive(path)
    packed = path.read_bytes()
    for entry in read_index(path):
        assert entry.url.encode() in gzip.decompress(packed[entry.offset : entry.offset + entry.length])


@pytest.mark.parametrize("cut", [1, 40, 200])
def test_a_torn_end_is_cut_off_when_writing_goes_on(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path, capture(A), capture(B))
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    written(tmp_path, capture(B, b"again"))
    assert ReplayArchive(path).answer("GET", A).body == b"<p>rice</p>"
    assert [entry.offset for entry in read_index(path)] == [member.offset for member in members(path)]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("cut off", None),
        ("empty", b""),
        ("text", b"WARC/1.0\r\n"),
        ("html", b"<html>"),
        ("gzip of something else", gzip.compress(b"hello", mtime=0)),
        ("gzip of a broken record", gzip.compress(b"WARC/1.0\r\nnonsense", mtime=0)),
    ],
)
def test_a_file_that_is_no_whole_archive_says_so_in_one_line(tmp_path: Path, name: str, body: bytes | None) -> None:
    path = written(tmp_path, capture(A), capture(B))
    path.write_bytes(path.read_bytes()[:-9] if body is None else body)
    with pytest.raises(ArchiveError) as caught:
        archive_clock(path)
    assert str(path) in str(caught.value), name
    assert "\n" not in str(caught.value)


def test_a_missing_archive_says_so(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="cannot read"):
        archive_clock(tmp_path / "none.warc.gz")
