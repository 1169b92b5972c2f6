"""A page in a file, as people save them: the bare body, the same gzipped, or the whole answer with its headers.

What is read from the body is decided in ``reading.py``.
"""

import json
import re
import zlib
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Final

from app.errors import CollectionError

MAX_BYTES: Final = 5 * 1024 * 1024  # as for a crawl
_GZIP: Final = b"\x1f\x8b"
_HEAD_ENDS: Final = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A body with the headers that were saved with it; header names are in lower case."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def load_page(path: Path) -> SavedPage:
    """The page in a file. Raises CollectionError for one that is too large or damaged."""
    with path.open("rb") as file:
        saved = file.read(MAX_BYTES + 1)
    if saved.startswith(_GZIP):
        saved = _gunzip(saved, path)
    if len(saved) > MAX_BYTES:
        raise CollectionError(f"{path} is too large; pages of more than {MAX_BYTES:,} bytes are not read")
    return _with_status_line(saved) or _wrapped_in_json(saved) or SavedPage(saved)


def _with_status_line(saved: bytes) -> SavedPage | None:
    """What ``curl -i`` writes: a status line, headers, an empty line, the body."""
    if not saved.startswith(b"HTTP/"):
        return None
    end = _HEAD_ENDS.search(saved)
    head, body = (saved[: end.start()], saved[end.end() :]) if end else (saved, b"")
    fields = BytesHeaderParser().parsebytes(head.partition(b"\n")[2])
    return SavedPage(body, tuple((name.lower(), str(value)) for name, value in fields.items()))


def _wrapped_in_json(saved: bytes) -> SavedPage | None:
    """What WordPress keeps of an answer: ``{"headers": {…}, "body": "…", …}``."""
    if not saved[:200].lstrip().startswith(b"{"):
        return None
    try:
        answer = json.loads(saved)
    except (ValueError, RecursionError):
        return None
    headers, body = answer.get("headers"), answer.get("body")
    if not isinstance(headers, dict) or not isinstance(body, str):
        return None
    told = tuple((name.lower(), value) for name, value in headers.items() if isinstance(value, str))
    return SavedPage(body.encode("utf-8", "replace"), told)


def _gunzip(packed: bytes, path: Path) -> bytes:
    """At most one byte more than a page may have, whatever the file unpacks to."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(packed, MAX_BYTES + 1)
    except zlib.error as error:
        raise CollectionError(f"{path} is a damaged gzip file ({error}); save the page again") from None
    if not unpacker.eof and len(plain) <= MAX_BYTES:
        raise CollectionError(f"{path} is a gzip file that was cut off; save the page again")
    return plain
