"""Bytes of unknown encoding as UTF-8 or as lines: byte order marks, UTF-16, old Windows tables, and text that was
encoded twice.
"""

import codecs
import io
from collections.abc import Iterator
from typing import IO, Any, Final

LONGEST_LINE: Final = 64 * 1024  # bytes; what is longer is no row
_UTF_16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHUNK: Final = 64 * 1024


def encoding_of(head: bytes) -> str:
    """``utf-8`` or one of UTF-16, by its mark or by where its zeros are."""
    if head.startswith(_UTF_16):
        return "utf-16"
    sample = head[:200]
    if len(sample) > 3 and not sample.startswith(b"\0\0"):
        if set(sample[1::2]) == {0}:
            return "utf-16-le"
        if set(sample[0::2]) == {0}:
            return "utf-16-be"
    return "utf-8"


def is_binary(head: bytes) -> bool:
    """Whether these bytes are no text."""
    return encoding_of(head) == "utf-8" and b"\0" in head


def as_utf8(stream: IO[bytes], head: bytes) -> IO[bytes]:
    """The same text in UTF-8 without a mark, as a stream."""
    encoding = encoding_of(head)
    if encoding == "utf-8":
        if head.startswith(codecs.BOM_UTF8):
            stream.read(len(codecs.BOM_UTF8))
        return stream
    return io.BufferedReader(_Transcoded(stream, encoding), _CHUNK)


def lines(text: IO[bytes]) -> Iterator[str]:
    """The lines of ``as_utf8`` without their ends; a line too long to be a row is empty."""
    while line := text.readline(LONGEST_LINE):
        if not line.endswith(b"\n") and len(line) == LONGEST_LINE:
            while (more := text.readline(LONGEST_LINE)) and not more.endswith(b"\n"):
                pass
            line = b""
        yield decoded(line).rstrip("\r\n")


def decoded(line: bytes) -> str:
    """UTF-8, or else what Windows and old spreadsheets write."""
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("cp1252", "replace")


def mended(text: str) -> str:
    """Text whose UTF-8 bytes were taken for letters, as Instagram's exports write it: "CrÃªpe" → "Crêpe"."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


class _Transcoded(io.RawIOBase):
    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._ready and not self._ended:
            chunk = self._stream.read(_CHUNK)
            self._ended = not chunk
            self._ready = (
                self._decoder.decode(chunk, final=self._ended).removeprefix("\ufeff").encode("utf-8", "replace")
            )
        data, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)
