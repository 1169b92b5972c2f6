"""Recorded bodies of real servers: conformance cases where they are at hand; they are not part of the project."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from web_poet import HttpResponse

FOLDER = Path(os.environ.get("NICHESCOUT_RECORDINGS", Path(__file__).parents[3] / "shared" / "recordings"))
needs_recordings = pytest.mark.skipif(not FOLDER.is_dir(), reason="no recordings here")


@dataclass(frozen=True)
class Recording:
    """A body, with the headers that were recorded with it."""

    path: Path

    def response(self, url: str) -> HttpResponse:
        body, headers = self.path.read_bytes(), {}
        if self.path.suffix == ".http":
            head, _, body = body.partition(b"\r\n\r\n") if b"\r\n\r\n" in body else body.partition(b"\n\n")
            lines = (line.partition(":") for line in head.decode("latin-1").splitlines())
            headers = {name: value.strip() for name, _, value in lines if name.lower() == "content-type"}
        return HttpResponse(url, body, headers=headers)


def recordings(*folders: str) -> Iterator[Recording]:
    for folder in folders:
        if (FOLDER / folder).is_dir():
            yield from (Recording(path) for path in sorted((FOLDER / folder).iterdir()) if ".meta." not in path.name)
