"""Recorded bodies of real servers: conformance cases where they are at hand; they are not part of the project.

They hold real people's posts and stay outside (``NICHESCOUT_RECORDINGS`` or ``../shared/recordings``). A failure
names the file, never its content. A test of one platform (``test_recorded_<platform>.py``) says in a table how many
accounts and posts come out of each file: ``check_table``. Files are called after people and places on the web, so the
tables know them by a digest of the name (``Recording.key``).
"""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from web_poet import HttpResponse

from app.reading import read_bytes
from app.saved_page import load_page
from crawler.errors import UnreadablePage
from crawler.sources import get_source
from crawler.sources.base import PageItems
from tests.sources import items
from tests.sources.cases import read_page
from text.scrub import scrub

FOLDER = Path(os.environ.get("NICHESCOUT_RECORDINGS") or Path(__file__).parents[3] / "shared" / "recordings")
needs_recordings = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings here (NICHESCOUT_RECORDINGS)")


@dataclass(frozen=True)
class Recording:
    """A body, with the headers that were recorded with it."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def key(self) -> str:
        """What a table calls the file."""
        return key_of(self.name)

    @cached_property
    def meta(self) -> Mapping[str, Any]:
        """What ``NAME.meta.json`` says: ``request``, ``status``, ``headers``; empty where there is no such file."""
        file = self.path.with_name(f"{self.path.stem}.meta.json")
        return dict(json.loads(file.read_text("utf-8"))) if file.exists() else {}

    def response(self, url: str) -> HttpResponse:
        body, status = self.path.read_bytes(), int(self.meta.get("status") or 200)
        headers = {str(name): str(value) for name, value in (self.meta.get("headers") or {}).items()}
        if self.path.suffix == ".http":
            head, _, body = body.partition(b"\r\n\r\n") if b"\r\n\r\n" in body else body.partition(b"\n\n")
            first, *lines = head.decode("latin-1").splitlines()
            status = int(first.split()[1])
            headers = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
        # Bodies were recorded decoded.
        kept = {name: value for name, value in headers.items() if name.lower() in ("content-type", "link")}
        return HttpResponse(url, body, status=status, headers=kept)

    def read(self, source: str, page: str, url: str, context: Mapping[str, str] | None = None) -> PageItems | None:
        """The items, checked; None when the page refuses the body."""
        try:
            found = read_page(get_source(source).pages[page], self.response(url), context)
        except UnreadablePage:
            return None
        items.check(found)
        return found


def key_of(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:12]


def recordings(*folders: str) -> Iterator[Recording]:
    for folder in folders:
        if (FOLDER / folder).is_dir():
            yield from (Recording(path) for path in sorted((FOLDER / folder).iterdir()) if ".meta." not in path.name)


Table = Mapping[str, tuple[int, int] | None]
"""Key of a file → (accounts, posts) that must come out; None: the body must be refused."""


def check_files(table: Table, folder: str) -> None:
    """``nichescout read FILE`` on every file of ``folder``: told apart by its body alone, counted after the gate."""
    wrong: dict[str, object] = {}
    for recording in recordings(folder):
        saved = load_page(recording.path)
        lines = list(read_bytes(saved.body, "", None, None, saved.headers, file_name=recording.name))
        kinds = Counter(json.loads(line)["item"] for line in lines)
        got = None if kinds["unreadable"] else (kinds["account"], kinds["post"])
        if got != table.get(recording.key, got):
            wrong[recording.name] = (got, table[recording.key])
        leaked = [line for line in lines if scrub(json.loads(line).get("text") or "").removed]
        assert not leaked, f"{recording.name}: an address or number was kept"
    assert not wrong, f"file: (read, wanted): {wrong}"
    assert table.keys() & {recording.key for recording in recordings(folder)}, f"no file of {folder} is in the table"


def check_table(table: Table, folder: str, read: Callable[[Recording], PageItems | None]) -> None:
    """Read every file of ``folder``; those that the table names must give its counts, the others only be sound."""
    wrong: dict[str, object] = {}
    named = 0
    for recording in recordings(folder):
        try:
            got = read(recording)
        except AssertionError as error:
            raise AssertionError(f"{recording.name}: {str(error).splitlines()[0][:60]}") from None
        if recording.key in table:
            named += 1
            counts = None if got is None else (len(got.accounts), len(got.posts))
            wrong |= {} if counts == table[recording.key] else {recording.name: (counts, table[recording.key])}
    assert not wrong, f"file: (read, wanted): {wrong}"
    assert named or not FOLDER.joinpath(folder).is_dir(), f"no file of {folder} is in the table"
