"""WARC files as lists of members: reading them, and building the bytes of one. warcio does the format itself.

What may be written is decided in ``gate.py`` and done in ``archive.py``; ``replay.py`` answers requests from a file.
"""

import hashlib
import uuid
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.errors import ArchiveError

MAX_RECORD: Final = 32 * 1024 * 1024
"""Bytes of one unpacked record; a crawl writes at most 5 MiB, so more is somebody's bomb."""
_CHUNK: Final = 1 << 16
_DATE: Final = "%Y-%m-%dT%H:%M:%SZ"
# Names the operator or a session; never written (DESIGN 5.6).
_SECRETS: Final = frozenset({"authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"})
# Describe the transfer, which is over.
_HOP_BY_HOP: Final = frozenset({"transfer-encoding", "connection", "keep-alive", "content-length"})

RecordKind = Literal["response", "request", "metadata"]
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """One request and what came of it: an answer as sent (before content decoding), or the name of a failure."""

    url: str
    fetched_at: datetime
    method: str = "GET"
    request_headers: Headers = ()
    status: int | None = None
    headers: Headers = ()
    body: bytes = b""
    error: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """A gzip member of a WARC file: one record, still as bytes."""

    offset: int
    length: int
    data: bytes  # unpacked


def members(path: Path, *, cut_torn_end: bool = False) -> Iterator[Member]:
    """The members of a file, in order.

    Raises ``ArchiveError`` for a missing, cut-off or foreign file; with ``cut_torn_end`` a last member that ends too
    early ends the iteration instead.
    """
    try:
        packed = path.read_bytes()
    except OSError as error:
        raise ArchiveError(
            f"cannot read the archive {path}: {error.strerror or error}; give an existing file"
        ) from error
    offset = 0
    while offset < len(packed):
        unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
        try:
            data = unpacker.decompress(memoryview(packed)[offset:], MAX_RECORD)
        except zlib.error as error:
            raise ArchiveError(f"{path} is no .warc.gz file or is damaged at byte {offset}; record it again") from error
        if not unpacker.eof:
            if cut_torn_end:
                return
            raise ArchiveError(f"{path} is cut off at byte {offset}; copy or record it again")
        length = len(packed) - offset - len(unpacker.unused_data)
        if not data.startswith(b"WARC/"):
            raise ArchiveError(f"{path} is not a WARC file (byte {offset}); give a file written by --archive")
        yield Member(offset, length, data)
        offset += length


def records(path: Path, *, cut_torn_end: bool = False) -> Iterator[tuple[Member, RecordKind, Capture]]:
    """The captures of a file with their members; other records (warcinfo) are passed over."""
    for member in members(path, cut_torn_end=cut_torn_end):
        parsed = _parse(path, member)
        if parsed is not None:
            yield member, *parsed


def read_record(path: Path, offset: int, length: int) -> Capture:
    """The capture of one member whose place is known (from ``records`` or the offset table)."""
    with path.open("rb") as file:
        file.seek(offset)
        packed = file.read(length)
    try:
        parsed = _parse(path, Member(offset, length, zlib.decompress(packed, 16 + zlib.MAX_WBITS)))
    except zlib.error as error:
        raise ArchiveError(f"{path} was changed while it was read; record it again") from error
    if parsed is None:
        raise ArchiveError(f"{path} was changed while it was read; record it again")
    return parsed[1]


def build(capture: Capture, *, nth: int) -> list[tuple[RecordKind, bytes]]:
    """The packed members of a capture: what was answered, then what was asked. Equal captures give equal bytes.

    ``nth`` counts the captures of one address in a file, so that record ids differ.
    """
    answer = _failure_record(capture, nth) if capture.error else _response_record(capture, nth)
    return [answer, _request_record(capture, nth)]


def _response_record(capture: Capture, nth: int) -> tuple[RecordKind, bytes]:
    kept = [(name, value) for name, value in capture.headers if name.lower() not in _SECRETS | _HOP_BY_HOP]
    http = StatusAndHeaders(
        f"{capture.status} ", [*kept, ("Content-Length", str(len(capture.body)))], protocol="HTTP/1.1"
    )
    return "response", _packed(capture, "response", nth, payload=capture.body, http=http)


def _request_record(capture: Capture, nth: int) -> tuple[RecordKind, bytes]:
    parts = urlsplit(capture.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    kept = [(n, v) for n, v in capture.request_headers if n.lower() not in _SECRETS | {"host"}]
    http = StatusAndHeaders(
        f"{capture.method} {target} HTTP/1.1", [("Host", parts.netloc), *kept], is_http_request=True
    )
    return "request", _packed(capture, "request", nth, payload=b"", http=http)


def _failure_record(capture: Capture, nth: int) -> tuple[RecordKind, bytes]:
    return "metadata", _packed(capture, "metadata", nth, payload=f"fetchError: {capture.error}\r\n".encode(), http=None)


def _packed(capture: Capture, kind: RecordKind, nth: int, *, payload: bytes, http: StatusAndHeaders | None) -> bytes:
    digest = hashlib.sha256(payload).hexdigest()
    identity = f"{kind} {capture.method} {capture.url} {nth} {capture.status} {digest}"
    packed = BytesIO()
    writer = WARCWriter(packed, gzip=True)  # warcio leaves the gzip time stamp at 0
    writer.write_record(
        writer.create_warc_record(
            capture.url,
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            http_headers=http,
            warc_headers_dict={
                "WARC-Record-ID": f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, identity)}>",
                "WARC-Date": capture.fetched_at.astimezone(UTC).strftime(_DATE),
            },
        )
    )
    return packed.getvalue()


def _parse(path: Path, member: Member) -> tuple[RecordKind, Capture] | None:
    try:
        record = next(iter(ArchiveIterator(BytesIO(member.data))))
        kind: str = record.rec_type
        if kind not in ("response", "request", "metadata"):
            return None
        url: str = record.rec_headers.get_header("WARC-Target-URI") or ""
        date = datetime.strptime(record.rec_headers.get_header("WARC-Date") or "", _DATE).replace(tzinfo=UTC)
        body: bytes = record.raw_stream.read()
    except (StopIteration, ValueError, OSError, EOFError) as error:
        raise ArchiveError(f"{path} holds a damaged record at byte {member.offset}; record it again") from error
    except Exception as error:  # warcio's own errors derive from Exception alone
        raise ArchiveError(f"{path} is not a WARC file (byte {member.offset}): {error}") from error
    if kind == "metadata":
        said = body.decode("utf-8", errors="replace").partition("fetchError: ")[2].strip()
        return "metadata", Capture(url=url, fetched_at=date, error=said or "unknown")
    if kind == "request":
        return "request", Capture(url=url, fetched_at=date, method=record.http_headers.protocol or "GET")
    headers = tuple((str(name), str(value)) for name, value in record.http_headers.headers)
    status = int(record.http_headers.get_statuscode())
    return "response", Capture(url=url, fetched_at=date, status=status, headers=headers, body=body)
